"""A revocation between its form and what is filed: fields bear the names faults are told by (people[0].name)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import request

from api.console.forms import Form
from registry.intake.desk_content import Content

FIELDS: Final = (
    "case_number", "authority", "decided_on", "penalty", "licence_kind", "food_related", "organisation", "uscc",
    "licence_no",
)  # fmt: skip
"""What the decision says, in the order it is asked and shown."""

PERSON: Final = (
    "name", "role", "id_type", "id_number", "sex", "birth_date", "ethnic_group", "other_names", "domicile_code",
)  # fmt: skip
"""What is said of somebody who answers for it."""

MOST_PEOPLE: Final = 50
_YES_NO: Final = {"yes": True, "no": False}
_PERSON_FIELD: Final = re.compile(r"people\[(\d{1,3})\]\.(\w+)")
_BETWEEN_NAMES: Final = re.compile(r"[;；、\n]+")


def content_of(form: Form, region: str | None) -> Content:
    """Return what was typed as the content of a revocation; `region` is that of who types, else the one chosen."""
    whole: Content = {name: form.value(name).strip() or None for name in FIELDS}
    whole["food_related"] = _YES_NO.get(form.value("food_related"))
    whole["source_region"] = region or form.value("source_region") or None
    whole["people"] = [_person(form, place) for place in places(form)]
    return whole


def places(form: Form) -> list[int]:
    """Return the places at which the form has people, in order."""
    found = (_PERSON_FIELD.fullmatch(name) for name in form.values)
    return sorted({int(each[1]) for each in found if each is not None})[:MOST_PEOPLE]


def form_of(content: Mapping[str, Any]) -> Form:
    """Return a form that shows a content; with nobody in it there is one empty place to begin with."""
    values = {name: shown(content.get(name)) for name in (*FIELDS, "source_region")}
    for place, person in enumerate(content.get("people") or [{}]):
        values |= {f"people[{place}].{name}": value for name, value in _shown_person(person).items()}
    return Form(values)


def with_person(form: Form) -> Form:
    """Return the form with one more empty place."""
    place = max(places(form), default=-1) + 1
    return Form({**form.values, **{f"people[{place}].{name}": "" for name in ("no", *PERSON)}})


def without_person(form: Form, place: str) -> Form:
    """Return the form without the person at a place, the others moved up."""
    left = [each for each in places(form) if str(each) != place]
    values = {name: value for name, value in form.values.items() if not name.startswith("people[")}
    for new, old in enumerate(left):
        prefix = f"people[{old}]."
        own = {name.removeprefix(prefix): value for name, value in form.values.items() if name.startswith(prefix)}
        values |= {f"people[{new}].{name}": value for name, value in own.items()}
    return Form(values)


def wanted_step() -> str:
    """Return what the pressed button asks for; the first one's (look) where a key did it."""
    return request.form.get("do", "look")


def changes(former: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return every field that differs as (path, former value, new value), in the order fields are shown."""
    before, after = dict(_flat(former)), dict(_flat(new))
    order = dict.fromkeys((*before, *after))
    return [(path, before.get(path, ""), after.get(path, "")) for path in order if before.get(path) != after.get(path)]


def shown(value: object) -> str:
    """Return a value as a field shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def joined_names(person: Mapping[str, Any]) -> str:
    """Return somebody's other names as they are typed: 曾用名：张小军；绰号：老五."""
    names = (each for each in person.get("other_names") or () if each.get("name"))
    return "；".join(f"{each['kind']}：{each['name']}" if each.get("kind") else str(each["name"]) for each in names)


def _person(form: Form, place: int) -> Content:
    typed = {name: form.value(f"people[{place}].{name}").strip() for name in ("no", *PERSON)}
    number = typed.pop("no")
    names = typed.pop("other_names")
    stated: Content = {name: value or None for name, value in typed.items()}
    stated["no"] = int(number) if number.isdecimal() and len(number) < 6 else None
    stated["other_names"] = [_other_name(each) for each in _BETWEEN_NAMES.split(names) if each.strip()]
    return stated


def _other_name(typed: str) -> Content:
    kind, colon, name = typed.replace(":", "：").partition("：")
    return {"kind": kind.strip(), "name": name.strip()} if colon else {"kind": None, "name": typed.strip()}


def _shown_person(person: Mapping[str, Any]) -> dict[str, str]:
    plain = {name: shown(person.get(name)) for name in ("no", *PERSON) if name != "other_names"}
    return {**plain, "other_names": joined_names(person)}


def _flat(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every stated value by its path; a person's by their number, which stays whoever else is taken out."""
    for name in FIELDS:
        if content.get(name) not in {None, ""}:
            yield name, shown(content[name])
    for person in content.get("people") or ():
        for name, value in _shown_person(person).items():
            if value and name != "no":
                yield f"people[{person.get('no')}].{name}", value
