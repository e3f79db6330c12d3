"""Adds up the evidence between an applicant and a listed person, and says how many others would fit as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching import evidence
from matching.evidence import Evidence
from matching.identity import Kind
from matching.model import Model
from matching.outlook import Outlook, outlooks
from matching.prepare import Prepared
from matching.resident_id import UNKNOWN

__all__ = ["Comparison", "IdentityAgreement", "compare", "population", "reckon", "weigh"]


class IdentityAgreement(StrEnum):
    """What the documents alone say; only EQUAL can hold a licence back without a person looking first."""

    EQUAL = "equal"
    EQUAL_RENEWABLE = "equal_renewable"
    SLIP = "slip"
    PART = "part"
    DIFFERS = "differs"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The reckoning: every line of evidence, their exact sum, and the expected coincidences.

    `expected_coincidences` is how many other residents of the four provinces are expected to match this
    listed person as strongly as the applicant does.
    """

    evidence: tuple[Evidence, ...]
    millibits: int
    expected_coincidences: float
    identity: IdentityAgreement
    name_compatible: bool


_AGREEMENTS = {
    ("id_number", "equal"): IdentityAgreement.EQUAL,
    ("id_number", "equal_unsound"): IdentityAgreement.SLIP,
    ("id_number", "one_slip"): IdentityAgreement.SLIP,
    ("id_number", "two_slips"): IdentityAgreement.SLIP,
    ("id_number", "differs"): IdentityAgreement.DIFFERS,
    ("id_number", "differs_unsound"): IdentityAgreement.DIFFERS,
    ("document", "equal"): IdentityAgreement.EQUAL,
    ("document", "equal_renewable"): IdentityAgreement.EQUAL_RENEWABLE,
    ("document", "equal_unsound"): IdentityAgreement.SLIP,
    ("document", "one_slip"): IdentityAgreement.SLIP,
    ("document", "differs"): IdentityAgreement.DIFFERS,
    ("organisation_number", "equal"): IdentityAgreement.EQUAL,
    ("organisation_number", "equal_unsound"): IdentityAgreement.SLIP,
    ("organisation_number", "one_slip"): IdentityAgreement.SLIP,
    ("organisation_number", "differs"): IdentityAgreement.DIFFERS,
    ("document", "part"): IdentityAgreement.PART,
    ("organisation_number", "part"): IdentityAgreement.PART,
    ("id_tail", "equal"): IdentityAgreement.PART,
    ("id_area", "equal"): IdentityAgreement.PART,
}
_NUMBERS = frozenset({"id_number", "document", "organisation_number"})
_SAME_NUMBER = frozenset({"equal", "equal_unsound", "equal_renewable"})
_STRENGTH = tuple(IdentityAgreement)

COMPATIBLE_NAMES = frozenset(
    {"exact", "form", "former", "former_error", "misheard", "misread", "unknown_character", "swapped"}
    | {"respelt", "romanised", "homophone"}
)
"""Levels at which two names can be one person's: the same name, heard, read or spelt differently."""
_COMPATIBLE_ORGANISATIONS = frozenset({"exact", "form", "core"})

FLOOR_MILLIBITS = 15_000
"""Below this sum nobody is told apart from thousands of others, whatever the threshold of the policy."""


def tells_equal_number(feature: str, level: str) -> bool:
    """Say whether a line of evidence tells of one and the same number on both sides, sound or not."""
    return feature in _NUMBERS and level in _SAME_NUMBER


def compare(model: Model, applicant: Prepared, listed: Prepared, floor: int = FLOOR_MILLIBITS) -> Comparison | None:
    """Return the reckoning between two identities, or None where nothing connects them.

    Nothing does where the sum stays below `floor` millibits and no document is equal or a slip apart.
    """
    lines = weigh(model, applicant, listed)
    total = sum(line.millibits for line in lines)
    identity = _agreement(lines)
    strong = identity in {IdentityAgreement.EQUAL, IdentityAgreement.EQUAL_RENEWABLE, IdentityAgreement.SLIP}
    if not lines or (total < floor and not strong):
        return None
    return _reckoned(model, applicant, listed, lines)


def reckon(model: Model, applicant: Prepared, listed: Prepared) -> Comparison:
    """Return the reckoning between two identities, however little connects them."""
    return _reckoned(model, applicant, listed, weigh(model, applicant, listed))


