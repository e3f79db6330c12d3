"""Writes the page of a run: tables and plots in one file that loads nothing from anywhere."""

from __future__ import annotations

import html
import importlib
import importlib.util
from collections.abc import Callable, Sequence

from benchmarks.suite import Section

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "pre{overflow-x:auto;background:#f5f5f2;padding:1rem;font-size:13px}"
    "figure{margin:1rem 0}svg{max-width:100%;height:auto}"
)


def write_page(heading: str, sections: Sequence[Section]) -> str:
    """Return the page as text; without matplotlib (extra `bench`) it has tables only, and says so."""
    plots = importlib.import_module("benchmarks.plots").PLOTS if importlib.util.find_spec("matplotlib") else {}
    parts = [_section(section, plots.get(section.part)) for section in sections]
    note = "" if plots else "<p>Plots need matplotlib: pip install -r requirements-bench.lock</p>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(heading)}</title>'
        f"<style>{_STYLE}</style><h1>{html.escape(heading)}</h1>{note}{''.join(parts)}</html>\n"
    )


def _section(section: Section, plot: Callable[[object], str] | None) -> str:
    figure = f"<figure>{plot(section.figures)}</figure>" if plot else ""
    return f"<h2>{html.escape(section.title)}</h2>{figure}<pre>{html.escape(chr(10).join(section.lines))}</pre>"
