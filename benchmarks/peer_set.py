"""A labelled set as plain rows, for matchers that are not ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy import read_rows
from benchmarks.catch_table import CatchTable

MOST_PER_STRATUM, MOST_RANDOM = 100, 1_000
_WHOLE = re.compile(r"\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dXx]")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Peer:
    """One matcher on the set: who it stopped, and what it cost."""

    name: str
    table: CatchTable
    seconds: float
    unit: str
    units: int
    note: str = ""

    @property
    def microseconds(self) -> float:
        """Return what one unit cost."""
        return self.seconds / max(self.units, 1) * 1e6


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """A labelled set as plain rows."""

    listed: list[dict[str, str]]
    applicants: dict[str, dict[str, str]]
    truth: list[dict[str, str]]

    @classmethod
    def read(cls, directory: Path) -> LabelledRows:
        """Read the three files of a set."""
        listed = read_rows(directory / "convictions.csv")
        asked = {row["request_no"]: row for row in read_rows(directory / "applicants.csv")}
        return cls(
            [_helped(row) for row in listed],
            {no: _helped(row) for no, row in asked.items()},
            read_rows(directory / "truth.csv"),
        )

    def sample(self) -> Iterator[dict[str, str]]:
        """Yield some of the truth's rows: as many of each stratum as slow matchers can do."""
        seen: dict[str, int] = defaultdict(int)
        for row in self.truth:
            seen[row["stratum"]] += 1
            if seen[row["stratum"]] <= (MOST_RANDOM if row["stratum"] == "innocent_random" else MOST_PER_STRATUM):
                yield row


def _helped(row: dict[str, str]) -> dict[str, str]:
    """Read birth date and sex out of a whole number, which these matchers do not."""
    whole = _WHOLE.fullmatch(row["id_number"])
    if whole is None:
        return row
    birth = f"{whole[1]}-{whole[2]}-{whole[3]}"
    return row | {"birth_date": row["birth_date"] or birth, "sex": row["sex"] or "女男"[int(whole[4]) % 2]}


def table_of(truth: Sequence[Row], stopped: Mapping[str, list[str]]) -> CatchTable:
    """Return who was stopped, given the records named for each request."""
    table = CatchTable()
    for row in truth:
        named = stopped.get(row["request_no"], [])
        table.add(row["stratum"], "review" if named else "clear", row["record_no"], named)
    return table
