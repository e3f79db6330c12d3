"""Publish the keys by which anybody verifies receipts and the log: the document that /v1/log/keys serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.errors import KeysMissingError
from registry.ledger.public_keys import public_keys_document

if TYPE_CHECKING:
    from registry.store.engine import Store


def publish_keys(store: Store) -> dict[str, Any]:
    """Return the public keys document with the witnesses there are now; KeysMissingError before `registry init`."""
    signing = store.keyring.signing
    if signing is None:
        raise KeysMissingError("there is no signing key: run `registry init`")
    with store.read() as uow:
        return public_keys_document(signing, [witness.public_key for witness in uow.witnesses.present()])
