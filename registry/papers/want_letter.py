"""The letter that asks for more before a held application is decided: what is missing, from whom, by when."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from registry.papers.letter_docx import paper_docx
from registry.papers.paper import Heading, Paper, Paragraph, Signature, Table, chinese_day
from registry.papers.typesetting import Look, paper_pdf
from registry.papers.wording import wording


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that is missing: what, and from whom it is asked."""

    what: str
    of_whom: str


@dataclass(frozen=True, slots=True)
class WantLetter:
    """A request to a licensing office for what is missing to decide; texts are printed as given, masked before."""

    case_no: str
    check_no: str
    application_no: str
    licensing_office: str
    region: str
    purpose: str
    applicant: str
    applicant_id: str
    wants: Sequence[Want]
    due_on: datetime.date
    reasons: str
    unit: str
    decided_by: str
    decided_on: datetime.date
    deliver_to: str | None = None
    """Where the missing papers are sent; None leaves a line to fill in by hand."""
    variant: str | None = None
    """As of a notice."""


def want_letter_pdf(letter: WantLetter) -> bytes:
    """Return the letter as an A4 PDF with its typeface embedded; equal letters give equal bytes.

    Raises PaperNotDrawnError where the typesetter fails.
    """
    return paper_pdf(want_letter_paper(letter), Look.LETTER)


def want_letter_docx(letter: WantLetter) -> bytes:
    """Return the letter as a docx to edit and stamp; equal letters give equal bytes."""
    return paper_docx(want_letter_paper(letter))


def want_letter_paper(letter: WantLetter) -> Paper:
    """Return what the letter says, block by block, for both forms."""
    words = wording("want", letter.variant)
    occasion = words.say(
        "occasion_text",
        purpose=letter.purpose,
        application_no=letter.application_no,
        applicant=letter.applicant,
        applicant_id=letter.applicant_id,
        check_no=letter.check_no,
        region=letter.region,
    )
    due = words.say(
        "due_text", due_on=chinese_day(letter.due_on), deliver_to=letter.deliver_to or wording("paper").say("fill")
    )
    return Paper(
        title=words.say("title"),
        number=words.say("number", case_no=letter.case_no),
        addressee=letter.licensing_office,
        blocks=(
            Paragraph(occasion),
            Heading(words.say("wants")),
            _wants(letter.wants),
            Heading(words.say("reasons")),
            Paragraph(letter.reasons),
            Heading(words.say("due")),
            Paragraph(due),
            Heading(words.say("meanwhile")),
            Paragraph(words.say("meanwhile_text")),
        ),
        signature=Signature(
            words.row("signed", unit=letter.unit, decided_by=letter.decided_by), letter.decided_on, sealed=True
        ),
    )


def _wants(wants: Sequence[Want]) -> Table:
    words = wording("want")
    rows = [(str(number), want.what, want.of_whom) for number, want in enumerate(wants, 1)]
    return Table(words.say("wants_caption"), words.row("wants_head"), rows, (1, 6, 4))
