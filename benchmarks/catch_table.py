"""Who was caught and who was not: verdicts against the truth of a labelled set, kind of error by kind of error."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

VERDICTS = ("block", "review", "clear", "refused")
INNOCENT = "innocent"
RANDOM_INNOCENT = "innocent_random"


@dataclass
class CatchTable:
    """Verdicts by stratum, and how often the right record was named among those stopped."""

    strata: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    listed: int = 0
    stopped: int = 0
    rightly_named: int = 0

    def add(self, stratum: str, verdict: str, wanted_record: str, named_records: list[str]) -> None:
        """Count one applicant; `wanted_record` is empty for an innocent one."""
        self.strata[stratum][verdict] += 1
        if wanted_record:
            self.listed += 1
            self.stopped += verdict in ("block", "review")
            self.rightly_named += verdict in ("block", "review") and wanted_record in named_records

    def figures(self) -> dict[str, float]:
        """Return the figures that count, always together."""
        innocents = [counts for stratum, counts in self.strata.items() if stratum.startswith(INNOCENT)]
        random_innocents = self.strata[RANDOM_INNOCENT]
        return {
            "caught": self.stopped / max(self.listed, 1),
            "rightly_named": self.rightly_named / max(self.stopped, 1),
            "innocents_blocked": sum(counts["block"] for counts in innocents),
            "random_innocents_to_review": random_innocents["review"] / max(random_innocents.total(), 1),
        }

    def lines(self) -> list[str]:
        """Return the table as text, a stratum a line."""
        head = f"{'stratum':46}{'n':>8}" + "".join(f"{verdict:>10}" for verdict in VERDICTS)
        return [head, *(self._line(stratum) for stratum in sorted(self.strata) if self.strata[stratum])]

    def _line(self, stratum: str) -> str:
        counts = self.strata[stratum]
        return f"{stratum:46}{counts.total():8}" + "".join(
            f"{counts[each] / counts.total():10.3%}" for each in VERDICTS
        )


def read_catch_table(truth: Path, verdicts: Path) -> CatchTable:
    """Compare a file of verdicts with truth.csv (request_no, stratum, record_no); a missing verdict is a KeyError."""
    answers = {row["request_no"]: row for row in _rows(verdicts)}
    table = CatchTable()
    for row in _rows(truth):
        answer = answers[row["request_no"]]
        table.add(row["stratum"], answer["verdict"], row["record_no"], answer["record_nos"].split(";"))
    return table


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
