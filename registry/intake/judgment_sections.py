"""The parts of a judgment: its head, the parties, and the operative part with what comes after it.

A judgment's order is fixed (court and number, parties, trial, facts, opinion, operative part, right of appeal, bench,
date, appended statutes); headings and line breaks are not. The parts are therefore found by the formulas courts use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.intake.chinese_numerals import number
from registry.intake.compact_text import CompactText
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.judgment_reading import Quoted

CHINESE_ZERO = "〇○零OoＯ0"
DIGIT = f"[{CHINESE_ZERO}一二三四五六七八九1-9—－-]"
_CASE_NUMBER = re.compile(
    rf"(?:\((?:(?:19|20)\d{{2}}|[二一]{DIGIT}{{3}})年?\)[^()，。；：、]{{0,14}}?|(?:19|20)\d{{2}}年?度?[^\W\d_]{{1,6}}?|"
    r"(?<=书)[^\W\d_]{1,6}?)刑[^()，。；：、]{0,8}?(?:字第|字|第)?(?<![\d*])\d{1,6}(?:-\d+)?号"
    r"(?:之[一二三四五六七八九十\d]+)?"
)
_TITLE_END = re.compile(r"(?:判决书|裁定书|决定书|公告|一案|正文|全文)")
_CUT_NAME = re.compile("[省市县区州盟旗].*|[中高]?级?(?:人民|民)?")
"""What a line begins with when the court's name was broken between two lines."""
_PROSECUTION = re.compile(r"(?:公诉机关|抗诉机关|人民检察院(?:于.{0,12}?)?(?:以|指控|提起公诉)|指控(?=被告|原审被告))")
_TRIAL = re.compile(
    r"(?:检察院|公诉机关)(?:第.{1,2}分院)?(?:于.{0,12}?)?(?:以|指控)|指控(?=.{0,6}被告)|法院审理|审理.{0,60}?一案|提起公诉|"
    r"(?:现|本案现?)已审理终结|经(?:再审)?审理查明|本院(?:再审|经审理)?认为|(?:判决|裁定)如下"
)
"""What follows the parties: the indictment, or whatever comes first of what can stand in its place."""
_OPERATIVE = re.compile(
    r"(?:判决|裁定|决定)(?:结果)?如下[：，。]?|如下(?:判决|裁定|决定)[：，。]?|规定，?(?:特|依法)?(?:判决|裁定)[：]"
)
_END = re.compile(
    r"如(?:果)?不服(?:本|该)?(?:判决|裁定)?|本(?:判决|裁定)(?:书)?(?:为|系)终审|本(?:判决|裁定)(?:书)?(?:自|经)(?:宣告|送达|签收)|"
    r"\(此页无正文\)|(?:代理|助理)?审判(?:长|员)(?!委员会)|人民陪审员"
)
_ELSEWHERE = re.compile(
    r"(?:上诉人|辩护人|抗诉机关|原审被告人).{0,40}?(?:提出|辩称|上诉称|认为)|经审理查明|经(?:本院)?二审|本院认为|本院经审(?:理|查)"
)
_STATUTES = re.compile(r"附[：]|附.{0,8}(?:法条|法律|条文)|附录|《|第[一二三四五六七八九十百]+条")
_APPENDED = re.compile(r"书记员|附[：]|附.{0,8}(?:法条|法律|条文)|附录")
_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}}|[二一]{DIGIT}{{3}})年(?P<month>\d{{1,2}}|[元正一二三四五六七八九十—－-]{{1,2}})月"
    r"(?P<day>\d{1,2}(?=[日号])|[一二三四五六七八九十廿卅—－-]{1,4})[日号曰目旦无]?"
)
_BENCH = re.compile(r"(?:代理|助理)?审判(?:长|员)|独任法官|人民陪审员")
_SIGNS = " 一二三四五六七八九"
_INSTANCES = (("再", "retrial"), ("终", "second"), ("初", "first"))


@dataclass(frozen=True, slots=True)
class Sections:
    """Where the parts lie in the compact text; `operative` is None where the text has no decision of its own."""

    head: tuple[int, int]
    parties: tuple[int, int]
    operative: tuple[int, int] | None


