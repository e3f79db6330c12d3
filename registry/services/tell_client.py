"""Tell a licensing system what became of its check: the notice is written in the commit of the act it speaks of."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from registry.ledger.events import EventKind
from registry.store.notice_repository import NewNotice, NoticeKind, StoredNotice

if TYPE_CHECKING:
    from registry.store.case_values import StoredCase
    from registry.store.unit_of_work import UnitOfWork

_OUTCOMES: Final = {
    "confirmed": NoticeKind.OUTCOME_CONFIRMED,
    "released": NoticeKind.OUTCOME_RELEASED,
    "withdrawn": NoticeKind.OUTCOME_WITHDRAWN,
    "open": NoticeKind.OUTCOME_REOPENED,
}


def tell_client(uow: UnitOfWork, new: NewNotice, actor: str) -> StoredNotice:
    """Keep and record a notice; a job delivers it. The caller commits."""
    notice = uow.notices.make(new)
    facts: dict[str, str | int] = {"notice_no": notice.notice_no, "client_id": notice.client_id}
    uow.ledger.record(EventKind.NOTICE_MADE, actor, {**facts, "notice_kind": new.kind, "check_no": new.check_no or ""})
    return notice


def tell_of_case(  # noqa: PLR0913, PLR0917 -- a notice about a case is exactly these
    uow: UnitOfWork,
    case: StoredCase,
    kind: NoticeKind,
    content: dict[str, str | int | None],
    actor: str,
    due_on: datetime.date | None = None,
) -> StoredNotice | None:
    """Tell the system that asked about a case; None where a bulk run asked, which nobody waits for."""
    if case.client_id is None:
        return None
    new = NewNotice(case.client_id, kind, case.check_no, case.application_no, case.region, content, due_on)
    return tell_client(uow, new, actor)


def tell_outcome(uow: UnitOfWork, case: StoredCase, former: str, outcome: str, actor: str) -> None:
    """Tell of an outcome that changed: open, confirmed, released or withdrawn."""
    content: dict[str, str | int | None] = {"outcome": outcome, "former": former}
    now = uow.cases.find(case.check_no) or case
    if outcome == "released" and now.release_cause is not None:
        content["outcome_reason"] = now.release_cause.value
    tell_of_case(uow, case, _OUTCOMES[outcome], content, actor)
