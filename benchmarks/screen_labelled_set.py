"""Import a labelled set by the command line, screen it, and report rates, memory and who was caught.

    python benchmarks/screen_labelled_set.py DIRECTORY [--database-url URL] [--json FILE]

DIRECTORY holds convictions.csv and applicants.csv, and truth.csv (request_no, stratum, record_no) where who is who
is known. Everything else happens in a temporary home that is removed afterwards; the database of --database-url
should be empty.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.catch_table import read_catch_table

DONE = (0, 3)
"""Exit statuses of a command that did its work; 3 where some rows are not in force."""


@dataclass(frozen=True)
class Measured:
    """One command: its rows, seconds, rows a second, and the memory of its largest process so far in MiB."""

    command: str
    rows: int
    seconds: float
    rows_per_second: float
    peak_mebibytes: float


def measure(environment: dict[str, str], rows: int, *arguments: str) -> Measured:
    """Run one `registry` command as an operator does, and measure it."""
    begun = time.perf_counter()
    ended = subprocess.run([sys.executable, "-m", "api.cli", *arguments], env=environment, check=False)  # noqa: S603
    seconds = time.perf_counter() - begun
    if ended.returncode not in DONE:
        sys.exit(f"registry {arguments[0]} ended with status {ended.returncode}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Measured(" ".join(arguments[:2]), rows, round(seconds, 2), round(rows / seconds), round(peak))


def count_rows(path: Path) -> int:
    """Return how many rows a CSV file has below its headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def run(directory: Path, home: Path, database_url: str | None) -> tuple[list[Measured], Path]:
    """Make a register in `home`, import and screen; return what was measured and the file of verdicts."""
    environment = {**os.environ, "REGISTRY_HOME": str(home)}
    if database_url is not None:
        environment["REGISTRY_DATABASE_URL"] = database_url
    convictions, applicants, verdicts = (
        directory / "convictions.csv",
        directory / "applicants.csv",
        home / "verdicts.csv",
    )
    measured = [
        measure(environment, 1, "init"),
        measure(environment, count_rows(convictions), "list", "import", str(convictions)),
        measure(environment, count_rows(applicants), "screen", str(applicants), "--out", str(verdicts)),
    ]
    return measured, verdicts


def main() -> None:
    """Measure one labelled set and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--database-url")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measured, verdicts = run(options.directory, Path(home), options.database_url)
        figures: dict[str, object] = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        }
        figures["commands"] = [asdict(each) for each in measured]
        truth = options.directory / "truth.csv"
        if truth.exists():
            table = read_catch_table(truth, verdicts)
            print("\n".join(table.lines()))
            figures |= table.figures()
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
