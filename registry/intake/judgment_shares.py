"""What each of several people convicted together was sentenced to.

Courts write one sentence for all (均判处……), one after another by name (判处甲……，判处乙……), or lists in the order of
the names (分别判处有期徒刑一年、十个月). A list that does not fit the names is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from registry.intake.chinese_numerals import NUMBER, NUMERAL
from registry.intake.compact_text import Span
from registry.intake.judgment_stretch import BLANK, Stretch

_BY_NAME = "(?:判处|对)(?:被告人|被告单位)?{}"
_LENGTH = rf"(?:{NUMERAL}+年半?(?:又|零)?(?:{NUMERAL}+个?半?月)?|{NUMERAL}+个?半?月)(?:(?:又|零)?{NUMERAL}+[日天])?"
_MEASURE = re.compile(
    rf"(?P<kind>(?P<term>有期徒刑|拘役|管制)|(?P<probation>缓刑)|(?P<fine>罚金))?(?:各|人民币)*"
    rf"(?:(?P<length>{_LENGTH})|(?P<money>{NUMBER}元))"
)
_COMMAS_LEFT = re.compile(f"(?<={BLANK})[、和]|[、和](?={BLANK})")
_LISTS_NOTHING = re.compile(r"决定执行|罪并罚|剥夺政治权利|犯[^。；]{1,30}罪.*犯[^。；]{1,30}罪")


@dataclass(frozen=True, slots=True)
class _Measure:
    """One length or amount of a list: of what, where it stands, and where the word stands that says of what."""

    of: str
    place: Span
    kind: Span


def shares(names: Sequence[str], stretch: Stretch) -> list[Stretch] | None:
    """Return the part of each, in the order of the names; None where it is not clear whose is what."""
    if len(names) < 2:
        return [stretch] * len(names)
    places = [re.search(_BY_NAME.format(re.escape(each)), stretch.text) for each in names]
    found = [place for place in places if place is not None]
    if len(found) == len(names):
        return _by_name(found, stretch)
    return _by_order(len(names), stretch)


def _by_name(places: Sequence[re.Match[str]], stretch: Stretch) -> list[Stretch]:
    starts = [place.end() for place in places]
    ends = [min((other for other in starts if other > start), default=len(stretch.text)) for start in starts]
    charge = stretch.text[: min(place.start() for place in places)]
    return [
        replace(stretch, text=charge + BLANK * (start - len(charge)) + stretch.text[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _by_order(people: int, stretch: Stretch) -> list[Stretch] | None:
    """Take lists apart by blanking what belongs to the others; one value alone is everybody's."""
    if _LISTS_NOTHING.search(stretch.text):
        return None if "分别判处" in stretch.text else [stretch] * people
    measures = _measures(stretch.text)
    own = [[each for each in measures if each.of == kind] for kind in ("term", "probation", "fine")]
    if any(len(each) not in {0, 1, people} for each in own):
        return None
    return [_share(stretch, place, own) for place in range(people)]


def _measures(text: str) -> list[_Measure]:
    found: list[_Measure] = []
    for each in _MEASURE.finditer(text):
        named = next((kind for kind in ("term", "probation", "fine") if each[kind]), None)
        value = each.span("length" if each["length"] else "money")
        if named is not None:
            found.append(_Measure(named, value, each.span("kind")))
        elif found and (found[-1].of == "fine") == bool(each["money"]):
            found.append(_Measure(found[-1].of, value, found[-1].kind))
    return found


def _share(stretch: Stretch, place: int, own: Sequence[Sequence[_Measure]]) -> Stretch:
    kept = [measures[place] if len(measures) > 1 else measures[0] for measures in own if measures]
    spans = {span for measures in own for each in measures for span in (each.place, each.kind)}
    others = spans - {each.place for each in kept} - {each.kind for each in kept}
    return replace(stretch, text=_COMMAS_LEFT.sub(BLANK, _without(stretch, others)))


def _without(stretch: Stretch, places: Iterable[Span]) -> str:
    text = stretch.text
    for start, end in places:
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text
