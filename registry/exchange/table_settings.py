"""What a partner's file says of exchange tables: the database, which tables, and their columns of status and batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from registry.exchange.credentials import is_reference
from registry.exchange.drop_settings import OURS
from registry.exchange.feed_settings import credential
from registry.exchange.row_mapping import RowMapping
from registry.exchange.toml_lines import LocatedTable
from registry.intake.headings import ListKind

_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")


class Complete(StrEnum):
    """How it is known that all rows of a batch are there: they are committed together, or a later batch was begun."""

    COMMIT = "commit"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class ExchangeTable:
    """One table and the kind of rows in it."""

    name: str
    kind: ListKind


@dataclass(frozen=True, slots=True)
class StatusWords:
    """What the status column says: new, taken, and could not be taken."""

    new: int | str = 0
    taken: int | str = 1
    failed: int | str = 2


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Exchange tables of one database.

    Of a foreign system: `incoming` and `outgoing` tables whose rows have the columns `status`, `batch` and `row` (what
    orders and names a row), and where stated `count` (how many rows the batch has) and `message` (where a fault is
    written). Ours: for each direction a pair of tables, `inbox` and `outbox`, the items under the name with `_row`.
    """

    database: str = field(repr=False)
    password: str | None = field(repr=False, default=None)
    manifest: str = ""
    inbox: str | None = None
    outbox: str | None = None
    incoming: tuple[ExchangeTable, ...] = ()
    outgoing: tuple[ExchangeTable, ...] = ()
    status: str = "status"
    batch: str = "batch_no"
    row: str = "id"
    count: str | None = None
    message: str | None = None
    words: StatusWords = StatusWords()
    complete: Complete = Complete.COMMIT

    @property
    def is_ours(self) -> bool:
        """Tell whether the other side runs this program, so that batches come with our manifest."""
        return self.manifest == OURS


def read_table_adapter(table: LocatedTable, rows: RowMapping, *, signed: bool) -> TableSettings:
    """Read the settings of exchange tables. Raises SettingsError naming the line."""
    ours = table.has("manifest")
    settings = TableSettings(
        database=_database(table),
        password=credential(table, "password") if table.has("password") else None,
        manifest=_manifest(table) if ours else "",
        inbox=_name(table, "inbox") if table.has("inbox") else None,
        outbox=_name(table, "outbox") if table.has("outbox") else None,
        incoming=tuple(_table(each) for each in table.tables("incoming")),
        outgoing=tuple(_table(each) for each in table.tables("outgoing")),
        **{entry: table.text(entry) for entry in ("status", "batch", "row", "count", "message") if table.has(entry)},
        words=_status_words(table.table("states")),
        complete=table.choice("complete", Complete, Complete.COMMIT),
    )
    table.finish()
    _require_fitting(table, settings, rows, signed=signed)
    return settings


def _require_fitting(table: LocatedTable, settings: TableSettings, rows: RowMapping, *, signed: bool) -> None:
    if settings.is_ours:
        if not settings.inbox and not settings.outbox:
            raise table.fault("inbox", "tables of ours need inbox, outbox, or both")
        if rows.is_foreign or settings.incoming or settings.outgoing:
            raise table.fault("manifest", "fields and tables of a foreign system go without a manifest of ours")
        return
    if signed:
        raise table.fault("manifest", 'only manifests of ours are signed: state signed = false, or manifest = "ours"')
    if not settings.incoming and not settings.outgoing:
        raise table.fault("incoming", "exchange tables need [[table.incoming]], [[table.outgoing]], or both")
    if settings.inbox or settings.outbox:
        raise table.fault("inbox", 'belongs to tables of ours: state manifest = "ours"')
    if rows.is_foreign and any(each.kind not in rows.maps for each in (*settings.incoming, *settings.outgoing)):
        raise table.fault("incoming", "a kind of table has no fields: add [fields.conviction] or [fields.revocation]")


def _manifest(table: LocatedTable) -> str:
    if table.text("manifest") != OURS:
        raise table.fault("manifest", 'of exchange tables can only be "ours", or is left out')
    return OURS


def _database(table: LocatedTable) -> str:
    database = table.text("database")
    if is_reference(database):
        return database
    parts = table.parts_of("database", database)
    if not parts.scheme or "://" not in database:
        raise table.fault(
            "database", "must be env:NAME, file:PATH, or an address such as postgresql+psycopg://host/name"
        )
    if parts.password:
        raise table.fault("database", "holds a password: name it under password = (env:NAME or file:PATH)")
    return database


def _table(table: LocatedTable) -> ExchangeTable:
    stated = ExchangeTable(_name(table, "name"), table.choice("kind", ListKind))
    table.finish()
    return stated


def _name(table: LocatedTable, entry: str) -> str:
    name = table.text(entry)
    if _NAME.fullmatch(name) is None:
        raise table.fault(entry, "must be the name of a table, with its schema before a dot where it has one")
    return name


def _status_words(table: LocatedTable) -> StatusWords:
    usual = StatusWords()
    stated = {entry: _word(table, entry) for entry in ("new", "taken", "failed") if table.has(entry)}
    words = StatusWords(**{**{entry: getattr(usual, entry) for entry in ("new", "taken", "failed")}, **stated})
    if len({words.new, words.taken, words.failed}) < 3:
        raise table.fault("new", "the three states must differ")
    table.finish()
    return words


def _word(table: LocatedTable, entry: str) -> int | str:
    value = table.take(entry, object)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise table.fault(entry, "must be a number or a text")
    return value
