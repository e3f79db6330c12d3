"""The columns of the two list files and how a file's kind is told from its headings."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.errors import FieldFault, InvalidInputError


class ListKind(StrEnum):
    """The two kinds of rows the list is made from."""

    CONVICTION = "conviction"
    REVOCATION = "revocation"


RETURN_HEADINGS = ("原文件行号", "错误字段", "错误说明")
"""What rows that could not be taken are given back with; read again, these columns are left aside without a word."""

_OPTIONAL = (
    "ethnic_group",
    "probation_months",
    "fine_yuan",
    "offence_from",
    "offence_to",
    "food_related",
    "capacity",
    "licence_kind",
    "ban_kind",
    "ban_years",
    "ban_text",
    "executed_on",
    "version",
    "operation",
    "withdraw_reason",
)

REQUIRED: dict[ListKind, tuple[str, ...]] = {
    ListKind.CONVICTION: (
        "record_no",
        "name",
        "other_names",
        "sex",
        "birth_date",
        "id_type",
        "id_number",
        "domicile_code",
        "source_region",
        "document_no",
        "court",
        "charge",
        "sentence",
        "sentence_months",
        "judgment_date",
        "effective_date",
    ),
    ListKind.REVOCATION: (
        "record_no",
        "organisation",
        "uscc",
        "licence_no",
        "name",
        "role",
        "id_type",
        "id_number",
        "sex",
        "birth_date",
        "source_region",
        "document_no",
        "authority",
        "penalty",
        "decided_on",
    ),
}

OPTIONAL: dict[ListKind, tuple[str, ...]] = {
    ListKind.CONVICTION: _OPTIONAL,
    ListKind.REVOCATION: (*_OPTIONAL, "other_names", "domicile_code"),
}

_TELLING: dict[ListKind, frozenset[str]] = {
    ListKind.CONVICTION: frozenset({"court", "charge", "sentence", "sentence_months", "judgment_date"}),
    ListKind.REVOCATION: frozenset({"organisation", "uscc", "licence_no", "authority", "penalty", "decided_on"}),
}


@dataclass(frozen=True, slots=True)
class Headings:
    """A file's headings once understood: its kind, the column at each place, and the headings left aside."""

    kind: ListKind
    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]


def columns(kind: ListKind) -> tuple[str, ...]:
    """Return every column of a kind, in the order files are written in."""
    return REQUIRED[kind] + OPTIONAL[kind]


def read_headings(
    cells: Sequence[object], kind: ListKind | None = None, implied: frozenset[str] = frozenset()
) -> Headings:
    """Understand a heading line; `implied` columns may be missing because the caller states them.

    A column too many is left aside and named, unless it looks like a misspelt one of ours. Raises
    InvalidInputError naming every missing, repeated or misspelt heading.
    """
    names = ["" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip().lower() for cell in cells]
    kind = kind or _sniff(names)
    known = columns(kind)
    unknown = _unknown(names, known)
    faults = [*_missing(names, kind, implied), *_repeated(names), *_misspelt(unknown, names, known)]
    if faults:
        raise InvalidInputError(faults)
    return Headings(kind, tuple(name if name in known else None for name in names), unknown)


def _sniff(names: list[str]) -> ListKind:
    telling = {kind: len(words.intersection(names)) for kind, words in _TELLING.items()}
    best = max(telling, key=lambda kind: telling[kind])
    if list(telling.values()).count(telling[best]) > 1:
        reason = "the headings are neither those of convictions (court, charge, sentence …) nor of revocations"
        raise InvalidInputError([FieldFault("headings", "unknown_kind", reason)])
    return best


def _missing(names: list[str], kind: ListKind, implied: frozenset[str]) -> list[FieldFault]:
    return [
        FieldFault(column, "missing_heading", f"a file of {kind}s needs the heading {column}")
        for column in REQUIRED[kind]
        if column not in names and column not in implied
    ]


def _repeated(names: list[str]) -> list[FieldFault]:
    return [
        FieldFault(name, "repeated_heading", "the heading stands there more than once")
        for name, count in Counter(names).items()
        if name and count > 1
    ]


def misspelt(names: Sequence[str], kind: ListKind) -> list[str]:
    """Return the headings that are none of a kind's columns, and so near to one the file lacks that it may be meant."""
    known, stated = columns(kind), [name.strip().lower() for name in names]
    return [fault.field for fault in _misspelt(_unknown(stated, known), stated, known)]


def _unknown(names: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name and name not in known and name not in RETURN_HEADINGS)


def _misspelt(unknown: tuple[str, ...], names: list[str], known: tuple[str, ...]) -> list[FieldFault]:
    absent = [column for column in known if column not in names]
    found = ((name, difflib.get_close_matches(name, absent, n=1, cutoff=0.8)) for name in unknown)
    return [
        FieldFault(name[:40], "unknown_heading", f"no such heading; was {near[0]} meant?")
        for name, near in found
        if near
    ]
