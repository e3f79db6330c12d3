"""Show the regulators their held applications: the list of them, and one with all it takes to decide it.

Opening a case is a look-up and recorded before anything is shown. What somebody works for limits what they see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import orjson

from matching.identity import Identity
from matching.score import tells_equal_number
from registry.errors import ConflictError
from registry.law.provision_texts import ProvisionText, provision_text
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.apply_clearances import masked_applicant, masked_words
from registry.services.case_step import Acting, asking_office, files_brought, given_match, last_hearing, open_case
from registry.services.compare_steps import RecordedSteps, compare_steps
from registry.services.document_issuers import document_issuers
from registry.services.explain_evidence import Language, explain
from registry.services.find_rechecks import Recheck, find_recheck
from registry.services.list_as_of import subjects_as_of
from registry.services.order_cases import case_before, cases_after, place_of
from registry.services.own_region import province_of, reaches, within_region
from registry.services.quote_judgment import QuotedJudgment, quote_judgments
from registry.services.whole_bars import WholeBars, whole_bars
from registry.store.attachment_repository import AttachedTo, Attachment
from registry.store.case_values import (
    CaseFilter,
    CasePlace,
    CaseState,
    DoneBy,
    Finding,
    StepKind,
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
    from registry.services.load_index import Face
    from registry.store.change_repository import ListChange
    from registry.store.list_values import StoredFace
    from registry.store.objection_repository import StoredObjection
    from registry.store.unit_of_work import UnitOfWork

CASES_A_PAGE: Final = 50
_EARLIER: Final = 20
_FINDINGS: Final = (StepKind.FOUND_SAME, StepKind.FOUND_OTHER, StepKind.RELEASE_PROPOSED)
_WAITS_AFTER: Final = {CaseState.ASKED: StepKind.ASKED, CaseState.RELEASE_PROPOSED: StepKind.RELEASE_PROPOSED}


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases in their order; `following` is where the next one begins (None: this is the last).

    `waits_for` is, by case, who took the step after which somebody else is to act: asked for more, proposed a release.
    What the step says is on the case's own page, where reading it is recorded.
    """

    cases: tuple[StoredCase, ...]
    waits_for: Mapping[int, DoneBy]
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
class OtherApplicant:
    """Another application that may be of the same listed person: the case, what was found there, who applied, masked.

    `is_rival`: its applicant is stated otherwise than the one looked at and was not found to be another person.
    `reason`: why it was found to be the same or another, where it was; its applicant masked there, too.
    """

    case: StoredCase
    match: StoredMatch
    name: str
    number: str
    is_rival: bool
    reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatchView:
    """An applicant beside a listed person.

    `bases` are those that barred when the answer was given (contracts' fields), `bars` all that each of them bars from,
    `wordings` the provisions' texts by name, `issuers` the courts and authorities by document. `faces` is empty where
    nothing of the listed person is in force; `quoted` are the documents at the desk that their rows came from.
    `changes` are those of the listed person since the answer, `stands` says whether any basis of theirs still does,
    `others` who else may be the same person.
    """

    match: StoredMatch
    applicant: SubjectRequest = field(repr=False)
    faces: tuple[ListedFace, ...] = field(repr=False)
    lines: tuple[EvidenceLine, ...]
    expected_coincidences: float
    bases: tuple[Mapping[str, Any], ...]
    bars: tuple[WholeBars, ...]
    wordings: Mapping[str, ProvisionText]
    issuers: Mapping[str, str]
    quoted: tuple[QuotedJudgment, ...]
    changes: tuple[ListChange, ...]
    stands: bool
    others: tuple[OtherApplicant, ...] = field(repr=False)

    @property
    def millibits(self) -> int:
        """The sum of the evidence, in thousandths of a bit."""
        return sum(line.millibits for line in self.lines)

    @property
    def rivals(self) -> int:
        """How many other applications, of whoever is stated otherwise, may be this listed person's as well."""
        return sum(other.is_rival for other in self.others)

    @property
    def needs_second(self) -> bool:
        """Whether two people let this applicant go: by the answer the number is one and the same."""
        equal = any(tells_equal_number(line.feature, line.level) for line in self.lines)
        return equal or self.match.verdict == Verdict.BLOCK


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all it takes to decide it; `answer` is the whole answer as it was given (language-neutral).

    `recorded` says how each step stands to the log, `office` names the system that asked (None: a run over all four
    provinces). `statements` is what was ever objected about the listed people, in their words. `as_of`: the list
    version the listed people are shown as of, that of the answer once the case is settled; None is the list of now.
    `recheck`: the check under the right number, of an application released because its number was wrong;
    `same_application`: cases of the very application whose applicant is stated otherwise.
    """

    case: StoredCase
    office: str | None
    subjects: tuple[SubjectRequest, ...] = field(repr=False)
    matches: tuple[MatchView, ...] = field(repr=False)
    steps: tuple[StoredStep, ...] = field(repr=False)
    recorded: RecordedSteps
    earlier: tuple[StoredCase, ...]
    clearances: tuple[StoredClearance, ...]
    statements: tuple[StoredObjection, ...] = field(repr=False)
    files: tuple[Attachment, ...]
    recheck: Recheck | None
    same_application: tuple[StoredCase, ...]
    answer: Mapping[str, Any] = field(repr=False)
    as_of: int | None

    @property
    def brought(self) -> int:
        """How many files were brought to the case; the letters written in it are kept beside them."""
        return files_brought(self.steps)

    @property
    def hearing(self) -> StoredStep | None:
        """The hearing or waiver that counts."""
        return last_hearing(self.steps)


def list_cases(
    services: Services, wanted: CaseFilter, actor: DeskActor, after: CasePlace | None = None, most: int = CASES_A_PAGE
) -> CasePage:
    """Return a page of cases; of another region than the actor's there are none."""
    with services.store.read() as uow:
        found = cases_after(uow, within_region(wanted, actor), after, most + 1)
        more, shown = len(found) > most, tuple(found[:most])
        waits_for = _waits_for(uow, shown)
    return CasePage(shown, waits_for, place_of(shown[-1]) if more else None)


