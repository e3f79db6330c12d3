"""The shapes of heads, proofs and keys of the log."""

from __future__ import annotations

from marshmallow import fields

from api.rest.schema_fields import Answer

_HEX = {"description": "SHA-256, 64 hexadecimal digits"}


class InclusionSchema(Answer):
    """The proof that a leaf is in the log (RFC 9162, 2.1.3): from leaf to root with `hashes`, nearest first.

    `proof` holds the same as one C2SP tlog-proof file, which `registry receipt verify` takes.
    """

    leaf_index = fields.Integer(required=True)
    leaf_hash = fields.String(required=True, metadata=_HEX)
    size = fields.Integer(required=True, metadata={"description": "Leaves under the head."})
    hashes = fields.List(fields.String(metadata=_HEX), required=True)
    checkpoint = fields.String(required=True, metadata={"description": "The signed head (C2SP tlog-checkpoint)."})
    proof = fields.String(required=True)


class ConsistencySchema(Answer):
    """The proof that the head of `second` leaves begins with that of `first` (RFC 9162, 2.1.4)."""

    first = fields.Integer(required=True)
    second = fields.Integer(required=True)
    hashes = fields.List(fields.String(metadata=_HEX), required=True)


class LogKeySchema(Answer):
    """A public key that heads and receipts are, or were, signed with (Ed25519), as a JSON Web Key (RFC 8037)."""

    version = fields.Integer(required=True)
    kid = fields.String(required=True, metadata={"description": "RFC 7638 thumbprint, as in receipts."})
    kty = fields.String(required=True, metadata={"description": "OKP."})
    crv = fields.String(required=True, metadata={"description": "Ed25519."})
    x = fields.String(required=True, metadata={"description": "32 bytes in base64url."})
    use = fields.String(required=True, metadata={"description": "sig."})
    alg = fields.String(required=True, metadata={"description": "Ed25519 (RFC 9864)."})
    verifier = fields.String(required=True, metadata={"description": "The key as C2SP notes spell it."})
    signs = fields.Boolean(required=True, metadata={"description": "Whether it signs now."})


class WitnessSchema(Answer):
    """Who cosigns the log's heads."""

    name = fields.String(required=True)
    verifier = fields.String(required=True)


class LogKeysSchema(Answer):
    """The log's name and the public keys to verify it with. Take them once, from more than one place."""

    origin = fields.String(required=True)
    keys = fields.List(fields.Nested(LogKeySchema), required=True)
    witnesses = fields.List(fields.Nested(WitnessSchema), required=True)


class TakenSchema(Answer):
    """The witnesses whose cosignatures are kept."""

    taken = fields.List(fields.String(), required=True)
