"""Which activities a purpose and role take up, and what the words of a court order forbid: tables as data."""

from __future__ import annotations

from dataclasses import dataclass

from matching.identity import Kind
from registry.law.ban import Bar
from registry.law.roles import Activity, Purpose, Role
from registry.law.strict_toml import Table, read_table

Demands = dict[Activity, Bar]
ORGANISATION = "organisation"

_SLAUGHTER = (Activity.APPLY_FOR_SLAUGHTER_LICENCE, Activity.MANAGE_SLAUGHTER)


@dataclass(frozen=True, slots=True)
class OrderWords:
    """The words by which a court order is read."""

    food: tuple[str, ...]
    slaughter: tuple[str, ...]
    inspection: tuple[str, ...]
    other_trades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The purpose × role table, the names of the activities, the order words and the licences of a purpose."""

    names: dict[Activity, dict[str, str]]
    people: dict[tuple[Purpose, Role], Demands]
    organisations: dict[Purpose, Demands]
    words: OrderWords
    licences: dict[Purpose, tuple[str, ...]]

    @classmethod
    def load(cls) -> RoleTable:
        """Read role_table.toml; every purpose and role must be there. Raises SettingsError naming the entry."""
        table = read_table("role_table.toml")
        people: dict[tuple[Purpose, Role], Demands] = {}
        organisations: dict[Purpose, Demands] = {}
        for entry in table.tables("table"):
            _read_purposes(entry, people, organisations)
        for purpose in Purpose:
            if purpose not in organisations:
                raise table.fault("table", f"has none for the purpose {purpose}")
        loaded = cls(
            names=_names(table.table("activities")),
            people=people,
            organisations=organisations,
            words=_words(table.table("order_words")),
            licences=_licences(table.table("same_licence")),
        )
        table.finish()
        return loaded

    def demanded(self, purpose: Purpose, role: Role, kind: Kind) -> Demands:
        """Return the activities taken up; an organisation's do not depend on its role."""
        return self.organisations[purpose] if kind is Kind.ORGANISATION else self.people[purpose, role]

    def same_licence(self, purpose: Purpose, licence: str | None) -> bool:
        """Say whether a purpose applies for that licence; a licence not named may be any."""
        words = self.licences.get(purpose, ())
        return bool(words) and (licence is None or any(word in licence for word in words))

    def ordered(self, food_law: tuple[Activity, ...], text: str | None) -> tuple[tuple[Activity, ...], Bar]:
        """Return what an order forbids: what food law bars if it speaks of food (or its words are not known)."""
        if text is None:
            return food_law, Bar.BLOCK
        activities = food_law
        if _any(self.words.slaughter, text):
            activities += _SLAUGHTER
        if _any(self.words.inspection, text):
            activities += (Activity.INSPECT_FOOD,)
        if self.speaks_of_food(text):
            return activities, Bar.BLOCK
        return ((), Bar.BLOCK) if self.speaks_of_other_trades(text) else (activities, Bar.REVIEW)

    def speaks_of_food(self, text: str) -> bool:
        """Say whether an order's words name food or a food trade."""
        return _any(self.words.food, text)

    def speaks_of_other_trades(self, text: str) -> bool:
        """Say whether an order's words name trades or places that are no matter for this register."""
        return _any(self.words.other_trades, text)


def _any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


def _read_purposes(
    entry: Table, people: dict[tuple[Purpose, Role], Demands], organisations: dict[Purpose, Demands]
) -> None:
    purposes = entry.choices("purposes", Purpose)
    by_role = {role: _demands(entry.table(role)) for role in Role}
    organisation = _demands(entry.table(ORGANISATION))
    entry.finish()
    for purpose in purposes:
        if purpose in organisations:
            raise entry.fault("purposes", f"names {purpose} a second time")
        organisations[purpose] = organisation
        people.update({(purpose, role): demands for role, demands in by_role.items()})


def _demands(entry: Table) -> Demands:
    demands = {}
    for name in entry.names():
        if name not in set(Activity):
            raise entry.fault(name, "is not an activity")
        demands[Activity(name)] = entry.choice(name, Bar)
    return demands


def _names(entry: Table) -> dict[Activity, dict[str, str]]:
    names = {}
    for activity in Activity:
        both = entry.texts(activity)
        if len(both) != 2:
            raise entry.fault(activity, "must be a Chinese and an English name")
        names[activity] = {"zh": both[0], "en": both[1]}
    entry.finish()
    return names


def _words(entry: Table) -> OrderWords:
    words = OrderWords(
        food=entry.texts("food"),
        slaughter=entry.texts("slaughter"),
        inspection=entry.texts("inspection"),
        other_trades=entry.texts("other_trades"),
    )
    entry.finish()
    return words


def _licences(entry: Table) -> dict[Purpose, tuple[str, ...]]:
    licences = {}
    for name in entry.names():
        if name not in set(Purpose):
            raise entry.fault(name, "is not a purpose")
        licences[Purpose(name)] = entry.texts(name)
    return licences
