"""Which recorded acts speak of a listed person, or of an application: by every number either is known under.

An act names one thing: a check, a case's clearance, an objection, a notice, a document. Whoever asks for a ban or an
application means all of them, and the answers to the checks, which name nothing in a column of their own; so whoever
asks for a check's number means its answer, too, and for a notice's that it was made, which names its check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, func, literal_column, or_, select

from registry.ledger.events import EventKind
from registry.store.case_tables import case_attachment, clearance, hold_case, hold_match
from registry.store.list_reading import parts
from registry.store.log_tables import log_leaf
from registry.store.look_back_tables import look_back_finding
from registry.store.notice_tables import client_notice
from registry.store.objection_tables import objection, objection_attachment
from registry.store.tables import basis, decision, ledger_entry, list_change, list_record, listed_subject
from registry.store.transaction import Transaction
from registry.store.upload_tables import original

NOT_AN_ANSWER: Final[ColumnElement[bool]] = literal_column("ledger_entry.kind <> 'check_decided'")
"""Written out, so that both databases see that the partial indexes hold what is asked for."""
_LATEST_CHANGES: Final = 500
_BY_RECORD: Final = (EventKind.FOOD_RELATED_DECIDED, EventKind.FOOD_RELATED_ASKED)


class SpokenOf:
    """Finds the acts that speak of a ban or of an application."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def ban(self, ban_no: str) -> ColumnElement[bool]:
        """Return the condition for acts about a ban: its cases, look-ups, clearances, objections, rows and changes."""
        subject = select(listed_subject.c.id).where(listed_subject.c.ban_no == ban_no).scalar_subquery()
        named = select(hold_case.c.check_no).join(hold_match, hold_match.c.case_id == hold_case.c.id)
        looked_back = select(look_back_finding.c.check_no).where(look_back_finding.c.subject_id == subject)
        checks = {*self._all(named.where(hold_match.c.ban_no == ban_no)), *self._all(looked_back)}
        records = self._records(subject)
        objections = self._all(select(objection.c.objection_no).where(objection.c.ban_no == ban_no))
        cleared = self._all(select(clearance.c.clearance_no).where(clearance.c.ban_no == ban_no))
        documents = {number.partition("-")[0] for number in records.values()}
        numbers = {ban_no, *checks, *objections, *cleared, *documents, *self._beside(checks)}
        entries = {*self._answers(checks), *self._changes(subject), *self._findings(records)}
        return _either({*numbers, *self._files(objections)}, entries)

    def application(self, application_no: str) -> ColumnElement[bool]:
        """Return the condition for acts about an application: every check of it with its answer, and what followed."""
        checks = set(self._all(select(decision.c.check_no).where(decision.c.application_no == application_no)))
        return _either({*checks, *self._beside(checks)}, set(self._answers(checks)))

    def number(self, number: str) -> ColumnElement[bool]:
        """Return the condition for acts about one number: of a check with its answer, a document, a notice …."""
        spoken = _either({number}, self._answers({number}))
        told = select(client_notice.c.check_no).where(client_notice.c.notice_no == number)
        checks = [check_no for check_no in self._all(told) if check_no is not None]
        stated = ledger_entry.c.facts.contains(f'"notice_no":"{number}"', autoescape=True)
        made = and_(
            NOT_AN_ANSWER, ledger_entry.c.kind == EventKind.NOTICE_MADE, ledger_entry.c.about.in_(checks), stated
        )
        return or_(spoken, made) if checks else spoken

    def _beside(self, checks: Iterable[str]) -> set[str]:
        """Return the numbers of what exists because of checks: clearances, notices, objections, files of either."""
        found = set[str]()
        for column, check_no in (
            (clearance.c.clearance_no, clearance.c.check_no),
            (objection.c.objection_no, objection.c.check_no),
            (client_notice.c.notice_no, client_notice.c.check_no),
        ):
            found |= set(self._each(select(column), check_no, checks))
        return found | self._files(found) | self._case_files(checks)

    def _files(self, objections: Iterable[str]) -> set[str]:
        came = objection_attachment.join(objection, objection.c.id == objection_attachment.c.objection_id)
        kept = came.join(original, original.c.id == objection_attachment.c.original_id)
        return set(self._each(select(original.c.original_no).select_from(kept), objection.c.objection_no, objections))

    def _case_files(self, checks: Iterable[str]) -> set[str]:
        came = case_attachment.join(hold_case, hold_case.c.id == case_attachment.c.case_id)
        kept = came.join(original, original.c.id == case_attachment.c.original_id)
        return set(self._each(select(original.c.original_no).select_from(kept), hold_case.c.check_no, checks))

    def _answers(self, checks: Iterable[str]) -> Iterator[int]:
        """Yield the entries of the answers to checks: by their leaf, or among those that wait for one."""
        wanted = set(checks)
        placed = select(log_leaf.c.entry_id).join(decision, decision.c.leaf_hash == log_leaf.c.leaf_hash)
        yield from self._each(placed, decision.c.check_no, wanted)
        waiting = select(ledger_entry.c.id, ledger_entry.c.facts).where(
            ledger_entry.c.pending.is_not(None), ledger_entry.c.kind == EventKind.CHECK_DECIDED
        )
        for row in self._transaction.connection.execute(waiting) if wanted else ():
            if any(f'"check_no":"{number}"' in (row.facts or "") for number in wanted):
                yield row.id

    def _records(self, subject: Any) -> dict[int, str]:
        founding = select(basis.c.record_id).where(basis.c.subject_id == subject)
        own = or_(list_record.c.subject_id == subject, list_record.c.id.in_(founding))
        rows = self._transaction.connection.execute(select(list_record.c.id, list_record.c.record_no).where(own))
        return {row.id: row.record_no for row in rows}

    def _changes(self, subject: Any) -> set[int]:
        """Return the entries of a subject's latest changes of the list; each entry stands for a span of versions."""
        versions = select(list_change.c.version).where(list_change.c.subject_id == subject)
        latest = versions.order_by(list_change.c.version.desc()).limit(_LATEST_CHANGES)
        return {entry for version in self._all(latest) if (entry := self._change_reaching(version)) is not None}

    def _change_reaching(self, version: int) -> int | None:
        """Return the first entry of a change that reaches a version, by halving: its versions rise with its number."""
        of_kind = (ledger_entry.c.kind == EventKind.LIST_CHANGED, NOT_AN_ANSWER)
        low, high, found = 0, self._last(of_kind), None
        while low <= high:
            middle = (low + high) // 2
            query = select(ledger_entry.c.id, ledger_entry.c.list_version).where(*of_kind, ledger_entry.c.id >= middle)
            row = self._transaction.connection.execute(query.order_by(ledger_entry.c.id).limit(1)).first()
            if row is None or row.list_version >= version:
                high, found = middle - 1, found if row is None else row.id
            else:
                low = row.id + 1
        return found

    def _last(self, of_kind: Sequence[ColumnElement[bool]]) -> int:
        return self._transaction.connection.execute(select(func.max(ledger_entry.c.id)).where(*of_kind)).scalar() or 0

    def _findings(self, records: Iterable[int]) -> Iterator[int]:
        """Yield the entries that state one of these records: findings about food, and what was missing for one."""
        of_kind = select(ledger_entry.c.id).where(ledger_entry.c.kind.in_(_BY_RECORD), NOT_AN_ANSWER)
        for number in records:
            yield from self._all(of_kind.where(ledger_entry.c.facts.endswith(f'"record_id":{number}}}')))

    def _each(self, query: Select[Any], column: Column[Any], values: Iterable[str]) -> Iterator[Any]:
        for part in parts(sorted(set(values))):
            yield from self._all(query.where(column.in_(part)))

    def _all(self, query: Select[Any]) -> list[Any]:
        return list(self._transaction.connection.execute(query).scalars())


def _either(numbers: Iterable[str], entries: Iterable[int]) -> ColumnElement[bool]:
    return or_(
        and_(NOT_AN_ANSWER, ledger_entry.c.about.in_(sorted(numbers))), ledger_entry.c.id.in_(sorted(set(entries)))
    )
