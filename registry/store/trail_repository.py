"""The trail of acts as people read it: latest first, by who, what, when and what about; and the weekly sample."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update

from registry.ledger.events import EventKind
from registry.store.account_tables import desk_session, desk_user
from registry.store.audit_tables import look_up_sample
from registry.store.log_tables import log_leaf
from registry.store.spoken_of import NOT_AN_ANSWER, SpokenOf
from registry.store.tables import api_client, decision, ledger_entry
from registry.store.transaction import Transaction

_ROWS_AT_A_TIME: Final = 1_000


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which acts are asked for; None leaves a thing open.

    `since` and `before` are instants (before: exclusive). `kinds`: none named is every kind but answers to checks.
    `region` keeps what people and systems of a province did. `about` is a number: of a check, document, objection ….
    `ban_no` and `application_no` keep all that speaks of them, the answers to their checks included.
    """

    since: datetime.datetime | None = None
    before: datetime.datetime | None = None
    kinds: tuple[EventKind, ...] = ()
    actor: str | None = None
    region: str | None = None
    about: str | None = None
    application_no: str | None = None
    ban_no: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who did what when, from where, about what, for which application, and its place in the log.

    `facts` is None where they were erased after their time; `leaf` is None while the act waits for its place. `behalf`
    is what a system stated for who had asked it.
    """

    id: int
    kind: EventKind
    at: datetime.datetime
    actor: str
    list_version: int
    facts: Mapping[str, str | int] | None = field(repr=False)
    about: str | None
    leaf: int | None
    address: str | None
    device: str | None
    behalf: str | None
    application_no: str | None

    @property
    def ground_digest(self) -> str | None:
        """The digest of the ground a look-up was made on; None where none was to be stated, or it was erased."""
        stated = (self.facts or {}).get("ground_digest")
        return None if stated is None else str(stated)


@dataclass(frozen=True, slots=True)
class SampledLookUp:
    """One look-up of the weekly sample, and what its reviewer found."""

    id: int
    week: datetime.date
    act: Act
    region: str | None
    finding: str | None
    reviewed_by: str | None
    reviewed_at: datetime.datetime | None
    note: str | None = field(repr=False)


_ACT: Final = (
    select(
        ledger_entry.c.id,
        ledger_entry.c.kind,
        ledger_entry.c.at,
        ledger_entry.c.actor,
        ledger_entry.c.list_version,
        ledger_entry.c.facts,
        ledger_entry.c.about,
        log_leaf.c.leaf_index,
        func.coalesce(desk_session.c.address, ledger_entry.c.address).label("address"),
        ledger_entry.c.behalf,
        desk_session.c.device,
        decision.c.application_no,
    )
    .outerjoin(log_leaf, log_leaf.c.entry_id == ledger_entry.c.id)
    .outerjoin(desk_session, desk_session.c.id == ledger_entry.c.session_id)
    .outerjoin(decision, decision.c.check_no == ledger_entry.c.about)
)


class TrailRepository:
    """Reads acts for people, and keeps the sample of look-ups."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def page(self, wanted: TrailFilter, before_id: int | None, most: int) -> list[Act]:
        """Return at most so many acts, latest first, below a number."""
        query = self._query(wanted)
        if before_id is not None:
            query = query.where(ledger_entry.c.id < before_id)
        rows = self._transaction.connection.execute(query.order_by(ledger_entry.c.id.desc()).limit(most))
        return self._with_applications(_act(row) for row in rows)

    def stream(self, wanted: TrailFilter, most: int) -> Iterator[Act]:
        """Stream at most so many acts, latest first."""
        query = self._query(wanted).order_by(ledger_entry.c.id.desc()).limit(most)
        acts = (_act(row) for row in self._transaction.stream(query, _ROWS_AT_A_TIME))
        while some := list(islice(acts, _ROWS_AT_A_TIME)):
            yield from self._with_applications(some)

    def look_ups(self, since: datetime.datetime, before: datetime.datetime, kinds: Sequence[str]) -> list[int]:
        """Return the entries of look-ups people made in a time, in order."""
        told = (ledger_entry.c.kind.in_(kinds), ledger_entry.c.actor.like("user:%"), NOT_AN_ANSWER)
        when = (ledger_entry.c.at >= since, ledger_entry.c.at < before)
        query = select(ledger_entry.c.id).where(*told, *when).order_by(ledger_entry.c.id)
        return list(self._transaction.connection.execute(query).scalars())

    def is_sampled(self, week: datetime.date) -> bool:
        """Say whether a week's sample was drawn."""
        query = select(look_up_sample.c.id).where(look_up_sample.c.week == week).limit(1)
        return self._transaction.connection.execute(query).first() is not None

    def add_sample(self, week: datetime.date, entries: Sequence[int]) -> None:
        """Keep a week's sample, each with the region of who looked."""
        if not entries:
            return
        query = select(ledger_entry.c.id, ledger_entry.c.actor).where(ledger_entry.c.id.in_(entries))
        rows = [
            {"week": week, "entry_id": row.id, "actor": row.actor, "region": self._region_of(row.actor)}
            for row in self._transaction.connection.execute(query).all()
        ]
        self._transaction.connection.execute(insert(look_up_sample), rows)

    def open_look_ups(self) -> list[SampledLookUp]:
        """Return the sampled look-ups nobody has reviewed, oldest first."""
        return self._sampled_where(look_up_sample.c.finding.is_(None))

    def sampled(self, sample_id: int) -> SampledLookUp | None:
        """Return one sampled look-up, reviewed or not; None where there is none."""
        return next(iter(self._sampled_where(look_up_sample.c.id == sample_id)), None)

    def review(self, sample_id: int, finding: str, note: str, actor: str) -> bool:
        """Note what a reviewer found; False where somebody has before."""
        key = self._transaction.cipher.new_record(look_up_sample.name, sample_id)
        values = {"finding": finding, "reviewed_by": actor, "reviewed_at": self._transaction.now()}
        values |= {"data_key": key.wrapped, "note_enc": key.seal("note_enc", note)}
        this = (look_up_sample.c.id == sample_id, look_up_sample.c.finding.is_(None))
        return self._transaction.connection.execute(update(look_up_sample).where(*this).values(values)).rowcount == 1

    def _query(self, wanted: TrailFilter) -> Select[Any]:
        return _ACT.where(*self._conditions(wanted))

    def _conditions(self, wanted: TrailFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        found.extend(self._speaking_of(wanted))
        if EventKind.CHECK_DECIDED not in wanted.kinds and not found:
            found.append(NOT_AN_ANSWER)
        if wanted.kinds:
            found.append(ledger_entry.c.kind.in_(wanted.kinds))
        if wanted.since is not None:
            found.append(ledger_entry.c.at >= wanted.since)
        if wanted.before is not None:
            found.append(ledger_entry.c.at < wanted.before)
        if wanted.actor is not None:
            found.append(ledger_entry.c.actor == wanted.actor)
        if wanted.region is not None:
            found.append(ledger_entry.c.actor.in_(self._actors_of(wanted.region)))
        return found

    def _speaking_of(self, wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
        spoken_of = SpokenOf(self._transaction)
        if wanted.ban_no is not None:
            yield spoken_of.ban(wanted.ban_no)
        if wanted.application_no is not None:
            yield spoken_of.application(wanted.application_no)
        if wanted.about is not None:
            yield spoken_of.number(wanted.about)

    def _with_applications(self, found: Iterable[Act]) -> list[Act]:
        """Let answers say which check they are of and for which application, as the acts that followed do."""
        acts = [_of_its_check(act) for act in found]
        checks = {act.about for act in acts if act.kind == EventKind.CHECK_DECIDED and act.about}
        query = select(decision.c.check_no, decision.c.application_no).where(decision.c.check_no.in_(sorted(checks)))
        rows = self._transaction.connection.execute(query) if checks else ()
        applications = {row.check_no: row.application_no for row in rows}
        return [replace(act, application_no=applications.get(act.about or "", act.application_no)) for act in acts]

    def _actors_of(self, region: str) -> list[str]:
        here = self._transaction.connection
        users = here.execute(select(desk_user.c.id).where(desk_user.c.region == region)).scalars()
        clients = here.execute(select(api_client.c.id).where(api_client.c.region.startswith(region))).scalars()
        return [*(f"user:{number}" for number in users), *(f"client:{number}" for number in clients)]

    def _region_of(self, actor: str) -> str | None:
        number = int(actor.partition(":")[2])
        return self._transaction.connection.execute(select(desk_user.c.region).where(desk_user.c.id == number)).scalar()

    def _sampled_where(self, condition: ColumnElement[bool]) -> list[SampledLookUp]:
        query = select(look_up_sample).where(condition).order_by(look_up_sample.c.id)
        rows = self._transaction.connection.execute(query).all()
        acts = self._acts([row.entry_id for row in rows])
        return [self._sampled(row, acts[row.entry_id]) for row in rows]

    def _acts(self, entries: Sequence[int]) -> dict[int, Act]:
        query = _ACT.where(ledger_entry.c.id.in_(entries))
        return {row.id: _act(row) for row in self._transaction.connection.execute(query)}

    def _sampled(self, row: Row[Any], act: Act) -> SampledLookUp:
        note = None
        if row.data_key is not None:
            key = self._transaction.cipher.open_record(look_up_sample.name, row.id, row.data_key)
            note = key.open_stated("note_enc", row.note_enc)
        return SampledLookUp(row.id, row.week, act, row.region, row.finding, row.reviewed_by, row.reviewed_at, note)


def _of_its_check(act: Act) -> Act:
    if act.kind != EventKind.CHECK_DECIDED or act.facts is None:
        return act
    return replace(act, about=str(act.facts["check_no"]))


def _act(row: Any) -> Act:
    return Act(
        id=row.id,
        kind=EventKind(row.kind),
        at=row.at,
        actor=row.actor,
        list_version=row.list_version,
        facts=None if row.facts is None else json.loads(row.facts),
        about=row.about,
        leaf=row.leaf_index,
        address=row.address,
        device=row.device,
        behalf=row.behalf,
        application_no=row.application_no,
    )