def _waits_for(uow: UnitOfWork, cases: Iterable[StoredCase]) -> dict[int, DoneBy]:
    found: dict[int, DoneBy] = {}
    for state, kind in _WAITS_AFTER.items():
        found |= uow.cases.last_done([case.id for case in cases if case.state is state], [kind])
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """The checks of the cases before and after one in a list; None at either end."""

    before: str | None
    after: str | None


def cases_beside(services: Services, case: StoredCase, wanted: CaseFilter, actor: DeskActor) -> Beside:
    """Return the cases beside one in the list it was opened from, whether or not it is still in that list itself."""
    within, place = within_region(wanted, actor), place_of(case)
    with services.store.read() as uow:
        before, after = case_before(uow, within, place), next(iter(cases_after(uow, within, place, 1)), None)
    return Beside(*(found.check_no if found else None for found in (before, after)))


def find_case(services: Services, check_no: str) -> StoredCase | None:
    """Return how the case of a check stands; it names nobody. None where nothing was to be decided."""
    with services.store.read() as uow:
        return uow.cases.find(check_no)


def count_cases(services: Services, wanted: CaseFilter, actor: DeskActor) -> int:
    """Return how many cases of the actor's region there are."""
    with services.store.read() as uow:
        return uow.cases.count(within_region(wanted, actor))


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
            uow.cases.count(within_region(CaseFilter(states=(state,)), actor))
            for state in (CaseState.OPEN, CaseState.ASKED)
        )
        proposed = uow.cases.count_proposed_by_others(within_region(CaseFilter(), actor), actor.text)
        late = CaseFilter(states=undecided, due_before=services.clock.today())
        overdue = uow.cases.count(within_region(late, actor))
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


def _viewed(law: Law, uow: UnitOfWork, case: StoredCase, actor: DeskActor) -> CaseView:
    decision = uow.decisions.replayable(case.check_no)
    if decision is None or decision.request is None:
        raise ConflictError("what was asked is not kept any more")
    request, answer = stored_request.read(decision.request), orjson.loads(decision.answer)
    asked = {subject.subject_no: subject for subject in request.subjects}
    matches = uow.cases.matches(case.id)
    earlier = _earlier(uow, case, matches)
    as_of = answer["list"]["version"] if case.state.is_settled else None
    steps = tuple(uow.cases.steps(case.id))
    looked_at = _LookedAt(law, uow, answer, steps, as_of, province_of(actor))
    return CaseView(
        case=case,
        office=asking_office(uow, case),
        subjects=request.subjects,
        matches=tuple(_match(looked_at, match, asked[match.subject_no]) for match in matches),
        steps=steps,
        recorded=compare_steps(uow, case.check_no, steps),
        earlier=tuple(each for each in earlier if reaches(actor, each.region)),
        clearances=tuple(uow.clearances.of_checks([case.check_no, *(each.check_no for each in earlier)])),
        statements=tuple(uow.objections.statements_of([match.ban_no for match in matches])),
        recheck=find_recheck(uow, case),
        same_application=tuple(each for each in _same_application(uow, case, earlier) if reaches(actor, each.region)),
        files=tuple(uow.attachments.of(AttachedTo.CASE, case.id)),
        answer=answer,
        as_of=as_of,
    )


