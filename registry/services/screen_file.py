"""Screen a file of applicants against the list: one recorded act with a verdict for every row.

The judgement of each row is that of a check (`check_applicants.judge`), so both doors give the same verdict.
Answers are kept for `block` and `review`; a row that cannot be screened is `refused` with the reason. Memory does
not grow with the number of applicants.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.applicant_file import ApplicantFile, digest_of, inspect
from registry.ledger.events import EventKind
from registry.services.check_applicants import coverage_now
from registry.services.forked_work import share_out, usable_cores
from registry.services.judge_rows import JudgedBatch, RefusedRow, RowJudge
from registry.services.list_index import IndexView, ListIndex
from registry.services.sequence_log import require_trusted
from registry.services.verdict_file import VerdictFile, open_verdict_file
from registry.store.case_values import NewCase
from registry.store.decision_repository import SealedDecision
from registry.store.screening_repository import ScreeningRun

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

DECISIONS_AT_A_TIME = 500
REFUSED_ROWS_NAMED = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ScreeningReport:
    """What a run came to: its number, the list version it is as of, rows by verdict, and the first refused rows."""

    run_no: str
    list_version: int
    rows: int
    counts: dict[str, int]
    refused: tuple[RefusedRow, ...]
    ignored_headings: tuple[str, ...]


def screen_file(
    services: Services,
    source: Path,
    out: Path,
    *,
    actor: str,
    progress: Progress | None = None,
) -> ScreeningReport:
    """Write a verdict for every row of `source` to `out`, in the same order, and record the run.

    `progress` is called with (rows done, rows in all). Raises InvalidInputError where the file cannot be taken or
    the verdicts cannot be written, ConflictError where the file changes meanwhile, UnavailableError where store or
    list fail; in each case there is no file of verdicts and no recorded run.
    """
    file = inspect(source)
    if out.exists() and out.samefile(source):
        raise InvalidInputError([FieldFault("out", "same_file", "the verdicts would replace the applicants")])
    with open_verdict_file(out) as verdicts:
        run_no = secrets.token_hex(10)
        index = ListIndex(services.settings.home, services.model)
        with services.store.read() as uow:
            require_trusted(uow)
            index.put_away(uow)
            with index.caught_up(uow) as view:
                judge = _judge(services, uow, view, file, run_no)
        services.store.close()  # before forking: no two processes may share a connection
        run = _Run(services, judge, verdicts, actor)
        run.begin()
        for batch in share_out(judge.part, usable_cores()):
            run.take(batch)
            if progress is not None:
                progress(run.done, file.rows)
        run.end()
        verdicts.put_in_place()
    return run.report()


def _judge(services: Services, uow: UnitOfWork, view: IndexView, file: ApplicantFile, run_no: str) -> RowJudge:
    return RowJudge(
        services=services,
        view=view,
        file=file,
        run_no=run_no,
        at=services.clock.now(),
        day=services.clock.today(),
        coverage=coverage_now(services, uow),
        clearances=uow.clearances.all_standing(),
    )


class _Run:
    """A run as it goes on: takes judged rows, writes them, keeps what is to be kept."""

    def __init__(self, services: Services, judge: RowJudge, verdicts: VerdictFile, actor: str) -> None:
        self.done = 0
        self._store = services.store
        self._file = judge.file
        self._run = ScreeningRun(judge.run_no, judge.file.shape.digest, judge.view.version, actor)
        self._verdicts = verdicts
        self._counts: Counter[str] = Counter()
        self._refused: list[RefusedRow] = []
        self._to_keep: list[SealedDecision] = []
        # Put before the regulators when the run has ended: until then it counts for nothing.
        self._cases: list[NewCase] = []

    def begin(self) -> None:
        """Note the run, so that decisions can name it; until it has ended it counts for nothing."""
        with self._store.write() as uow:
            uow.screenings.begin(self._run)

    def take(self, batch: JudgedBatch) -> None:
        """Write a batch of rows; decisions are kept in transactions of their own, short enough for others to wait."""
        self._verdicts.write(batch.lines)
        self._counts.update(batch.counts)
        self._refused += batch.refused[: REFUSED_ROWS_NAMED - len(self._refused)]
        self._to_keep += batch.decisions
        self._cases += batch.cases
        if len(self._to_keep) >= DECISIONS_AT_A_TIME:
            with self._store.write() as uow:
                self._keep(uow)
        self.done += batch.counts.total()

    def end(self) -> None:
        """Record the run, with the digests of both files, once the verdicts are on the disk."""
        if self.done != self._file.rows or digest_of(self._file.path) != self._file.shape.digest:
            raise ConflictError("the file of applicants changed while it was being screened")
        self._verdicts.make_durable()
        with self._store.write() as uow:
            self._keep(uow)
            uow.cases.open_all(self._cases)
            uow.screenings.end(self._run.run_no, self.done, self._verdicts.digest())
            uow.ledger.record(EventKind.SCREENING_RUN, self._run.actor, self._facts(), self._run.list_version)

    def report(self) -> ScreeningReport:
        """Return what the run came to."""
        return ScreeningReport(
            run_no=self._run.run_no,
            list_version=self._run.list_version,
            rows=self.done,
            counts=dict(self._counts),
            refused=tuple(self._refused),
            ignored_headings=self._file.ignored,
        )

    def _facts(self) -> dict[str, str | int]:
        return {
            "run_no": self._run.run_no,
            "rows": self.done,
            "input_digest": self._run.input_digest,
            "output_digest": self._verdicts.digest(),
        }

    def _keep(self, uow: UnitOfWork) -> None:
        uow.decisions.add_sealed(self._to_keep)
        self._to_keep = []
