"""The witness: a small program by which a province or an auditor sees that the log only ever grows.

It needs no database and nothing of the register but the arithmetic of the tree and the texts that are signed
(registry.ledger.merkle, checkpoint, signed_note), the standard library and `cryptography`.
"""
