"""Reads a certificate of effect (生效证明, 裁判文书生效证明书, 执行通知书): which judgment took effect on which day.

A first-instance judgment does not say when it took effect; this paper does. What it says in a form that can mean one
thing is taken with its quote. What it says twice and differently, for some defendants only, or not at all is null, with
a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from registry.intake.compact_text import CompactText, compact
from registry.intake.judgment_parties import parties
from registry.intake.judgment_reading import JudgmentReading, Quoted, Warned
from registry.intake.judgment_sections import DIGIT, Sections, iso_day

WORD: Final = "certificate"
"""What the reading calls itself, so that whoever reads both kinds can tell them apart."""

_HEAD: Final = 160
_FIRST: Final = 4_000
"""Where a title stands at the latest, blanks counted: a long judgment is not gone through for it."""
_TITLE: Final = re.compile(r"(?:生效|法律效力|生效情况)的?(?:证明|确认)书?|执行通知书")
_SENTENCE: Final = re.compile("[，。；]")
_YEAR: Final = r"(?:\((?:19|20)\d{2}\)|(?:19|20)\d{2}年)"
_SERIAL: Final = r"(?<!\d)\d{1,6}(?:-\d+)?号(?:之[一二三四五六七八九十\d]+)?"
_TRIED: Final = re.compile(
    rf"{_YEAR}[^()，。；：、]{{0,14}}?刑[^()，。；：、]{{0,8}}?[初终再][^()，。；：、]{{0,4}}?{_SERIAL}"
)
_NUMBER: Final = re.compile(rf"{_YEAR}[^()，。；：、]{{1,20}}?{_SERIAL}")
_DAY: Final = (
    rf"(?:(?P<year>(?:19|20)\d{{2}}|[二一]{DIGIT}{{3}})年(?P<month>\d{{1,2}}|[元正一二三四五六七八九十—－-]{{1,2}})月"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十廿卅—－-]{1,4})[日号曰目旦]|"
    r"(?P<y>(?:19|20)\d{2})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d))"
)
_DATE: Final = re.compile(_DAY)
_EFFECT: Final = r"(?:发生了?(?:法律)?效力|生效)(?!的?(?:证明|确认))"
_SAID: Final = re.compile(_EFFECT)
_DAY_BEFORE: Final = re.compile(
    rf"{_DAY}(?:\([^()]{{0,20}}\))?(?:零时)?(?:之日)?起?，?(?:(?:上述|该|本|此)?(?:刑事)?(?:判决|裁定)书?)?"
    rf"(?:即|已经|已|均已|均)?(?:依法|正式)?(?:开始)?{_EFFECT}(?!的?(?:日期|时间|之日))"
)
_DAY_AFTER: Final = re.compile(
    rf"{_EFFECT}(?:的?(?:日期|时间|之日)[：，]?(?:为|是|系)?|[：]|(?:日)?(?:为|是|系|于))[：，]?{_DAY}"
)
_NOT_YET: Final = re.compile(r"(?:尚未|还未|未|没有|不)(?:发生了?(?:法律)?效力|生效)")
_COURT: Final = re.compile(r"[^\W\d_]{2,30}?法院")
_SIGNATURE: Final = 60
_TOLD: Final = ("case_number", "effective_date", "court", "number")


@dataclass(slots=True)
class CertificateReading:
    """One certificate as read; `number` is the certificate's own, where it has one."""

    case_number: Quoted[str] | None = None
    effective_date: Quoted[str] | None = None
    court: Quoted[str] | None = None
    number: Quoted[str] | None = None
    warnings: list[Warned] = field(default_factory=list)

    def as_json(self, file: str) -> dict[str, Any]:
        """Return the reading as `registry judgment read` prints it; `quotes` lead into the text."""
        stated = {name: getattr(self, name) for name in _TOLD}
        return {
            "file": file,
            "document": WORD,
            **{name: None if quoted is None else quoted.value for name, quoted in stated.items()},
            "warnings": [{"field": each.field, "code": each.code} for each in self.warnings],
            "quotes": {name: list(quoted.span) for name, quoted in stated.items() if quoted is not None},
        }


def is_certificate(text: str) -> bool:
    """Say whether a text is a certificate of effect: its title says so, before its first sentence."""
    return _title(compact(text[:_FIRST])) is not None


