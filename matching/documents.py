"""Knows every other identity document: what of its number is compared, and what is wrong with one.

Sources: GB 32100-2015 (unified social credit code), GB/T 17710-2008 MOD 11,10 (licence numbers), and the Exit and
Entry Administration's layouts of travel permits, residence permits and permanent residence cards (new in 2023).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from matching.identity import IdType
from matching.resident_id import ResidentId, Shape, normalize_id

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# The alphabet has no I, O, S, V, Z; scanners and typists put them for the digits they resemble.
_USCC_MISREAD = str.maketrans("IOSZ", "1052")

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{9}")
_LICENCE = re.compile(r"(SC[12]|JY[123])[0-9]{13}")
_FILING = re.compile(r"YB[0-9]{14}")
_HK_MO_PERMIT = re.compile(r"([HM][0-9]{8})([0-9]{2})?")
_TW_PERMIT = re.compile(r"[0-9]{8}|[0-9]{10}")
_FOREIGN_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,9}")
_RESIDENCE_AREAS = ("810000", "820000", "830000")
_NOT_SAID = re.compile(r"[^0-9A-Z*]")
# How often the permit was issued, printed behind the number.
_TW_ISSUE = re.compile(r"\([0-9A-Z]{1,2}\)$")


def canonical_number(type_: IdType, number: str) -> str:
    """Return what of a number equality compares; empty where nothing is left of it.

    Travel permits of Hong Kong and Macao keep nine characters for life and add two at each renewal; Taiwan permits
    keep eight; an organisation is known by its credit code or by the nine characters its old code put into it.
    """
    return _CANONICAL.get(type_, _plain)(number)


def _plain(number: str) -> str:
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", number).upper())


def _resident(number: str) -> str:
    found = ResidentId.parse(number)
    return found.digits or normalize_id(number)


def _hk_mo(number: str) -> str:
    plain = _plain(number)
    found = _HK_MO_PERMIT.fullmatch(plain)
    return found[1] if found else plain


def _taiwan(number: str) -> str:
    half_width = unicodedata.normalize("NFKC", number).upper().replace(" ", "")
    plain = _plain(_TW_ISSUE.sub("", half_width))
    if len(plain) in {9, 10, 11} and plain.startswith("T"):
        plain = plain[1:]
    return plain[:8] if len(plain) == 10 and plain.isdigit() else plain


def _foreign_permanent(number: str) -> str:
    plain = _plain(number)
    return plain if _FOREIGN_OLD.fullmatch(plain) else _resident(number)


def _uscc(number: str) -> str:
    return _plain(number).translate(_USCC_MISREAD)


_CANONICAL: dict[IdType, Callable[[str], str]] = {
    IdType.RESIDENT_ID: _resident,
    IdType.HK_MO_TW_RESIDENCE: _resident,
    IdType.HK_MO_PERMIT: _hk_mo,
    IdType.TW_PERMIT: _taiwan,
    IdType.FOREIGN_PERMANENT: _foreign_permanent,
    IdType.USCC: _uscc,
}


def organisation_code(uscc: str) -> str:
    """Return the nine characters of the old organisation code inside a credit code; empty if it has none."""
    plain = _uscc(uscc)
    if len(plain) == 18:
        return plain[8:17]
    return plain if _ORGANISATION_CODE.fullmatch(plain) else ""


def is_valid_uscc(code: str) -> bool:
    """Say whether a unified social credit code has its eighteen characters and the right check character (GB 32100)."""
    if not _USCC.fullmatch(code):
        return False
    total = sum(weight * _USCC_VALUE[character] for weight, character in zip(_USCC_WEIGHTS, code[:17], strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def is_valid_licence(number: str) -> bool:
    """Say whether a food licence number (SC or JY, fourteen digits) has the right check digit (GB/T 17710 MOD 11,10).

    The area digits are no test: genuine numbers carry areas that GB/T 2260 does not have.
    """
    if not _LICENCE.fullmatch(number):
        return False
    product = 10
    for digit in number[2:15]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[15])


def problems(type_: IdType, number: str) -> tuple[str, ...]:
    """Return what is wrong with a number as stable codes; none means it looks as its type should.

    Codes: length, characters, check_character, birth_date, area, masked, excel_damaged. A problem is a hint
    of a slip, never by itself a reason to refuse a row.
    """
    return _PROBLEMS.get(type_, _no_problems)(number)


def _no_problems(number: str) -> tuple[str, ...]:
    return () if _plain(number) else ("length",)


def _resident_problems(number: str) -> tuple[str, ...]:
    found = ResidentId.parse(number)
    by_shape = {
        Shape.MASKED: "masked", Shape.EXCEL_DAMAGED: "excel_damaged", Shape.WRONG_LENGTH: "length",
        Shape.UNREADABLE: "characters",
    }  # fmt: skip
    if found.shape in by_shape:
        return (by_shape[found.shape],)
    faults = [] if found.birth else ["birth_date"]
    if not (found.check_ok or found.was_15):
        faults.append("check_character")
    return tuple(faults)


def _residence_problems(number: str) -> tuple[str, ...]:
    faults = _resident_problems(number)
    area = ResidentId.parse(number).area
    return faults if area is None or area in _RESIDENCE_AREAS else (*faults, "area")


def _by_layout(layout: re.Pattern[str], lengths: frozenset[int]) -> Callable[[str], tuple[str, ...]]:
    def check(number: str) -> tuple[str, ...]:
        plain = _plain(number)
        if "*" in plain:
            return ("masked",)
        if len(plain) not in lengths:
            return ("length",)
        return () if layout.fullmatch(plain) else ("characters",)

    return check


def _foreign_problems(number: str) -> tuple[str, ...]:
    return () if _FOREIGN_OLD.fullmatch(_plain(number)) else _resident_problems(number)


def _uscc_problems(number: str) -> tuple[str, ...]:
    code = _uscc(number)
    if "*" in code:
        return ("masked",)
    if len(code) != 18:
        return () if len(code) in {9, 15} else ("length",)
    if not _USCC.fullmatch(code):
        return ("characters",)
    return () if is_valid_uscc(code) else ("check_character",)


def _licence_problems(number: str) -> tuple[str, ...]:
    plain = _plain(number)
    if _LICENCE.fullmatch(plain):
        return () if is_valid_licence(plain) else ("check_character",)
    return () if _FILING.fullmatch(plain) or not plain.startswith(("SC", "JY", "YB")) else ("length",)


_PROBLEMS: dict[IdType, Callable[[str], tuple[str, ...]]] = {
    IdType.RESIDENT_ID: _resident_problems,
    IdType.HK_MO_TW_RESIDENCE: _residence_problems,
    IdType.HK_MO_PERMIT: _by_layout(_HK_MO_PERMIT, frozenset({9, 11})),
    IdType.TW_PERMIT: _by_layout(_TW_PERMIT, frozenset({8, 10})),
    IdType.FOREIGN_PERMANENT: _foreign_problems,
    IdType.PASSPORT: _by_layout(_PASSPORT, frozenset(range(5, 10))),
    IdType.USCC: _uscc_problems,
    IdType.LICENCE: _licence_problems,
}
