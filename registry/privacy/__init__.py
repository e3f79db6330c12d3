"""Envelope encryption, keyed indexes and masking of personal data."""
