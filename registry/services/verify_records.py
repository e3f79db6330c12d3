"""Compare what entries say with the rows they speak of, both ways: nothing taken away, altered or put in between.

Each comparison takes the sound entries in the order of the log and, at the end, reads the rows.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from registry.errors import KeysMismatchError
from registry.ledger.commitment import ids_digest
from registry.ledger.events import EventKind
from registry.services.log_report import Fault, FaultKind, LogReport
from registry.store.change_repository import ChangeDigest
from registry.store.decision_repository import OpenedDecision, open_decision
from registry.store.list_state import NOTHING_STANDS

if TYPE_CHECKING:
    from registry.store.audit_repository import KeptAnswer, PlacedEntry, UnplacedEntry
    from registry.store.unit_of_work import UnitOfWork


_OPEN: Final = "open"
_NEEDED: Final[Mapping[str, Mapping[str, type]]] = {
    EventKind.CHECK_DECIDED: {"check_no": str},
    EventKind.LIST_CHANGED: {"first_version": int, "last_version": int},
    EventKind.RULES_KEPT: {"rule": str, "version": str, "digest": str},
    EventKind.SCREENING_RUN: {"run_no": str, "rows": int, "input_digest": str, "output_digest": str},
    EventKind.OPENINGS_ERASED: {"ids_digest": str},
    EventKind.CASE_SETTLED: {"check_no": str, "outcome": str},
    EventKind.CASE_STEPPED: {"check_no": str, "number": int, "step": str, "content_digest": str},
}
"""What the comparisons read of an entry's facts; whoever rewrites the whole log may have written anything there."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A sound entry with its facts; `leaf` is None while it waits for its place."""

    kind: str
    entry: int
    leaf: int | None
    leaf_hash: bytes
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, placed: PlacedEntry) -> Recorded:
        """Return a placed entry; of one whose facts were erased they are empty."""
        facts = _facts(placed.facts)
        return cls(placed.kind or "", placed.entry_id, placed.leaf_index, placed.stored_hash, facts)

    @property
    def is_understood(self) -> bool:
        """Say whether the facts, if they were not erased, are what the comparisons go by."""
        needed = _NEEDED.get(self.kind, {})
        return not self.facts or all(isinstance(self.facts.get(name), kind) for name, kind in needed.items())

    def fault(self, kind: FaultKind, says: str) -> Fault:
        """Return a fault about this entry."""
        return Fault(kind, says, self.leaf, self.leaf, self.entry)


class DecisionRecords:
    """Every check's decision has the entry it names, which says the same, and every such entry its decision."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._former: Final = uow.audit.unnamed_checks()
        self._by_check_no: Final[dict[str, Recorded]] = {}
        self._waiting: Final[dict[bytes, Recorded]] = {}
        # Hashes of hashes, keyed by this process: a million entries in 16 MB.
        self._expected: Final = array("q")
        self._leaves: Final = array("q")
        self._found: Final = array("q")
        # The last outcome recorded of each check that a regulator has decided.
        self._settled: Final[dict[str, str]] = {}

    def take(self, entry: Recorded) -> None:
        """Note the entry of a decision; one whose facts were erased has none any more."""
        if entry.kind == EventKind.CASE_SETTLED and entry.facts:
            self._settled[entry.facts["check_no"]] = entry.facts["outcome"]
        if entry.kind != EventKind.CHECK_DECIDED or not entry.facts:
            return
        if entry.facts["check_no"] in self._former:
            self._by_check_no[entry.facts["check_no"]] = entry
        elif entry.leaf is None:
            self._waiting[entry.leaf_hash] = entry
        else:
            self._expected.append(hash(entry.leaf_hash))
            self._leaves.append(entry.leaf)

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:
        """Yield what is wrong with the decisions of entries from a leaf on."""
        for row in self._uow.audit.answers(first):
            report.decisions += 1
            yield from self._compared(row)
        yield from self._without_decision()

    def _compared(self, row: KeptAnswer) -> Iterator[Fault]:
        entry = self._entry_of(row)
        if entry is None:
            yield Fault(FaultKind.DECISION_UNRECORDED, f"the entry of check {row.check_no} is not there")
            return
        apart = self._apart(row, entry) if entry.facts else None
        if apart:
            yield entry.fault(FaultKind.DECISION_ALTERED, f"check {row.check_no} is not as recorded: {apart}")

    def _apart(self, row: KeptAnswer, entry: Recorded) -> str | None:
        """Return the first thing in which a decision is not what its entry says; None where it is."""
        if row.at is not None and (row.at, row.entry_list_version) != (row.decided_at, row.list_version):
            return "decided_at or list_version"
        try:
            opened = open_decision(self._uow.cipher, row)
        except KeysMismatchError:
            return "what is sealed does not open"
        if row.leaf_hash is None and opened.request_digest is not None:  # only decisions before revision 0003 name none
            return "leaf_hash"
        said = {"check_no": row.check_no, "client_id": row.client_id, "verdict": row.verdict}
        said |= {"answer_digest": opened.answer_digest} | _request(row, opened)
        if row.outcome != self._settled.get(row.check_no, _OPEN):
            return "outcome"
        apart = (name for name, value in said.items() if entry.facts.get(name) != value)
        return next(apart, None) or _column_apart(row, opened)

    def _entry_of(self, row: KeptAnswer) -> Recorded | None:
        if row.leaf_hash is None:
            return self._by_check_no.pop(row.check_no, None)
        if row.leaf_index is None:
            return self._waiting.pop(row.leaf_hash, None)
        self._found.append(hash(row.leaf_hash))
        if row.kind != EventKind.CHECK_DECIDED:
            return None
        facts = orjson.loads(row.facts) if row.facts else {}
        return Recorded(row.kind, 0, row.leaf_index, row.leaf_hash, facts)

    def _without_decision(self) -> Iterator[Fault]:
        for entry in (*self._by_check_no.values(), *self._waiting.values()):
            yield entry.fault(FaultKind.DECISION_MISSING, "the decision of this entry is not there")
        expected, found = np.frombuffer(self._expected, np.int64), np.frombuffer(self._found, np.int64)
        for leaf in np.frombuffer(self._leaves, np.int64)[np.isin(expected, found, invert=True)].tolist():
            yield Fault(FaultKind.DECISION_MISSING, "the decision of this entry is not there", leaf, leaf)


def _request(row: KeptAnswer, opened: OpenedDecision) -> dict[str, str]:
    """Return the digest of the request; of a decision before revision 0003 the row's, while its index key is used."""
    if opened.request_digest is None and not row.index_version:
        return {}
    return {"request_digest": opened.request_digest or row.request_digest.hex()}


