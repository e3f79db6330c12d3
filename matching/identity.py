"""The values that are compared: who somebody is, as a document or an application states it.

A blank becomes None here and nowhere else, so that no comparison ever meets an empty string
(missing is never a match).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is screened: a natural person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Sex(StrEnum):
    """Sex as identity documents state it."""

    MALE = "男"
    FEMALE = "女"


class IdType(StrEnum):
    """The documents a register row or an application may carry."""

    RESIDENT_ID = "resident_id"
    HK_MO_PERMIT = "hk_mo_permit"
    TW_PERMIT = "tw_permit"
    HK_MO_TW_RESIDENCE = "hk_mo_tw_residence"
    FOREIGN_PERMANENT = "foreign_permanent"
    PASSPORT = "passport"
    USCC = "uscc"
    LICENCE = "licence"
    OTHER = "other"


class NameKind(StrEnum):
    """How another name belongs to its bearer; a nickname never stops anyone."""

    FORMER = "曾用名"
    ALSO_KNOWN_AS = "又名"
    ALIAS = "别名"
    NICKNAME = "绰号"
    PSEUDONYM = "化名"


@dataclass(frozen=True, slots=True)
class OtherName:
    """A further name of the same bearer and its kind."""

    kind: NameKind
    name: str


_ISO_PREFIX = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date known to the day, the month or only the year."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str | None) -> BirthDate | None:
        """Read an ISO date, year-month or year; None where nothing is stated.

        Raises ValueError (without the value) where the text is no such date.
        """
        if text is None or not text.strip():
            return None
        found = _ISO_PREFIX.fullmatch(text.strip())
        if found is None:
            raise ValueError("not an ISO date, year-month or year")
        year = int(found[1])
        month, day = (int(part) if part else None for part in (found[2], found[3]))
        _require_possible(year, month, day)
        return cls(year, month, day)

    def isoformat(self) -> str:
        """Return the date with the precision it is known to."""
        if self.month is None:
            return f"{self.year:04d}"
        return f"{self.year:04d}-{self.month:02d}" + ("" if self.day is None else f"-{self.day:02d}")


def _require_possible(year: int, month: int | None, day: int | None) -> None:
    try:
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ValueError("no such day in the calendar") from None


@dataclass(frozen=True, slots=True)
class IdDocument:
    """One identity document: its type and its number as stated (masked digits are `*`)."""

    type: IdType
    number: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as one document states them; what is not stated is None or empty."""

    kind: Kind = Kind.PERSON
    name: str | None = None
    other_names: tuple[OtherName, ...] = ()
    documents: tuple[IdDocument, ...] = ()
    birth: BirthDate | None = None
    sex: Sex | None = None
    domicile_code: str | None = None


def stated(text: str | None) -> str | None:
    """Return the text without surrounding blanks, or None where nothing is stated."""
    if text is None:
        return None
    return text.strip(" \t\r\n\u3000\ufeff\u200b") or None
