"""Looking back: how far it has come, and past answers that later changes of the list would have made others."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, or_, select, update

from registry.errors import ConflictError
from registry.privacy.envelope import RecordKey
from registry.store.list_reading import parts
from registry.store.look_back_tables import look_back_finding, look_back_state
from registry.store.tables import decision, listed_subject
from registry.store.transaction import Transaction


class FindingKind(StrEnum):
    """Whether a later change of the list makes an answer stricter (listed) or less strict (lifted)."""

    LISTED = "listed"
    LIFTED = "lifted"


class FindingState(StrEnum):
    """Whether the licensing system was told of a finding and took note, and whether it is settled."""

    OPEN = "open"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class FindingOutcome(StrEnum):
    """What a regulator closes a finding with."""

    DEALT_WITH = "dealt_with"
    OTHER_PERSON = "other_person"
    NOT_ISSUED = "not_issued"


@dataclass(frozen=True, slots=True)
class LookBackState:
    """Up to which list version every past answer was compared; of a run under way its target, place and counts."""

    list_version: int = 0
    target_version: int | None = None
    after_id: int = 0
    checks: int = 0
    listed: int = 0


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A past answer that would be another now; `bars_from`: the first day of a ban that has not begun."""

    check_no: str
    subject_no: str
    subject_id: int
    kind: FindingKind
    verdict_then: str
    verdict_now: str
    bars_from: datetime.date | None
    list_version: int
    region: str | None
    decided_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding with what is needed to tell of it; `client_id` is whom the answer was given (None: a bulk run)."""

    id: int
    check_no: str
    application_no: str
    purpose: str
    client_id: int | None
    subject_no: str
    ban_no: str
    kind: FindingKind
    verdict_then: str
    verdict_now: str
    bars_from: datetime.date | None
    list_version: int
    region: str | None
    decided_at: datetime.datetime
    found_at: datetime.datetime
    state: FindingState
    outcome: str | None
    proposed_by: str | None
    proposal: str | None = field(repr=False)
    reason: str | None = field(repr=False)

    def days_ago(self, now: datetime.datetime) -> int:
        """Return how many days before an instant the answer was given."""
        return (now - self.decided_at).days


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings: of a region (area code; None: of all), a kind, and states (none: all)."""

    region: str | None = None
    kind: FindingKind | None = None
    states: tuple[FindingState, ...] = ()


_STATE: Final = tuple(look_back_state.c[name] for name in LookBackState.__dataclass_fields__)
_ELSEWHERE: Final[Mapping[str, Any]] = {
    "application_no": decision.c.application_no,
    "purpose": decision.c.purpose,
    "client_id": decision.c.client_id,
    "ban_no": listed_subject.c.ban_no,
}
_SAID: Final = ("proposal", "reason")
_SHOWN: Final = tuple(name for name in StoredFinding.__dataclass_fields__ if name not in _SAID)
_SEALED: Final = tuple(look_back_finding.c[name] for name in ("data_key", *(f"{said}_enc" for said in _SAID)))
_FINDING: Final = (
    select(*(_ELSEWHERE.get(name, look_back_finding.c.get(name)) for name in _SHOWN), *_SEALED)
    .select_from(look_back_finding)
    .join(decision, decision.c.check_no == look_back_finding.c.check_no)
    .join(listed_subject, listed_subject.c.id == look_back_finding.c.subject_id)
)