def _column_apart(row: KeptAnswer, opened: OpenedDecision) -> str | None:
    """Compare the open columns of a decision with its answer; answers of before lack some of them."""
    answer = orjson.loads(opened.answer)
    columns = {name: getattr(row, name) for name in ("application_no", "purpose", "region", "verdict")}
    listed = {"version": row.list_version, "model": row.model_version, "policy": row.policy_version}
    apart = (name for name, value in columns.items() if answer.get(name, value) != value)
    return next(apart, next((name for name, value in listed.items() if answer["list"][name] != value), None))


class ChangeRecords:
    """The changes of the list are those of the entries: versions without a gap, each as it was."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[list[Recorded]] = []

    def take(self, entry: Recorded) -> None:
        """Note the entry of a transaction's changes."""
        if entry.kind == EventKind.LIST_CHANGED and entry.facts:
            self._entries.append(entry)

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:
        """Yield what is wrong with the changes the entries speak of (all of them, where `first` is 0)."""
        entries = sorted(self._entries, key=lambda entry: int(entry.facts["first_version"]))
        after = int(entries[0].facts["first_version"]) - 1 if entries and first else 0
        rows = self._uow.audit.changes(after)
        row = next(rows, None)
        for entry in entries:
            digest, expected = ChangeDigest(), int(entry.facts["first_version"])
            if expected != after + 1:
                yield entry.fault(FaultKind.CHANGE_UNRECORDED, f"changes {after + 1} to {expected - 1} have no entry")
            after = int(entry.facts["last_version"])
            while row is not None and row.version <= after:
                report.changes += 1
                digest.add(row)
                expected += row.version == expected
                row = next(rows, None)
            yield from _change_faults(entry, expected, digest)
        if row is not None or self._uow.audit.list_version() != after:
            yield Fault(FaultKind.CHANGE_UNRECORDED, f"the list has changes after {after} that have no entry")


def _change_faults(entry: Recorded, reached: int, digest: ChangeDigest) -> Iterator[Fault]:
    if reached <= int(entry.facts["last_version"]):
        yield entry.fault(FaultKind.CHANGE_MISSING, f"list change {reached} is not there")
    elif entry.facts.get("changes_digest", digest.hex()) != digest.hex():
        first, last = entry.facts["first_version"], entry.facts["last_version"]
        yield entry.fault(FaultKind.CHANGE_ALTERED, f"list changes {first} to {last} are not as recorded")


