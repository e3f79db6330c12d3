"""Give every answer its receipt: signed over what was asked and answered and the ledger entry committed with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry.errors import KeysMissingError
from registry.ledger.commitment import Committed
from registry.ledger.receipt import Receipt, ReceiptSigner, Stated, request_digest

if TYPE_CHECKING:
    from registry.privacy.signing_keys import SigningKeys
    from registry.store.engine import Store


class ReceiptDesk:
    """Signs the receipts of one process, with the key that is current when an answer is given."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ready: tuple[SigningKeys, ReceiptSigner] | None = None

    def receipt(self, sent: object, answer: Mapping[str, Any], entry: Committed) -> Receipt:
        """Return the receipt of an answer to a request as it was sent (parsed JSON).

        Raises KeysMissingError where there is no signing key: an answer that could not be proven is not given.
        """
        keys, signer = self._signer()
        listed = answer["list"]
        stated = Stated(
            check_no=answer["check_no"],
            coverage=listed["coverage"],
            decided_at=answer["decided_at"],
            leaf_hash=entry.leaf_hash.hex(),
            list_version=listed["version"],
            log=keys.log,
            model_version=listed["model"],
            policy_version=listed["policy"],
            request_digest=request_digest(sent),
            subjects=[subject["verdict"] for subject in answer["subjects"]],
            verdict=answer["verdict"],
        )
        return signer.sign(stated)

    def _signer(self) -> tuple[SigningKeys, ReceiptSigner]:
        keys = self._store.keyring.signing
        if keys is None:
            raise KeysMissingError("there is no signing key: run `registry init`")
        # Two threads that make it ready at once make the same.
        if self._ready is None or self._ready[0] is not keys:
            self._ready = keys, ReceiptSigner(keys.signing)
        return self._ready
