"""What the court decided: for each accused the charges, the sentences, what is executed, and the bans.

Only the operative part is read. Of a defendant convicted on several counts each count keeps its own sentence, and the
sentence executed is the one the court says it decides to execute (Criminal Law art. 69).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registry.intake.chinese_numerals import DURATION, NUMBER, NUMERAL, months, number, yuan
from registry.intake.compact_text import CompactText
from registry.intake.judgment_reading import Ban, Count, Defendant, JudgmentReading, Punishment, Quoted, Warned

_LABEL = r"(?:被告单位|被告人|上诉单位|上诉人(?:\0*)|原审被告单位|原审被告人|原审上诉人|罪犯)"
_GUILTY = re.compile(
    rf"{_LABEL}\0*[：]?(?P<names>[^，。；：犯]{{1,120}}?)\0*(?=，?(?:均|共同|分别)?犯[^。；]{{1,60}}?罪|，?(?:均|宣告)?无罪)"
)
_NUMBERED = re.compile(r"(?:(?<=[。；\0])|^)\(?[一二三四五六七八九十]{1,3}[、\)]")
_CHARGE = re.compile(
    r"(?:^|(?<=[，；。、又另并\0均同别]))\0*(?:均|共同|分别)?犯(?P<charge>[^。；]{2,60}?罪)(?=\0*(?:[，。；、]|判处|处|免|单处|宣告|决定|各|均|分别|$|\())"
)
_TOGETHER = re.compile(
    r"决定(?:合并)?(?:对[^，。；]{1,20})?执行|合并执行|(?:数|两|二|三|四|五)罪并罚|实行并罚|并罚|总和刑期|与(?:前罪|原判|前判|其|本院|原|尚未|上述|[^，。；]{0,30}(?:判决|前罪))|撤销|原判|连同|将其"
)
_EXECUTED = re.compile(r"(?:决定(?:合并)?(?:对[^，。；]{1,20})?执行|合并执行)(?:的刑罚为|刑罚)?[：]?")
_SENTENCE = re.compile(
    r"(?P<reprieve>死刑\0*，?(?:缓期(?:二|两|2)年执行|缓期执行))|(?P<death>死刑)|(?P<life>无期徒刑)|(?P<term>有期徒刑|拘役|管制)"
    r"|(?P<exempt>免予刑事处罚|免予刑事处分|免除刑事处罚|免于刑事处罚|免除处罚)|(?P<acquitted>无罪)"
)
_PROBATION = re.compile(r"缓刑(?:考验期(?:限)?)?(?:为)?")
_FINE = re.compile(rf"罚金(?:共计|合计|各)?(?:人民币)?(?:各)?(?P<amount>{NUMBER})余?元")
_ONE_OF = re.compile(r"[、和及与]")
_BAN = re.compile(
    r"(?P<text>禁止(?!令)[^。；]{0,80}?(?:从事|担任|经营|进入|接触|参与|再犯)[^。；]{1,160}|"
    r"[^。；，]{0,40}?(?:终身|年内|期间|期限内)[^。；，]{0,12}?不得(?:再)?(?:从事|担任|经营)[^。；]{1,160})(?P<stop>[。；]?)"
)
_YEARS = re.compile(
    rf"(?P<value>{NUMERAL}+)年(?:之?内|以内|期限)|期限(?:为)?(?P<length>{NUMERAL}+)年|为期(?P<lasting>{NUMERAL}+)年"
)
_NUMBER_BEFORE = re.compile(r"^\0*(?:[一二三四五六七八九十]{1,3}、)?")
_EVERYBODY = re.compile(r"(?:各|上述|[二两三四五六七八九十]|全体)(?:名)?被告人")
_STANDARD = {
    "reprieve": "死刑缓期二年执行",
    "death": "死刑",
    "life": "无期徒刑",
    "exempt": "免予刑事处罚",
    "acquitted": "无罪",
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the operative part, what stands in brackets blanked out (刑期自……起 is no sentence)."""

    compact: CompactText
    text: str
    start: int

    def part(self, start: int, end: int) -> _Stretch:
        return _Stretch(self.compact, self.text[start:end], self.start + start)

    def quote(self, value: str, start: int, end: int) -> Quoted[str]:
        return Quoted(value, self.compact.span(self.start + start, self.start + end))

    def measured(self, value: float | None, start: int, end: int) -> Quoted[float] | None:
        return None if value is None else Quoted(value, self.compact.span(self.start + start, self.start + end))


def outcome(compact: CompactText, operative: tuple[int, int], reading: JudgmentReading) -> None:
    """Add the outcome to each defendant of the reading; whoever is sentenced and was not named before is added."""
    whole = _Stretch(compact, _without_asides(compact.text[slice(*operative)]), operative[0])
    for names, stretch in _convictions(whole):
        defendants = [_named(reading, each) for each in names]
        for defendant, own in zip(defendants, _shares(names, stretch), strict=True):
            _sentence(reading, defendant, own)
    _bans(whole, reading)