def _reckoned(model: Model, applicant: Prepared, listed: Prepared, lines: Sequence[Evidence]) -> Comparison:
    total = sum(line.millibits for line in lines)
    share = sum(tail_share(foreseen, total) for foreseen in outlooks(model, applicant, listed, lines))
    expected = population(model, applicant.kind) * share
    return Comparison(tuple(lines), total, expected, _agreement(lines), _name_compatible(lines))


def population(model: Model, kind: Kind) -> int:
    """Return how many others there are: residents beside a person, registered organisations beside one of them."""
    return model.residents if kind is Kind.PERSON else model.organisations


def weigh(model: Model, applicant: Prepared, listed: Prepared) -> list[Evidence]:
    """Return every line of evidence between two identities, strong or weak, without reckoning what they come to."""
    if applicant.kind is not listed.kind:
        return []
    compared = _organisation_lines if applicant.kind is Kind.ORGANISATION else _person_lines
    return [line for line in compared(model, applicant, listed) if line is not None]


def _organisation_lines(model: Model, applicant: Prepared, listed: Prepared) -> list[Evidence | None]:
    number = evidence.organisation_number(model, applicant, listed)
    return [number, evidence.organisation_name(model, applicant, listed)]


def _person_lines(model: Model, applicant: Prepared, listed: Prepared) -> list[Evidence | None]:
    """Whole numbers say all their parts say; where one is masked, missing or unsound the parts speak."""
    number = evidence.id_number(model, applicant, listed)
    if number is not None and number.level == "differs":
        return [number, evidence.name(model, applicant, listed)]
    documents = [number, evidence.document(model, applicant, listed)]
    name = evidence.name(model, applicant, listed)
    if number is not None and number.level != "differs_unsound":
        return [*documents, name]
    # Whole numbers that differ have been weighed as wholes: only what they say of birth, place and sex is left.
    ends = _end_lines(model, applicant, listed) if number is None else []
    return [*documents, name, *ends, *_part_lines(model, applicant, listed, ends)]


def _end_lines(model: Model, applicant: Prepared, listed: Prepared) -> list[Evidence | None]:
    return [evidence.id_area(model, applicant, listed), evidence.id_tail(model, applicant, listed)]


def _part_lines(
    model: Model, applicant: Prepared, listed: Prepared, ends: Sequence[Evidence | None]
) -> list[Evidence | None]:
    """Compare birth, place and sex, as far as the visible ends of a masked number have not said them already."""
    area, tail = ends or (None, None)
    place = evidence.county(model, applicant, listed) if area is None else None
    told = tail is not None and _sex_told_by_tail(applicant, listed)
    sex = None if told else evidence.sex(model, applicant, listed)
    return [evidence.birth_date(model, applicant, listed), place, sex]


def _sex_told_by_tail(applicant: Prepared, listed: Prepared) -> bool:
    numbers = (applicant.number, listed.number)
    return all(number is not None and number.tail[2] != UNKNOWN for number in numbers)


def _agreement(lines: Sequence[Evidence]) -> IdentityAgreement:
    found = [_AGREEMENTS.get((line.feature, line.level), IdentityAgreement.NONE) for line in lines]
    return min(found, key=_STRENGTH.index, default=IdentityAgreement.NONE)


def _name_compatible(lines: Sequence[Evidence]) -> bool:
    for line in lines:
        if line.feature == "name":
            return line.level in COMPATIBLE_NAMES
        if line.feature == "organisation_name":
            return line.level in _COMPATIBLE_ORGANISATIONS
    return False


def tail_share(foreseen: Sequence[Outlook], total: int) -> float:
    """Return the share of random residents whose evidence adds up to at least `total` millibits.

    The features are taken as independent here; what hangs together `matching.outlook` has set apart.
    Every combination of levels is counted, none sampled.
    """
    sums = np.zeros(1, dtype=np.int64)
    shares = np.ones(1)
    for outlook in foreseen:
        weights = np.array([weight for weight, _ in outlook], dtype=np.int64)
        chances = np.array([chance for _, chance in outlook])
        sums = (sums[:, None] + weights).ravel()
        shares = (shares[:, None] * chances).ravel()
    return float(shares[sums >= total].sum())
