"""What the register holds of one person and who looked it up, printed for that person (个人信息保护法 45)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from registry.papers.paper import (
    Block,
    Heading,
    Paper,
    Paragraph,
    Quotation,
    Signature,
    Table,
    chinese_day,
    chinese_minute,
    chinese_term,
)
from registry.papers.typesetting import Look, paper_pdf
from registry.papers.wording import wording


@dataclass(frozen=True, slots=True)
class OwnBasis:
    """One basis of a ban as its subject sees it; `until` is inclusive, None for life; `standing`: how it stands."""

    article: str
    document_no: str
    authority: str
    bars: str
    since: datetime.date
    until: datetime.date | None
    standing: str


@dataclass(frozen=True, slots=True)
class OwnBan:
    """One permanent ban number and the bases it rests or rested on."""

    ban_no: str
    bases: Sequence[OwnBasis]


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement the person had kept beside a ban: when and in which words."""

    given_on: datetime.date
    ban_no: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnObjection:
    """An objection of the person: its number, when, against what, and how it ended (None while open)."""

    objection_no: str
    lodged_on: datetime.date
    against: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up of the person: when (aware), by which unit (never a person's name), what for, and what came of it.

    `application_no` is None where the look-up belonged to no application.
    """

    at: datetime.datetime
    unit: str
    purpose: str
    application_no: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """All a person may know of their own record; names and numbers are printed as given, masked before."""

    request_no: str
    person: str
    person_id: str
    bans: Sequence[OwnBan]
    statements: Sequence[OwnStatement]
    objections: Sequence[OwnObjection]
    look_ups: Sequence[LookUp]
    unit: str
    made_on: datetime.date


def own_record_pdf(record: OwnRecord) -> bytes:
    """Return the record as an A4 PDF for its subject; the same record gives the same bytes.

    Raises PaperNotDrawnError where the typesetter fails.
    """
    return paper_pdf(own_record_paper(record), Look.REPORT)


def own_record_paper(record: OwnRecord) -> Paper:
    """Return what the copy says, block by block: every part is there, an empty one says so."""
    words = wording("own_record")
    lead = words.say("lead", made_on=chinese_day(record.made_on), person=record.person, person_id=record.person_id)
    return Paper(
        title=words.say("title"),
        number=words.say("number", request_no=record.request_no),
        addressee=None,
        blocks=(
            Paragraph(lead),
            *_part("bans", [_ban(ban) for ban in record.bans]),
            *_part("statements", [block for each in record.statements for block in _statement(each)]),
            *_part("objections", _objections(record.objections)),
            *_part("look_ups", _look_ups(record.look_ups)),
            Heading(words.say("rights")),
            Paragraph(words.say("rights_text")),
        ),
        signature=Signature(words.row("signed", unit=record.unit), record.made_on, sealed=True),
    )


def _part(name: str, blocks: Sequence[Block]) -> Sequence[Block]:
    words = wording("own_record")
    return (Heading(words.say(name)), *(blocks or [Paragraph(words.say(f"{name}_none"))]))


def _ban(ban: OwnBan) -> Table:
    words = wording("own_record")
    rows = [
        (
            basis.article,
            f"{basis.document_no}\n{basis.authority}",
            basis.bars,
            chinese_term(basis.since, basis.until),
            basis.standing,
        )
        for basis in ban.bases
    ]
    return Table(words.say("bans_caption", ban_no=ban.ban_no), words.row("bans_head"), rows, (3, 4, 4, 3, 2))


def _statement(statement: OwnStatement) -> Sequence[Block]:
    lead = wording("own_record").say(
        "statements_lead", given_on=chinese_day(statement.given_on), ban_no=statement.ban_no
    )
    return (Paragraph(lead), Quotation(statement.text))


def _objections(objections: Sequence[OwnObjection]) -> Sequence[Block]:
    if not objections:
        return ()
    words = wording("own_record")
    rows = [
        (each.objection_no, chinese_day(each.lodged_on), each.against, each.outcome or words.say("objection_open"))
        for each in objections
    ]
    return (Table(words.say("objections_caption"), words.row("objections_head"), rows, (3, 3, 5, 4)),)


def _look_ups(look_ups: Sequence[LookUp]) -> Sequence[Block]:
    if not look_ups:
        return ()
    words = wording("own_record")
    rows = [
        (chinese_minute(each.at), each.unit, each.purpose, each.application_no or "—", each.outcome)
        for each in look_ups
    ]
    caption = words.say("look_ups_caption", count=len(rows))
    return (Table(caption, words.row("look_ups_head"), rows, (10, 10, 8, 12, 10)),)