class LookBackRepository:
    """Keeps where looking back stands, and findings."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def state(self) -> LookBackState:
        """Return how far looking back has come; nowhere before its first run."""
        row = self._transaction.connection.execute(select(*_STATE)).first()
        return LookBackState() if row is None else LookBackState(*row)

    def move(self, former: LookBackState, state: LookBackState) -> None:
        """Note how far it has come. Raises ConflictError where another run has come further since."""
        if self._transaction.connection.execute(select(look_back_state.c.id)).first() is None:
            self._transaction.connection.execute(insert(look_back_state), {"id": 1})
        same = [look_back_state.c[name].is_not_distinct_from(value) for name, value in asdict(former).items()]
        moved = self._transaction.connection.execute(update(look_back_state).where(*same).values(**asdict(state)))
        if moved.rowcount != 1:
            raise ConflictError("another run is looking back")

    def add(self, found: Sequence[NewFinding]) -> None:
        """Keep findings."""
        now = self._transaction.now()
        numbers = self._transaction.new_ids(look_back_finding, len(found))
        rows = [
            {"id": number, **asdict(each), "found_at": now, "state": FindingState.OPEN, "moved_at": now}
            for number, each in zip(numbers, found, strict=True)
        ]
        if rows:
            self._transaction.connection.execute(insert(look_back_finding), rows)

    def add_new(self, found: NewFinding) -> None:
        """Keep a finding unless the same answer was found to come to the same before."""
        finding = look_back_finding.c
        same = [finding[name] == getattr(found, name) for name in ("check_no", "subject_no", "subject_id", "kind")]
        again = or_(finding.verdict_now == found.verdict_now, finding.list_version == found.list_version)
        if self._transaction.connection.execute(select(finding.id).where(*same, again)).first() is None:
            self.add([found])

    def count_lifted(self, after: int, upto: int) -> int:
        """Return how many findings of liftings changes in versions after+1 … upto have made."""
        within = (look_back_finding.c.list_version > after, look_back_finding.c.list_version <= upto)
        query = select(func.count()).where(look_back_finding.c.kind == FindingKind.LIFTED, *within)
        return int(self._transaction.connection.execute(query).scalar_one())

    def page(self, wanted: FindingFilter, after: int, most: int) -> list[StoredFinding]:
        """Return at most so many findings after a number, oldest first."""
        query = _FINDING.where(look_back_finding.c.id > after).order_by(look_back_finding.c.id).limit(most)
        if wanted.region is not None:
            query = query.where(look_back_finding.c.region.startswith(wanted.region, autoescape=True))
        if wanted.kind is not None:
            query = query.where(look_back_finding.c.kind == wanted.kind)
        if wanted.states:
            query = query.where(look_back_finding.c.state.in_(wanted.states))
        return [self._finding(row) for row in self._transaction.connection.execute(query)]

    def find(self, number: int) -> StoredFinding | None:
        """Return one finding; None where there is none."""
        row = self._transaction.connection.execute(_FINDING.where(look_back_finding.c.id == number)).first()
        return None if row is None else self._finding(row)

    def lock(self, number: int) -> None:
        """Have a finding to oneself until the transaction ends."""
        this = select(look_back_finding.c.id).where(look_back_finding.c.id == number)
        self._transaction.connection.execute(this.with_for_update())

    def untold(self, most: int) -> list[StoredFinding]:
        """Return findings nobody has been told of yet, oldest first: for whoever notifies licensing systems."""
        return self.page(FindingFilter(states=(FindingState.OPEN,)), 0, most)

    def count_listed(self, check_no: str) -> int:
        """Return how many findings say that an answer would be stricter now."""
        these = (look_back_finding.c.check_no == check_no, look_back_finding.c.kind == FindingKind.LISTED)
        query = select(func.count()).select_from(look_back_finding).where(*these)
        return int(self._transaction.connection.execute(query).scalar_one())

    def told(self, numbers: Iterable[int]) -> None:
        """Note that the licensing systems were told of open findings."""
        self._bring(numbers, FindingState.TOLD, FindingState.OPEN)

    def acknowledged(self, numbers: Iterable[int]) -> None:
        """Note that the licensing systems took note of findings they were told of."""
        self._bring(numbers, FindingState.ACKNOWLEDGED, FindingState.OPEN, FindingState.TOLD)

    def propose(self, number: int, actor: str, reason: str) -> str:
        """Note who proposes that it is another person, and why; return a digest of it only its own key can make."""
        return self._say(number, "proposal", reason, proposed_by=actor)

    def close(self, number: int, outcome: FindingOutcome, reason: str) -> str:
        """Settle a finding with a reason; return a digest of it only its own key can make (hexadecimal)."""
        return self._say(number, "reason", reason, state=FindingState.CLOSED, outcome=outcome)

    def forget(self, check_nos: Iterable[str]) -> None:
        """Erase the findings about decisions that are erased."""
        for part in parts(sorted(set(check_nos))):
            gone = delete(look_back_finding).where(look_back_finding.c.check_no.in_(part))
            self._transaction.connection.execute(gone)

    def of_listed(self, subjects: Iterable[int]) -> dict[int, str]:
        """Return the numbers of the findings that these subjects are (no more) listed, with their checks'."""
        query, found = select(look_back_finding.c.id, look_back_finding.c.check_no), dict[int, str]()
        for part in parts(sorted(set(subjects))):
            these = query.where(look_back_finding.c.subject_id.in_(part))
            found.update((row[0], row[1]) for row in self._transaction.connection.execute(these))
        return found

    def forget_findings(self, numbers: Iterable[int]) -> None:
        """Erase findings: of somebody whose record was sealed."""
        for part in parts(sorted(set(numbers))):
            self._transaction.connection.execute(delete(look_back_finding).where(look_back_finding.c.id.in_(part)))

    def _bring(self, numbers: Iterable[int], state: FindingState, *former: FindingState) -> None:
        for part in parts(sorted(set(numbers))):
            these = (look_back_finding.c.id.in_(part), look_back_finding.c.state.in_(former))
            values = {"state": state, "moved_at": self._transaction.now()}
            self._transaction.connection.execute(update(look_back_finding).where(*these).values(values))

    def _say(self, number: int, said: str, text: str, **values: Any) -> str:
        """Change a finding together with what somebody says of it."""
        key = self._key(number)
        values |= {"data_key": key.wrapped, f"{said}_enc": key.seal(f"{said}_enc", text)}
        values |= {"moved_at": self._transaction.now()}
        self._transaction.connection.execute(
            update(look_back_finding).where(look_back_finding.c.id == number).values(values)
        )
        return key.digest(f"{said}_enc", text).hex()

    def _key(self, number: int) -> RecordKey:
        query = select(look_back_finding.c.data_key).where(look_back_finding.c.id == number)
        wrapped, cipher = self._transaction.connection.execute(query).scalar_one(), self._transaction.cipher
        if wrapped is None:
            return cipher.new_record(look_back_finding.name, number)
        return cipher.open_record(look_back_finding.name, number, wrapped)

    def _finding(self, row: Row[Any]) -> StoredFinding:
        stated: dict[str, Any] = {name: getattr(row, name) for name in _SHOWN}
        stated |= {"kind": FindingKind(row.kind), "state": FindingState(row.state)}
        return StoredFinding(**stated, **self._said(row))

    def _said(self, row: Row[Any]) -> dict[str, Any]:
        """Return what was said of a finding, in clear; nothing where nobody has said anything."""
        if row.data_key is None:
            return dict.fromkeys(_SAID)
        key = self._transaction.cipher.open_record(look_back_finding.name, row.id, row.data_key)
        return {said: key.open_stated(f"{said}_enc", row._mapping[f"{said}_enc"]) for said in _SAID}
