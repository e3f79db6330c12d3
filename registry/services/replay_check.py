"""Replay one decision: what the system answered, and what it would have answered as of another list, day or rule.

Where the answer differs, it is said whether the listed person's record changed between both versions of the list, which
is then the reason.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import NotFoundError
from registry.ledger.events import EventKind
from registry.services.explain_record import decision_with_request
from registry.services.remake_decision import AsOf, Differing, Remade, Remaking

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision

_AS_IT_WAS = AsOf()


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of making a decision again.

    `list_version` is that of then, `replayed_at_version` the one it was made again against; of the rows that listed
    somebody at that version, `erased_since` were erased by law and are missing. `other_rules`: model, policy or day may
    be others than then. `verdict` is the whole check's, as it was given.
    """

    check_no: str
    decided_at: datetime.datetime
    verdict: str
    model: str
    policy: str
    day: datetime.date
    list_version: int
    replayed_at_version: int
    erased_since: int
    other_rules: bool
    differing: tuple[Differing, ...]

    @property
    def equal(self) -> bool:
        """Say whether every subject's verdict, every match and every line of evidence is as it was."""
        return not self.differing


def replay_check(
    services: Services, check_no: str, *, actor: str, as_of: AsOf = _AS_IT_WAS, region: str | None = None
) -> Replay:
    """Make a decision again and compare; recorded. `region` is the only one its reader works for (None: all).

    Raises NotFoundError where there is no such decision in that region or its rules are not kept, ConflictError where
    its request was not kept or its model was made for another program, InvalidInputError for a version the list never
    had.
    """
    with services.store.read() as uow:
        decision, request = decision_with_request(uow, check_no)
        if region is not None and not (decision.region or "").startswith(region):
            raise NotFoundError("no such check")
        remade = Remaking(services, uow, as_of).remake(decision, request)
        behind = remade.list_version < uow.head.version()
        erased = uow.changes.erased_since(remade.list_version) if behind else 0
    with services.store.write() as uow:
        uow.ledger.record(EventKind.CHECK_REPLAYED, actor, _facts(check_no, remade))
    return _replay(decision, as_of, remade, erased)


def _facts(check_no: str, remade: Remade) -> dict[str, str | int]:
    return {
        "check_no": check_no,
        "equal": "no" if remade.differing else "yes",
        "at_list_version": remade.list_version,
        "for_day": remade.day.isoformat(),
        "by_model": remade.model,
        "by_policy": remade.policy,
    }


def _replay(decision: ReplayableDecision, as_of: AsOf, remade: Remade, erased_since: int) -> Replay:
    return Replay(
        check_no=decision.check_no,
        decided_at=decision.decided_at,
        verdict=decision.verdict,
        model=remade.model,
        policy=remade.policy,
        day=remade.day,
        list_version=decision.list_version,
        replayed_at_version=remade.list_version,
        erased_since=erased_since,
        other_rules=as_of.other_rules,
        differing=remade.differing,
    )
