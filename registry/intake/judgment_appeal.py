"""What a decision on appeal or retrial makes of the first instance: sent back, upheld, replaced or annulled, for each.

Read from the appeal's own words and its reading; a person confirms or changes it before anything follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from matching.normalize import fold_name, normalize_name
from registry.intake.compact_text import compact
from registry.intake.judgment_rows import ACQUITTED
from registry.intake.judgment_sections import sections

_SENT_BACK: Final = re.compile(r"发回[^。；]{0,40}?重[新审]")
_KEPT: Final = ("case_number", "court", "decided_on")


class Result(StrEnum):
    """What became of one defendant's first-instance judgment."""

    UPHELD = "upheld"
    REPLACED = "replaced"
    ANNULLED = "annulled"


def is_sent_back(text: str) -> bool:
    """Say whether the decision sends the case back for a new trial."""
    packed = compact(text)
    operative = sections(packed).operative
    return operative is not None and _SENT_BACK.search(packed.text[slice(*operative)]) is not None


def results(first: Mapping[str, Any], appeal: Mapping[str, Any]) -> dict[int, Result]:
    """Return the result for each defendant of the first instance, by number; silence of the appeal is upholding."""
    return {each["no"]: _result(_same(each, appeal)) for each in first["defendants"]}


def _result(decided: Mapping[str, Any] | None) -> Result:
    if decided is None or not decided["counts"]:
        return Result.UPHELD
    acquitted = all(count["sentence"] == ACQUITTED for count in decided["counts"])
    return Result.ANNULLED if acquitted else Result.REPLACED


def _same(defendant: Mapping[str, Any], appeal: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the appeal's defendant of the same name, where there is one and no more."""
    sought = _folded(defendant)
    found = [each for each in appeal["defendants"] if sought and _folded(each) == sought]
    return found[0] if len(found) == 1 else None


def _folded(defendant: Mapping[str, Any]) -> str | None:
    name = defendant.get("name")
    return fold_name(normalize_name(str(name))) if name else None


def unmatched(first: Mapping[str, Any], appeal: Mapping[str, Any]) -> list[str]:
    """Return the paths of defendants the appeal decides about whom the first instance does not name."""
    known = {_folded(each) for each in first["defendants"]}
    return [
        f"defendants[{place}].name"
        for place, each in enumerate(appeal["defendants"])
        if each["counts"] and _folded(each) not in known
    ]


def bans_added(first: Mapping[str, Any], appeal: Mapping[str, Any], decided: Mapping[int, Result]) -> list[int]:
    """Return who was ordered a ban on appeal that the first instance had not ordered.

    Where only the defence appealed that is not allowed (刑诉解释 401(五)), so somebody must look.
    """
    return [
        each["no"]
        for each in first["defendants"]
        if decided[each["no"]] is Result.REPLACED and len((_same(each, appeal) or each)["bans"]) > len(each["bans"])
    ]


def combined(first: Mapping[str, Any], appeal: Mapping[str, Any], decided: Mapping[int, Result]) -> dict[str, Any]:
    """Return what the case comes to: the first instance with what the appeal put in its place.

    On appeal the whole case takes effect with the ruling (刑事诉讼法 233, 259); a retrial leaves those it does not
    change as they were.
    """
    since, retrial = appeal["decided_on"], appeal["instance"] == "retrial"
    people = [_combined(each, appeal, decided[each["no"]], since if retrial else None) for each in first["defendants"]]
    whole = {**first, "defendants": people}
    return whole if retrial else {**whole, "effect_by": "appeal", "effective_date": since, "appealed": None}


def _combined(
    defendant: Mapping[str, Any], appeal: Mapping[str, Any], result: Result, since: str | None
) -> Mapping[str, Any]:
    if result is Result.UPHELD:
        return defendant
    if result is Result.ANNULLED:
        return {**defendant, "left_out": "annulled"}
    decided = _same(defendant, appeal)
    if decided is None:
        return defendant
    decision = {**{name: appeal[name] for name in _KEPT}, "effective_date": since}
    return {
        **defendant,
        "counts": [_count(count, place, defendant) for place, count in enumerate(decided["counts"])],
        "executed": decided["executed"],
        "bans": decided["bans"],
        "decision": decision,
    }


def _count(count: Mapping[str, Any], place: int, before: Mapping[str, Any]) -> dict[str, Any]:
    """A finding about food stays with a count whose charge is the same."""
    former = before["counts"][place] if place < len(before["counts"]) else None
    same = former is not None and former["charge"] == count["charge"]
    return {**count, "food_related": former["food_related"] if former is not None and same else count["food_related"]}