def _without_asides(text: str) -> str:
    """Blank what stands in brackets, whatever is nested in it, so that places stay what they are."""
    depth, blanked = 0, []
    for sign in text:
        depth += sign == "("
        blanked.append("\0" if depth > 0 else sign)
        depth -= sign == ")" and depth > 0
    return "".join(blanked) if depth == 0 else re.sub(r"\([^()]*\)", lambda found: "\0" * len(found[0]), text)


def _convictions(whole: _Stretch) -> Iterator[tuple[list[Quoted[str]], _Stretch]]:
    """Yield the names convicted together and the stretch that says of what, up to the next name or number."""
    found = [each for each in _GUILTY.finditer(whole.text) if not _is_undone(whole.text, each.start())]
    for position, each in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(whole.text)
        numbered = _NUMBERED.search(whole.text, each.end(), end)
        stretch = whole.part(each.end(), numbered.start() if numbered else end)
        yield list(_names(whole, *each.span("names"))), stretch


def _is_undone(text: str, place: int) -> bool:
    """Say whether a conviction is only told of because it is set aside (撤销……第一项，即被告人……)."""
    sentence = text[max(text.rfind("。", 0, place), text.rfind("；", 0, place)) + 1 : place]
    return "撤销" in sentence and "即" in sentence


def _names(whole: _Stretch, start: int, end: int) -> Iterator[Quoted[str]]:
    place = start
    for piece in _ONE_OF.split(whole.text[start:end]):
        first = whole.text.index(piece, place)
        place = first + len(piece)
        name = re.sub(rf"^{_LABEL}", "", piece).strip("\0")
        if name:
            begin = whole.text.index(name, first)
            yield whole.quote(name, begin, begin + len(name))


def _named(reading: JudgmentReading, name: Quoted[str]) -> Defendant:
    """Return whom a name of the operative part means; masks and slips of the pen are bridged where one is left."""
    same = [
        each for each in reading.defendants if each.name is not None and _plain(each.name.value) == _plain(name.value)
    ]
    if same:
        return same[0]
    free = [each for each in reading.defendants if not each.counts]
    alike = [each for each in free if each.name is None or each.name.value[0] == name.value[0]]
    candidates = alike if len(free) > 1 else free
    if len(candidates) == 1:
        position = reading.defendants.index(candidates[0])
        reading.warnings.append(Warned(f"defendants[{position}].name", "named_differently_in_the_decision"))
        return candidates[0]
    added = Defendant(kind="person", name=name, name_masked=bool(re.search("[某×*]", name.value)))
    reading.warnings.append(Warned(f"defendants[{len(reading.defendants)}].name", "named_in_the_decision_only"))
    reading.defendants.append(added)
    return added


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)


_EACH = "(?:判处|对)(?:被告人)?{}"


