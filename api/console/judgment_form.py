"""The form of a judgment: every field is named by its path in the content, and leads back to it.

`defendants[0].counts[1].charge` is a field's name, its place in the content, and what a fault of it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from matching.normalize import is_masked_name
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.judgment_rows import cell
from registry.store.desk_values import Content

WHOLE: Final = (
    "case_number", "court", "decided_on", "instance", "source_region", "effect_by", "effective_date", "appealed",
)  # fmt: skip
PERSON: Final = (
    "kind", "name", "sex", "birth_date", "ethnic_group", "id_type", "id_number", "domicile_code", "capacity",
    "licence_kind", "offence_from", "offence_to", "executed_on", "left_out",
)  # fmt: skip
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "other_names": ("kind", "name"),
    "counts": ("charge", "sentence", "months", "fine_yuan", "food_related"),
    "bans": ("kind", "years", "text"),
}
EXECUTED: Final = ("sentence", "months", "probation_months", "fine_yuan")
_YES_OR_NO: Final = {"yes": True, "no": False}
_DECIDED: Final = frozenset({"appealed", "food_related"})
_DAYS: Final = frozenset({"decided_on", "effective_date", "birth_date", "offence_from", "offence_to", "executed_on"})
_NUMBERS: Final = frozenset({"months", "probation_months", "fine_yuan", "years"})
_PLACE: Final = re.compile(
    r"defendants\[(?P<person>\d{1,3})\]\.(?:(?P<part>other_names|counts|bans)\[(?P<place>\d{1,3})\]\.|executed\.)?"
    r"(?P<name>\w+)"
)


def values_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Return what each field of the form shows."""
    return dict(_values(content))


def _values(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, cell(content.get(name))) for name in WHOLE)
    for position, defendant in enumerate(content["defendants"]):
        yield from values_of_person(f"defendants[{position}].", defendant)


def values_of_person(path: str, defendant: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what each field of one defendant shows, below a path."""
    yield f"{path}no", cell(defendant.get("no"))
    yield from ((f"{path}{name}", cell(defendant.get(name))) for name in PERSON)
    for part, names in PARTS.items():
        for place, each in enumerate(defendant[part]):
            yield from ((f"{path}{part}[{place}].{name}", cell(each.get(name))) for name in names)
    yield from ((f"{path}executed.{name}", cell(defendant["executed"].get(name))) for name in EXECUTED)


def content_of(typed: Mapping[str, str], before: Mapping[str, Any]) -> Content:
    """Return the content that was typed; what the form does not show stays as it was before."""
    former = {each["no"]: each for each in before["defendants"]}
    stated = {name: _value(name, typed[name]) for name in WHOLE if name in typed}
    positions = sorted({int(found["person"]) for found in map(_PLACE.fullmatch, typed) if found})
    people = [_person(typed, f"defendants[{position}].", former) for position in positions]
    return {**before, **stated, "defendants": people}


def _person(typed: Mapping[str, str], path: str, former: Mapping[int, Mapping[str, Any]]) -> Content:
    number = typed.get(f"{path}no", "")
    before = former.get(int(number), {}) if number.isdecimal() else {}
    person = {**before, **_stated(typed, path, PERSON)}
    person |= {"no": int(number) if number.isdecimal() else None}
    person["name_masked"] = bool(person.get("name")) and is_masked_name(str(person["name"]))
    person["executed"] = _stated(typed, f"{path}executed.", EXECUTED)
    return person | {part: _listed(typed, f"{path}{part}", names) for part, names in PARTS.items()}


def _listed(typed: Mapping[str, str], path: str, names: tuple[str, ...]) -> list[Content]:
    found = re.compile(re.escape(path) + r"\[(\d{1,3})\]\.\w+")
    places = sorted({int(match[1]) for match in map(found.fullmatch, typed) if match})
    return [_stated(typed, f"{path}[{place}].", names) for place in places]


def _stated(typed: Mapping[str, str], path: str, names: tuple[str, ...]) -> Content:
    return {name: _value(name, typed[f"{path}{name}"]) for name in names if f"{path}{name}" in typed}


def _value(name: str, typed: str) -> object:
    """A number stays a number, so that nothing seems changed that was only shown and sent back."""
    text = typed.strip()
    if name in _DAYS:
        return as_day(text)
    if name in _DECIDED:
        return _YES_OR_NO.get(text)
    if name in _NUMBERS and re.fullmatch(r"\d{1,12}(?:\.\d{1,3})?", text):
        return float(text) if "." in text else int(text)
    return text or None


def as_day(text: str) -> str | None:
    """A day that can mean one thing is kept as 2020-03-05, however it was typed; another stays as it was typed."""
    try:
        return read_date(text).isoformat() if text else None
    except (ImpossibleDateError, UnreadableDateError):
        return text


def changed(content: Content, act: str) -> str:
    """Add or take away what a button of the form asks for; return the field to go to then.

    The button's value is a word and places: add_count:0, remove_count:0:1, add_defendant, remove_defendant:2.
    """
    word, *stated = act.split(":")
    places = [int(place) for place in stated if place.isdecimal()]
    change = _CHANGES.get(word)
    if change is None or len(places) != len(stated) or len(places) != change[0]:
        return ""
    try:
        return change[1](content, *places)
    except IndexError:
        return ""


def _add_defendant(content: Content) -> str:
    content["defendants"].append(
        {"kind": "person", "no": None, "counts": [{}], "other_names": [], "bans": [], "executed": {}}
    )
    return f"defendants[{len(content['defendants']) - 1}].name"


def _remove_defendant(content: Content, person: int) -> str:
    del content["defendants"][person]
    return ""


def _adding(part: str) -> Callable[..., str]:
    def add(content: Content, person: int) -> str:
        parts = content["defendants"][person][part]
        parts.append({"kind": "occupational_ban"} if part == "bans" else {})
        return f"defendants[{person}].{part}[{len(parts) - 1}].{PARTS[part][0]}"

    return add


def _removing(part: str) -> Callable[..., str]:
    def remove(content: Content, person: int, place: int) -> str:
        del content["defendants"][person][part][place]
        return f"defendants[{person}].name"

    return remove


_CHANGES: Final[Mapping[str, tuple[int, Callable[..., str]]]] = {
    "add_defendant": (0, _add_defendant),
    "remove_defendant": (1, _remove_defendant),
    "add_count": (1, _adding("counts")),
    "remove_count": (2, _removing("counts")),
    "add_ban": (1, _adding("bans")),
    "remove_ban": (2, _removing("bans")),
    "add_name": (1, _adding("other_names")),
    "remove_name": (2, _removing("other_names")),
}
