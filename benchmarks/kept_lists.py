"""Opens the lists that the benchmarks keep by hand (benchmarks/data/kept_lists.tsv)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "kept_lists.tsv"


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    lines = [line.split("\t") for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {name: tuple(listed.split(" ")) for name, listed in lines}


def entries(name: str) -> tuple[str, ...]:
    """Return the entries of a list; KeyError names one that is not there."""
    return _lists()[name]
