"""Say who watches the log from outside: a province or an auditor whose cosignature is expected under every head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.ledger.signed_note import KeyKind, SignatureError, VerifierKey
from registry.store.witness_repository import Witness

if TYPE_CHECKING:
    from registry.services.context import Services

LONGEST_NAME = 200


def add_witness(services: Services, name: str, public_key: str, actor: str) -> None:
    """Let a witness cosign under a public key, as `registry witness init` printed it.

    Raises InvalidInputError where the key is none of a witness or of another name, ConflictError where the witness
    is here already: a key is exchanged by removing the witness and adding it again.
    """
    key = _key(public_key)
    if key.name != name or len(name) > LONGEST_NAME:
        raise InvalidInputError([FieldFault("name", "other_name", "is not the name in the public key")])
    with services.store.write() as uow:
        uow.head.lock()
        if name in {witness.name for witness in uow.witnesses.present()}:
            raise ConflictError("there is a witness of this name: remove it first")
        uow.witnesses.add(Witness(name, key.spelt()))
        uow.ledger.record(EventKind.WITNESS_ADDED, actor, {"witness": name, "key_id": key.key_id.hex()})


def remove_witness(services: Services, name: str, actor: str) -> None:
    """Expect no cosignatures of a witness any more; NotFoundError where there is none of that name."""
    with services.store.write() as uow:
        if not uow.witnesses.remove(name):
            raise NotFoundError("there is no witness of this name")
        uow.ledger.record(EventKind.WITNESS_REMOVED, actor, {"witness": name})


def _key(text: str) -> VerifierKey:
    try:
        key = VerifierKey.parse(text.strip())
    except SignatureError as refusal:
        raise InvalidInputError([FieldFault("public_key", "not_a_key", str(refusal))]) from None
    if key.kind is not KeyKind.COSIGNATURE_V1:
        raise InvalidInputError([FieldFault("public_key", "not_a_witness", "is a log's key, not a witness's")])
    return key
