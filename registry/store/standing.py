"""What a check must know before it judges, asked in one statement: who asks, and how far the list reaches.

Every check asks it after the last byte of its body. One statement is one snapshot of its own on both databases, so
it needs no transaction round it; and it is handed to the driver as it is, because building, beginning and ending
cost ten times what the answer costs (docs/decisions/0004-serving-and-durability.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, bindparam, literal_column, select, true
from sqlalchemy.types import TypeEngine

from registry.errors import UnavailableError
from registry.store.change_repository import ListState
from registry.store.client_repository import Client, ClientRole
from registry.store.tables import api_client, list_head, region_coverage

Row = Sequence[Any]
Ask = Callable[[Any, str, Any], Sequence[Row]]
"""Puts a statement with its parameters to a driver's connection, outside any transaction, and returns the rows."""

_STATEMENT: Final = (
    select(
        api_client.c.id,
        api_client.c.name,
        api_client.c.region,
        api_client.c.role,
        api_client.c.expires_at,
        api_client.c.disabled_at,
        list_head.c.version,
        region_coverage.c.region,
        region_coverage.c.as_of,
    )
    .select_from(
        list_head.outerjoin(region_coverage, true()).outerjoin(
            api_client, api_client.c.key_hash == bindparam("key_hash")
        )
    )
    .where(list_head.c.id == literal_column("1"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The client a key belongs to (None: nobody's), disabled and expired ones too, and the state of the list."""

    client: Client | None
    list: ListState


class StandingQuery:
    """The statement in the words of one database, and the reading of its rows."""

    def __init__(self, engine: Engine, ask: Ask) -> None:
        compiled = _STATEMENT.compile(engine)
        self._text: Final = str(compiled)
        self._positional: Final = bool(compiled.positional)
        self._ask: Final = ask
        self._instant: Final = _reader(api_client.c.expires_at.type, engine)

    def of(self, connection: Any, key_hash: bytes) -> Standing:
        """Ask a driver's connection; UnavailableError where the store is empty."""
        rows = self._ask(connection, self._text, (key_hash,) if self._positional else {"key_hash": key_hash})
        if not rows:
            raise UnavailableError("the list has no head: run `registry init`")
        instant = self._instant
        known = {row[7]: instant(row[8]) for row in rows if row[7] is not None}
        return Standing(self._client(rows[0]), ListState(int(rows[0][6]), known))

    def _client(self, row: Row) -> Client | None:
        if row[0] is None:
            return None
        return Client(row[0], row[1], row[2], ClientRole(row[3]), self._instant(row[4]), self._instant(row[5]))


def _reader(type_: TypeEngine[Any], engine: Engine) -> Callable[[Any], Any]:
    """Return how a value of this type is read from what the driver gives."""
    processor = type_.dialect_impl(engine.dialect).result_processor(engine.dialect, None)
    return processor or (lambda value: value)
