"""The province protocol."""
