"""A reckoning on a terminal: each line's weight as a step of a waterfall, then the sum and what it means."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.services.describe_model import texts
from registry.services.explain_evidence import Language
from registry.services.reckon_match import Line, Reckoning, rounded

_WIDTH = 24
_NARROWEST = 100


def show_reckoning(reckoning: Reckoning, language: Language) -> None:
    """Print a reckoning: the waterfall, how the expected coincidences come about, and the policy's rule."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _NARROWEST)
    console.print(_waterfall(reckoning, language))
    for line in _meaning(reckoning, language):
        console.print(line)


def _waterfall(reckoning: Reckoning, language: Language) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left")
    for heading, justify in (("feature", "left"), ("level", "left"), ("bits", "right"), ("sum", "right")):
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("", no_wrap=True)
    table.add_column("what it says", overflow="fold")
    scale = _Scale.of(reckoning)
    for line in reckoning.lines:
        sums = (f"{line.bits:+.3f}", f"{line.running / 1000:.3f}")
        table.add_row(line.feature, line.level, *sums, scale.step(line), line.says[language.value])
    return table


class _Scale:
    """Maps running sums to columns, from the least the sum ever is to the most."""

    def __init__(self, least: int, most: int) -> None:
        self._least = least
        self._cells_per_millibit = _WIDTH / max(most - least, 1)

    @classmethod
    def of(cls, reckoning: Reckoning) -> _Scale:
        """Return the scale on which every step of a reckoning fits."""
        sums = [0, *(line.running for line in reckoning.lines)]
        return cls(min(sums), max(sums))

    def step(self, line: Line) -> Text:
        """Draw one line: what was there before it is blank, its own weight a bar, green for and red against."""
        ends = sorted((self._cell(line.running - line.millibits), self._cell(line.running)))
        width = max(ends[1] - ends[0], 1)
        start = min(ends[0], _WIDTH - width)
        sign, style = ("█", "green") if line.millibits >= 0 else ("░", "red")
        return Text.assemble(" " * start, (sign * width, style), " " * (_WIDTH - start - width))

    def _cell(self, running: int) -> int:
        return round((running - self._least) * self._cells_per_millibit)


def _meaning(reckoning: Reckoning, language: Language) -> list[str]:
    expected, threshold = reckoning.comparison.expected_coincidences, reckoning.threshold
    least = f"{threshold.millibits / 1000:g} bits"
    return [
        "",
        f"Sum: {reckoning.bits:.3f} bits (model {reckoning.model}).",
        f"Expected coincidences: {_small(expected)} = {reckoning.population:,} others × {reckoning.share:.3g},",
        "  the share of them whose evidence would add up to as much.",
        f"Policy {reckoning.policy}, {reckoning.purpose}: a person looks from {least} on, where at most",
        f"  {threshold.expected_coincidences:g} others are expected to match as well; an equal document needs neither.",
        f"Rule {reckoning.rule}: {texts()['rule'][reckoning.rule][language.value]}",
        f"On identity alone: {reckoning.rule.verdict}. A verdict is never stricter than the ban allows.",
    ]


def _small(number: float) -> str:
    return rounded(number) if number >= 1 else f"{number:.2g}"
