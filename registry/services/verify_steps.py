"""Verify that what was done about held applications is what the log recorded: every step, its kind and its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from registry.ledger.events import EventKind
from registry.services.log_report import Fault, FaultKind

if TYPE_CHECKING:
    from registry.services.log_report import LogReport
    from registry.services.verify_records import Recorded
    from registry.store.unit_of_work import UnitOfWork


class StepRecords:
    """Every step of a case has the entry that recorded it, which says the same, and every such entry its step."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[dict[tuple[str, int], Recorded]] = {}

    def take(self, entry: Recorded) -> None:
        """Note the entry of a step; of a case that was erased after its time the facts are gone."""
        if entry.kind == EventKind.CASE_STEPPED and entry.facts:
            self._entries[entry.facts["check_no"], entry.facts["number"]] = entry

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:  # noqa: ARG002 -- as the others
        """Yield what is wrong with steps; one without entry is told by a full verification only."""
        left = dict(self._entries)
        for check_no, number, kind, digest in self._uow.cases.step_digests():
            entry = left.pop((check_no, number), None)
            named = f"step {number} of check {check_no}"
            if entry is None and not first:
                yield Fault(FaultKind.STEP_ALTERED, f"{named} has no entry")
            elif entry is not None and (kind, digest) != (entry.facts["step"], entry.facts["content_digest"]):
                yield entry.fault(FaultKind.STEP_ALTERED, f"{named} is not as recorded")
        for (check_no, number), entry in left.items():
            yield entry.fault(FaultKind.STEP_ALTERED, f"step {number} of check {check_no} is not there")