def sections(compact: CompactText) -> Sections:
    """Return the parts of a judgment."""
    number = _number_match(compact)
    head_end = number.end() if number else min(200, len(compact.text))
    trial = _TRIAL.search(compact.text, head_end)
    return Sections((0, head_end), (head_end, trial.start() if trial else head_end), _operative(compact))


def _operative(compact: CompactText) -> tuple[int, int] | None:
    """Return the last decision of the text that is this court's own: what is told of an earlier one is not."""
    for found in reversed(list(_OPERATIVE.finditer(compact.text))):
        end = _END.search(compact.text, found.end()) or _APPENDED.search(compact.text, found.end())
        last = end.start() if end else len(compact.text)
        if not _ELSEWHERE.search(compact.text, found.end(), last):
            return found.end(), last
    return None


def _number_match(compact: CompactText) -> re.Match[str] | None:
    end = _PROSECUTION.search(compact.text)
    return _CASE_NUMBER.search(compact.text, 0, end.start() if end else 600)


def case_number(compact: CompactText) -> Quoted[str] | None:
    """Return the number of this judgment's own case, as printed; numbers told of in the text are other cases."""
    found = _number_match(compact)
    return None if found is None else Quoted(compact.quoted(*found.span()), compact.span(*found.span()))


def court(compact: CompactText) -> Quoted[str] | None:
    """Return the court whose judgment this is: the one that stands before the title and the case number."""
    number = _number_match(compact)
    end = number.start() if number else min(200, len(compact.text))
    for found in reversed(list(re.finditer("法院", compact.text[:end]))):
        start = _court_start(compact, found.start())
        if found.end() - start > len("人民法院"):
            return Quoted(compact.quoted(start, found.end()), compact.span(start, found.end()))
    return None


def _court_start(compact: CompactText, end: int) -> int:
    """Go back from the word court to where its name begins: a line's beginning, a sign, or the end of a title."""
    start = end
    while start > 0 and re.match(r"[^\W\d_]", compact.text[start - 1]):
        if compact.begins_line(start) and not _CUT_NAME.fullmatch(compact.text, start, end):
            break
        start -= 1
    titles = list(_TITLE_END.finditer(compact.text, start, end))
    return titles[-1].end() if titles else start


def instance(compact: CompactText) -> Quoted[str] | None:
    """Return first, second or retrial: by the case number's letters, else by the title."""
    number = _number_match(compact)
    place = number.span() if number else (0, min(120, len(compact.text)))
    words = compact.text[slice(*place)]
    for sign, name in _INSTANCES if number else (("再审", "retrial"), ("二审", "second"), ("一审", "first")):
        if sign in words:
            return Quoted(name, compact.span(*place))
    return None


def decided_on(compact: CompactText, operative: tuple[int, int] | None) -> Quoted[str] | None:
    """Return the day under the bench's names, ISO; dates told of in the text are other days."""
    start = operative[1] if operative else max(0, len(compact.text) - 400)
    bench = _BENCH.search(compact.text, start)
    if bench is None:
        days = list(_DATE.finditer(compact.text, start))
        return _day(compact, days[0]) if len(days) == 1 else None
    appended = _STATUTES.search(compact.text, bench.start(), bench.start() + 200)
    found = _DATE.search(compact.text, bench.start(), appended.start() if appended else bench.start() + 200)
    return None if found is None else _day(compact, found)


def _day(compact: CompactText, found: re.Match[str]) -> Quoted[str] | None:
    day = iso_day(found["year"], found["month"], found["day"])
    return None if day is None else Quoted(day, compact.span(*found.span()))


def iso_day(year: str, month: str, day: str) -> str | None:
    """Return a day in ISO form from its parts in either kind of signs; None where no calendar has it."""
    try:
        return read_date(f"{_digits(year)}年{_value(month)}月{_value(day)}日").isoformat()
    except (ImpossibleDateError, UnreadableDateError):
        return None


def _digits(year: str) -> str:
    """Return a year in Arabic digits: 二〇—九 was printed for 二〇一九."""
    plain = re.sub("[—－-]", "一", year)
    return "".join(
        str(_SIGNS.index(sign)) if sign in _SIGNS else "0" if sign in CHINESE_ZERO else sign for sign in plain
    )


def _value(month_or_day: str) -> str:
    value = number(re.sub("[—－-]", "一", month_or_day).replace("元", "一").replace("正", "一"))
    return "0" if value is None else str(int(value))
