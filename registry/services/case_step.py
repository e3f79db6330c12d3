"""What every step in a case has in common: the case as the actor may see it, the step kept, the outcome recorded."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from registry.errors import ChangedMeanwhileError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.own_region import reaches
from registry.services.tell_client import tell_outcome
from registry.store.case_values import CaseState, Finding, StepKind, StoredCase, StoredMatch, StoredStep

if TYPE_CHECKING:
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

_HEARINGS: Final = frozenset({StepKind.HEARD, StepKind.HEARING_WAIVED})
DECIDING: Final = frozenset(
    {StepKind.FOUND_SAME, StepKind.FOUND_OTHER, StepKind.RELEASE_PROPOSED, StepKind.RELEASE_AGREED}
)
"""The steps that settle a case, or propose to; who took one decides no objection to it and not anew."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in which case, as they last saw it (`expected`: its row version; None: however it is)."""

    check_no: str
    actor: DeskActor
    expected: int | None = None

    @property
    def name(self) -> str:
        """The name under which the act is recorded."""
        return self.actor.text


def open_case(uow: UnitOfWork, acting: Acting) -> StoredCase:
    """Return a case of the actor's region, as it was when the actor last saw it.

    Raises NotFoundError where there is none in that region, ChangedMeanwhileError where somebody took a step since.
    """
    case = uow.cases.find(acting.check_no)
    if case is None or not reaches(acting.actor, case.region):
        raise NotFoundError("there is no such case")
    if acting.expected is not None and case.row_version != acting.expected:
        raise ChangedMeanwhileError("somebody else has taken a step in this case since it was opened")
    return case


def asking_office(uow: UnitOfWork, case: StoredCase) -> str | None:
    """Return the name of the system that asked; None for a run over all four provinces."""
    client = None if case.client_id is None else uow.clients.by_id(case.client_id)
    return None if client is None else client.name


def last_hearing(steps: Sequence[StoredStep]) -> StoredStep | None:
    """Return the hearing or waiver that counts: the last since the case was opened, or opened again."""
    last = last_step(steps, {*_HEARINGS, StepKind.REOPENED})
    return None if last is None or last.kind is StepKind.REOPENED else last


def files_brought(steps: Iterable[StoredStep]) -> int:
    """Return how many files were brought to a case; letters written in it are no such files."""
    return sum(step.kind is StepKind.FILE_ATTACHED for step in steps)


def last_step(
    steps: Sequence[StoredStep], kinds: Container[StepKind], match_id: int | None = None
) -> StoredStep | None:
    """Return the last step of certain kinds (about a match, where one is named); None where there is none."""
    found = (step for step in reversed(steps) if step.kind in kinds)
    return next((step for step in found if match_id in {None, step.match_id}), None)


def given_match(answer: Mapping[str, Any], steps: Sequence[StoredStep], match: StoredMatch) -> Mapping[str, Any]:
    """Return what is stated of a match: in the answer, or in the step that put it on the case."""
    adding = (step for step in steps if step.kind is StepKind.LISTED_SINCE and step.match_id == match.id)
    answered = (
        each
        for subject in answer["subjects"]
        if subject["subject_no"] == match.subject_no
        for each in subject["matches"]
        if each["ban_no"] == match.ban_no
    )
    found: Mapping[str, Any] = next(chain(answered, (step.content["match"] for step in adding)))
    return found


def take_step(  # noqa: PLR0913, PLR0917 -- a step is exactly these
    uow: UnitOfWork,
    case: StoredCase,
    kind: StepKind,
    content: Mapping[str, Any],
    actor: str,
    match_id: int | None = None,
) -> int:
    """Keep and record a step; return its number. The caller moves the case and commits."""
    number, digest = uow.cases.add_step(case, kind, actor, content, match_id)
    facts: dict[str, str | int] = {"check_no": case.check_no, "number": number, "step": kind}
    uow.ledger.record(EventKind.CASE_STEPPED, actor, {**facts, "content_digest": digest})
    return number


def note_step(  # noqa: PLR0913, PLR0917 -- a step is exactly these
    uow: UnitOfWork,
    case: StoredCase,
    kind: StepKind,
    content: Mapping[str, Any],
    actor: str,
    match_id: int | None = None,
) -> None:
    """Keep and record a step that leaves the case in its state. Raises ChangedMeanwhileError; the caller commits."""
    take_step(uow, case, kind, content, actor, match_id)
    uow.cases.move(case, case.state)


def move_case(uow: UnitOfWork, case: StoredCase, state: CaseState, actor: str) -> None:
    """Bring a case into a state; an outcome that changes with it is recorded and told. Raises ChangedMeanwhileError."""
    uow.cases.move(case, state)
    former, outcome = outcome_of(case.state), outcome_of(state)
    if former != outcome:
        uow.ledger.record(EventKind.CASE_SETTLED, actor, {"check_no": case.check_no, "outcome": outcome})
        tell_outcome(uow, case, former, outcome, actor)


def outcome_of(state: CaseState) -> str:
    """Return what a licensing system is told of a state: open, confirmed, released or withdrawn."""
    return str(state) if state.is_settled else "open"


def state_of(matches: Sequence[StoredMatch]) -> CaseState:
    """Return the state the findings of a case make; a single listed person found to be the applicant is enough."""
    findings = {match.finding for match in matches}
    if Finding.SAME in findings:
        return CaseState.CONFIRMED
    if Finding.OTHER_PROPOSED in findings:
        return CaseState.RELEASE_PROPOSED
    if Finding.OPEN in findings or not findings:
        return CaseState.OPEN
    return CaseState.RELEASED if Finding.OTHER in findings else CaseState.WITHDRAWN
