"""Exchange the key that signs receipts and heads; what the former one signed is verified by its public half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import KeysMissingError
from registry.ledger.events import EventKind
from registry.privacy.choose_keys import key_provider
from registry.privacy.signing_keys import SigningKey, SigningKeys

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork


def rotate_signing_key(services: Services, actor: str) -> SigningKey:
    """Sign with a fresh key from now on, in every process; return it. The former secret is erased where keys are kept.

    Raises KeysMissingError before `registry init`, ConflictError where the keys are changed elsewhere.
    """
    with services.store.change_keys() as uow:
        signing = key_provider(services.settings).load().signing
        if signing is None:
            raise KeysMissingError("there is no signing key: run `registry init`")
        return _keep(uow, services, signing.rotated(), actor)


def settle_signing_key(uow: UnitOfWork, services: Services, actor: str) -> None:
    """Make the first signing key where the keys are from before receipts; of one that is there nothing is changed."""
    if services.store.keyring.signing is None:
        _keep(uow, services, SigningKeys.generate(), actor)
        services.store.keys.settle(uow.key_check.in_use())


def record_signing_key(uow: UnitOfWork, key: SigningKey, actor: str) -> None:
    """Put into the ledger which key signs from here on."""
    facts: dict[str, str | int] = {"version": key.version, "thumbprint": key.thumbprint}
    uow.ledger.record(EventKind.SIGNING_KEY_MADE, actor, facts)


def _keep(uow: UnitOfWork, services: Services, signing: SigningKeys, actor: str) -> SigningKey:
    """Keep the keys first: should the commit fail, what is signed with them can be verified all the same."""
    key_provider(services.settings).keep_signing(signing)
    uow.key_check.announce()
    record_signing_key(uow, signing.signing, actor)
    return signing.signing
