"""The matchers that others use, on the same set in the same run: nomenklatura, Splink on DuckDB, plain rapidfuzz.

They come with the optional extra `bench` (requirements-bench.lock); without it this part says which are missing.
They are helped where they need it: nomenklatura scores pairs and finds no candidates, so it is given the right record
and every record that shares name, birth date, number, or surname and birth year; birth dates and sex are read out of
ID numbers for it and for Splink, which is trained on the set itself. Thresholds are those their makers recommend.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peer_set import LabelledRows, Peer

PACKAGES = ("nomenklatura", "splink", "rapidfuzz")
"""Each is measured by the module of its name with `_peer`, imported only where the package is installed."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The matchers that could be measured, and those that are not installed."""

    measured: list[Peer] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def measure(directory: Path) -> Peers:
    """Measure every matcher that is installed on one labelled set."""
    rows = LabelledRows.read(directory)
    result = Peers()
    for package in PACKAGES:
        if importlib.util.find_spec(package) is None:
            result.missing.append(package)
        else:
            result.measured.extend(importlib.import_module(f"benchmarks.{package}_peer").measure(rows))
    return result


def lines(result: Peers) -> list[str]:
    """Return what was measured as text."""
    text = []
    for peer in result.measured:
        figures = ", ".join(
            f"{name} {value:.4%}" for name, value in peer.table.figures().items() if name != "innocents_blocked"
        )
        text.append(f"{peer.name}: {peer.microseconds:,.0f} µs a {peer.unit} ({peer.units:,}); {figures}; {peer.note}")
    return [
        *text,
        *(f"{package} is not installed: pip install -r requirements-bench.lock" for package in result.missing),
    ]
