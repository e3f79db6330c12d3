"""What a document says once it lies on the desk: the reading of a judgment, and what a person adds to it.

The shape is that of `registry judgment read` without its warnings and quotes, and with what a first-instance judgment
does not say: `source_region`, `effective_date`, `effect_by`, `appealed`, and `last_no`, the highest number given; of
each defendant `no`, `id_type`, `domicile_code`, `capacity`, `licence_kind`, `offence_from`, `offence_to`,
`executed_on`, `left_out` and, where another court's decision took the place of this one, `decision`; of each count
`food_related`. `no` stays with a defendant whatever is changed or left out, and is given to nobody else. Values are
what was read or typed; registry.intake.judgment_rows judges them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.errors import FieldFault, InvalidInputError

Content = dict[str, Any]

EFFECTS: Final = ("none", "certificate", "appeal")
"""By what a judgment took effect: not yet, a certificate of effect, the ruling on appeal (or this is that ruling)."""

LEFT_OUT: Final = ("masked", "not_concerned", "annulled")
"""Why a defendant founds no row: the name is masked in this copy, nothing of it concerns the list, or another court
annulled the judgment against them."""

_READ: Final = ("case_number", "court", "decided_on", "instance")
_DOCUMENT: Final = (*_READ, "source_region", "effective_date", "effect_by", "appealed", "last_no")
_PERSON: Final = ("kind", "name", "name_masked", "sex", "birth_date", "ethnic_group", "id_number")
_ADDED: Final = (
    "id_type", "domicile_code", "capacity", "licence_kind", "offence_from", "offence_to", "executed_on", "left_out",
)  # fmt: skip
_COUNT: Final = ("charge", "sentence", "months", "fine_yuan", "food_related")
_EXECUTED: Final = ("sentence", "months", "probation_months", "fine_yuan")
_BAN: Final = ("kind", "years", "text")
_OTHER_NAME: Final = ("kind", "name")
_DECISION: Final = ("case_number", "court", "decided_on", "effective_date")
_REVOCATION: Final = (
    "case_number", "authority", "penalty", "decided_on", "organisation", "uscc", "licence_no", "licence_kind",
    "food_related", "source_region", "last_no",
)  # fmt: skip
_RESPONSIBLE: Final = (
    "name", "role", "sex", "birth_date", "ethnic_group", "id_type", "id_number", "domicile_code",
)  # fmt: skip

_LONGEST: Final = 2_000
_LARGEST: Final = 10**15
_MOST: Final = 200
_LETTERS: Final = {"沪": "31", "苏": "32", "浙": "33", "皖": "34"}
_PROVINCES: Final = {"上海": "31", "江苏": "32", "浙江": "33", "安徽": "34"}


def from_reading(reading: Mapping[str, Any], region: str) -> Content:
    """Return what is put before a person: what was read, with room for what a judgment does not say."""
    final = reading.get("instance") in {"second", "retrial"}
    return {
        **{name: reading.get(name) for name in _READ},
        "source_region": region,
        "effect_by": "appeal" if final else "none",
        "effective_date": reading.get("decided_on") if final else None,
        "appealed": None,
        "last_no": len(reading["defendants"]),
        "defendants": [_from_defendant(read, no) for no, read in enumerate(reading["defendants"], 1)],
    }


def _from_defendant(read: Mapping[str, Any], no: int) -> Content:
    defendant = {"no": no, **dict.fromkeys(_ADDED), **{name: copy.deepcopy(read[name]) for name in read}}
    defendant["counts"] = [{**count, "food_related": None} for count in read["counts"]]
    return defendant


def region_of(reading: Mapping[str, Any]) -> str | None:
    """Return the region a judgment comes from, by its case number's letter, else by its court's name."""
    number, court = str(reading.get("case_number") or ""), str(reading.get("court") or "")
    letters = [region for letter, region in _LETTERS.items() if letter in number]
    named = [region for name, region in _PROVINCES.items() if name in court]
    return next(iter((*letters, *named)), None)


def checked_judgment(content: object) -> Content:
    """Return a judgment's content with nothing missing and nothing foreign in it, every defendant numbered.

    Raises InvalidInputError naming the field where the shape is not that of this module.
    """
    shape = _Shape()
    whole = shape.record(content, "", _DOCUMENT)
    listed = shape.records(content, "", "defendants", ("no", *_PERSON, *_ADDED))
    numbers = _Numbers(whole, (defendant for _, defendant, _ in listed))
    whole["defendants"] = []
    for path, defendant, given in listed:
        defendant["no"] = numbers.of(defendant)
        defendant["counts"] = [count for _, count, _ in shape.records(given, path, "counts", _COUNT)]
        defendant["other_names"] = [name for _, name, _ in shape.records(given, path, "other_names", _OTHER_NAME)]
        defendant["bans"] = [ban for _, ban, _ in shape.records(given, path, "bans", _BAN)]
        defendant["executed"] = shape.record(given.get("executed") or {}, f"{path}executed.", _EXECUTED)
        if given.get("decision") is not None:
            defendant["decision"] = shape.record(given["decision"], f"{path}decision.", _DECISION)
        whole["defendants"].append(defendant)
    whole["last_no"] = numbers.last
    shape.require_sound()
    return whole


def checked_revocation(content: object) -> Content:
    """Return a revocation's content with nothing missing and nothing foreign in it; raises as `checked_judgment`."""
    shape = _Shape()
    whole = shape.record(content, "", _REVOCATION)
    listed = shape.records(content, "", "people", ("no", *_RESPONSIBLE))
    numbers = _Numbers(whole, (person for _, person, _ in listed))
    whole["people"] = []
    for path, person, given in listed:
        person["no"] = numbers.of(person)
        person["other_names"] = [name for _, name, _ in shape.records(given, path, "other_names", _OTHER_NAME)]
        whole["people"].append(person)
    whole["last_no"] = numbers.last
    shape.require_sound()
    return whole


