"""Show the regulators their held applications: the list of them, and one with all it takes to decide it.

Opening a case is a look-up and recorded before anything is shown. What somebody works for limits what they see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import orjson

from matching.identity import Identity
from registry.errors import ConflictError
from registry.law.provision_texts import ProvisionText, provision_text
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.case_step import Acting, last_hearing, open_case, reaches
from registry.services.explain_evidence import Language, explain
from registry.services.quote_judgment import QuotedJudgment, quote_judgments
from registry.store.case_values import (
    CaseFilter,
    CasePlace,
    CaseState,
    StoredCase,
    StoredClearance,
    StoredMatch,
    StoredStep,
)

if TYPE_CHECKING:
    from registry.law.provisions import Law
    from registry.services.admit_applicants import SubjectRequest
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.objection_repository import StoredObjection
    from registry.store.unit_of_work import UnitOfWork

CASES_A_PAGE: Final = 50
_EARLIER: Final = 20


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases in the order they are due; `following` is where the next one begins (None: this is the last)."""

    cases: tuple[StoredCase, ...]
    following: CasePlace | None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of the reckoning: what agreed or not, what it weighs, and the sum so far (thousandths of a bit)."""

    feature: str
    level: str
    millibits: int
    running: int
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListedFace:
    """Who one record says the listed person is."""

    record: str
    identity: Identity = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatchView:
    """An applicant beside a listed person.

    `bases` are those that barred when the answer was given (contracts' fields), `wordings` the provisions' texts by
    name. `faces` is empty where nothing of the listed person is in force any more; `quoted` are the documents at the
    desk that their rows came from.
    """

    match: StoredMatch
    applicant: SubjectRequest = field(repr=False)
    faces: tuple[ListedFace, ...] = field(repr=False)
    lines: tuple[EvidenceLine, ...]
    expected_coincidences: float
    bases: tuple[Mapping[str, Any], ...]
    wordings: Mapping[str, ProvisionText]
    quoted: tuple[QuotedJudgment, ...]

    @property
    def millibits(self) -> int:
        """The sum of the evidence, in thousandths of a bit."""
        return sum(line.millibits for line in self.lines)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all it takes to decide it; `answer` is the whole answer as it was given (language-neutral).

    `statements` is what was ever objected about the listed people, in their words.
    """

    case: StoredCase
    subjects: tuple[SubjectRequest, ...] = field(repr=False)
    matches: tuple[MatchView, ...] = field(repr=False)
    steps: tuple[StoredStep, ...] = field(repr=False)
    earlier: tuple[StoredCase, ...]
    clearances: tuple[StoredClearance, ...]
    statements: tuple[StoredObjection, ...] = field(repr=False)
    answer: Mapping[str, Any] = field(repr=False)

    @property
    def hearing(self) -> StoredStep | None:
        """The hearing or waiver that counts."""
        return last_hearing(self.steps)


def list_cases(
    services: Services, wanted: CaseFilter, actor: DeskActor, after: CasePlace | None = None, most: int = CASES_A_PAGE
) -> CasePage:
    """Return a page of cases; of another region than the actor's there are none. Settled ones come latest first."""
    latest_first = bool(wanted.states) and all(state.is_settled for state in wanted.states)
    with services.store.read() as uow:
        found = uow.cases.page(_within(wanted, actor), after, most + 1, latest_first=latest_first)
    more = len(found) > most
    shown = tuple(found[:most])
    return CasePage(shown, CasePlace(shown[-1].due_on, shown[-1].id) if more else None)


def count_cases(services: Services, wanted: CaseFilter, actor: DeskActor) -> int:
    """Return how many cases of the actor's region there are."""
    with services.store.read() as uow:
        return uow.cases.count(_within(wanted, actor))


@dataclass(frozen=True, slots=True)
class WaitingCases:
    """How many cases of a region wait for whom: to be decided, for an answer, for a second person; and how many late.

    `second_person` are those with a release that somebody else than the actor proposed; `overdue` those of the region
    that nobody has settled in time.
    """

    to_do: int
    asked: int
    second_person: int
    overdue: int


def count_waiting_cases(services: Services, actor: DeskActor) -> WaitingCases:
    """Return how many cases of the actor's region wait."""
    undecided = tuple(state for state in CaseState if not state.is_settled)
    with services.store.read() as uow:
        to_do, asked = (
            uow.cases.count(_within(CaseFilter(states=(state,)), actor)) for state in (CaseState.OPEN, CaseState.ASKED)
        )
        proposed = uow.cases.count_proposed_by_others(_within(CaseFilter(), actor), actor.text)
        late = CaseFilter(states=undecided, due_before=services.clock.today())
        overdue = uow.cases.count(_within(late, actor))
    return WaitingCases(to_do, asked, proposed, overdue)


def read_case(services: Services, check_no: str, actor: DeskActor) -> CaseView:
    """Return a case, once the look-up is recorded.

    Raises NotFoundError where there is none in the actor's region, ConflictError where what was asked was not kept.
    """
    with services.store.write() as uow:
        case = open_case(uow, Acting(check_no, actor))
        uow.ledger.record(EventKind.CASE_READ, actor.text, {"check_no": check_no})
    with services.store.read() as uow:
        return _viewed(services.law, uow, open_case(uow, Acting(case.check_no, actor)), actor)


def _within(wanted: CaseFilter, actor: DeskActor) -> CaseFilter:
    return wanted if actor.region is None else replace(wanted, region=actor.region[:2])


def _viewed(law: Law, uow: UnitOfWork, case: StoredCase, actor: DeskActor) -> CaseView:
    decision = uow.decisions.replayable(case.check_no)
    if decision is None or decision.request is None:
        raise ConflictError("what was asked is not kept any more")
    request, answer = stored_request.read(decision.request), orjson.loads(decision.answer)
    asked = {subject.subject_no: subject for subject in request.subjects}
    matches = uow.cases.matches(case.id)
    earlier = _earlier(uow, case, matches)
    return CaseView(
        case=case,
        subjects=request.subjects,
        matches=tuple(_match(law, uow, match, asked[match.subject_no], answer) for match in matches),
        steps=tuple(uow.cases.steps(case.id)),
        earlier=tuple(each for each in earlier if reaches(actor, each)),
        clearances=tuple(uow.clearances.of_checks([case.check_no, *(each.check_no for each in earlier)])),
        statements=tuple(uow.objections.statements_of([match.ban_no for match in matches])),
        answer=answer,
    )


def _earlier(uow: UnitOfWork, case: StoredCase, matches: Sequence[StoredMatch]) -> list[StoredCase]:
    """Return other cases of the same applicants, whoever asked, latest first."""
    found = {
        each.id: each
        for applicant in {uow.cases.applicant_of(match.id) for match in matches}
        for each in uow.cases.of_applicant(applicant, _EARLIER)
        if each.id != case.id
    }
    return [found[number] for number in sorted(found, reverse=True)]


def _match(
    law: Law, uow: UnitOfWork, match: StoredMatch, applicant: SubjectRequest, answer: Mapping[str, Any]
) -> MatchView:
    given = next(
        each
        for subject in answer["subjects"]
        if subject["subject_no"] == match.subject_no
        for each in subject["matches"]
        if each["ban_no"] == match.ban_no
    )
    faces = tuple(_faces(uow, match.ban_no))
    record_nos = [face.record.partition(":")[2] for face in faces]
    return MatchView(
        match=match,
        applicant=applicant,
        faces=faces,
        lines=tuple(_lines(given["evidence"])),
        expected_coincidences=float(given["expected_coincidences"]),
        bases=tuple(given["bases"]),
        wordings={basis["provision"]: provision_text(law.provision(basis["provision"])) for basis in given["bases"]},
        quoted=tuple(quote_judgments(uow, record_nos, [face.identity.name for face in faces])),
    )


def _faces(uow: UnitOfWork, ban_no: str) -> Iterator[ListedFace]:
    subject = uow.lists.subjects_numbered([ban_no]).get(ban_no)
    if subject is None or not any(uow.lists.standing_bases([subject])):
        return
    for face in uow.lists.faces([subject]):
        yield ListedFace(f"{face.source_region}:{face.record_no}", face.identity)


def _lines(evidence: Sequence[Sequence[Any]]) -> Iterator[EvidenceLine]:
    running = accumulate(int(line[2]) for line in evidence)
    for (feature, level, millibits), total in zip(evidence, running, strict=True):
        says = {language.value: explain(feature, level, millibits, language) for language in Language}
        yield EvidenceLine(feature, level, millibits, total, says)
