"""Drawing a paper as PDF: typst sets it from one template, with this package's typeface and nothing of the machine.

The PDF is tagged and embeds its letters (PDF/A-2a for keeping, PDF/UA-1 for reading aloud); the same paper gives the
same bytes, as its date is the paper's and not the clock's. What a paper says goes in as data and is never read as
commands.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

import typst

from registry.errors import PaperNotDrawnError
from registry.papers.missing_characters import printable
from registry.papers.paper import Block, Figure, Heading, Paper, Paragraph, Quotation, Table, chinese_day
from registry.papers.plot_svg import plot_svg
from registry.papers.wording import wording

STANDARDS: Final = ("a-2a", "ua-1")
_HOME = resources.files("registry.papers")


class Look(StrEnum):
    """How a paper looks: a letter of an authority (GB/T 9704-2012), or a report with tables and plots."""

    LETTER = "letter"
    REPORT = "report"


def paper_pdf(paper: Paper, look: Look) -> bytes:
    """Return the paper as an A4 PDF.

    Raises PaperNotDrawnError where typst fails; what it said would quote the paper and is kept nowhere.
    """
    said = json.dumps(_data(paper, look), ensure_ascii=False)
    midnight = datetime.datetime.combine(paper.signature.day, datetime.time(), datetime.UTC)
    try:
        return typst.compile(
            _HOME.joinpath("paper.typ").read_bytes(),
            font_paths=_fonts(),
            sys_inputs={"paper": said},
            pdf_standards=list(STANDARDS),
            timestamp=midnight,
        )
    except typst.TypstError:
        raise PaperNotDrawnError("the typesetter could not draw this paper") from None


@cache
def _fonts() -> typst.Fonts:
    with resources.as_file(_HOME.joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _data(paper: Paper, look: Look) -> object:
    words, day = wording("paper"), paper.signature.day
    said = {
        "title": paper.title,
        "number": paper.number,
        "addressee": paper.addressee,
        "blocks": [_block(block) for block in paper.blocks],
        "signed": [*paper.signature.lines, chinese_day(day)],
        "seal": words.say("seal") if paper.signature.sealed else None,
    }
    drawn = _drawn(said)
    note = words.say("missing") if drawn != said else None
    return {"said": drawn, "note": note, "look": look.value, "day": [day.year, day.month, day.day]}


def _drawn(value: object) -> object:
    """Return the value with every text in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_drawn(each) for each in value]
    if isinstance(value, dict):
        return {name: _drawn(each) for name, each in value.items()}
    return value


def _block(block: Block) -> Mapping[str, object]:
    """Return a block as the template reads it."""
    match block:
        case Heading() | Paragraph() | Quotation():
            return {"kind": type(block).__name__.lower(), "text": block.text}
        case Table():
            return _table(block)
        case Figure():
            return {
                "kind": "figure",
                "title": block.plot.of.title,
                "says": block.plot.says,
                "svg": plot_svg(block.plot),
            }


def _table(table: Table) -> Mapping[str, object]:
    columns = len(table.shares)
    first_figure = columns if table.figures_from is None else table.figures_from
    return {
        "kind": "table",
        "caption": table.caption,
        "head": list(table.head),
        "rows": [list(row) for row in table.rows],
        "shares": list(table.shares),
        "aligned": ["right" if place >= first_figure else "left" for place in range(columns)],
    }
