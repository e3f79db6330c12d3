"""Look at what clients asked since the last time, and raise an alarm where one seems to fish."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from registry.clock import SHANGHAI
from registry.ledger.events import EventKind
from registry.services.conduct import Conduct, Look, Person, Sign, observe
from registry.store.alarm_repository import AlarmKind
from registry.store.conduct_repository import NewDecision, Page

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

MOST_AT_ONCE: Final = 500
"""Entries of checks looked at in one transaction, so that checks get in between."""

_ACTOR: Final = "worker"


@dataclass(frozen=True, slots=True)
class Watched:
    """How many decisions were looked at, and which clients were flagged by them."""

    decisions: int
    flagged: tuple[int, ...]


def watch_conduct(services: Services) -> Watched:
    """Look at every decision that got its place in the log since the last time; what was looked at stays so.

    One without its place yet (the worker gives it every second) is looked at the next time. Raises as the store does.
    """
    with services.store.read() as uow:
        after = uow.conduct.through()
    seen, flagged = 0, list[int]()
    while True:
        with services.store.write() as uow:
            page = uow.conduct.page(after, MOST_AT_ONCE)
            flagged += _watch_some(uow, page)
        seen, after = seen + len(page.decisions), page.through
        if page.last:
            return Watched(seen, tuple(flagged))


def _watch_some(uow: UnitOfWork, page: Page) -> list[int]:
    by_client: defaultdict[int, list[NewDecision]] = defaultdict(list)
    for decided in page.decisions:
        by_client[decided.client_id].append(decided)
    return [client for client, decided in by_client.items() if _watch_one(uow, client, decided, page.through)]


def _watch_one(uow: UnitOfWork, client: int, decided: list[NewDecision], through: int) -> bool:
    written = uow.conduct.state(client)
    conduct = Conduct(secrets.token_hex(16)) if written is None else Conduct.read(written)
    signs: set[Sign] = set()
    for each in decided:
        if each.request is not None:
            signs |= observe(conduct, _look(each, each.request))
    uow.conduct.keep(client, through, conduct.written())
    return bool(signs) and _flag(uow, client, signs)


def _flag(uow: UnitOfWork, client: int, signs: set[Sign]) -> bool:
    """Raise the alarm unless it is open; say whether it is new."""
    if not uow.alarms.raise_alarm(AlarmKind.PROBING, str(client), " ".join(sorted(signs))):
        return False
    uow.ledger.record(EventKind.ALARM_RAISED, _ACTOR, {"alarm": AlarmKind.PROBING.value, "subject": str(client)})
    return True


def _look(decided: NewDecision, request: str) -> Look:
    """Return a decision as the conduct of its client."""
    asked: list[Any] = orjson.loads(request)["subjects"]
    answered: list[Any] = orjson.loads(decided.answer)["subjects"]
    people = [_person(each["identity"], bool(found["matches"])) for each, found in zip(asked, answered, strict=True)]
    return Look(decided.decided_at.astimezone(SHANGHAI).hour, decided.application_no, people)


def _person(identity: Any, hit: bool) -> Person:
    papers, birth = identity["documents"], identity["birth"]
    whole = birth is not None and all(birth[part] for part in ("year", "month", "day"))
    day = f"{birth['year']}-{birth['month']}-{birth['day']}" if whole else None
    return Person(identity["name"] or "", papers[0]["number"] if papers else None, day, hit)
