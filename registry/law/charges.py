"""Charges by article, exact name and period, and whether a conviction concerned food safety.

There is no public national code of charges; the name is the key. Points and blanks are not part of it:
生产、销售有毒有害食品罪 is the charge 生产、销售有毒、有害食品罪 however a court punctuates it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from registry.law.strict_toml import Table, read_table

_PUNCTUATION = str.maketrans("（）", "()", "、，,；;·《》“”\"' \t\r\n\u3000\u200b")
_SUFFIX = "罪"
_ECONOMIC_ORDER = range(140, 232)
"""破坏社会主义市场经济秩序罪: chapter 3 of the special part, articles 140 to 231."""

_LATEST_CRIMINAL_LAW = datetime.date(1997, 10, 1)


class FoodTest(StrEnum):
    """Whether a charge is a food-safety crime by itself, by a person's finding, or never."""

    ALWAYS = "always"
    FLAG = "flag"
    REVIEW = "review"
    OFFICIAL = "official"
    NEVER = "never"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge under one name, and the days that name was in use."""

    article: str
    name: str
    first_day: datetime.date
    last_day: datetime.date | None
    food: FoodTest

    @property
    def against_economic_order(self) -> bool:
        """Say whether the crime is one of chapter 3 (公司法 178, 市场主体登记管理条例 12)."""
        return int(self.article.split("-")[0]) in _ECONOMIC_ORDER


@dataclass(frozen=True, slots=True)
class ChargeTable:
    """All charges known, by their name and by its form without punctuation."""

    by_name: dict[str, Charge]

    @classmethod
    def load(cls) -> ChargeTable:
        """Read charges.toml. Raises SettingsError naming the entry."""
        table = read_table("charges.toml")
        by_name: dict[str, Charge] = {}
        for entry in table.tables("charge"):
            for charge in _charges(entry):
                _add(entry, by_name, charge)
        others = table.table("other_charges")
        for article in others.names():
            for name in others.texts(article):
                _add(others, by_name, Charge(article, name, _LATEST_CRIMINAL_LAW, None, FoodTest.OTHER))
        table.finish()
        return cls(by_name)

    def find(self, name: str, judged_on: datetime.date | None) -> Charge | None:
        """Return the charge of that name; None where it is unknown or did not exist yet on the day of judgment.

        An old name stays valid after its last day: acts from before are still judged under it.
        """
        charge = self.by_name.get(name) or self.by_name.get(spelling(name))
        if charge is None or (judged_on is not None and judged_on < charge.first_day):
            return None
        return charge

    def current_name(self, article: str, day: datetime.date) -> str | None:
        """Return what the charge of an article was called on a day; None where it was no crime yet."""
        for charge in self.by_name.values():
            in_use = charge.first_day <= day and (charge.last_day is None or day <= charge.last_day)
            if charge.article == article and in_use:
                return charge.name
        return None


def spelling(name: str) -> str:
    """Return a charge's name without punctuation and with its final 罪, the form names are compared in."""
    plain = name.translate(_PUNCTUATION)
    return plain if plain.endswith(_SUFFIX) else plain + _SUFFIX


def _charges(entry: Table) -> list[Charge]:
    article = entry.text("article")
    names = (entry.text("name"), *entry.texts("split", ()))
    first_day = entry.day("from")
    last_day = entry.day("to", None)
    food = entry.choice("food", FoodTest)
    entry.finish()
    if first_day is None or (last_day is not None and last_day < first_day):
        raise entry.fault("to", "must not lie before from")
    return [Charge(article, name, first_day, last_day, food) for name in names]


def _add(entry: Table, by_name: dict[str, Charge], charge: Charge) -> None:
    if not charge.article.split("-")[0].isdecimal():
        raise entry.fault("article", "must be an article number such as 143 or 408-1")
    if spelling(charge.name) in by_name:
        raise entry.fault("name", f"is there twice: {charge.name}")
    by_name[charge.name] = by_name[spelling(charge.name)] = charge
