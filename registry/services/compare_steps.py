"""Say of every step of a held application whether its words are the ones the log recorded when it was taken.

The log holds a digest of each step that only the step's own key can make; whoever reads a reason a year later sees that
it is the reason of then, and at which leaf of the log that stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.ledger.events import EventKind
from registry.store.trail_repository import TrailFilter

if TYPE_CHECKING:
    from registry.store.case_values import StoredStep
    from registry.store.trail_repository import Act
    from registry.store.unit_of_work import UnitOfWork

_MOST: Final = 1_000
_DIGEST: Final = "content_digest"


class Agreement(StrEnum):
    """How a step stands to the log: the words it recorded, others, or nothing recorded at all."""

    SAME = "same"
    OTHER = "other"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """How a step stands to the log, and its leaf there (None: it waits for its place, or there is no record)."""

    agreement: Agreement
    leaf: int | None


@dataclass(frozen=True, slots=True)
class RecordedSteps:
    """By a step's number how it stands to the log; `lost` are numbers the log has and the case has not."""

    steps: Mapping[int, RecordedStep]
    lost: tuple[int, ...]

    @property
    def altered(self) -> tuple[int, ...]:
        """Numbers of steps whose words are not the recorded ones, or that nothing recorded."""
        wrong = {Agreement.OTHER, Agreement.UNRECORDED}
        return tuple(number for number, step in self.steps.items() if step.agreement in wrong)


def compare_steps(uow: UnitOfWork, check_no: str, steps: Sequence[StoredStep]) -> RecordedSteps:
    """Compare the steps of a case with the log's records of them, which are erased with the case and not before."""
    acts = uow.trail.page(TrailFilter(kinds=(EventKind.CASE_STEPPED,), about=check_no), None, _MOST)
    recorded = {int(act.facts["number"]): act for act in acts if act.facts is not None}
    kept = {step.number: _compared(step, recorded.get(step.number)) for step in steps}
    return RecordedSteps(kept, tuple(sorted(recorded.keys() - kept.keys())))


def _compared(step: StoredStep, act: Act | None) -> RecordedStep:
    if act is None or act.facts is None:
        return RecordedStep(Agreement.UNRECORDED, None)
    same = act.facts[_DIGEST] == step.digest and act.facts["step"] == step.kind and act.actor == step.actor
    return RecordedStep(Agreement.SAME if same else Agreement.OTHER, act.leaf)
