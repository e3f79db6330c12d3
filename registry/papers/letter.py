"""A letter whose every sentence stands in wording.toml: what was decided, on what grounds, what its reader may do.

The notice of a confirmed identity (notice.py) and the letter that asks for more (want_letter.py) hold tables and have
files of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from registry.papers.letter_docx import paper_docx
from registry.papers.paper import Block, Heading, Paper, Paragraph, Signature
from registry.papers.typesetting import Look, paper_pdf
from registry.papers.wording import wording

_HEADING = "# "


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: the section of wording.toml it is worded by, whom it addresses, and what fills the braces.

    Texts are printed as given: mask names and numbers before. `variant` is the section's wording for some occasions
    (`appointment`, `organisation`), `title` the entry its title stands under.
    """

    kind: str
    addressee: str
    values: Mapping[str, str] = field(repr=False)
    unit: str
    decided_by: str
    decided_on: datetime.date
    variant: str | None = None
    title: str = "title"


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as an A4 PDF with its typeface embedded; equal letters give equal bytes.

    Raises PaperNotDrawnError where the typesetter fails.
    """
    return paper_pdf(letter_paper(letter), Look.LETTER)


def letter_docx(letter: Letter) -> bytes:
    """Return the letter as a docx to edit and stamp; equal letters give equal bytes."""
    return paper_docx(letter_paper(letter))


def letter_paper(letter: Letter) -> Paper:
    """Return what the letter says, block by block, for both forms."""
    words = wording(letter.kind, letter.variant)
    signed = words.row("signed", unit=letter.unit, decided_by=letter.decided_by)
    return Paper(
        title=words.say(letter.title),
        number=words.say("number", **letter.values),
        addressee=letter.addressee,
        blocks=tuple(_blocks(letter)),
        signature=Signature(signed, letter.decided_on, sealed=True),
    )


def _blocks(letter: Letter) -> Iterator[Block]:
    """Yield the parts; a sentence that came out empty has nothing to say here."""
    for part in wording(letter.kind, letter.variant).row("parts", **letter.values):
        if part.startswith(_HEADING):
            yield Heading(part.removeprefix(_HEADING))
        elif part.strip():
            yield Paragraph(part)
