"""What the pages of judgments say: names of fields and values, states, and faults with the person they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.console.forms import Fault, says
from api.console.judgment_form import values_of
from api.console.judgment_quotes import moved_path
from api.console.language import preferred, t
from api.console.page import region_name
from api.console.texts import Language, is_text
from registry.errors import FieldFault
from registry.intake.desk_content import from_reading
from registry.services.foresee_bans import ForeseenBan
from registry.services.read_desk import DeskDocument
from registry.store.desk_values import Content, DeskState

TONES: Final[Mapping[DeskState, str]] = {
    DeskState.FILED: "wait",
    DeskState.RETURNED: "bad",
    DeskState.PENDING: "wait",
    DeskState.WAITING: "wait",
    DeskState.IN_FORCE: "good",
}
_OCCUPATIONAL_BAN: Final = "cl-37-1"
_PERSON: Final = re.compile(r"defendants\[(\d+)\](?:\.(.*))?")
_PART: Final = re.compile(r"(other_names|counts|bans)\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same: its field, the field's name, and both values in words."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reading was not sure of; `settled` where the field was changed since."""

    field: str
    label: str
    says: str
    settled: bool


def state_name(state: DeskState) -> str:
    """Return the name of a state."""
    return t(f"judgments.state_{state.value}")


def tone(state: DeskState) -> str:
    """Return how a state is marked."""
    return TONES.get(state, "calm")


def in_words(pair: Sequence[str]) -> str:
    """Return the one of a Chinese and an English text that this answer is in."""
    return pair[1] if preferred() is Language.EN else pair[0]


def field_name(path: str) -> str:
    """Return the name of a field, by the end of its path: charge, counts.charge, bans.kind."""
    part, _, last = path.rpartition(".")
    special = f"judgments.field_{part}_{last}"
    name = special if is_text(special) else f"judgments.field_{last}"
    return t(name) if is_text(name) else last


def label(path: str, content: Mapping[str, Any]) -> str:
    """Return the full name of a field: whose it is, which count, which field."""
    found = _PERSON.fullmatch(path)
    if found is None:
        return field_name(path)
    whose, rest = person_name(int(found[1]), content), found[2]
    if not rest:
        return whose
    part = _PART.fullmatch(rest)
    if part is None:
        executed = t("judgments.part_executed") + " " if rest.startswith("executed.") else ""
        return f"{whose} · {executed}{field_name(rest.removeprefix('executed.'))}"
    place = t(f"judgments.part_{part[1]}", place=int(part[2]) + 1)
    return f"{whose} · {place} · {field_name(f'{part[1]}.{part[3]}')}"


def person_name(position: int, content: Mapping[str, Any]) -> str:
    """Return how the page calls a defendant."""
    people = content["defendants"]
    name = people[position].get("name") if position < len(people) else None
    return t("judgments.person_named" if name else "judgments.person", place=position + 1, name=name or "")


def value_name(path: str, value: str) -> str:
    """Return a value in words; values of closed lists have names."""
    if not value:
        return t("judgments.empty")
    last = path.rpartition(".")[2]
    if last == "source_region":
        return region_name(value[:2])
    part = "bans" if path.startswith("bans.") or ".bans[" in path else None
    for name in (f"judgments.{part}_{last}_{value}", f"judgments.{last}_{value}"):
        if is_text(name):
            return t(name)
    return t(f"judgments.{value}") if value in {"yes", "no"} else value


def term(ban: ForeseenBan) -> str:
    """Return from when until when a ban holds; one a court ordered begins when the sentence is served."""
    begins = "judgments.follows_served" if ban.provision == _OCCUPATIONAL_BAN else "judgments.follows_not_begun"
    start = t(begins) if ban.starts_on is None else ban.starts_on.isoformat()
    if ban.ends_on is not None:
        return t("judgments.follows_term", start=start, end=ban.ends_on.isoformat())
    return t("judgments.follows_as_ordered" if ban.order else "judgments.follows_life", start=start)


def said_fields(content: Content) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return everything a content says: the case, then each person, each with path, name and value of its fields."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, value in values_of(content).items():
        if not value or path.endswith(".no"):
            continue
        found = _PERSON.fullmatch(path)
        whose = t("judgments.whole_title") if found is None else person_name(int(found[1]), content)
        name = label(path, content).removeprefix(f"{whose} · ")
        groups.setdefault(whose, []).append((path, name, value_name(path, value)))
    return list(groups.items())


def faults_of(faults: Sequence[FieldFault], content: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what keeps a judgment from being filed, each with whose field it is."""
    return tuple(
        dict.fromkeys(
            Fault(fault.field, f"{label(fault.field, content)}{t('judgments.colon')}{says(fault)}") for fault in faults
        )
    )


def warnings_of(document: DeskDocument, content: Content) -> list[Doubt]:
    """Return what the reading was not sure of, what is still open first."""
    if document.reading is None:
        return []
    read = values_of(from_reading(document.reading, document.region))
    found = [_warning(each, read, content) for each in document.reading["warnings"]]
    return sorted((each for each in found if each is not None), key=lambda each: each.settled)


def _warning(warned: Mapping[str, str], read: Mapping[str, str], content: Content) -> Doubt | None:
    here = moved_path(warned["field"], content)
    if here is None:
        return None
    text = f"judgments.warning_{warned['code']}"
    return Doubt(
        here,
        label(here, content),
        t(text) if is_text(text) else t("judgments.warning_other"),
        _settled(warned["field"], here, read, content),
    )


def _settled(path: str, here: str, read: Mapping[str, str], content: Content) -> bool:
    """A warning has been dealt with where what it speaks of says something else by now."""
    before = {name.removeprefix(path): value for name, value in read.items() if name.startswith(path) and value}
    stated = values_of(content).items()
    after = {name.removeprefix(here): value for name, value in stated if name.startswith(here) and value}
    return bool(after) and before != after


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Difference]:
    """Return every field that says something else, people told by number; nothing where there was nothing before."""
    if before is None:
        return []
    numbered = {
        **before,
        "defendants": [{"no": no, **each} for no, each in enumerate(before["defendants"], 1)],
    }
    own = {each["no"]: place for place, each in enumerate(after["defendants"])}
    former = {_at(path, numbered, own): value for path, value in values_of(numbered).items()}
    stated = values_of(after)
    paths = [path for path in dict.fromkeys((*stated, *former)) if not path.endswith(".no")]
    return [
        Difference(
            path,
            label(path, after) if path in stated else label(path.removeprefix("-"), numbered),
            value_name(path, former.get(path, "")),
            value_name(path, stated.get(path, "")),
        )
        for path in paths
        if former.get(path, "") != stated.get(path, "")
    ]


def _at(path: str, before: Mapping[str, Any], own: Mapping[int, int]) -> str:
    """Return the path a field has now; with a dash before it where its defendant is gone."""
    found = _PERSON.fullmatch(path)
    if found is None:
        return path
    place = own.get(before["defendants"][int(found[1])]["no"])
    return f"-{path}" if place is None else f"defendants[{place}].{found[2]}"
