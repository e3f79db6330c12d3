"""What a check must know before it judges, asked in one statement: who asks, and how far the list reaches.

Every check asks it after the last byte of its body. One statement is one snapshot of its own on both databases, so
it needs no transaction round it; and it is handed to the driver as it is, because building, beginning and ending
cost ten times what the answer costs (docs/decisions/0004-serving-and-durability.md).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, bindparam, literal_column, select, true
from sqlalchemy.types import TypeEngine

from registry.errors import LogInDoubtError, UnavailableError
from registry.store.change_repository import MARK_COLUMNS, ListState, Mark
from registry.store.client_repository import CLIENT_COLUMNS, Client, client_of
from registry.store.log_tables import log_state
from registry.store.rule_repository import Adopted, Rule, adopted_version
from registry.store.tables import api_client, client_minute, list_change, list_head, region_coverage

Row = Sequence[Any]
Ask = Callable[[Any, str, Any], Sequence[Row]]
"""Puts a statement with its parameters to a driver's connection, outside any transaction, and returns the rows."""

_STATEMENT: Final = (
    select(
        list_head.c.version,
        log_state.c.doubted_at,
        adopted_version(Rule.MODEL),
        adopted_version(Rule.POLICY),
        *MARK_COLUMNS,
        region_coverage.c.region,
        region_coverage.c.as_of,
        region_coverage.c.valid_for_seconds,
        *CLIENT_COLUMNS,
    )
    .select_from(
        list_head.outerjoin(log_state, true())
        .outerjoin(list_change, list_change.c.version == list_head.c.version)
        .outerjoin(region_coverage, true())
        .outerjoin(api_client, api_client.c.key_hash == bindparam("key_hash"))
        .outerjoin(client_minute, client_minute.c.client_id == api_client.c.id)
    )
    .where(list_head.c.id == literal_column("1"))
)
_ADOPTED: Final = slice(2, 4)
_MARK: Final = slice(4, 7)
_REGION, _AS_OF, _VALID_FOR, _BEFORE_CLIENT = 7, 8, 9, 10


@dataclass(frozen=True, slots=True)
class Standing:
    """The client a key belongs to (None: nobody's), disabled and expired ones too, the list's state, the rules."""

    client: Client | None
    list: ListState
    adopted: Adopted


class StandingQuery:
    """The statement in the words of one database, and the reading of its rows."""

    def __init__(self, engine: Engine, ask: Ask) -> None:
        compiled = _STATEMENT.compile(engine)
        self._text: Final = str(compiled)
        self._positional: Final = bool(compiled.positional)
        self._ask: Final = ask
        self._instant: Final = _reader(api_client.c.expires_at.type, engine)
        self._mark: Final = [_reader(column.type, engine) for column in MARK_COLUMNS]
        self._cells: Final = [_reader(column.type, engine) for column in CLIENT_COLUMNS]

    def of(self, connection: Any, key_hash: bytes) -> Standing:
        """Ask a driver's connection; who altered the log may have altered the list, too: nothing is judged by it then.

        Raises LogInDoubtError while the log is in doubt, UnavailableError where the store is empty.
        """
        rows = self._ask(connection, self._text, (key_hash,) if self._positional else {"key_hash": key_hash})
        if not rows:
            raise UnavailableError("the list has no head: run `registry init`")
        if rows[0][1] is not None:
            raise LogInDoubtError("the log is in doubt")
        instant = self._instant
        known = {row[_REGION]: instant(row[_AS_OF]) for row in rows if row[_REGION] is not None}
        stated = {row[_REGION]: datetime.timedelta(seconds=row[_VALID_FOR]) for row in rows if row[_VALID_FOR]}
        mark = Mark(*_read(self._mark, rows[0][_MARK]))
        state = ListState(int(rows[0][0]), known, mark, stated)
        return Standing(self._client(rows[0][_BEFORE_CLIENT:]), state, Adopted(*rows[0][_ADOPTED]))

    def _client(self, row: Row) -> Client | None:
        if row[0] is None:
            return None
        return client_of(_read(self._cells, row))


def _read(readers: Sequence[Callable[[Any], Any]], row: Row) -> list[Any]:
    return [None if cell is None else read(cell) for read, cell in zip(readers, row, strict=True)]


def _reader(type_: TypeEngine[Any], engine: Engine) -> Callable[[Any], Any]:
    """Return how a value of this type is read from what the driver gives."""
    processor = type_.dialect_impl(engine.dialect).result_processor(engine.dialect, None)
    return processor or (lambda value: value)
