"""Exchange tables of ours: for each direction a table of batches with their manifests, of their items, and of digests.

    CREATE TABLE <name>     (batch VARCHAR(100) PRIMARY KEY, manifest TEXT, status INTEGER, acknowledgement TEXT)
    CREATE TABLE <name>_row (batch VARCHAR(100), line INTEGER, item TEXT, PRIMARY KEY (batch, line))

    CREATE TABLE <name>_digests (id INTEGER PRIMARY KEY, statement TEXT)

They are made where they are not there. Read as files they are a drop in JSON Lines: the same manifest, the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from registry.exchange.front_end_database import FrontEnd
from registry.exchange.manifest import ENDING
from registry.exchange.sizes import require_small
from registry.exchange.table_settings import TableSettings

_NEW, _TAKEN = 0, 1
_ITEMS: Final = ".items.jsonl"
_ACKNOWLEDGEMENT: Final = ".ack.json"


class OwnTables:
    """Both directions; what is read looks to its reader like the files of an inbox."""

    def __init__(self, front: FrontEnd, settings: TableSettings, most: int) -> None:
        """Prepare; `most`: how many bytes a statement or an acknowledgement may have."""
        self._front: Final = front
        self._most: Final = most
        self._metadata: Final = MetaData()
        self._inbox: Final = self._pair(settings.inbox)
        self._outbox: Final = self._pair(settings.outbox)
        self._stated_there: Final = self._statement(settings.inbox)
        self._stated_here: Final = self._statement(settings.outbox)
        self._made = False

    def names(self) -> list[str]:
        """Return the manifests of the batches not taken yet, and their items, as names of files."""
        batches, _ = self._of_inbox()
        with self._work() as connection:
            new = select(batches.c.batch).where(batches.c.status == _NEW).order_by(batches.c.batch)
            found = list(connection.scalars(new))
        return [name for batch in found for name in (batch + ENDING, batch + _ITEMS)]

    def read(self, name: str) -> bytes:
        """Return a manifest, or a batch's items as JSON Lines."""
        batches, rows = self._of_inbox()
        with self._work() as connection:
            if name.endswith(ENDING):
                of = select(batches.c.manifest).where(batches.c.batch == name.removesuffix(ENDING))
                return str(connection.scalar(of) or "").encode()
            items = select(rows.c.item).where(rows.c.batch == name.removesuffix(_ITEMS)).order_by(rows.c.line)
            return "".join(f"{item}\n" for item in connection.scalars(items)).encode()

    def size(self, names: Iterable[str]) -> int:
        """Return about how many bytes manifests and the items of batches have."""
        batches, rows = self._of_inbox()
        wanted = list(names)
        items = _length(rows.c.item).where(rows.c.batch.in_(_stems(wanted, _ITEMS)))
        manifests = _length(batches.c.manifest).where(batches.c.batch.in_(_stems(wanted, ENDING)))
        with self._work() as connection:
            return sum(int(connection.scalar(counted) or 0) for counted in (items, manifests))

    def place(self, place: str, files: Sequence[str]) -> None:
        """Remember nothing: an arrival's place is its batch."""

    def put_away(self, place: str) -> None:
        """Mark a batch as taken."""
        self.move((place + ENDING,))

    def move(self, names: Sequence[str]) -> None:
        """Mark batches as taken."""
        batches, _ = self._of_inbox()
        taken = [name.removesuffix(ENDING) for name in names if name.endswith(ENDING)]
        with self._work() as connection:
            done = update(batches).where(batches.c.batch.in_(taken), batches.c.status == _NEW)
            connection.execute(done.values(status=_TAKEN))

    def acknowledge(self, name: str, data: bytes) -> None:
        """Write what became of every item beside the batch."""
        batches, _ = self._of_inbox()
        batch = name.removesuffix(_ACKNOWLEDGEMENT)
        with self._work() as connection:
            connection.execute(update(batches).where(batches.c.batch == batch).values(acknowledgement=data.decode()))

    def acknowledgements(self, names: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return what the other side wrote beside batches of the outbox, by the names of their acknowledgements."""
        if self._outbox is None:
            return []
        batches, _ = self._outbox
        wanted = [name.removesuffix(_ACKNOWLEDGEMENT) for name in names]
        query = select(batches.c.batch, batches.c.acknowledgement).where(
            batches.c.batch.in_(wanted), batches.c.acknowledgement.is_not(None)
        )
        length = _length(batches.c.acknowledgement).where(batches.c.batch.in_(wanted)).group_by(batches.c.batch)
        with self._work() as connection:
            for size in connection.scalars(length):
                require_small("an acknowledgement", size or 0, self._most)
            found = connection.execute(query.order_by(batches.c.batch)).all()
        return [(batch + _ACKNOWLEDGEMENT, str(text).encode()) for batch, text in found]

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put a batch into the outbox in one transaction; one of its name that is there already is left alone."""
        if self._outbox is None:
            return
        batches, rows = self._outbox
        (_, items), (name, manifest) = files
        batch = name.removesuffix(ENDING)
        with self._work() as connection:
            if self._was_taken(connection, batches, batch):
                return
            for table in (batches, rows):
                connection.execute(delete(table).where(table.c.batch == batch))
            lines = enumerate(items.decode().split("\n")[:-1], 1)
            if values := [{"batch": batch, "line": line, "item": item} for line, item in lines]:
                connection.execute(insert(rows), values)
            stated = {"batch": batch, "manifest": manifest.decode(), "status": _NEW}
            connection.execute(insert(batches).values(stated))

    def collect_statement(self) -> bytes | None:
        """Return the statement of digests the other side left last."""
        if self._stated_there is None:
            return None
        with self._work() as connection:
            size = connection.scalar(_length(self._stated_there.c.statement))
            require_small("the statement of digests", size or 0, self._most)
            stated = connection.scalar(select(self._stated_there.c.statement))
        return None if stated is None else str(stated).encode()

    def leave_statement(self, content: bytes) -> None:
        """Leave a statement of digests in place of the former."""
        if self._stated_here is None:
            return
        with self._work() as connection:
            connection.execute(delete(self._stated_here))
            connection.execute(insert(self._stated_here).values(id=1, statement=content.decode()))

    def _was_taken(self, connection: Connection, batches: Table, batch: str) -> bool:
        status = connection.scalar(select(batches.c.status).where(batches.c.batch == batch))
        return status is not None and status != _NEW

    def _of_inbox(self) -> tuple[Table, Table]:
        if self._inbox is None:
            raise ValueError("nothing is read where no inbox is configured")
        return self._inbox

    @contextmanager
    def _work(self) -> Iterator[Connection]:
        with self._front.work() as connection:
            if not self._made:
                self._metadata.create_all(connection)
                self._made = True
            yield connection

    def _statement(self, name: str | None) -> Table | None:
        if name is None:
            return None
        schema, _, plain = name.rpartition(".")
        number = Column("id", Integer, primary_key=True, autoincrement=False)
        statement = Column("statement", Text, nullable=False)
        return Table(f"{plain}_digests", self._metadata, number, statement, schema=schema or None)

    def _pair(self, name: str | None) -> tuple[Table, Table] | None:
        if name is None:
            return None
        schema, _, plain = name.rpartition(".")
        batches = Table(
            plain,
            self._metadata,
            Column("batch", String(100), primary_key=True),
            Column("manifest", Text, nullable=False),
            Column("status", Integer, nullable=False, index=True),
            Column("acknowledgement", Text),
            schema=schema or None,
        )
        rows = Table(
            f"{plain}_row",
            self._metadata,
            Column("batch", String(100), primary_key=True),
            Column("line", Integer, primary_key=True, autoincrement=False),
            Column("item", Text, nullable=False),
            schema=schema or None,
        )
        return batches, rows


def _stems(names: Iterable[str], ending: str) -> list[str]:
    return [name.removesuffix(ending) for name in names if name.endswith(ending)]


def _length(text: Column[str]) -> Select[Any]:
    """Ask for the characters of a column: its bytes are no fewer."""
    return select(func.sum(func.length(text)))
