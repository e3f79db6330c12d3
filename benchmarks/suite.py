"""Runs the measurements that are asked for and gathers what a page and a frozen file of figures need."""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

from benchmarks import accuracy, bulk, calibration, latency, peers
from benchmarks.labelled_set import make_set
from matching.model import DEFAULT

PARTS = ("accuracy", "calibration", "latency", "bulk", "peers")
SIZES = (10_000, 100_000, 1_000_000)
_ORDER = ("accuracy", "accuracy_labelled", *PARTS[1:])
LARGEST_SET, LARGEST_CALIBRATION = 20_000, 144
LARGEST_FILE = 100_000
"""Rows of the files that are imported and screened by command; a million take some ten minutes to import."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, on how much; everything follows from the sizes of the lists."""

    parts: tuple[str, ...] = PARTS
    sizes: tuple[int, ...] = SIZES
    labelled: Path | None = None
    seed: int = 1

    @property
    def set_size(self) -> int:
        """How many records the generated set lists; half as many more apply."""
        return min(max(self.sizes), LARGEST_SET)

    @property
    def calibrated(self) -> int:
        """How many listed people the calibration takes."""
        return max(min(max(self.sizes) // 50, LARGEST_CALIBRATION), 8)


@dataclass(frozen=True, slots=True)
class Section:
    """One part's outcome: lines to read, figures to freeze."""

    part: str
    title: str
    lines: list[str]
    figures: object


def run(plan: Plan, say: Say) -> list[Section]:
    """Measure every part of the plan, one after the other."""
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "set"
        if {"accuracy", "peers"} & set(plan.parts):
            say(f"Inventing {plan.set_size:,} listed people and {plan.set_size * 3 // 2:,} applicants ...")
            make_set(plan.seed, plan.set_size, plan.set_size * 3 // 2).write(made)
        sections: list[Section] = []
        for part in PARTS:
            if part in plan.parts:
                say(f"Measuring {part} ...")
                sections += _ACTS[part](plan, made)
    return sections


def _accuracy(plan: Plan, made: Path) -> list[Section]:
    title = f"Accuracy on an invented set of {plan.set_size:,} listed people"
    sections = [_accuracy_section("accuracy", title, made)]
    if plan.labelled is not None:
        sections.append(_accuracy_section("accuracy_labelled", "Accuracy on the labelled set given", plan.labelled))
    return sections


def _accuracy_section(part: str, title: str, directory: Path) -> Section:
    result = accuracy.measure(directory)
    strata = {stratum: dict(counts) for stratum, counts in result.table.strata.items() if counts}
    missed = {stratum: dict(causes) for stratum, causes in result.missed.items()}
    return Section(
        part, title, accuracy.lines(result), {"total": result.table.figures(), "strata": strata, "missed": missed}
    )


def _calibration(plan: Plan, _: Path) -> list[Section]:
    listed = plan.calibrated
    result = calibration.measure(plan.seed, listed, beside=max(listed // 50, 2))
    title = f"Calibration: stated and observed coincidences of {listed} listed people in seven states of the record"
    return [Section("calibration", title, calibration.lines(result), asdict(result))]


def _latency(plan: Plan, _: Path) -> list[Section]:
    results = [latency.measure(plan.seed, size) for size in plan.sizes]
    figures = {str(result.listed): asdict(result) for result in results} | {"growth": latency.growth(results)}
    return [Section("latency", "Latency of one check in the scoring core", latency.lines(results), figures)]


def _bulk(plan: Plan, _: Path) -> list[Section]:
    result = bulk.measure(plan.seed, list(plan.sizes), min(max(plan.sizes), LARGEST_FILE))
    return [Section("bulk", "Screening whole files", bulk.lines(result), asdict(result))]


def _peers(plan: Plan, made: Path) -> list[Section]:
    result = peers.measure(plan.labelled or made)
    figures = {
        peer.name: {"microseconds": peer.microseconds, "unit": peer.unit, "note": peer.note} | peer.table.figures()
        for peer in result.measured
    }
    return [Section("peers", "Peers on the same set in the same run", peers.lines(result), figures)]


_ACTS: dict[str, Callable[[Plan, Path], list[Section]]] = {
    "accuracy": _accuracy,
    "calibration": _calibration,
    "latency": _latency,
    "bulk": _bulk,
    "peers": _peers,
}


def machine() -> str:
    """Name the kind of machine, not the machine."""
    return f"{platform.machine()}-{os.cpu_count()}cores-python{platform.python_version()}"


def frozen_file(directory: Path, day: datetime.date) -> Path:
    """Return where the figures of a day on this kind of machine are kept."""
    return directory / f"{day.isoformat()}-{machine()}.json"


def with_former(directory: Path, day: datetime.date, plan: Plan, sections: Sequence[Section]) -> list[Section]:
    """Add the parts that an earlier run of the same day, machine, model, seed and sizes measured."""
    path = frozen_file(directory, day)
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    former = kept["parts"] if kept.get("about") == _about(day, plan) else {}
    ours = {section.part: section for section in sections}
    both = {part: Section(part, **of_part) for part, of_part in former.items()} | ours
    return sorted(both.values(), key=lambda section: _ORDER.index(section.part))


def freeze(directory: Path, day: datetime.date, plan: Plan, sections: Sequence[Section]) -> Path:
    """Write the figures so that two runs can be compared line by line: sorted, rounded to three digits."""
    directory.mkdir(parents=True, exist_ok=True)
    parts = {
        section.part: {"title": section.title, "lines": section.lines, "figures": section.figures}
        for section in sections
    }
    frozen = rounded({"about": _about(day, plan), "parts": parts})
    text = json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path = frozen_file(directory, day)
    path.write_text(text + "\n", "utf-8")
    return path


def _about(day: datetime.date, plan: Plan) -> dict[str, object]:
    return {
        "day": day.isoformat(),
        "machine": machine(),
        "model": DEFAULT.version,
        "seed": plan.seed,
        "sizes": list(plan.sizes),
    }


def rounded(value: object) -> object:
    """Return figures rounded to three significant digits, tables by text keys, whatever is no number as it is."""
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.3g}")
    if isinstance(value, Mapping):
        return {str(key): rounded(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return rounded(asdict(value))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [rounded(each) for each in value]
    return value