def read_certificate(text: str) -> CertificateReading:
    """Return what a certificate says; the places of quotes are those of `text`."""
    packed = compact(text)
    title = _title(packed)
    reading = CertificateReading()
    reading.number = _own_number(packed, title.end() if title else 0)
    reading.case_number = _case_number(packed, reading)
    reading.effective_date = _effective_date(packed, reading)
    reading.court = _court(packed, title.start() if title else 0, reading)
    return reading


def people_named(text: str) -> JudgmentReading:
    """Return whom a certificate names, read as a judgment names them: the law is asked about them all."""
    packed, reading = compact(text), JudgmentReading()
    title = _title(packed)
    begin, end = title.end() if title else 0, len(packed.text)
    parties(packed, Sections((0, begin), (begin, end), None), reading)
    return reading


def _title(packed: CompactText) -> re.Match[str] | None:
    head = packed.text[:_HEAD]
    first = _SENTENCE.search(head)
    return _TITLE.search(head, 0, first.start() if first else len(head))


def _own_number(packed: CompactText, title_end: int) -> Quoted[str] | None:
    """Return the number that has a line of its own about the title."""
    for found in _NUMBER.finditer(packed.text, 0, title_end + _HEAD):
        whole = found.end() == len(packed.text) or packed.begins_line(found.end())
        if packed.begins_line(found.start()) and whole:
            return _quoted(packed, *found.span())
    return None


def _case_number(packed: CompactText, reading: CertificateReading) -> Quoted[str] | None:
    """Return the one case the paper speaks of; of several the one whose taking effect is told in its sentence."""
    found = list(_TRIED.finditer(packed.text))
    told = [each for start, end in _sentences_of_effect(packed.text) for each in found if start <= each.start() < end]
    for among in (found, told):
        if len({each[0] for each in among}) == 1:
            return _quoted(packed, *among[0].span())
    reading.warnings.append(Warned("case_number", "several_case_numbers" if found else "not_read"))
    return None


def _sentences_of_effect(text: str) -> list[tuple[int, int]]:
    edges = [0, *(found.end() for found in re.finditer("[。；]", text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if _SAID.search(text, start, end)]


def _effective_date(packed: CompactText, reading: CertificateReading) -> Quoted[str] | None:
    """Return the day the judgment took effect: said once, or the same each time, and not after the paper was made."""
    found = [*_DAY_BEFORE.finditer(packed.text), *_DAY_AFTER.finditer(packed.text)]
    days = [_day(packed, each) for each in found]
    known = {day.value for day in days if day is not None}
    doubt = _doubt(packed, len(known), unread=None in days or not days)
    if doubt is None and max(known) > (_issued_on(packed) or max(known)):
        doubt = "day_after_issue"
    if doubt is not None:
        reading.warnings.append(Warned("effective_date", doubt))
        return None
    return days[0]


def _doubt(packed: CompactText, days: int, *, unread: bool) -> str | None:
    if _NOT_YET.search(packed.text):
        return "not_effective"
    if days > 1:
        return "several_days"
    return "not_read" if unread else None


def _issued_on(packed: CompactText) -> str | None:
    """Return the day under the paper, which stands on a line of its own, last."""
    alone = [found for found in _DATE.finditer(packed.text) if packed.begins_line(found.start())]
    day = _day(packed, alone[-1]) if alone and len(packed.text) - alone[-1].end() < _SIGNATURE else None
    return None if day is None else day.value


def _day(packed: CompactText, found: re.Match[str]) -> Quoted[str] | None:
    last = next(found.end(name) for name in ("day", "d") if found[name]) + bool(found["day"])
    first = found.start("year") if found["year"] else found.start("y")
    day = iso_day(*(found[name] or found[other] for name, other in (("year", "y"), ("month", "m"), ("day", "d"))))
    return None if day is None else Quoted(day, packed.span(first, last))


def _court(packed: CompactText, title_start: int, reading: CertificateReading) -> Quoted[str] | None:
    """Return the court above the title, else the one that signs; null where the two are not the same."""
    above = next(iter(_COURT.finditer(packed.text, 0, title_start)), None)
    signed = [
        found
        for found in _COURT.finditer(packed.text, title_start)
        if packed.begins_line(found.start()) and len(packed.text) - found.end() < _SIGNATURE
    ]
    named = [each for each in (above, signed[-1] if signed else None) if each is not None]
    if len({each[0] for each in named}) == 1:
        return _quoted(packed, *named[0].span())
    reading.warnings.append(Warned("court", "courts_differ" if named else "not_read"))
    return None


def _quoted(packed: CompactText, start: int, end: int) -> Quoted[str]:
    return Quoted(packed.quoted(start, end), packed.span(start, end))