def _shares(names: Sequence[Quoted[str]], stretch: _Stretch) -> list[_Stretch]:
    """Return for each of several convicted together their own part: 判处甲……，判处乙……; else what all share."""
    places = [re.search(_EACH.format(re.escape(each.value)), stretch.text) for each in names]
    if len(names) < 2 or any(place is None for place in places):
        return [stretch] * len(names)
    starts = [place.end() for place in places if place is not None]
    ends = [min((other for other in starts if other > start), default=len(stretch.text)) for start in starts]
    charge = stretch.text[: min(place.start() for place in places if place is not None)]
    return [
        replace(stretch, text=charge + "\0" * (start - len(charge)) + stretch.text[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _sentence(reading: JudgmentReading, defendant: Defendant, stretch: _Stretch) -> None:
    path = f"defendants[{reading.defendants.index(defendant)}]"
    charges = list(_CHARGE.finditer(stretch.text))
    together = _TOGETHER.search(stretch.text, charges[-1].end() if charges else 0)
    limit = together.start() if together else len(stretch.text)
    for position, charge in enumerate(charges):
        end = charges[position + 1].start() if position + 1 < len(charges) else limit
        defendant.counts.append(_count(stretch, charge, end))
    if not charges:
        _acquit(defendant, stretch)
    _execute(defendant, stretch, charges[0].end() if charges else 0)
    _warn(reading, defendant, path)


def _count(stretch: _Stretch, charge: re.Match[str], end: int) -> Count:
    name = stretch.compact.quoted(stretch.start + charge.start("charge"), stretch.start + charge.end("charge"))
    punished = _punishment(stretch.part(charge.end(), end))
    return Count(stretch.quote(re.sub(r"\([^()]*\)", "", name), *charge.span("charge")), punished)


def _acquit(defendant: Defendant, stretch: _Stretch) -> None:
    found = _SENTENCE.search(stretch.text)
    if found is not None and found["acquitted"]:
        acquitted = Punishment(sentence=stretch.quote("无罪", *found.span()))
        defendant.counts.append(Count(None, acquitted))


def _execute(defendant: Defendant, stretch: _Stretch, after: int) -> None:
    decided = list(_EXECUTED.finditer(stretch.text, after))
    if decided:
        executed = _punishment(stretch.part(decided[-1].end(), len(stretch.text)))
        defendant.executed = executed if executed.fine_yuan else replace(executed, fine_yuan=_only_fine(defendant))
    elif len(defendant.counts) == 1:
        defendant.executed = defendant.counts[0].punishment


def _only_fine(defendant: Defendant) -> Quoted[float] | None:
    """A fine is executed beside whatever is combined (art. 69 para. 3); of several the court states the sum."""
    fines = [each.punishment.fine_yuan for each in defendant.counts if each.punishment.fine_yuan]
    return fines[0] if len(fines) == 1 else None


def _punishment(stretch: _Stretch) -> Punishment:
    sentence, length = _main(stretch)
    fine = _FINE.search(stretch.text)
    fined = stretch.measured(yuan(fine["amount"]), *fine.span("amount")) if fine else None
    if sentence is None and fine is not None and fined is not None:
        sentence = stretch.quote("罚金", fine.start(), fine.start() + 2)
    return Punishment(sentence, length, _probation(stretch), fined)


def _main(stretch: _Stretch) -> tuple[Quoted[str] | None, Quoted[float] | None]:
    found = _SENTENCE.search(stretch.text)
    if found is None:
        return None, None
    if not found["term"]:
        kind = next(name for name, value in found.groupdict().items() if value)
        return stretch.quote(_STANDARD[kind], *found.span()), None
    return stretch.quote(found["term"], *found.span()), _length(stretch, found.end())


def _length(stretch: _Stretch, place: int) -> Quoted[float] | None:
    blank = re.compile(r"\0*").match(stretch.text, place)
    found = DURATION.match(stretch.text, blank.end() if blank else place)
    return stretch.measured(months(found), *found.span()) if found and found.end() > found.start() else None


def _probation(stretch: _Stretch) -> Quoted[float] | None:
    for found in _PROBATION.finditer(stretch.text):
        length = _length(stretch, found.end())
        if length is not None:
            return length
    return None


def _bans(whole: _Stretch, reading: JudgmentReading) -> None:
    for found in _BAN.finditer(whole.text):
        if "驳回" in whole.text[max(0, found.start() - 20) : found.start()]:
            continue
        ban = _ban(whole, found)
        for defendant in _whom(whole, found, reading):
            defendant.bans.append(ban)
            if ban.kind == "other":
                position = reading.defendants.index(defendant)
                reading.warnings.append(Warned(f"defendants[{position}].bans", "kind_of_ban_unclear"))


def _ban(whole: _Stretch, found: re.Match[str]) -> Ban:
    text = _NUMBER_BEFORE.sub("", found["text"])
    end = found.end("stop")
    start = found.end("text") - len(text)
    printed = whole.compact.quoted(whole.start + start, whole.start + end)
    kind = _kind(text)
    return Ban(kind, _years(whole, found, kind), whole.quote(printed, start, end))


def _kind(text: str) -> str:
    if re.search("缓刑|考验期|管制期", text):
        return "probation_injunction"
    return "occupational_ban" if re.search("执行完毕|假释|职业|终身|终生", text) else "other"


def _years(whole: _Stretch, found: re.Match[str], kind: str) -> Quoted[float] | None:
    years = _YEARS.search(whole.text, found.start(), found.end())
    if years is None or (kind == "probation_injunction" and years["value"]):
        return None
    group = next(name for name, value in years.groupdict().items() if value)
    value = number(years[group])
    return whole.measured(None if value is None else (int(value) if value == int(value) else value), *years.span(group))


def _whom(whole: _Stretch, found: re.Match[str], reading: JudgmentReading) -> list[Defendant]:
    """Return whom a ban names; where it names nobody, whose sentence it stands in."""
    text = found["text"]
    named = [each for each in reading.defendants if each.name is not None and _plain(each.name.value) in text]
    if named:
        return named
    if _EVERYBODY.search(text) or len(reading.defendants) == 1:
        return list(reading.defendants)
    before = whole.text[: found.start()]
    last = [(before.rfind(_plain(each.name.value)), each) for each in reading.defendants if each.name is not None]
    place, nearest = max(last, key=lambda pair: pair[0], default=(-1, None))
    return [nearest] if nearest is not None and place >= 0 else []


def _warn(reading: JudgmentReading, defendant: Defendant, path: str) -> None:
    if not defendant.counts:
        reading.warnings.append(Warned(f"{path}.counts", "charge_not_read"))
    if defendant.executed.sentence is None:
        reading.warnings.append(Warned(f"{path}.executed.sentence", "sentence_not_read"))
    elif defendant.executed.sentence.value in {"有期徒刑", "拘役", "管制"} and defendant.executed.months is None:
        reading.warnings.append(Warned(f"{path}.executed.months", "length_not_read"))
