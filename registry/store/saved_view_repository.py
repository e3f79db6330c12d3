"""Filters a user of the console keeps under a name; at most one of them is what the list opens with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert, select, update

from registry.store.case_tables import saved_view
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter under its name: the query of an address, and whether the list opens with it."""

    id: int
    name: str
    query: str
    is_first: bool


_SHOWN: Final = tuple(saved_view.c[name] for name in SavedView.__dataclass_fields__)


class SavedViewRepository:
    """Keeps the views of users; nobody reaches another's."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def of_user(self, user_id: int) -> list[SavedView]:
        """Return a user's views by their names."""
        query = select(*_SHOWN).where(saved_view.c.user_id == user_id).order_by(saved_view.c.name)
        return [SavedView(*row) for row in self._transaction.connection.execute(query)]

    def keep(self, user_id: int, name: str, query: str) -> None:
        """Keep a filter under a name; what was kept under it before is replaced."""
        mine = (saved_view.c.user_id == user_id, saved_view.c.name == name)
        if self._transaction.connection.execute(update(saved_view).where(*mine).values(query=query)).rowcount:
            return
        number = self._transaction.new_ids(saved_view, 1)[0]
        values = {"id": number, "user_id": user_id, "name": name, "query": query, "is_first": False}
        self._transaction.connection.execute(insert(saved_view).values(values))

    def make_first(self, user_id: int, view_id: int | None) -> None:
        """Let the list open with one of a user's views; None: with none of them."""
        mine = saved_view.c.user_id == user_id
        self._transaction.connection.execute(update(saved_view).where(mine).values(is_first=False))
        chosen = update(saved_view).where(mine, saved_view.c.id == view_id)
        self._transaction.connection.execute(chosen.values(is_first=True))

    def drop(self, user_id: int, view_id: int) -> bool:
        """Delete one of a user's views; False where there is none of that number."""
        mine = (saved_view.c.user_id == user_id, saved_view.c.id == view_id)
        return self._transaction.connection.execute(delete(saved_view).where(*mine)).rowcount == 1
