"""How a process of the register starts, and what `registry init` does; it refuses rather than guesses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matching.model import DEFAULT
from registry.clock import Clock, SystemClock
from registry.errors import KeysMissingError
from registry.law.policy import Policy
from registry.law.provisions import Law
from registry.ledger.events import EventKind
from registry.privacy.choose_keys import key_provider
from registry.privacy.key_providers import KeyProvider
from registry.privacy.keyring import Keyring
from registry.privacy.keys_at_hand import KeysAtHand
from registry.services.context import Services
from registry.services.kept_rules import keep_rules
from registry.services.open_former_cases import open_former_cases
from registry.services.rotate_signing_key import record_signing_key, settle_signing_key
from registry.services.rules_in_force import rules_in_force
from registry.settings import Mode, Settings
from registry.store.engine import Store, open_store
from registry.store.transaction import RuleVersions
from registry.store.unit_of_work import UnitOfWork

_OPERATOR = "operator"
_FIRST_WITH_CASES = "0007"


def build(settings: Settings, clock: Clock | None = None, *, shipped_model: bool = False) -> Services:
    """Start a process on a store that is ready, or refuse.

    `shipped_model` leaves aside the model that was chosen, so that another can be chosen where it fits no more.

    Raises KeysMissingError, KeysExposedError, KeysMismatchError (not the keys the store was sealed with),
    UnavailableError (no answer, not migrated, not durable) and ConflictError (a policy changed under its version, or
    a model in use that was made for another program).
    """
    services = _services(settings, _loaded(key_provider(settings)), clock or SystemClock())
    with _closed_on_failure(services.store):
        services.store.require_current()
        services.store.require_keys()
        return _judging(services, shipped_model=shipped_model)


def initialise(settings: Settings, clock: Clock | None = None) -> Services:
    """Create or migrate the store and make its keys; safe to repeat, also at the same time by two operators.

    Keys are made only for a store that was never sealed, and never in production: other keys beside sealed data
    would hide that the right ones are lost.
    """
    services = _services(settings, _load_or_create(settings), clock or SystemClock())
    with _closed_on_failure(services.store):
        former, _ = services.store.migrate(_OPERATOR)
        with services.store.write() as uow:
            uow.head.lock()
            _settle_keys(uow, services)
        judging = _judging(services, shipped_model=False)
        if former and former < _FIRST_WITH_CASES:
            open_former_cases(judging, actor=_OPERATOR)
        return judging


def _judging(services: Services, *, shipped_model: bool) -> Services:
    """Keep the wording of the rules at their first use, and judge by those that were adopted."""
    keep_rules(services.store, Policy.wording(services.settings.policy), services.policy.version, _OPERATOR)
    return rules_in_force(services, shipped_model=shipped_model)


@contextmanager
def _closed_on_failure(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise


def _loaded(provider: KeyProvider) -> KeysAtHand:
    return KeysAtHand(provider.load(), provider)


def _services(settings: Settings, keys: KeysAtHand, clock: Clock) -> Services:
    policy = Policy.load(settings.policy)
    return Services(
        store=_open(settings, keys, clock, policy.version),
        keyring=keys.keyring,
        law=Law.load(policy),
        policy=policy,
        clock=clock,
        settings=settings,
        model=DEFAULT,
    )


def _open(settings: Settings, keys: KeysAtHand, clock: Clock, policy: str) -> Store:
    versions = RuleVersions(model=DEFAULT.version, policy=policy)
    return open_store(settings.database_url, keys, clock=clock, cipher=settings.cipher, versions=versions)


def _load_or_create(settings: Settings) -> KeysAtHand:
    """Return the keys, making them where there are none and nothing was sealed yet."""
    provider = key_provider(settings)
    try:
        return _loaded(provider)
    except KeysMissingError:
        if settings.mode is Mode.PRODUCTION:
            raise
    _require_unsealed(settings)
    try:
        return KeysAtHand(provider.create(settings.cipher), provider)
    except FileExistsError:
        # Another `registry init` was quicker; its keys are as good.
        return _loaded(provider)


def _require_unsealed(settings: Settings) -> None:
    """Raise KeysMissingError where the store was sealed with keys that are not here."""
    store = open_store(settings.database_url, Keyring.generate(settings.cipher))
    try:
        if store.is_sealed():
            raise KeysMissingError("the key file is missing and the store was sealed with its keys: bring it back")
    finally:
        store.close()


def _settle_keys(uow: UnitOfWork, services: Services) -> None:
    """Prove the keys at the first start; at every other, see that they are the same ones."""
    if uow.key_check.is_empty():
        uow.key_check.prove(services.store.keyring)
        facts: dict[str, str | int] = {
            "master_version": services.store.keyring.current_master,
            "index_version": services.store.keyring.current_index,
            "cipher": services.settings.cipher,
        }
        uow.ledger.record(EventKind.KEYS_CREATED, _OPERATOR, facts)
        if (signing := services.store.keyring.signing) is not None:
            record_signing_key(uow, signing.signing, _OPERATOR)
    services.store.keys.settle(uow.key_check.in_use())
    uow.key_check.require_fit(services.store.keyring)
    settle_signing_key(uow, services, _OPERATOR)