class ListRecords:
    """What stands against every subject is what its last change left, basis by basis and identity by identity."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[list[tuple[int, Recorded]]] = []

    def take(self, entry: Recorded) -> None:
        """Note which entry speaks of which versions."""
        if entry.kind == EventKind.LIST_CHANGED and entry.facts:
            self._entries.append((int(entry.facts["last_version"]), entry))

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:
        """Yield what is wrong with the list itself; a full verification looks at all of it, another at nothing."""
        if first:
            return
        self._entries.sort(key=itemgetter(0))
        states = self._uow.audit.states()
        state = next(states, None)
        for subject, version, digest in self._uow.audit.last_changes():
            while state is not None and state[0] < subject:
                yield Fault(FaultKind.SUBJECT_ALTERED, f"subject {state[0]} stands on the list without any change")
                state = next(states, None)
            stands = NOTHING_STANDS
            if state is not None and state[0] == subject:
                stands, state = state[1], next(states, None)
            report.subjects += 1
            if digest is not None and digest != stands:
                yield self._altered(subject, version)
        if state is not None:
            yield Fault(FaultKind.SUBJECT_ALTERED, f"subject {state[0]} stands on the list without any change")

    def _altered(self, subject: int, version: int) -> Fault:
        says = f"what stands against subject {subject} is not what list change {version} left"
        place = bisect_left(self._entries, version, key=itemgetter(0))
        if place == len(self._entries):
            return Fault(FaultKind.SUBJECT_ALTERED, says)
        return self._entries[place][1].fault(FaultKind.SUBJECT_ALTERED, says)


class RuleRecords:
    """The kept wording of models and policies is that of the entries."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[dict[tuple[str, str], Recorded]] = {}

    def take(self, entry: Recorded) -> None:
        """Note the entry of a wording that was kept."""
        if entry.kind == EventKind.RULES_KEPT and entry.facts:
            self._entries[entry.facts["rule"], entry.facts["version"]] = entry

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:
        """Yield what is wrong with kept wordings; one without entry is told by a full verification only."""
        kept = {(rule, version): (digest, text) for rule, version, digest, text in self._uow.audit.rules()}
        report.rules = len(kept)
        for named, entry in self._entries.items():
            digest, text = kept.pop(named, ("", ""))
            if not entry.facts["digest"] == digest == hashlib.sha256(text.encode()).hexdigest():
                yield entry.fault(FaultKind.RULE_ALTERED, f"the wording of {' '.join(named)} is not as recorded")
        for rule, version in () if first else kept:
            yield Fault(FaultKind.RULE_ALTERED, f"the wording of {rule} {version} has no entry")


class ScreeningRecords:
    """Every bulk run has its entry, with the digests of what went in and out."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[dict[str, Recorded]] = {}

    def take(self, entry: Recorded) -> None:
        """Note the entry of a run."""
        if entry.kind == EventKind.SCREENING_RUN and entry.facts:
            self._entries[entry.facts["run_no"]] = entry

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:
        """Yield what is wrong with the runs; one without entry is told by a full verification only."""
        runs = self._uow.audit.screenings()
        report.screenings = len(runs)
        for run_no, entry in self._entries.items():
            facts = entry.facts
            if runs.pop(run_no, None) != (facts["rows"], facts["input_digest"], facts["output_digest"]):
                yield entry.fault(FaultKind.SCREENING_ALTERED, f"the run {run_no} is not as recorded")
        for run_no in () if first else runs:
            yield Fault(FaultKind.SCREENING_ALTERED, f"the run {run_no} has no entry")


class ErasureRecords:
    """Salt and facts are gone only where an entry says that they were erased, and says of which."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow: Final = uow
        self._entries: Final[dict[int, Recorded]] = {}

    def take(self, entry: Recorded) -> None:
        """Note the entry of an erasing."""
        if entry.kind == EventKind.OPENINGS_ERASED and entry.facts:
            self._entries[entry.entry] = entry

    def compare(self, report: LogReport, first: int) -> Iterator[Fault]:  # noqa: ARG002 -- as the others
        """Yield what is wrong with erasings, recorded or not."""
        for by, pairs in groupby(self._uow.audit.erased(), key=itemgetter(0)):
            ids = [entry for _, entry in pairs]
            recorded = self._entries.pop(by, None) if by is not None else None
            if recorded is None and first and by is not None:
                continue
            if recorded is None or recorded.facts["ids_digest"] != ids_digest(ids):
                yield from self._unrecorded(ids)
        for entry in self._entries.values():
            yield entry.fault(FaultKind.ERASED_UNRECORDED, "what this entry says was erased is not, or not all of it")

    def _unrecorded(self, ids: Iterable[int]) -> Iterator[Fault]:
        for entry in ids:
            leaf = self._uow.log.index_of_entry(entry)
            says = "salt and facts were erased and no entry says so"
            yield Fault(FaultKind.ERASED_UNRECORDED, says, leaf, leaf, entry)


def waiting_of(entry: UnplacedEntry, leaf_hash: bytes) -> Recorded:
    """Return an entry that waits for its place."""
    return Recorded(entry.kind, entry.entry_id, None, leaf_hash, _facts(entry.facts))


def _facts(text: str | None) -> Mapping[str, Any]:
    """Read facts; what is no JSON object states nothing that can be compared."""
    try:
        facts = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        return {"": text}
    return facts if isinstance(facts, dict) else {"": text}
