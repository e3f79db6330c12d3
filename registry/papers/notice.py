"""The letter that tells a licensing office whom a held application really names, as PDF and docx.

A letter between authorities: it confirms an identity and nothing else. Whether the licence is refused is the licensing
office's own decision (行政许可法 38), for which the letter carries wording that may be passed on.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.papers.letter_docx import paper_docx
from registry.papers.paper import (
    Block,
    Heading,
    Paper,
    Paragraph,
    Quotation,
    Signature,
    Table,
    chinese_day,
    chinese_term,
)
from registry.papers.typesetting import Look, paper_pdf
from registry.papers.wording import Wording, wording


@dataclass(frozen=True, slots=True)
class NoticeBasis:
    """One basis of the ban: the provision and its words, the document that founded it, what it bars, for how long.

    `until` is inclusive, None for life. `reached` is what of `bars` the application is about, where it is not all.
    Unless the words were compared with the official text, the notice says they were not.
    """

    article: str
    text: str
    document_no: str
    authority: str
    bars: str
    since: datetime.date
    until: datetime.date | None
    official: bool = False
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the applicant was heard: on which day, in which way (当面、电话、书面 …), what was said (empty: nothing)."""

    held_on: datetime.date
    manner: str
    said: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """The applicant gave up being heard: on which day, and how that is recorded."""

    given_on: datetime.date
    record: str


@dataclass(frozen=True, slots=True)
class Remedies:
    """Where the applicant may turn; None leaves a line to fill in by hand."""

    heard_at: str | None = None
    """Where statements and defence are received (陈述申辩)."""
    reviewed_by: str | None = None
    """The authority for administrative review (行政复议机关)."""
    court: str | None = None
    """The people's court for administrative litigation, without the words 人民法院."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A confirmed identity: the applicant of a held application is the listed person.

    All texts are Chinese and printed as given: mask names and numbers before (registry/privacy/masking.py).
    `finding` and `reasons` are the decider's words; `legal_basis` the articles finding and hold rest on.
    """

    case_no: str
    check_no: str
    application_no: str
    licensing_office: str
    region: str
    purpose: str
    role: str
    applicant: str
    applicant_id: str
    ban_no: str
    bases: Sequence[NoticeBasis]
    finding: str
    reasons: str
    legal_basis: Sequence[str]
    heard: Hearing | Waiver
    unit: str
    decided_by: str
    decided_on: datetime.date
    remedies: Remedies = field(default_factory=Remedies)
    variant: str | None = None
    """`appointment` where no licence is applied for: somebody is to be employed; `organisation` where one applies."""


def notice_pdf(notice: Notice) -> bytes:
    """Return the notice as an A4 PDF with its typeface embedded; the same notice gives the same bytes.

    Raises PaperNotDrawnError where the typesetter fails.
    """
    return paper_pdf(notice_paper(notice), Look.LETTER)


def notice_docx(notice: Notice) -> bytes:
    """Return the notice as a docx to edit and stamp, in official typefaces; equal notices give equal bytes."""
    return paper_docx(notice_paper(notice))


def notice_paper(notice: Notice) -> Paper:
    """Return what the notice says, block by block, for both forms."""
    words = wording("notice", notice.variant)
    blocks = (*_found(notice), *_heard(notice), *_onward(notice), *_draft(notice))
    return Paper(
        title=words.say("title"),
        number=words.say("number", case_no=notice.case_no),
        addressee=notice.licensing_office,
        blocks=blocks,
        signature=Signature(
            words.row("signed", unit=notice.unit, decided_by=notice.decided_by), notice.decided_on, sealed=True
        ),
    )


def _found(notice: Notice) -> Sequence[Block]:
    words = wording("notice", notice.variant)
    return (
        Heading(words.say("occasion")),
        Paragraph(
            words.say(
                "occasion_text",
                purpose=notice.purpose,
                application_no=notice.application_no,
                applicant=notice.applicant,
                applicant_id=notice.applicant_id,
                role=notice.role,
                check_no=notice.check_no,
                region=notice.region,
                ban_no=notice.ban_no,
            )
        ),
        Heading(words.say("finding")),
        Paragraph(words.say("finding_text", finding=notice.finding)),
        Paragraph(words.say("reasons_text", reasons=notice.reasons)),
        Paragraph(words.say("legal_text", legal_basis="、".join(notice.legal_basis))),
        Heading(words.say("bases")),
        Table(
            words.say("bases_caption", ban_no=notice.ban_no),
            words.row("bases_head"),
            [_basis_row(words, basis) for basis in notice.bases],
            (3, 4, 4, 3),
        ),
        *(Quotation(text) for text in dict.fromkeys(f"{each.article}：{each.text}" for each in notice.bases)),
        *([] if all(each.official for each in notice.bases) else [Paragraph(words.say("not_official"))]),
    )


def _basis_row(words: Wording, basis: NoticeBasis) -> Sequence[str]:
    return (
        basis.article,
        f"{basis.document_no}\n{basis.authority}",
        basis.bars if not basis.reached else words.say("bars_reached", bars=basis.bars, reached=basis.reached),
        chinese_term(basis.since, basis.until),
    )


def _heard(notice: Notice) -> Sequence[Block]:
    words, heard = wording("notice", notice.variant), notice.heard
    if isinstance(heard, Waiver):
        text = words.say("waived_text", given_on=chinese_day(heard.given_on), record=heard.record)
    else:
        sentence = "heard_text" if heard.said.strip() else "heard_silent"
        text = words.say(sentence, held_on=chinese_day(heard.held_on), manner=heard.manner, said=heard.said)
    return (Heading(words.say("heard")), Paragraph(text))


def _onward(notice: Notice) -> Sequence[Block]:
    words = wording("notice", notice.variant)
    return (
        Heading(words.say("onward")),
        Paragraph(words.say("onward_text")),
        Paragraph(words.say("objection_text")),
    )


def _draft(notice: Notice) -> Sequence[Block]:
    words, fill, remedies = wording("notice", notice.variant), wording("paper").say("fill"), notice.remedies
    hearing = words.say(
        "draft_hearing",
        purpose=notice.purpose,
        application_no=notice.application_no,
        applicant=notice.applicant,
        applicant_id=notice.applicant_id,
        articles="、".join(dict.fromkeys(basis.article for basis in notice.bases)),
        heard_at=remedies.heard_at or fill,
    )
    refusal = words.say("draft_refusal", reviewed_by=remedies.reviewed_by or fill, court=remedies.court or fill)
    return (Heading(words.say("draft")), Quotation(hearing), Quotation(refusal))
