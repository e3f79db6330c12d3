"""Draws the plots of a run as SVG, the same for the same figures; needs matplotlib (extra `bench`)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

mpl.rcParams["svg.hashsalt"] = "benchmarks"


def _svg(figure: Any) -> str:
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _axes(rows: int = 1, columns: int = 1, height: float = 4.5) -> tuple[Any, Any]:
    figure = Figure(figsize=(10, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def calibration_plot(figures: Any) -> str:
    """Draw observed against stated coincidences by class of name, one panel a population; the diagonal is right."""
    lines: list[Mapping[str, Any]] = figures["by_class"]
    populations = sorted({line["population"] for line in lines}, reverse=True)
    figure, axes = _axes(1, max(len(populations), 1))
    for place, population in enumerate(populations):
        panel = axes[0][place]
        panel.plot([1e-5, 1e3], [1e-5, 1e3], color="#999", linewidth=1)
        for group in sorted({line["group"] for line in lines}):
            seen = [
                line
                for line in lines
                if line["group"] == group and line["population"] == population and line["observed"] > 0
            ]
            errors = [
                [min(line["error"] or 0.0, line["observed"] * 0.9) for line in seen],
                [line["error"] or 0.0 for line in seen],
            ]
            stated, observed = [line["stated"] for line in seen], [line["observed"] for line in seen]
            panel.errorbar(stated, observed, yerr=errors, marker="o", capsize=2, label=group)
        panel.set(
            xscale="log", yscale="log", xlabel="stated coincidences", ylabel="observed", title=f"residents {population}"
        )
        panel.legend()
    return _svg(figure)


def latency_plot(figures: Any) -> str:
    """Draw median, 99th and 99.9th percentile of a check against the length of the list."""
    sizes = sorted(int(key) for key in figures if key != "growth")
    figure, axes = _axes(height=3.5)
    for label, name in (("median", "median"), ("p99", "99 %"), ("p999", "99.9 %"), ("worst", "worst")):
        axes[0][0].plot(sizes, [figures[str(size)]["usual"][label] for size in sizes], marker="o", label=name)
    axes[0][0].set(xscale="log", yscale="log", xlabel="listed people", ylabel="µs a check")
    axes[0][0].legend()
    return _svg(figure)


def accuracy_plot(figures: Any) -> str:
    """Draw, for every kind of error, which share is stopped; for innocents, which share goes to review."""
    strata: Mapping[str, Mapping[str, int]] = figures["strata"]
    names = sorted(strata, reverse=True)
    stopped = [1 - strata[name].get("clear", 0) / max(sum(strata[name].values()), 1) for name in names]
    figure, axes = _axes(height=1 + len(names) / 5)
    colours = ["#b5533c" if name.startswith("innocent") else "#3c6eb5" for name in names]
    axes[0][0].barh(names, stopped, color=colours)
    axes[0][0].set(xlabel="share stopped (red: innocents)", xlim=(0, 1))
    axes[0][0].tick_params(labelsize=8)
    return _svg(figure)


PLOTS = {
    "accuracy": accuracy_plot,
    "accuracy_labelled": accuracy_plot,
    "calibration": calibration_plot,
    "latency": latency_plot,
}
