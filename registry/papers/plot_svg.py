"""Drawing a bar plot as SVG: no script, no style sheet of its own, read out by its title and description.

Colours and patterns are attributes, which a page's style sheet may override (`.bar-plot .series-0` …); nothing is
loaded.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET  # written only, nothing is parsed

from registry.papers.bar_plot import BarPlot, Words

FAMILY: Final = "Register Papers Sans, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
COLOURS: Final = ("#0b4a8f", "#c27300", "#5b6773", "#0b7a5c")
"""Told apart by colour-blind readers and, from white, at 3 : 1 or better (WCAG 1.4.11)."""
_HATCHES: Final = (None, "M0,6 L6,0", "M0,3 L6,3", "M0,6 L6,0 M0,0 L6,6")
_INK, _SCALE = "#17202b", "#c5ccd5"


def plot_svg(plot: BarPlot) -> str:
    """Return the plot as one `svg` element, its ids made of the plot's key."""
    size = {"viewBox": f"0 0 {plot.width:g} {plot.height:g}", "width": f"{plot.width:g}", "height": f"{plot.height:g}"}
    told = {"role": "img", "aria-labelledby": f"{plot.of.key}-title {plot.of.key}-says"}
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "bar-plot",
            **size,
            **told,
            "font-family": FAMILY,
            "font-size": "11",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{plot.of.key}-title"}).text = plot.of.title
    ET.SubElement(svg, "desc", {"id": f"{plot.of.key}-says"}).text = plot.says
    _hatches(svg, plot)
    for line in plot.lines:
        ends = {name: f"{getattr(line, name):g}" for name in ("x1", "y1", "x2", "y2")}
        ET.SubElement(svg, "line", {"class": "scale", **ends, "stroke": _SCALE})
    for box in plot.boxes:
        _box(svg, plot, (box.left, box.top, box.width, box.height), box.series)
    for words in plot.words:
        _words(svg, plot, words)
    return ET.tostring(svg, encoding="unicode")


def _hatches(svg: ET.Element, plot: BarPlot) -> None:
    used = {box.series for box in plot.boxes} | set(range(_legend_length(plot)))
    defs = ET.SubElement(svg, "defs")
    for number in sorted(used):
        hatch = _HATCHES[number % len(_HATCHES)]
        if hatch is not None:
            _pattern(defs, f"{plot.of.key}-{number}", _colour(number), hatch)


def _pattern(defs: ET.Element, name: str, colour: str, hatch: str) -> None:
    size = {"width": "6", "height": "6"}
    pattern = ET.SubElement(defs, "pattern", {"id": name, "patternUnits": "userSpaceOnUse", **size})
    ET.SubElement(pattern, "rect", {**size, "fill": colour})
    ET.SubElement(pattern, "path", {"d": hatch, "stroke": "#ffffff", "stroke-width": "1.2", "fill": "none"})


def _box(svg: ET.Element, plot: BarPlot, place: tuple[float, float, float, float], series: int) -> None:
    x, y, width, height = (f"{value:g}" for value in place)
    fill = f"url(#{plot.of.key}-{series})" if _HATCHES[series % len(_HATCHES)] else _colour(series)
    shape = {"x": x, "y": y, "width": width, "height": height, "fill": fill, "stroke": _colour(series)}
    ET.SubElement(svg, "rect", {"class": f"bar series-{series % len(COLOURS)}", **shape})


def _words(svg: ET.Element, plot: BarPlot, words: Words) -> None:
    if words.kind == "legend":
        _box(svg, plot, (words.x - 16, words.y - 10, 11, 11), plot.words[-_legend_length(plot) :].index(words))
    place = {"x": f"{words.x:g}", "y": f"{words.y:g}", "text-anchor": words.anchor, "fill": _INK}
    ET.SubElement(svg, "text", {"class": words.kind, **place}).text = words.text


def _legend_length(plot: BarPlot) -> int:
    return sum(words.kind == "legend" for words in plot.words)


def _colour(series: int) -> str:
    return COLOURS[series % len(COLOURS)]
