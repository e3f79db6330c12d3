"""Cases of the regulators' desk: opened with the answer that holds, found by what is asked, moved on step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, func, insert, or_, select, update

from registry.errors import ChangedMeanwhileError, KeysMismatchError
from registry.privacy.keyed_index import IndexPurpose
from registry.store.attachment_repository import AttachedTo, AttachmentRepository
from registry.store.case_tables import case_step, clearance, clearance_use, hold_case, hold_match
from registry.store.case_values import (
    CaseFilter,
    CasePlace,
    CaseState,
    DoneBy,
    Finding,
    NewCase,
    NewMatch,
    ReleaseCause,
    StepKind,
    StoredCase,
    StoredMatch,
    StoredStep,
)
from registry.store.clearance_repository import keyed_applicant
from registry.store.list_reading import parts
from registry.store.tables import decision
from registry.store.transaction import Transaction
from registry.store.upload_repository import UploadRepository

_ROWS_AT_A_TIME: Final = 1_000
T = TypeVar("T")
_CASE: Final = tuple(hold_case.c[name] for name in StoredCase.__dataclass_fields__)
_MATCH: Final = tuple(hold_match.c[name] for name in StoredMatch.__dataclass_fields__)
_OUTCOME: Final[Mapping[CaseState, str]] = {
    CaseState.CONFIRMED: "confirmed",
    CaseState.RELEASED: "released",
    CaseState.WITHDRAWN: "withdrawn",
}


class CaseRepository:
    """Keeps cases, their matches and steps."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def open_all(self, cases: Sequence[NewCase]) -> None:
        """Put cases before the regulators; their decisions are in the store already."""
        if not cases:
            return
        numbers = self._transaction.new_ids(hold_case, len(cases))
        rows = [_opened(number, case) for number, case in zip(numbers, cases, strict=True)]
        matches = self._matches(
            [(number, match) for number, case in zip(numbers, cases, strict=True) for match in case.matches]
        )
        self._transaction.connection.execute(insert(hold_case), rows)
        if matches:
            self._transaction.connection.execute(insert(hold_match), matches)

    def find(self, check_no: str) -> StoredCase | None:
        """Return the case of a check; None where there is none."""
        row = self._transaction.connection.execute(select(*_CASE).where(hold_case.c.check_no == check_no)).first()
        return None if row is None else _case(row)

    def page(
        self, wanted: CaseFilter, after: CasePlace | None, most: int, *, latest_first: bool = False
    ) -> list[StoredCase]:
        """Return at most so many cases, in the order they are due, or the other way round."""
        query = select(*_CASE).where(*_conditions(wanted), *_beyond(after, latest_first=latest_first))
        order = [column.desc() if latest_first else column.asc() for column in (hold_case.c.due_on, hold_case.c.id)]
        rows = self._transaction.connection.execute(query.order_by(*order).limit(most))
        return [_case(row) for row in rows]

    def count(self, wanted: CaseFilter) -> int:
        """Return how many cases there are."""
        query = select(func.count()).select_from(hold_case).where(*_conditions(wanted))
        return int(self._transaction.connection.execute(query).scalar_one())

    def count_proposed_by_others(self, wanted: CaseFilter, actor: str) -> int:
        """Return how many cases have a release that waits for a second person and was proposed by another."""
        later = case_step.alias()
        proposals = (case_step.c.kind == StepKind.RELEASE_PROPOSED, hold_match.c.finding == Finding.OTHER_PROPOSED)
        superseded = exists().where(
            later.c.case_id == case_step.c.case_id,
            later.c.match_id == case_step.c.match_id,
            later.c.kind == StepKind.RELEASE_PROPOSED,
            later.c.number > case_step.c.number,
        )
        others = select(case_step.c.case_id).join(hold_match, hold_match.c.id == case_step.c.match_id)
        others = others.where(*proposals, case_step.c.actor != actor, ~superseded)
        waiting = (hold_case.c.state == CaseState.RELEASE_PROPOSED, hold_case.c.id.in_(others), *_conditions(wanted))
        query = select(func.count()).select_from(hold_case).where(*waiting)
        return int(self._transaction.connection.execute(query).scalar_one())

    def named_among(self, ban_nos: Sequence[str]) -> set[str]:
        """Return those of the bans that a case names."""
        found = set[str]()
        for part in parts(sorted(ban_nos)):
            query = select(hold_match.c.ban_no).distinct().where(hold_match.c.ban_no.in_(part))
            found |= set(self._transaction.connection.execute(query).scalars())
        return found

    def naming(self, ban_no: str) -> list[StoredCase]:
        """Return every case in which somebody may be a listed person, oldest first."""
        named = select(hold_match.c.case_id).where(hold_match.c.ban_no == ban_no)
        rows = self._transaction.connection.execute(
            select(*_CASE).where(hold_case.c.id.in_(named)).order_by(hold_case.c.id)
        )
        return [_case(row) for row in rows]

    def others_naming(self, match: StoredMatch, region: str | None, most: int) -> list[tuple[StoredCase, StoredMatch]]:
        """Return the latest other matches of the same listed person, each with its case, latest first.

        `region` keeps the cases a province's people see (None: all).
        """
        named = (hold_match.c.ban_no == match.ban_no, hold_match.c.id != match.id)
        query = select(hold_case.c.id, hold_match.c.id).join(hold_match, hold_match.c.case_id == hold_case.c.id)
        query = query.where(*named, *_conditions(CaseFilter(region=region))).order_by(hold_match.c.id.desc())
        pairs = self._transaction.connection.execute(query.limit(most)).all()
        cases = self._by_id(select(*_CASE).where(hold_case.c.id.in_([pair[0] for pair in pairs])), _case)
        matches = self._by_id(select(*_MATCH).where(hold_match.c.id.in_([pair[1] for pair in pairs])), _match)
        return [(cases[case_id], matches[match_id]) for case_id, match_id in pairs]

    def of_applicant(self, applicant: str, most: int) -> list[StoredCase]:
        """Return the latest cases of an applicant, given in one spelling, latest first."""
        keyed = self._transaction.keyed_index.lookups(IndexPurpose.CLEARED_APPLICANT, applicant)
        named = select(hold_match.c.case_id).where(hold_match.c.applicant_index.in_(keyed))
        query = select(*_CASE).where(hold_case.c.id.in_(named)).order_by(hold_case.c.id.desc()).limit(most)
        return [_case(row) for row in self._transaction.connection.execute(query)]

    def applicant_of(self, match_id: int) -> str:
        """Return the one spelling of who applied; raises KeysMismatchError as opening does."""
        row = self._transaction.connection.execute(select(hold_match).where(hold_match.c.id == match_id)).one()
        return self._transaction.cipher.open_record(hold_match.name, row.id, row.data_key).open(
            "applicant_enc", row.applicant_enc
        )

    def matches(self, case_id: int) -> list[StoredMatch]:
        """Return the matches of a case, in the order of its answer."""
        query = select(*_MATCH).where(hold_match.c.case_id == case_id).order_by(hold_match.c.id)
        return [_match(row) for row in self._transaction.connection.execute(query)]

    def matches_of(self, case_id: int, applicant: str) -> list[StoredMatch]:
        """Return the matches of one applicant of a case, given in one spelling."""
        keyed = self._transaction.keyed_index.lookups(IndexPurpose.CLEARED_APPLICANT, applicant)
        own = (hold_match.c.case_id == case_id, hold_match.c.applicant_index.in_(keyed))
        rows = self._transaction.connection.execute(select(*_MATCH).where(*own).order_by(hold_match.c.id))
        return [_match(row) for row in rows]

    def steps(self, case_id: int) -> list[StoredStep]:
        """Return what was done about a case, in order; raises KeysMismatchError as opening does."""
        query = select(case_step).where(case_step.c.case_id == case_id).order_by(case_step.c.number)
        return [self._step(row) for row in self._transaction.connection.execute(query).all()]

    def last_done(self, case_ids: Sequence[int], kinds: Sequence[StepKind]) -> dict[int, DoneBy]:
        """Return who took the last step of certain kinds in each case, and when, by case; no words are opened."""
        query = select(case_step.c.case_id, case_step.c.actor, case_step.c.at)
        query = query.where(case_step.c.case_id.in_(case_ids), case_step.c.kind.in_(kinds)).order_by(case_step.c.number)
        return {row.case_id: DoneBy(row.actor, row.at) for row in self._transaction.connection.execute(query)}

    def last_steps_about(
        self, matches: Sequence[tuple[StoredCase, StoredMatch]], kinds: Sequence[StepKind]
    ) -> dict[int, StoredStep]:
        """Return the last step of certain kinds about each match, by match; matches without one are left out."""
        query = select(case_step).where(case_step.c.case_id.in_([case.id for case, _ in matches]))
        query = query.where(case_step.c.kind.in_(kinds)).order_by(case_step.c.number)
        rows = self._transaction.connection.execute(query).all()
        wanted, last = {match.id for _, match in matches}, {row.match_id: row for row in rows}
        return {match_id: self._step(row) for match_id, row in last.items() if match_id in wanted}

    def step_digests(self) -> Iterator[tuple[str, int, str, str | None]]:
        """Stream check, number, kind and digest of every step of every case; None where its words do not open."""
        query = select(case_step, hold_case.c.check_no).join(hold_case, hold_case.c.id == case_step.c.case_id)
        with self._transaction.stream(query, _ROWS_AT_A_TIME) as rows:
            for row in rows:
                yield row.check_no, row.number, row.kind, self._digest(row)

    def _digest(self, row: Row[Any]) -> str | None:
        try:
            return self._words(row)[1]
        except KeysMismatchError:
            return None

    def _words(self, row: Row[Any]) -> tuple[str, str]:
        """Return what a step says, and the digest of it only its own key can make."""
        key = self._transaction.cipher.open_record(case_step.name, row.id, row.data_key)
        text = key.open("content_enc", row.content_enc)
        return text, key.digest("content_enc", text).hex()

    def add_step(
        self, case: StoredCase, kind: StepKind, actor: str, content: Mapping[str, Any], match_id: int | None = None
    ) -> tuple[int, str]:
        """Note a step; return its number and a digest of its content only its own key can make (hexadecimal)."""
        row_id = self._transaction.new_ids(case_step, 1)[0]
        key = self._transaction.cipher.new_record(case_step.name, row_id)
        text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
        number = self._next_step(case.id)
        values = {"id": row_id, "case_id": case.id, "number": number, "kind": kind, "match_id": match_id}
        values |= {"actor": actor, "at": self._transaction.now()}
        values |= {"data_key": key.wrapped, "content_enc": key.seal("content_enc", text)}
        self._transaction.connection.execute(insert(case_step).values(values))
        return number, key.digest("content_enc", text).hex()

    def add_match(self, case_id: int, match: NewMatch) -> int:
        """Put one more listed person on a case; return the number of the match."""
        (values,) = self._matches([(case_id, match)])
        self._transaction.connection.execute(insert(hold_match).values(values))
        return int(values["id"])

    def find_match(self, match_id: int, finding: Finding) -> None:
        """Note what was found about a match."""
        change = update(hold_match).where(hold_match.c.id == match_id).values(finding=finding)
        self._transaction.connection.execute(change)

    def note_cause(self, case_id: int, cause: ReleaseCause | None) -> None:
        """Note why a case is released, where something remains to be done; None takes that back."""
        change = update(hold_case).where(hold_case.c.id == case_id).values(release_cause=cause)
        self._transaction.connection.execute(change)

    def move(self, case: StoredCase, state: CaseState) -> None:
        """Bring a case into a state, and its decision's outcome with it.

        Raises ChangedMeanwhileError where somebody took a step since the case was read.
        """
        # A note or a letter later does not make a case settled later.
        settled = (case.settled_at or self._transaction.now()) if state.is_settled else None
        this = (hold_case.c.id == case.id, hold_case.c.row_version == case.row_version)
        values = {"state": state, "settled_at": settled, "row_version": case.row_version + 1}
        moved = self._transaction.connection.execute(update(hold_case).where(*this).values(values))
        if moved.rowcount != 1:
            raise ChangedMeanwhileError("somebody else has taken a step in this case since it was opened")
        outcome = update(decision).where(decision.c.check_no == case.check_no)
        self._transaction.connection.execute(outcome.values(outcome=_OUTCOME.get(state, "open")))

    def forget(self, check_nos: Iterable[str]) -> None:
        """Erase the cases of decisions that are erased, the clearances given in them and the files put on them."""
        for part in parts(sorted(set(check_nos))):
            cases = select(hold_case.c.id).where(hold_case.c.check_no.in_(part))
            self._forget_files(self._transaction.connection.execute(cases).scalars().all())
            for table in (case_step, hold_match):
                self._transaction.connection.execute(delete(table).where(table.c.case_id.in_(cases)))
            for table in (hold_case, clearance, clearance_use):
                self._transaction.connection.execute(delete(table).where(table.c.check_no.in_(part)))

    def _forget_files(self, cases: Iterable[int]) -> None:
        came = AttachmentRepository(self._transaction).forget(AttachedTo.CASE, cases)
        UploadRepository(self._transaction).release(came)

    def without_case(self, after: int, most: int) -> list[tuple[int, str, int | None]]:
        """Return held decisions of before there were cases: id, check number and client, from an id on."""
        query = (
            select(decision.c.id, decision.c.check_no, decision.c.client_id)
            .outerjoin(hold_case, hold_case.c.check_no == decision.c.check_no)
            .where(decision.c.id > after, decision.c.verdict != "clear", hold_case.c.id.is_(None))
            .order_by(decision.c.id)
            .limit(most)
        )
        return [(row[0], row[1], row[2]) for row in self._transaction.connection.execute(query)]

    def _matches(self, found: Sequence[tuple[int, NewMatch]]) -> list[dict[str, Any]]:
        numbers = self._transaction.new_ids(hold_match, len(found))
        return [self._match(number, case, match) for number, (case, match) in zip(numbers, found, strict=True)]

    def _match(self, number: int, case_id: int, match: NewMatch) -> dict[str, Any]:
        key = self._transaction.cipher.new_record(hold_match.name, number)
        stated = {name: getattr(match, name) for name in NewMatch.__dataclass_fields__ if name != "applicant"}
        sealed = {"data_key": key.wrapped, "applicant_enc": key.seal("applicant_enc", match.applicant)}
        keyed = keyed_applicant(self._transaction.keyed_index, match.applicant)
        return {"id": number, "case_id": case_id, **stated, "finding": Finding.OPEN, **sealed, **keyed}

    def _by_id(self, query: Select[Any], made: Callable[[Row[Any]], T]) -> dict[int, T]:
        return {row.id: made(row) for row in self._transaction.connection.execute(query)}

    def _next_step(self, case_id: int) -> int:
        query = select(func.coalesce(func.max(case_step.c.number), 0)).where(case_step.c.case_id == case_id)
        return int(self._transaction.connection.execute(query).scalar_one()) + 1

    def _step(self, row: Row[Any]) -> StoredStep:
        text, digest = self._words(row)
        return StoredStep(row.number, StepKind(row.kind), row.match_id, row.actor, row.at, orjson.loads(text), digest)


