"""The desk's documents and filings: kept sealed, found by keyed case number, changed only as last seen."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from registry.errors import ChangedMeanwhileError
from registry.privacy.envelope import RecordKey
from registry.store.desk_sealing import (
    PLAIN,
    PURPOSES,
    SEALED,
    opened_document,
    opened_filing,
    sealed_json,
    sealed_keys,
)
from registry.store.desk_tables import desk_document, desk_filing, desk_row, desk_watch
from registry.store.desk_values import (
    Content,
    Decision,
    DeskState,
    DocumentKeys,
    DocumentKind,
    FilingKind,
    StoredDocument,
    StoredFiling,
)
from registry.store.list_values import RecordState
from registry.store.tables import list_record
from registry.store.transaction import Transaction
from registry.store.upsert import upsert

_NUMBER_BYTES: Final = 6
_BARRING: Final = ("in_force", "pending", "waiting")
ERASED_VERSION: Final = 0
"""The index_version of a document that was erased: no key makes its values."""


class DeskRepository:
    """Keeps documents and their filings; whoever changes a document must have seen its latest version."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, kind: DocumentKind, region: str, keys: DocumentKeys, created_by: str) -> StoredDocument:
        """Make a new, empty draft under a number of its own; what it says is given by `change`."""
        number = self._transaction.new_ids(desk_document, 1)[0]
        now = self._transaction.now()
        key = self._transaction.cipher.new_record(desk_document.name, number)
        document_no = f"J{secrets.token_hex(_NUMBER_BYTES).upper()}"
        document = StoredDocument(number, document_no, kind, region, DeskState.DRAFT, created_by, now, now, keys=keys)
        plain = {name: getattr(document, name) for name in PLAIN}
        values = {**plain, "kind": kind, "state": document.state, "data_key": key.wrapped}
        self._transaction.connection.execute(
            insert(desk_document).values(values | sealed_keys(key, self._transaction.keyed_index, keys))
        )
        return document

    def find(self, document_no: str) -> StoredDocument | None:
        """Return a document with everything opened; None where there is none of that number."""
        return next(iter(self._documents(desk_document.c.document_no == document_no)), None)

    def numbered(self, number: int) -> StoredDocument:
        """Return the document of an internal number."""
        return self._documents(desk_document.c.id == number)[0]

    def alike(self, keys: DocumentKeys) -> list[StoredDocument]:
        """Return the documents of the same case number or the same words, oldest first."""
        sought = [self._keyed_as("case", keys.case, "case"), self._keyed_as("content", keys.content, "content")]
        found = [condition for condition in sought if condition is not None]
        return self._documents(or_(*found)) if found else []

    def of_case(self, case: str) -> list[StoredDocument]:
        """Return the documents that bear a case number."""
        condition = self._keyed_as("case", case, "case")
        return [] if condition is None else self._documents(condition)

    def citing(self, case: str) -> list[StoredDocument]:
        """Return the appeals and retrials that speak of a case."""
        condition = self._keyed_as("cites", case, "cites")
        return [] if condition is None else self._documents(condition)

    def attached(self, number: int) -> list[StoredDocument]:
        """Return the rulings attached to a document."""
        return self._documents(desk_document.c.attached_to == number)

    def page(
        self,
        region: str | None,
        states: Sequence[DeskState],
        after: int | None,
        most: int,
        kind: DocumentKind | None = None,
    ) -> list[StoredDocument]:
        """Return documents of a region, in these states, of a kind (none: all), newest first, below a number."""
        conditions: list[ColumnElement[bool]] = []
        if region is not None:
            conditions.append(desk_document.c.region == region)
        if states:
            conditions.append(desk_document.c.state.in_(states))
        if kind is not None:
            conditions.append(desk_document.c.kind == kind)
        if after is not None:
            conditions.append(desk_document.c.id < after)
        return self._documents(and_(True, *conditions), newest=True, most=most)

    def counts(self, region: str | None) -> dict[tuple[DocumentKind, DeskState], int]:
        """Return how many documents of a region (None: all) are of each kind in each state."""
        query = select(desk_document.c.kind, desk_document.c.state, func.count())
        query = query.group_by(desk_document.c.kind, desk_document.c.state)
        if region is not None:
            query = query.where(desk_document.c.region == region)
        found = self._transaction.connection.execute(query)
        return {(DocumentKind(kind), DeskState(state)): number for kind, state, number in found}

    def change(self, document: StoredDocument) -> None:
        """Write a document back; ChangedMeanwhileError where somebody else has changed it since it was read."""
        # A new key each time: what was erased is gone with the key that opened it.
        key = self._transaction.cipher.new_record(desk_document.name, document.id)
        values = {
            "data_key": key.wrapped,
            "region": document.region,
            "state": document.state,
            "standing": document.standing,
            "effective_on": document.effective_on,
            "disputed_on": document.disputed_on,
            "attached_to": document.attached_to,
            "original_id": document.original_id,
            "text_enc": key.seal_stated("text_enc", document.text),
            "reading_enc": sealed_json(key, "reading_enc", document.reading),
            "draft_enc": sealed_json(key, "draft_enc", document.draft),
            "row_version": document.row_version + 1,
            "changed_at": self._transaction.now(),
            **sealed_keys(key, self._transaction.keyed_index, document.keys),
        }
        same = (desk_document.c.id == document.id, desk_document.c.row_version == document.row_version)
        if self._transaction.connection.execute(update(desk_document).where(*same).values(values)).rowcount != 1:
            raise ChangedMeanwhileError("somebody else has changed this document since it was opened")
        document.row_version += 1

    def filings(self, document_id: int) -> list[StoredFiling]:
        """Return the filings of a document, first to last."""
        query = select(desk_filing).where(desk_filing.c.document_id == document_id).order_by(desk_filing.c.number)
        return [opened_filing(self._transaction.cipher, row) for row in self._transaction.connection.execute(query)]

    def add_filing(  # noqa: PLR0913, PLR0917 - a filing is exactly these
        self,
        document: StoredDocument,
        number: int,
        kind: FilingKind,
        content: Content | None,
        note: str | None,
        filed_by: str,
        source_id: int | None = None,
    ) -> int:
        """Keep a filing that waits for a second person; return its internal number."""
        row_id = self._transaction.new_ids(desk_filing, 1)[0]
        key = self._transaction.cipher.new_record(desk_filing.name, row_id)
        values = {
            "id": row_id,
            "document_id": document.id,
            "number": number,
            "kind": kind,
            "source_id": source_id,
            "data_key": key.wrapped,
            "content_enc": sealed_json(key, "content_enc", content),
            "note_enc": key.seal_stated("note_enc", note),
            "filed_by": filed_by,
            "filed_at": self._transaction.now(),
        }
        self._transaction.connection.execute(insert(desk_filing).values(values))
        return row_id

    def decide(
        self, filing: StoredFiling, decision: Decision, decided_by: str, answer: str | None, versions: range = range(0)
    ) -> None:
        """Note what the second person decided; ChangedMeanwhileError where it was decided before."""
        key = self._key_of_filing(filing.id)
        values = {
            "decision": decision,
            "decided_by": decided_by,
            "decided_at": self._transaction.now(),
            "answer_enc": key.seal_stated("answer_enc", answer),
            "first_version": versions[0] if versions else None,
            "last_version": versions[-1] if versions else None,
        }
        waiting = (desk_filing.c.id == filing.id, desk_filing.c.decision.is_(None))
        if self._transaction.connection.execute(update(desk_filing).where(*waiting).values(values)).rowcount != 1:
            raise ChangedMeanwhileError("this filing has been decided meanwhile")

    def digest(self, filing_id: int, text: str) -> str:
        """Return a digest only the filing's own key can make, hexadecimal: for the ledger."""
        return self._key_of_filing(filing_id).digest("content_enc", text).hex()

    def link(self, document_id: int, keys: Iterable[tuple[str, str]]) -> None:
        """Note which rows of the list a document founds; noting one twice is harmless."""
        values = [
            {"document_id": document_id, "source_region": key[0], "record_no": key[1]} for key in sorted(set(keys))
        ]
        if values:
            noted = upsert(self._transaction.connection, desk_row).values(values)
            self._transaction.connection.execute(noted.on_conflict_do_nothing())

    def founded(self, document_id: int, key: tuple[str, str]) -> bool:
        """Say whether a document has ever founded a row of the list: source region and record number."""
        noted = (desk_row.c.document_id == document_id, desk_row.c.source_region == key[0])
        query = select(desk_row.c.document_id).where(*noted, desk_row.c.record_no == key[1])
        return self._transaction.connection.execute(query).first() is not None

    def active_records(self, document_id: int) -> list[tuple[str, str]]:
        """Return the rows of the list that stand by a document: source region and record number."""
        query = select(list_record.c.source_region, list_record.c.record_no).join(desk_row, _same_record())
        query = query.where(desk_row.c.document_id == document_id, list_record.c.state == RecordState.ACTIVE)
        rows = self._transaction.connection.execute(query.order_by(list_record.c.record_no))
        return [(row.source_region, row.record_no) for row in rows]

    def rows_of_case(self, case: str) -> list[tuple[str, str]]:
        """Return the rows of the list that bear a case number, whoever brought them."""
        query = select(list_record.c.source_region, list_record.c.record_no).where(
            list_record.c.document_no == case, list_record.c.state == RecordState.ACTIVE
        )
        rows = self._transaction.connection.execute(
            query.order_by(list_record.c.source_region, list_record.c.record_no)
        )
        return [(row.source_region, row.record_no) for row in rows]

    def of_records(self, keys: Iterable[tuple[str, str]]) -> list[StoredDocument]:
        """Return the documents of the desk that rows of the list (region and number) came from, where any did.

        A number alone says nothing: it travels to every province, and any of them may give its own row the same.
        """
        wanted = {(region, record_no.partition("-")[0]) for region, record_no in keys}
        found = self._documents(desk_document.c.document_no.in_(sorted({number for _, number in wanted})))
        return [document for document in found if (document.region, document.document_no) in wanted]

    def brought_otherwise(self, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return those rows of the list (region and number) that no document of the desk founded, in their order."""
        rows = list(keys)
        own = {(document.region, document.document_no) for document in self.of_records(rows)}
        return [(region, number) for region, number in rows if (region, number.partition("-")[0]) not in own]

    def forget_people(self, document_id: int, numbers: set[int]) -> None:
        """Take people out of what a document's filings say, notes included, with the key that opened it."""
        for filing in self.filings(document_id):
            listed = "people" if filing.content is None or "people" in filing.content else "defendants"
            content = filing.content
            if content is not None:
                content = {**content, listed: [each for each in content[listed] if each["no"] not in numbers]}
            self._restate(filing.id, content)

    def forget_contents(self, document_id: int) -> None:
        """Erase what a document's filings said; that they were made stays."""
        for filing in self.filings(document_id):
            self._restate(filing.id, None)

    def erase(self, numbers: Iterable[int]) -> None:
        """Erase what documents and their filings say; that they were on the desk, and what was decided, stays."""
        for number in numbers:
            key = self._transaction.cipher.new_record(desk_document.name, number)
            emptied = dict.fromkeys((*(f"{name}_enc" for name in SEALED), "case_index", "content_index", "cites_index"))
            gone = update(desk_document).where(desk_document.c.id == number)
            self._transaction.connection.execute(
                gone.values(**emptied, index_version=ERASED_VERSION, data_key=key.wrapped, original_id=None)
            )
            self.forget_contents(number)

    def abandoned(self, before: datetime.datetime, most: int) -> list[StoredDocument]:
        """Return drafts never confirmed that nobody has touched since an instant."""
        begun = desk_document.c.state.in_((DeskState.DRAFT, DeskState.RETURNED))
        old = (desk_document.c.changed_at < before, desk_document.c.standing.is_(None), _not_erased())
        return self._documents(and_(begun, *old), most=most)

    def ended(self, before: datetime.datetime, most: int) -> list[StoredDocument]:
        """Return documents unchanged since an instant on which nothing rests; a ruling goes with its first instance."""
        waiting = (DeskState.DRAFT, DeskState.FILED, DeskState.RETURNED)
        stands = exists(select(list_record.c.id).join(desk_row, _same_record())).where(
            desk_row.c.document_id == func.coalesce(desk_document.c.attached_to, desk_document.c.id),
            list_record.c.state == RecordState.ACTIVE,
            list_record.c.outcome.in_(_BARRING),
        )
        old = (desk_document.c.changed_at < before, desk_document.c.state.not_in(waiting), _not_erased())
        return self._documents(and_(*old, ~stands), most=most)

    def _restate(self, filing_id: int, content: Content | None) -> None:
        key = self._transaction.cipher.new_record(desk_filing.name, filing_id)
        values = {"data_key": key.wrapped, "content_enc": sealed_json(key, "content_enc", content)}
        changed = update(desk_filing).where(desk_filing.c.id == filing_id)
        self._transaction.connection.execute(changed.values(**values, note_enc=None, answer_enc=None))

    def watch(self, document_id: int, watcher: str) -> None:
        """Note that somebody has a document open now."""
        now = self._transaction.now()
        seen = upsert(self._transaction.connection, desk_watch).values(
            document_id=document_id, watcher=watcher, seen_at=now
        )
        again = seen.on_conflict_do_update(index_elements=["document_id", "watcher"], set_={"seen_at": now})
        self._transaction.connection.execute(again)

    def unwatch(self, document_id: int, watcher: str) -> None:
        """Note that somebody has closed a document."""
        own = (desk_watch.c.document_id == document_id, desk_watch.c.watcher == watcher)
        self._transaction.connection.execute(delete(desk_watch).where(*own))

    def watchers(self, document_id: int, since: datetime.datetime) -> list[tuple[str, datetime.datetime]]:
        """Return who has had a document open since an instant."""
        query = select(desk_watch.c.watcher, desk_watch.c.seen_at).where(
            desk_watch.c.document_id == document_id, desk_watch.c.seen_at >= since
        )
        rows = self._transaction.connection.execute(query.order_by(desk_watch.c.watcher))
        return [(row.watcher, row.seen_at) for row in rows]

    def watchers_of(
        self, document_nos: Sequence[str], since: datetime.datetime
    ) -> dict[str, list[tuple[str, datetime.datetime]]]:
        """Return who has had each of these documents open since an instant; documents nobody has are left out."""
        query = (
            select(desk_document.c.document_no, desk_watch.c.watcher, desk_watch.c.seen_at)
            .join(desk_document, desk_document.c.id == desk_watch.c.document_id)
            .where(desk_document.c.document_no.in_(document_nos), desk_watch.c.seen_at >= since)
            .order_by(desk_watch.c.watcher)
        )
        found: dict[str, list[tuple[str, datetime.datetime]]] = {}
        for row in self._transaction.connection.execute(query):
            found.setdefault(row.document_no, []).append((row.watcher, row.seen_at))
        return found

    def _documents(
        self, condition: ColumnElement[bool], *, newest: bool = False, most: int | None = None
    ) -> list[StoredDocument]:
        order = desk_document.c.id.desc() if newest else desk_document.c.id
        query = select(desk_document).where(condition).order_by(order).limit(most)
        return [
            opened_document(self._transaction.cipher, row) for row in self._transaction.connection.execute(query).all()
        ]

    def _key_of_filing(self, filing_id: int) -> RecordKey:
        query = select(desk_filing.c.data_key).where(desk_filing.c.id == filing_id)
        wrapped = self._transaction.connection.execute(query).scalar_one()
        return self._transaction.cipher.open_record(desk_filing.name, filing_id, wrapped)

    def _keyed_as(self, name: str, text: str | None, column: str) -> ColumnElement[bool] | None:
        if text is None:
            return None
        values = self._transaction.keyed_index.lookups(PURPOSES[name], text)
        return desk_document.c[f"{column}_index"].in_(values)


def _same_record() -> ColumnElement[bool]:
    return and_(
        list_record.c.source_region == desk_row.c.source_region, list_record.c.record_no == desk_row.c.record_no
    )


def _not_erased() -> ColumnElement[bool]:
    return desk_document.c.keys_enc.is_not(None)
