"""What the court decided: for each accused the charges, the sentences, what is executed, and the bans.

Only the operative part is read. Of a defendant convicted on several counts each count keeps its own sentence, and the
sentence executed is the one the court says it decides to execute (Criminal Law art. 69).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.intake.compact_text import CompactText
from registry.intake.judgment_bans import bans
from registry.intake.judgment_parties import MOST_DEFENDANTS
from registry.intake.judgment_punishment import SENTENCE, TIMED, punishment
from registry.intake.judgment_reading import Count, Defendant, JudgmentReading, Punishment, Quoted, Warned
from registry.intake.judgment_shares import shares
from registry.intake.judgment_stretch import Stretch, as_one_word

_LABEL = r"(?:被告单位|被告人|上诉单位|上诉人(?:\0*)|原审被告单位|原审被告人|原审上诉人|罪犯)"
_GUILTY = re.compile(
    rf"{_LABEL}\0*[：]?(?P<names>[^，。；：犯]{{1,120}}?)\0*"
    r"(?=，?(?:均|共同|分别)?犯[^。；]{1,60}?罪|，?(?:均|宣告)?无罪)"
)
_CHARGE = re.compile(
    r"(?:^|(?<=[，；。、又另并\0均同别]))\0*(?:均|共同|分别)?犯(?P<charge>[^。；]{2,60}?罪)"
    r"(?=\0*(?:[，。；、]|判处|处|免|单处|宣告|决定|各|均|分别|对|$|\())"
)
_TOGETHER = re.compile(
    r"决定(?:合并)?(?:对[^，。；]{1,20})?执行|合并执行|(?:数|两|二|三|四|五)罪并罚|实行并罚|并罚|总和刑期|"
    r"与(?:前罪|原判|前判|其|本院|原|尚未|上述|[^，。；]{0,30}(?:判决|前罪))|撤销|原判|连同|将其"
)
_EXECUTED = re.compile(r"(?:决定(?:合并)?(?:对[^，。；]{1,20})?执行|合并执行)(?:的刑罚为|刑罚)?[：]?")
_ONE_OF = re.compile(r"[、和及与]")
_AND_OTHERS = re.compile(r"等(?:[二两三四五六七八九十\d]+)?(?:名)?(?:被告人|被告|人)?$")
_WITHOUT_CONVICTION = re.compile(
    rf"(?:以(?P<charge>[^，。；]{{2,40}}?罪)，?)?(?:判处|对){_LABEL}(?P<name>[^，。；：]{{1,40}}?)(?=有期徒刑|拘役|管制|罚金|判处|无期|死刑)"
)
_LEFT_AS_IT_WAS = re.compile("维持|驳回上诉|发回")


def outcome(compact: CompactText, operative: tuple[int, int], reading: JudgmentReading) -> None:
    """Add the outcome to each defendant of the reading; whoever is sentenced and was not named before is added."""
    whole = Stretch.of_decision(compact, *operative)
    known = _known_names(reading)
    for names, stretch in _convictions(whole, known):
        _convict(reading, names, stretch)
    _sentenced_otherwise(whole, reading)
    for defendant in reading.defendants:
        _combined_later(whole, defendant)
        if defendant.counts:
            _warn(reading, defendant)
    bans(whole, reading)


def _known_names(reading: JudgmentReading) -> list[str]:
    return sorted((as_one_word(each.name.value) for each in reading.defendants if each.name is not None), key=len)[::-1]


def _convictions(whole: Stretch, known: Sequence[str]) -> Iterator[tuple[list[Quoted[str]], Stretch]]:
    """Yield the names convicted together and the stretch that says of what, up to the next name or number."""
    found = [each for each in _GUILTY.finditer(whole.text) if not _is_undone(whole.text, each.start())]
    for position, each in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(whole.text)
        stretch = whole.part(each.end(), whole.next_item(each.end(), end))
        yield list(_names(whole, *each.span("names"), known)), stretch


def _convict(reading: JudgmentReading, names: Sequence[Quoted[str]], stretch: Stretch) -> None:
    defendants: list[Defendant] = []
    for name in names:
        defendants.append(_named(reading, name, defendants))
    parts = shares([each.value for each in names], stretch)
    if parts is None:
        charge = _CHARGE.search(stretch.text)
        parts = [stretch.part(0, charge.end() if charge else 0)] * len(names)
        for defendant in defendants:
            _doubt(reading, defendant, "counts", "share_of_the_sentence_unclear")
    for defendant, own in zip(defendants, parts, strict=True):
        _sentence(reading, defendant, own)


def _sentenced_otherwise(whole: Stretch, reading: JudgmentReading) -> None:
    """Read decisions that sentence somebody without the words 被告人……犯……罪."""
    for defendant in [each for each in reading.defendants if not each.counts and each.name is not None]:
        name = re.escape(as_one_word(defendant.name.value)) if defendant.name else ""
        found = re.search(rf"(?:^|[。；、，\0]){name}\0*(?=，?(?:均|共同)?犯[^。；]{{1,60}}?罪)", whole.text)
        if found is not None and not _is_undone(whole.text, found.start()):
            _sentence(reading, defendant, whole.part(found.end(), whole.next_item(found.end())))
    if any(each.counts for each in reading.defendants) or _LEFT_AS_IT_WAS.search(whole.text):
        return
    for found in _WITHOUT_CONVICTION.finditer(whole.text):
        stretch = whole.part(found.end(), whole.next_item(found.end()))
        charge = whole.quote(found["charge"], *found.span("charge")) if found["charge"] else None
        defendant = _named(reading, whole.quote(found["name"], *found.span("name")), ())
        defendant.counts.append(Count(charge, punishment(stretch)))
        _execute(defendant, stretch, 0)


def _is_undone(text: str, place: int) -> bool:
    """Say whether a conviction is only told of because it is set aside (撤销……第一项，即被告人……)."""
    sentence = text[max(text.rfind("。", 0, place), text.rfind("；", 0, place)) + 1 : place]
    return "撤销" in sentence and "即" in sentence


def _names(whole: Stretch, start: int, end: int, known: Sequence[str]) -> Iterator[Quoted[str]]:
    """Yield each name of a list; a known name is one even where it holds a word that joins (和顺食品有限公司)."""
    one = "|".join(map(re.escape, known)) or "\1"
    text = re.sub(one, lambda each: "\1" * len(each[0]), whole.text[start:end])
    place = start
    for piece in _ONE_OF.split(text):
        first = place
        place = first + len(piece) + 1
        name = _AND_OTHERS.sub("", re.sub(rf"^{_LABEL}", "", whole.text[first : first + len(piece)])).strip("\0")
        if name:
            begin = whole.text.index(name, first)
            yield whole.quote(name, begin, begin + len(name))


def _named(reading: JudgmentReading, name: Quoted[str], taken: Sequence[Defendant]) -> Defendant:
    """Return whom a name of the operative part means; masks and slips of the pen are bridged where one is left."""
    same = [
        each
        for each in reading.defendants
        if each.name is not None and as_one_word(each.name.value) == as_one_word(name.value)
    ]
    if same:
        return same[0]
    free = [each for each in reading.defendants if not each.counts and each not in taken]
    alike = [each for each in free if each.name is None or each.name.value[0] == name.value[0]]
    candidates = alike if len(free) > 1 else free
    if len(candidates) == 1:
        position = reading.defendants.index(candidates[0])
        reading.warnings.append(Warned(f"defendants[{position}].name", "named_differently_in_the_decision"))
        return candidates[0]
    if len(reading.defendants) > MOST_DEFENDANTS:
        return Defendant(kind="person", name=name)
    added = Defendant(kind="person", name=name, name_masked=bool(re.search("[某×*]", name.value)))
    reading.warnings.append(Warned(f"defendants[{len(reading.defendants)}].name", "named_in_the_decision_only"))
    reading.defendants.append(added)
    return added


def _sentence(reading: JudgmentReading, defendant: Defendant, stretch: Stretch) -> None:
    charges = list(_CHARGE.finditer(stretch.text))
    together = _TOGETHER.search(stretch.text, charges[-1].end() if charges else 0)
    limit = together.start() if together else len(stretch.text)
    for position, charge in enumerate(charges):
        end = charges[position + 1].start() if position + 1 < len(charges) else limit
        part = stretch.part(charge.end(), end)
        defendant.counts.append(_count(stretch, charge, part))
        if "罚金" in part.text and defendant.counts[-1].punishment.fine_yuan is None:
            _doubt(reading, defendant, f"counts[{len(defendant.counts) - 1}].fine_yuan", "fine_not_read")
    if not charges:
        _acquit(defendant, stretch)
    _execute(defendant, stretch, charges[0].end() if charges else 0)


def _count(stretch: Stretch, charge: re.Match[str], part: Stretch) -> Count:
    name = stretch.compact.quoted(stretch.start + charge.start("charge"), stretch.start + charge.end("charge"))
    return Count(stretch.quote(re.sub(r"[(（][^()（）]*[)）]", "", name), *charge.span("charge")), punishment(part))


def _acquit(defendant: Defendant, stretch: Stretch) -> None:
    found = SENTENCE.search(stretch.text)
    if found is not None and found["acquitted"]:
        acquitted = Punishment(sentence=stretch.quote("无罪", *found.span()))
        defendant.counts.append(Count(None, acquitted))


def _execute(defendant: Defendant, stretch: Stretch, after: int) -> None:
    decided = list(_EXECUTED.finditer(stretch.text, after))
    if decided:
        executed = punishment(stretch.part(decided[-1].end(), len(stretch.text)))
        defendant.executed = executed if executed.fine_yuan else replace(executed, fine_yuan=_only_fine(defendant))
    else:
        alone = len(defendant.counts) == 1
        defendant.executed = defendant.counts[0].punishment if alone else Punishment()


def _only_fine(defendant: Defendant) -> Quoted[float] | None:
    """A fine is executed beside whatever is combined (art. 69 para. 3); of several the court states the sum."""
    fines = [each.punishment.fine_yuan for each in defendant.counts if each.punishment.fine_yuan]
    return fines[0] if len(fines) == 1 else None


def _combined_later(whole: Stretch, defendant: Defendant) -> None:
    """Read what is executed where the court says so in an item of its own, after the items of the counts."""
    if len(defendant.counts) < 2 or defendant.executed.sentence is not None or defendant.name is None:
        return
    name = as_one_word(defendant.name.value)
    for found in _EXECUTED.finditer(whole.text):
        item = max(whole.text.rfind("。", 0, found.start()), whole.text.rfind("；", 0, found.start()))
        if name in whole.text[item + 1 : found.end()]:
            defendant.executed = punishment(whole.part(found.end(), whole.next_item(found.end())))


def _doubt(reading: JudgmentReading, defendant: Defendant, field: str, code: str) -> None:
    reading.warnings.append(Warned(f"defendants[{reading.defendants.index(defendant)}].{field}", code))


def _warn(reading: JudgmentReading, defendant: Defendant) -> None:
    if not any(each.charge or _acquitted(each) for each in defendant.counts):
        _doubt(reading, defendant, "counts", "charge_not_read")
    if defendant.executed.sentence is None:
        _doubt(reading, defendant, "executed.sentence", "sentence_not_read")
    elif defendant.executed.sentence.value in TIMED and defendant.executed.months is None:
        _doubt(reading, defendant, "executed.months", "length_not_read")


def _acquitted(count: Count) -> bool:
    return count.punishment.sentence is not None and count.punishment.sentence.value == "无罪"
