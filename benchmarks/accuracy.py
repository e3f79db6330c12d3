"""Who is caught and who is not: the verdicts of the matcher on a labelled set, and every miss with its cause.

The rows are read as `registry list import` and `registry screen` read them, compared by the index of the checks and
judged by the policy's threshold; every ban on the list is taken to bar. No database is needed.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from benchmarks.catch_table import CatchTable
from matching.identity import Identity
from matching.index import Hit, Index
from matching.model import DEFAULT
from matching.segment import Segment
from registry.intake.applicant_file import Applicant, inspect
from registry.intake.list_rows import read_row
from registry.intake.table_file import open_table
from registry.law.policy import Policy
from registry.law.verdict import Verdict, judge_identity

BATCH = 512
MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of a set: identity and record number of each row that could be read, and how many could not."""

    identities: list[Identity]
    record_nos: list[str]
    faulty: int

    def index(self) -> Index:
        """Return the list as the register holds it in memory."""
        subjects = ((place, [identity]) for place, identity in enumerate(self.identities))
        return Index(DEFAULT, [Segment.build(DEFAULT, subjects)])


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one applicant, and the records behind it, strictest first."""

    verdict: Verdict
    record_nos: tuple[str, ...]


@dataclass(slots=True)
class Accuracy:
    """The table, the totals, and the misses by stratum and cause with a few examples of each."""

    table: CatchTable
    missed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    total: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_list(path: Path) -> Listed:
    """Read a file of convictions; rows with faults would be quarantined and are only counted."""
    identities, record_nos, faulty = [], [], 0
    with open_table(path) as table:
        for cells in table.rows():
            row = read_row(cells, table.kind)
            if row.faults or row.key is None or not row.named:
                faulty += 1
                continue
            identities.append(row.named[0].identity)
            record_nos.append(row.key.record_no)
    return Listed(identities, record_nos, faulty)


def read_applicants(path: Path) -> Iterator[tuple[str, Applicant | None]]:
    """Yield each request number and the applicant, None where the row could not be read."""
    file = inspect(path)
    for line in chain.from_iterable(file.batches(0, 1)):
        row = file.understand(line)
        yield row.request_no, row.applicant


def answers(directory: Path, policy: Policy) -> tuple[dict[str, Answer], Listed]:
    """Screen a set: the answer to every request that could be read."""
    listed = read_list(directory / "convictions.csv")
    index = listed.index()
    found: dict[str, Answer] = {}
    for batch in _batches(read_applicants(directory / "applicants.csv")):
        readable = [(request_no, applicant) for request_no, applicant in batch if applicant is not None]
        many = index.search_many([applicant.identity for _, applicant in readable])
        for (request_no, applicant), hits in zip(readable, many, strict=True):
            found[request_no] = _answer(policy, applicant, hits, listed.record_nos)
    return found, listed


def _batches(rows: Iterable[tuple[str, Applicant | None]]) -> Iterator[list[tuple[str, Applicant | None]]]:
    batch: list[tuple[str, Applicant | None]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _answer(policy: Policy, applicant: Applicant, hits: Sequence[Hit], record_nos: Sequence[str]) -> Answer:
    judged = [(judge_identity(policy, hit.comparison, applicant.purpose), hit.subject) for hit in hits]
    stopped = sorted((one for one in judged if one[0] is not Verdict.CLEAR), key=lambda one: -one[0].strictness)
    verdict = stopped[0][0] if stopped else Verdict.CLEAR
    return Answer(verdict, tuple(record_nos[subject] for _, subject in stopped))


def measure(directory: Path, policy: Policy | None = None) -> Accuracy:
    """Screen a labelled set and compare every verdict with the truth."""
    found, _ = answers(directory, policy or Policy.load())
    return score(read_rows(directory / "truth.csv"), found, _Papers(directory))


def score(truth: Iterable[Mapping[str, str]], found: Mapping[str, Answer], papers: _Papers | None = None) -> Accuracy:
    """Compare answers with the truth; a request without an answer was refused."""
    result = Accuracy(CatchTable())
    for row in truth:
        answer = found.get(row["request_no"])
        verdict = str(answer.verdict) if answer else "refused"
        named = list(answer.record_nos) if answer else []
        result.table.add(row["stratum"], verdict, row["record_no"], named)
        cause = f"{row['stratum']}: {row.get('cause') or 'as it is'}"
        wrong = row["record_no"] not in named if row["record_no"] else verdict != "clear"
        result.total[row["stratum"]][cause] += 1
        if wrong:
            result.missed[row["stratum"]][cause] += 1
            if papers and len(result.examples[cause]) < MOST_EXAMPLES:
                result.examples[cause].append(
                    papers.side_by_side(row["request_no"], row["record_no"] or "".join(named[:1]))
                )
    return result


class _Papers:
    """The rows of a set, to show what was missed; numbers are shown without their middle."""

    def __init__(self, directory: Path) -> None:
        self._applied = {row["request_no"]: row for row in read_rows(directory / "applicants.csv")}
        self._listed = {row["record_no"]: row for row in read_rows(directory / "convictions.csv")}

    def side_by_side(self, request_no: str, record_no: str) -> str:
        """Return the listed and the applied values in one line."""
        return f"list {_shown(self._listed.get(record_no, {}))} | application {_shown(self._applied[request_no])}"


def _shown(row: Mapping[str, str]) -> str:
    number = row.get("id_number", "")
    masked = number[:3] + "…" + number[-4:] if len(number) > 8 else number
    stated = (row.get("name", ""), row.get("other_names", ""), masked, row.get("birth_date", ""), row.get("sex", ""))
    return " ".join(text for text in (*stated, row.get("domicile_code", "")) if text) or "nothing"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(result: Accuracy) -> list[str]:
    """Return table, totals and misses as text."""
    figures = result.table.figures()
    text = [*result.table.lines(), ", ".join(f"{name} {value:.4%}" for name, value in figures.items())]
    for stratum in sorted(result.missed):
        for cause, count in result.missed[stratum].most_common(8):
            text += [f"{count:5} of {result.total[stratum][cause]:5} {cause}"]
            text += [f"        {example}" for example in result.examples[cause][:3]]
    return text
