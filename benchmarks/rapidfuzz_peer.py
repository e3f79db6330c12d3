"""Plain rapidfuzz: every record's text compared with the applicant's."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rapidfuzz import process

from benchmarks.catch_table import CatchTable
from benchmarks.peer_set import LabelledRows, Peer, Row

THRESHOLD = 86.0
CHECKS = 100


def measure(rows: LabelledRows) -> Iterator[Peer]:
    """Look through all records for a sample of applicants."""

    choices = {row["record_no"]: _as_one_text(row) for row in rows.listed}
    sample = list(rows.sample())[:: max(1, len(list(rows.sample())) // CHECKS)]
    table, seconds = CatchTable(), 0.0
    for truth in sample:
        asked = _as_one_text(rows.applicants[truth["request_no"]])
        begun = time.perf_counter()
        found = process.extract(asked, choices, limit=3, score_cutoff=THRESHOLD)
        seconds += time.perf_counter() - begun
        named = [record_no for _, _, record_no in found]
        table.add(truth["stratum"], "review" if named else "clear", truth["record_no"], named)
    note = f"WRatio of name, birth date and number over {len(choices):,} records"
    yield Peer("rapidfuzz process.extract", table, seconds, "applicant", len(sample), note)


def _as_one_text(row: Row) -> str:
    return " ".join(row[column] for column in ("name", "birth_date", "id_number") if row[column])
