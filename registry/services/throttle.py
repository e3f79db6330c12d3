"""How often signing in may fail, for one account and from one address, before it is refused for a while.

Every attempt counts as failed before its password is looked at, so that attempts made at once gain nothing; one that
succeeds is taken back. A refused attempt neither counts nor is looked at: a right password tells nothing either.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from registry.errors import RateExceededError
from registry.ledger.events import EventKind
from registry.store.account_repository import Count

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

FORGOTTEN_AFTER: Final = datetime.timedelta(minutes=15)
"""A quarter of an hour without a failure, and the count begins anew."""

OF_ACCOUNT: Final = 5
OF_ADDRESS: Final = 30
"""Failures after which the next ones are refused; an office shares one address."""

_FIRST_WAIT: Final = datetime.timedelta(minutes=1)
_LONGEST_WAIT: Final = datetime.timedelta(minutes=15)
_ACCOUNT: Final = "account:"
_MOST_DOUBLINGS: Final = 4


def account_of(name_key: str) -> str:
    """Return what failures of an account are counted under, whether or not there is such an account."""
    return _ACCOUNT + name_key


def address_of(address: str) -> str:
    """Return what failures from an address are counted under."""
    return f"address:{address}"


def require_room(services: Services, subjects: Sequence[str], user: int) -> None:
    """Count an attempt for each of these; raise RateExceededError, with the seconds to wait, where one is refused.

    `user` is whose account it is (0: nobody's), for the record of the moment from which attempts are refused.
    """
    now = services.clock.now()
    with services.store.write() as uow:
        counts = uow.accounts.counts(subjects)
        wait = max((_left(count, now) for count in counts), default=0)
        if not wait:
            for subject, count in zip(subjects, counts, strict=True):
                _add(uow, subject, count, user)
    if wait:
        raise RateExceededError(wait)


def spare(uow: UnitOfWork, *subjects: str) -> None:
    """Forget the failures of an account whose password was given, and take the attempt back from an address."""
    for subject, count in zip(subjects, uow.accounts.counts(subjects), strict=True):
        if subject.startswith(_ACCOUNT):
            uow.accounts.clear_count(subject)
        else:
            uow.accounts.set_count(subject, Count(max(0, count.failures - 1), count.last_at, None))


def _left(count: Count, now: datetime.datetime) -> int:
    if count.refused_until is None or now >= count.refused_until:
        return 0
    return max(1, int((count.refused_until - now).total_seconds()))


def _add(uow: UnitOfWork, subject: str, count: Count, user: int) -> None:
    now = uow.transaction.now()
    failures = 1 if now - count.last_at > FORGOTTEN_AFTER else count.failures + 1
    by_account = subject.startswith(_ACCOUNT)
    beyond = failures - (OF_ACCOUNT if by_account else OF_ADDRESS)
    until = None if beyond < 0 else now + min(_FIRST_WAIT * 2 ** min(beyond, _MOST_DOUBLINGS), _LONGEST_WAIT)
    uow.accounts.set_count(subject, Count(failures, now, until))
    if until is not None:
        facts: dict[str, str | int] = {"user_id": user, "by": "account" if by_account else "address"}
        uow.ledger.record(EventKind.SIGN_IN_THROTTLED, "console", facts)