class _Numbers:
    """Who somebody is within the document: a number that stays, and is never given again to somebody else."""

    def __init__(self, whole: Content, people: Iterable[Content]) -> None:
        self._stated: Final = [person["no"] for person in people]
        self.last = max(filter(_is_number, (whole.get("last_no"), *self._stated)), default=0)

    def of(self, person: Content) -> int:
        """Return the number somebody has; somebody new gets one that nobody ever had."""
        number = person["no"]
        if _is_number(number) and self._stated.count(number) == 1:
            return int(number)
        self.last += 1
        return int(self.last)


def _is_number(stated: object) -> bool:
    return isinstance(stated, int) and not isinstance(stated, bool) and 0 < stated < _MOST * _MOST


class _Shape:
    """Reads what was sent against the shape it must have; gathers what is wrong."""

    def __init__(self) -> None:
        self._faults: list[FieldFault] = []

    def record(self, given: object, path: str, names: Iterable[str]) -> Content:
        if not isinstance(given, Mapping):
            self._faults.append(
                FieldFault(path.rstrip(".") or "content", "not_a_record", "fields with values are needed")
            )
            return dict.fromkeys(names)
        return {name: self._scalar(given.get(name), f"{path}{name}") for name in names}

    def records(
        self, given: object, path: str, name: str, names: tuple[str, ...]
    ) -> list[tuple[str, Content, Mapping[str, Any]]]:
        found = given.get(name) if isinstance(given, Mapping) else None
        if found is None:
            return []
        if not isinstance(found, list) or len(found) > _MOST:
            self._faults.append(FieldFault(f"{path}{name}", "not_a_list", f"a list of at most {_MOST} is needed"))
            return []
        paths = [f"{path}{name}[{place}]." for place in range(len(found))]
        return [
            (each_path, self.record(each, each_path, names), each if isinstance(each, Mapping) else {})
            for each_path, each in zip(paths, found, strict=True)
        ]

    def require_sound(self) -> None:
        if self._faults:
            raise InvalidInputError(self._faults)

    def _scalar(self, value: object, path: str) -> object:
        if isinstance(value, str):
            # Neither signs that print nothing nor halves of signs, which no encoding has.
            value = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", value).strip() or None
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and abs(value) <= _LARGEST:
            return value
        if not isinstance(value, str) or len(value) > _LONGEST:
            reason = f"a word or number of at most {_LONGEST} signs is needed"
            self._faults.append(FieldFault(path, "not_a_value", reason))
            return None
        return value