def _opened(number: int, case: NewCase) -> dict[str, Any]:
    stated = {name: getattr(case, name) for name in NewCase.__dataclass_fields__ if name != "matches"}
    return {"id": number, **stated, "state": CaseState.OPEN, "row_version": 1}


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.region is not None:
        # A bulk run over all four regions is everybody's.
        found.append(or_(hold_case.c.region == wanted.region, hold_case.c.region.is_(None)))
    if wanted.states:
        found.append(hold_case.c.state.in_(wanted.states))
    for name in ("purpose", "verdict", "application_no"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(hold_case.c[name] == value)
    if wanted.due_before is not None:
        found.append(hold_case.c.due_on < wanted.due_before)
    return found


def _beyond(after: CasePlace | None, *, latest_first: bool) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    due, number = hold_case.c.due_on, hold_case.c.id
    if latest_first:
        return [or_(due < after.due_on, and_(due == after.due_on, number < after.id))]
    return [or_(due > after.due_on, and_(due == after.due_on, number > after.id))]


def _case(row: Row[Any]) -> StoredCase:
    cause = None if row.release_cause is None else ReleaseCause(row.release_cause)
    return StoredCase(**{**row._mapping, "state": CaseState(row.state), "release_cause": cause})


def _match(row: Row[Any]) -> StoredMatch:
    return StoredMatch(**{**row._mapping, "finding": Finding(row.finding)})