def _same_application(uow: UnitOfWork, case: StoredCase, earlier: Sequence[StoredCase]) -> Iterator[StoredCase]:
    """Yield the cases of the very application in which somebody is stated otherwise than here."""
    alike = {case.id, *(each.id for each in earlier)}
    for each in uow.cases.page(CaseFilter(application_no=case.application_no), None, _EARLIER):
        if each.id not in alike and each.client_id == case.client_id:
            yield each


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """The answer a case is about and its steps, as of which list version its people are shown, for whose region."""

    law: Law
    uow: UnitOfWork
    answer: Mapping[str, Any]
    steps: Sequence[StoredStep]
    as_of: int | None
    region: str | None


def _earlier(uow: UnitOfWork, case: StoredCase, matches: Sequence[StoredMatch]) -> list[StoredCase]:
    """Return other cases of the same applicants, whoever asked, latest first."""
    found = {
        each.id: each
        for applicant in {uow.cases.applicant_of(match.id) for match in matches}
        for each in uow.cases.of_applicant(applicant, _EARLIER)
        if each.id != case.id
    }
    return [found[number] for number in sorted(found, reverse=True)]


def _match(looked_at: _LookedAt, match: StoredMatch, applicant: SubjectRequest) -> MatchView:
    law, uow = looked_at.law, looked_at.uow
    given = given_match(looked_at.answer, looked_at.steps, match)
    subject = uow.lists.subjects_numbered([match.ban_no]).get(match.ban_no)
    standing = [] if subject is None else list(uow.lists.standing_bases([subject]))
    faces = () if subject is None else tuple(_faces(uow, subject, looked_at.as_of, stands=bool(standing)))
    records = [(region, number) for region, _, number in (face.record.partition(":") for face in faces)]
    return MatchView(
        match=match,
        applicant=applicant,
        faces=faces,
        lines=tuple(_lines(given["evidence"])),
        expected_coincidences=float(given["expected_coincidences"]),
        bases=tuple(given["bases"]),
        bars=tuple(whole_bars(law, standing, given["bases"])),
        wordings={basis["provision"]: provision_text(law.provision(basis["provision"])) for basis in given["bases"]},
        issuers={} if subject is None else document_issuers(uow, subject),
        quoted=tuple(quote_judgments(uow, records, [face.identity.name for face in faces])),
        changes=() if subject is None else tuple(_changes(uow, subject, looked_at.answer["list"]["version"])),
        stands=bool(standing),
        others=tuple(_others(uow, match, looked_at.region)),
    )


def _faces(uow: UnitOfWork, subject: int, as_of: int | None, *, stands: bool) -> Iterator[ListedFace]:
    if as_of is None:
        found: Iterable[StoredFace | Face] = uow.lists.faces([subject]) if stands else ()
    else:
        found = (face for listed in subjects_as_of(uow, as_of, [subject]) for face in listed.faces)
    for face in found:
        yield ListedFace(f"{face.source_region}:{face.record_no}", face.identity)


def _changes(uow: UnitOfWork, subject: int, version: int) -> list[ListChange]:
    return uow.changes.of_subject(version, uow.head.version(), subject)


def _others(uow: UnitOfWork, match: StoredMatch, region: str | None) -> Iterator[OtherApplicant]:
    own = uow.cases.applicant_of(match.id)
    others = uow.cases.others_naming(match, region, _EARLIER)
    found = uow.cases.last_steps_about(others, _FINDINGS)
    for case, other in others:
        applicant = uow.cases.applicant_of(other.id)
        is_rival = applicant != own and other.finding is not Finding.OTHER
        is_found = other.finding in {Finding.SAME, Finding.OTHER} and other.id in found
        reason = masked_words(str(found[other.id].content["reason"]), applicant) if is_found else None
        yield OtherApplicant(case, other, *masked_applicant(applicant), is_rival, reason)


def _lines(evidence: Sequence[Sequence[Any]]) -> Iterator[EvidenceLine]:
    running = accumulate(int(line[2]) for line in evidence)
    for (feature, level, millibits), total in zip(evidence, running, strict=True):
        says = {language.value: explain(feature, level, millibits, language) for language in Language}
        yield EvidenceLine(feature, level, millibits, total, says)
