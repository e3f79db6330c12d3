"""What the court forbids: the injunction of a probation or public surveillance, and the occupational ban.

Criminal Law art. 37-1 (from the end of the sentence, three to five years, or as another law says), art. 38 para. 2
and art. 72 para. 2 (while the probation or surveillance lasts). A proposal the court rejects forbids nothing.
"""

from __future__ import annotations

import re

from registry.intake.chinese_numerals import NUMERAL, number
from registry.intake.judgment_reading import Ban, Defendant, JudgmentReading, Quoted, Warned
from registry.intake.judgment_stretch import Stretch, as_one_word

_FROM_WHEN = r"(?:[自在于从][^。；，]{0,12}?(?:刑罚|主刑|徒刑|缓刑|假释|管制|考验)[^。；，]{0,30}，?)?"
_BAN = re.compile(
    rf"(?P<text>{_FROM_WHEN}(?<!从业)禁止(?!令)[^。；]{{0,80}}?(?:从事|担任|经营|进入|接触|参与|再犯|申请)[^。；]{{1,160}}|"
    r"[^。；，]{0,40}?(?:终身|终生|年内|年之内|年以内|期间|期限内|期内)[^。；，]{0,12}?不得(?:再)?(?:从事|担任|经营|申请)[^。；]{1,160}|"
    rf"从业禁止(?:的?期限)?(?:为)?{NUMERAL}+年[^。；，]{{0,20}})(?P<stop>[。；]?)"
)
_YEARS = re.compile(
    rf"(?P<value>{NUMERAL}+)年(?:之?内|以内|期限)|期限\0*(?:为|是)?(?P<length>{NUMERAL}+)年|为期(?P<lasting>{NUMERAL}+)年|"
    rf"从业禁止(?:的?期限)?(?:为)?(?P<named>{NUMERAL}+)年|"
    rf"(?:之日)起?[，]?(?P<since>{NUMERAL}+)年|(?:活动|职业|行业|工作|业务|经营)(?P<bare>{NUMERAL}+)年(?=[，。；\0]|$)"
)
_NUMBER_BEFORE = re.compile(r"^\0*(?:[一二三四五六七八九十]{1,3}、)?")
_EVERYBODY = re.compile(r"(?:各|上述|[二两三四五六七八九十]|全体|以上)(?:名)?被告人?")
_AFTER_THE_SENTENCE = re.compile("执行完毕|执行期满|刑满|假释|从业禁止|职业|终身|终生")
_REJECTED = re.compile(r"驳回|不予支持|不予采纳")


def bans(whole: Stretch, reading: JudgmentReading) -> None:
    """Add each ban of the operative part to those it forbids something."""
    for found in _BAN.finditer(whole.text):
        if _REJECTED.search(whole.text, max(0, found.start() - 20), found.end()):
            continue
        for defendant in _whom(whole, found, reading):
            ban, clear = _ban(whole, found, defendant)
            defendant.bans.append(ban)
            if not clear:
                position = reading.defendants.index(defendant)
                reading.warnings.append(Warned(f"defendants[{position}].bans", "kind_of_ban_unclear"))


def _ban(whole: Stretch, found: re.Match[str], defendant: Defendant) -> tuple[Ban, bool]:
    text = _NUMBER_BEFORE.sub("", found["text"])
    start = found.end("text") - len(text)
    end = whole.next_item(start + 1, found.end("stop"))
    aside = whole.compact.text[whole.start + start : whole.start + min(end + 30, len(whole.text))]
    kind, clear = _kind(text, aside, defendant)
    printed = whole.compact.quoted(whole.start + start, whole.start + end)
    return Ban(kind, _years(whole, start, end, kind), whole.quote(printed, start, end)), clear


def _kind(text: str, aside: str, defendant: Defendant) -> tuple[str, bool]:
    """Return the kind of a ban, and whether its own words say it; else the sentence beside it does."""
    if re.search("执行完毕|执行期满|刑满|假释|从业禁止|职业|终身|终生", text) and not re.search(
        "考验期|缓刑期|管制期", text
    ):
        return "occupational_ban", True
    if re.search("缓刑|考验期|管制", text):
        return "probation_injunction", True
    if "禁止令" in aside:
        return "probation_injunction", True
    if defendant.executed.probation_months is not None:
        return "probation_injunction", False
    return "other", False


def _years(whole: Stretch, start: int, end: int, kind: str) -> Quoted[float] | None:
    years = _YEARS.search(whole.text, start, end)
    if years is None or (kind == "probation_injunction" and (years["value"] or years["since"])):
        return None
    group = next(name for name, value in years.groupdict().items() if value)
    value = number(years[group])
    return whole.measured(None if value is None else (int(value) if value == int(value) else value), *years.span(group))


def _whom(whole: Stretch, found: re.Match[str], reading: JudgmentReading) -> list[Defendant]:
    """Return whom a ban names; where it names nobody, whose sentence it stands in."""
    text = found["text"]
    named = [each for each in reading.defendants if each.name is not None and as_one_word(each.name.value) in text]
    if named:
        return named
    if _EVERYBODY.search(text) or len(reading.defendants) == 1:
        return list(reading.defendants)
    before = whole.text[: found.start()]
    last = [(before.rfind(as_one_word(each.name.value)), each) for each in reading.defendants if each.name is not None]
    place, nearest = max(last, key=lambda pair: pair[0], default=(-1, None))
    return [nearest] if nearest is not None and place >= 0 else []
