"""Judge the rows of a file of applicants: what each process of a bulk run does, without store or clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from matching.index import Hit
from registry.errors import FieldFault
from registry.intake.applicant_file import ApplicantFile, ApplicantRow, Line
from registry.law.roles import Region
from registry.law.verdict import Coverage, Verdict, doubtful_regions
from registry.services.admit_applicants import CheckRequest, SubjectRequest, faults_of
from registry.services.answer_check import Circumstances, SubjectAnswer, four_figures
from registry.services.check_applicants import compose_answer, judge_hits
from registry.services.record_answers import Asker, decision_of
from registry.services.verdict_reasons import reason_for_match, reason_for_refusal, reason_for_stale
from registry.store.decision_repository import SealedDecision, new_key, seal

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import IndexView

REFUSED = "refused"
ROWS_AT_A_TIME = 200
_SUBJECT_NO = "1"


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One row judged: its line in the applicants' file, its cells of the verdict file, and its answer if it is kept."""

    line: int
    cells: tuple[str, ...]
    decision: SealedDecision | None = None

    @property
    def verdict(self) -> str:
        """block, review, clear or refused."""
        return self.cells[1]

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.cells[-1]


@dataclass(frozen=True, slots=True)
class _Admitted:
    line: int
    request: CheckRequest


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

    def part(self, part: int, parts: int) -> Iterator[list[JudgedRow]]:
        """Judge every `parts`-th batch of rows, from the `part`-th on."""
        for number, lines in enumerate(_batches(self.file.lines())):
            if number % parts == part:
                yield self._judge(lines)

    def _judge(self, lines: list[Line]) -> list[JudgedRow]:
        rows = [_admit(self.file.understand(line)) for line in lines]
        sought = [row.request.subjects[0].identity for row in rows if isinstance(row, _Admitted)]
        hits = iter(self.view.search_many(sought))
        return [self._answer(row, next(hits)) if isinstance(row, _Admitted) else row for row in rows]

    def _answer(self, row: _Admitted, hits: list[Hit]) -> JudgedRow:
        request = row.request
        about = Circumstances(request.purpose, Region.of(request.region), self.at, self.day, self.coverage)
        answer = judge_hits(self.services, self.view, hits, request.subjects[0], about)
        kept = None if answer.verdict is Verdict.CLEAR else self._seal(request, answer, about)
        return JudgedRow(row.line, self._cells(request.application_no, answer), kept)

    def _seal(self, request: CheckRequest, answer: SubjectAnswer, about: Circumstances) -> SealedDecision:
        store = self.services.store
        whole = compose_answer(self.services, request, [answer], about, self.view.version)
        kept = decision_of(request, whole, self.at, Asker(run_no=self.run_no))
        return seal(new_key(store.cipher, kept.check_no), kept)

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


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, ROWS_AT_A_TIME)):
        yield batch


def _admit(row: ApplicantRow) -> _Admitted | JudgedRow:
    if row.applicant is None:
        return _refused(row, row.faults)
    applicant = row.applicant
    subject = SubjectRequest(_SUBJECT_NO, applicant.role, applicant.identity)
    faults = faults_of(subject)
    if faults:
        return _refused(row, faults)
    return _Admitted(row.line, CheckRequest(row.request_no, applicant.purpose, applicant.region, (subject,)))


def _refused(row: ApplicantRow, faults: Iterable[FieldFault]) -> JudgedRow:
    return JudgedRow(row.line, (row.request_no, REFUSED, "", "", "", reason_for_refusal(faults)))
