"""Judge the rows of a file of applicants: what each process of a bulk run does, without store or clock."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matching.index import Hit
from registry.errors import FieldFault
from registry.intake.applicant_file import Applicant, ApplicantFile, ApplicantRow, Line
from registry.law.roles import Region
from registry.law.verdict import Coverage, Verdict, doubtful_regions, judge_subject
from registry.services.admit_applicants import CheckRequest, SubjectRequest, faults_of
from registry.services.answer_check import Circumstances, SubjectAnswer, four_figures
from registry.services.apply_clearances import Clearances, apply_clearances
from registry.services.check_applicants import compose_answer, judge_hits
from registry.services.hold_application import Whose, new_case
from registry.services.record_answers import Asker, decision_of
from registry.services.verdict_file import packed
from registry.services.verdict_reasons import reason_for_match, reason_for_refusal, reason_for_stale
from registry.store.case_values import NewCase
from registry.store.decision_repository import SealedDecision, new_key, seal

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import IndexView

REFUSED = "refused"
_SUBJECT_NO = "1"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that could not be screened: its line in the file and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """A batch of rows judged: its lines of the verdict file, rows by verdict, and the answers that are kept."""

    lines: bytes
    counts: Counter[str]
    refused: list[RefusedRow]
    decisions: list[SealedDecision]
    cases: list[NewCase]


@dataclass(slots=True)
class _Judging:
    """A batch of rows as it is being judged."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    decisions: list[SealedDecision] = field(default_factory=list)
    cases: list[NewCase] = field(default_factory=list)

    def judged(self) -> JudgedBatch:
        """Return the batch, small enough to be sent from one process to another for little."""
        counts = Counter(row[1] for row in self.rows)
        return JudgedBatch(packed(self.rows), counts, self.refused, self.decisions, self.cases)

    def refuse(self, row: ApplicantRow, faults: Sequence[FieldFault]) -> None:
        """Say that a row cannot be screened."""
        reason = reason_for_refusal(faults)
        self.rows.append((row.request_no, REFUSED, "", "", "", reason))
        self.refused.append(RefusedRow(row.line, reason))


@dataclass(frozen=True, slots=True)
class RowJudge:
    """What every process of a run judges with; nothing in it changes once the run has begun."""

    services: Services
    view: IndexView
    file: ApplicantFile
    run_no: str
    at: datetime.datetime
    day: datetime.date
    coverage: tuple[Coverage, ...]
    clearances: Clearances

    def part(self, part: int, parts: int) -> Iterator[JudgedBatch]:
        """Judge every `parts`-th batch of rows, from the `part`-th on."""
        unmatched = judge_subject(self.services.policy, (), self.coverage)
        for lines in self.file.batches(part, parts):
            yield self._judge(lines, unmatched)

    def _judge(self, lines: Sequence[Line], unmatched: Verdict) -> JudgedBatch:
        """Judge a batch; whom nobody on the list can be needs no more than the verdict on somebody unmatched."""
        rows = [self.file.understand(line) for line in lines]
        faults = [_faults_of(row, self.day) for row in rows]
        sought = [
            row.applicant.identity for row, wrong in zip(rows, faults, strict=True) if row.applicant and not wrong
        ]
        hits = iter(self.view.search_many(sought, self.services.policy.least_millibits))
        judging = _Judging()
        for row, wrong in zip(rows, faults, strict=True):
            if row.applicant is None or wrong:
                judging.refuse(row, wrong)
            elif not (found := next(hits)) and unmatched is Verdict.CLEAR:
                judging.rows.append((row.request_no, Verdict.CLEAR.value, "", "", "", ""))
            else:
                self._answer(judging, row.request_no, row.applicant, found)
        return judging.judged()

    def _answer(self, judging: _Judging, request_no: str, applicant: Applicant, hits: list[Hit]) -> None:
        subject = SubjectRequest(_SUBJECT_NO, applicant.role, applicant.identity)
        region = Region.of(applicant.region)
        about = Circumstances(applicant.purpose, region, self.at, self.day, self.coverage)
        answer = judge_hits(self.services, self.view, hits, subject, about)
        answer = apply_clearances(self.services.policy, subject, answer, self.coverage, self.clearances)
        judging.rows.append(self._cells(request_no, answer))
        if answer.verdict is not Verdict.CLEAR:
            request = CheckRequest(request_no, applicant.purpose, applicant.region, (subject,))
            self._keep(judging, request, answer, about)

    def _keep(self, judging: _Judging, request: CheckRequest, answer: SubjectAnswer, about: Circumstances) -> None:
        """Keep an answer, and put it before the regulators where somebody listed may be the applicant."""
        store = self.services.store
        whole = compose_answer(self.services, request, [answer], about, self.view.version)
        kept = decision_of(request, whole, self.at, Asker(run_no=self.run_no))
        judging.decisions.append(seal(new_key(store.cipher, kept.check_no), kept))
        case = new_case(self.services.policy, request, whole, self.at, Whose())
        if case is not None and case.matches:
            judging.cases.append(case)

    def _cells(self, request_no: str, answer: SubjectAnswer) -> tuple[str, ...]:
        matches = answer.matches
        ban_nos = ";".join(match.ban_no for match in matches)
        record_nos = ";".join(dict.fromkeys(number for match in matches for number in match.record_nos))
        expected = four_figures(matches[0].comparison.expected_coincidences) if matches else ""
        return request_no, answer.verdict.value, ban_nos, record_nos, expected, self._reason(answer)

    def _reason(self, answer: SubjectAnswer) -> str:
        if answer.matches:
            return reason_for_match(answer.matches[0].comparison.evidence)
        if answer.verdict is Verdict.REVIEW:
            return reason_for_stale(doubtful_regions(self.services.policy, self.coverage))
        return ""


def _faults_of(row: ApplicantRow, today: datetime.date) -> Sequence[FieldFault]:
    """Return why a row cannot be screened; a plain one states all that is needed."""
    if row.plain:
        return ()
    if row.applicant is None:
        return row.faults
    return faults_of(SubjectRequest(_SUBJECT_NO, row.applicant.role, row.applicant.identity), today)
