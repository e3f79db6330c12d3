"""Identities an operator states: as options of a command, or as JSON in the fields of a check's subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex, stated
from registry.errors import FieldFault, InvalidInputError

Command = TypeVar("Command", bound=Callable[..., object])

_FIELDS = ("kind", "name", "id_type", "id_number", "birth_date", "sex", "domicile_code", "other_names")
_ORGANISATION_NUMBERS = frozenset({IdType.USCC, IdType.LICENCE})
SIDES = ("applicant", "listed")
_ANOTHER = "another name as KIND:NAME (曾用名:王小军); repeatable."


def identity_options(prefix: str, whose: str) -> Callable[[Command], Command]:
    """Return a decorator that adds the options of one identity; `prefix` stands before each name."""
    offered = [
        ("name", "name", "name.", None),
        ("id", "id_number", "ID number, masked characters as *.", None),
        ("type", "id_type", "type of the ID number.  [default: resident_id]", click.Choice(_words(IdType))),
        ("birth", "birth_date", "birth date, year-month or year.", None),
        ("sex", "sex", "sex.", click.Choice(_words(Sex))),
        ("domicile", "domicile_code", "county code of the household.", None),
    ]

    def add(command: Command) -> Command:
        names = _named(prefix, "other_names")
        command = click.option(f"--{prefix}other-name", names, multiple=True, help=f"{whose} {_ANOTHER}")(command)
        for option, field, says, kind in reversed(offered):
            named = _named(prefix, field)
            command = click.option(f"--{prefix}{option}", named, type=kind, help=f"{whose} {says}")(command)
        return command

    return add


def _words(kind: type[StrEnum]) -> list[str]:
    return [each.value for each in kind]


def _named(prefix: str, field: str) -> str:
    return f"{prefix}{field}".replace("-", "_")


def from_options(values: Mapping[str, Any], prefix: str = "") -> Identity:
    """Return the identity the options state. Raises InvalidInputError naming the option."""
    own = {field: values.get(f"{prefix}{field}") for field in _FIELDS}
    own["other_names"] = [_split(text) for text in own["other_names"] or ()]
    return read_identity({field: value for field, value in own.items() if value}, prefix.rstrip("_") or SIDES[0])


def _split(text: str) -> dict[str, str]:
    kind, _, name = text.partition(":")
    return {"kind": kind, "name": name} if name else {"kind": NameKind.FORMER.value, "name": kind}


def from_file(path: Path) -> tuple[Identity, Identity]:
    """Return applicant and listed person from a JSON file. Raises InvalidInputError naming the field."""
    try:
        values = orjson.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        raise InvalidInputError([FieldFault("file", "unreadable", "is no JSON file that can be read")]) from None
    if not isinstance(values, dict) or not all(isinstance(values.get(side), dict) for side in SIDES):
        raise InvalidInputError([FieldFault("file", "missing", "must state `applicant` and `listed`, each an object")])
    applicant, listed = (read_identity(values[side], side) for side in SIDES)
    return applicant, listed


def read_identity(values: Mapping[str, Any], where: str) -> Identity:
    """Return the identity that fields state as a check's subject does. Raises InvalidInputError naming the field."""
    unknown = sorted(values.keys() - {*_FIELDS, "subject_no", "role"})
    if unknown:
        raise InvalidInputError([FieldFault(f"{where}.{unknown[0]}", "unknown_field", "is no field of an identity")])
    id_type = _word(IdType, values.get("id_type") or IdType.RESIDENT_ID, f"{where}.id_type")
    organisation = id_type in _ORGANISATION_NUMBERS
    number = stated(values.get("id_number"))
    return Identity(
        kind=_word(Kind, values.get("kind") or (Kind.ORGANISATION if organisation else Kind.PERSON), f"{where}.kind"),
        name=stated(values.get("name")),
        other_names=tuple(_other_name(other, f"{where}.other_names") for other in values.get("other_names") or ()),
        documents=(IdDocument(id_type, number),) if number else (),
        birth=_birth(values.get("birth_date"), f"{where}.birth_date"),
        sex=_word(Sex, values["sex"], f"{where}.sex") if values.get("sex") else None,
        domicile_code=stated(values.get("domicile_code")),
    )


def _other_name(values: Mapping[str, str], where: str) -> OtherName:
    if not (isinstance(values, dict) and isinstance(values.get("name"), str)):
        raise InvalidInputError([FieldFault(where, "not_an_object", "each must state kind and name")])
    return OtherName(_word(NameKind, values.get("kind") or NameKind.FORMER, where), values["name"])


Word = TypeVar("Word", Kind, Sex, IdType, NameKind)


def _word(kind: type[Word], text: str, where: str) -> Word:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInputError([FieldFault(where, "unknown_word", f"must be one of {', '.join(kind)}")]) from None


def _birth(text: str | None, where: str) -> BirthDate | None:
    try:
        return BirthDate.parse(text)
    except ValueError as fault:
        raise InvalidInputError([FieldFault(where, "not_a_date", str(fault))]) from None
