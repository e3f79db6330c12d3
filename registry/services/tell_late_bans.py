"""Tell licensing systems what looking back found: an answer that was clear would be held now, and how long ago it was.

A hold that fell away is told by `correct_answers`; its finding only moves on here. After a bulk run nobody is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.services.correct_answers import tell_late_ban
from registry.store.look_back_repository import FindingFilter, FindingKind, FindingState, StoredFinding

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

_AT_A_TIME: Final = 500


def tell_late_bans(services: Services) -> int:
    """Write a notice for every finding nobody was told of yet, once; return how many notices."""
    told, after = 0, 0
    while True:
        found, after = _page(services, after)
        told += found
        if not after:
            return told


def _page(services: Services, after: int) -> tuple[int, int]:
    """Tell of so many findings in one commit; return how many notices, and where to go on (0: at the end)."""
    wanted = FindingFilter(states=(FindingState.OPEN,))
    with services.store.read() as uow:
        if not uow.look_backs.page(wanted, after, 1):
            return 0, 0
    now, told = services.clock.now(), 0
    with services.store.write() as uow:
        page = uow.look_backs.page(wanted, after, _AT_A_TIME)
        for finding in page:
            if finding.kind is FindingKind.LISTED and finding.client_id is not None:
                days, told_of = finding.days_ago(now), _told_of(uow, finding)
                tell_late_ban(services, uow, finding.client_id, finding.check_no, days, told_of)
                told += 1
        uow.look_backs.told(each.id for each in page if each.client_id is not None)
    return told, page[-1].id if len(page) == _AT_A_TIME else 0


def _told_of(uow: UnitOfWork, finding: StoredFinding) -> dict[str, str | int]:
    """Return which applicant of the check a notice is about, and how many findings its check has."""
    findings = uow.look_backs.count_listed(finding.check_no)
    return {"finding": finding.id, "subject_no": finding.subject_no, "findings": findings}
