"""Alterations made straight in the database, by somebody who knows how the log is made but has none of its keys.

Each is made in a transaction that is undone once it was verified. What has to be found is said beside it: the leaf,
or the check or list version, so that a verification that only says "something" is no success.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from registry.ledger.checkpoint import Checkpoint
from registry.ledger.commitment import canonical_entry, new_salt
from registry.ledger.events import EventKind
from registry.ledger.leaf import leaf_hash
from registry.ledger.merkle import root_of
from registry.ledger.tiles import TileBuilder
from registry.services.context import Services
from registry.services.log_report import LogReport
from registry.services.sequence_log import log_keys
from registry.services.verify_log import verify_log, verify_within
from registry.store.log_tables import log_head, log_leaf, log_tile
from registry.store.tables import basis, decision, ledger_entry, list_change, listed_identity
from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Alteration:
    """What was done, and how a fault must name it: by a leaf among these, or by a word in what it says."""

    what: str
    leaves: Sequence[int] = ()
    words: Sequence[str] = ()

    def is_found(self, report: LogReport) -> bool:
        """Return whether some fault names it."""
        return any(
            any(fault.concerns(leaf) for leaf in self.leaves) or any(word in fault.says for word in self.words)
            for fault in report.faults
        )


@dataclass(slots=True)
class Log:
    """The log under attack, within the attacker's transaction."""

    here: Connection
    random: Random
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Count the leaves."""
        self.size = int(self.here.execute(select(func.count()).select_from(log_leaf)).scalar_one())

    def leaf(self, last: int | None = None) -> int:
        """Return a random leaf."""
        return self.random.randrange(last or self.size)

    def entry_at(self, leaf: int) -> Any:
        """Return the entry of a leaf."""
        joined = select(ledger_entry).join(log_leaf, log_leaf.c.entry_id == ledger_entry.c.id)
        return self.here.execute(joined.where(log_leaf.c.leaf_index == leaf)).one()

    def decision(self) -> Any:
        """Return a random decision, with its leaf."""
        joined = select(decision, log_leaf.c.leaf_index).join(log_leaf, log_leaf.c.leaf_hash == decision.c.leaf_hash)
        return self.random.choice(self.here.execute(joined.order_by(decision.c.id)).all())

    def change(self) -> Any:
        """Return a random list change."""
        return self.random.choice(self.here.execute(select(list_change).order_by(list_change.c.version)).all())

    def alter(self, table: Table, key: Any, **values: Any) -> None:
        """Set columns of the rows that fit."""
        self.here.execute(update(table).where(key).values(**values))

    def drop(self, table: Table, key: Any) -> None:
        """Delete the rows that fit."""
        self.here.execute(delete(table).where(key))


def _flipped(random: Random, data: bytes) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes((data[place] ^ 1 << random.randrange(8),)) + data[place + 1 :]


def edit_entry(log: Log) -> Alteration:
    """Change one column of an entry."""
    leaf = log.leaf()
    row = log.entry_at(leaf)
    facts = (row.facts or '{"check_no":"c"}').replace("check_no", "check_n0").replace("version", "versi0n")
    values: dict[str, Any] = {
        "kind": "check_replayed" if row.kind != "check_replayed" else "check_read",
        "actor": row.actor + "0",
        "list_version": row.list_version + 1,
        "model_version": row.model_version + "x",
        "policy_version": "",
        "commitment": _flipped(log.random, row.commitment),
        "at": row.at.replace(microsecond=(row.at.microsecond + 1) % 1_000_000),
    }
    if row.salt is not None:
        values |= {"salt": _flipped(log.random, row.salt), "facts": facts if facts != row.facts else row.facts + " "}
        values |= {"pending": True, "erased_by": 1}
    name = log.random.choice(sorted(values))
    log.alter(ledger_entry, ledger_entry.c.id == row.id, **{name: values[name]})
    return Alteration(f"entry's {name} edited", [leaf])


def delete_entry(log: Log) -> Alteration:
    """Take an entry away, alone, with its leaf, or with all it speaks of."""
    leaf = log.leaf()
    row, depth = log.entry_at(leaf), log.random.randrange(3)
    leaf_hash_ = log.here.execute(select(log_leaf.c.leaf_hash).where(log_leaf.c.leaf_index == leaf)).scalar_one()
    if depth > 1:
        log.drop(decision, decision.c.leaf_hash == leaf_hash_)
    if depth:
        log.drop(log_leaf, log_leaf.c.leaf_index == leaf)
    log.drop(ledger_entry, ledger_entry.c.id == row.id)
    return Alteration(f"entry deleted, depth {depth}", [leaf])


def delete_leaf(log: Log) -> Alteration:
    """Take a leaf away and leave the entry, as if it had never been placed; perhaps as if it waited still."""
    leaf = log.leaf()
    row = log.entry_at(leaf)
    log.drop(log_leaf, log_leaf.c.leaf_index == leaf)
    if log.random.random() < 0.5:
        log.alter(ledger_entry, ledger_entry.c.id == row.id, pending=True)
    return Alteration("leaf deleted", [leaf])


def forge_entry(log: Log) -> Alteration:
    """Put an entry in between, with a leaf of its own behind the last."""
    row = log.entry_at(log.leaf())
    values = {name: value for name, value in row._mapping.items() if name != "id"} | {"pending": None}
    number = log.here.execute(insert(ledger_entry).values(values).returning(ledger_entry.c.id)).scalar_one()
    forged = leaf_hash(row, row.commitment)
    log.here.execute(insert(log_leaf).values(leaf_index=log.size, entry_id=number, leaf_hash=forged))
    return Alteration("entry forged", [log.size])


def reorder(log: Log) -> Alteration:
    """Exchange two leaves: their places, or the entries behind them."""
    one, other = log.random.sample(range(log.size), 2)
    rows = {row.leaf_index: row for row in log.here.execute(select(log_leaf))}
    log.drop(log_leaf, log_leaf.c.leaf_index.in_((one, other)))
    whole = log.random.random() < 0.5
    for to, source in ((one, other), (other, one)):
        values = {"leaf_index": to, "entry_id": rows[source].entry_id}
        values["leaf_hash"] = rows[source if whole else to].leaf_hash
        log.here.execute(insert(log_leaf).values(values))
    return Alteration(f"two leaves exchanged, {'whole' if whole else 'entries'}", [one, other])


def truncate(log: Log) -> Alteration:
    """Take the end of the log away, more or less thoroughly."""
    end, depth = log.random.randrange(1, log.size), log.random.randrange(4)
    gone = select(log_leaf.c.entry_id).where(log_leaf.c.leaf_index >= end)
    numbers = log.here.execute(gone).scalars().all()
    hashes = log.here.execute(select(log_leaf.c.leaf_hash).where(log_leaf.c.leaf_index >= end)).scalars().all()
    log.drop(log_leaf, log_leaf.c.leaf_index >= end)
    if depth > 0:
        log.drop(ledger_entry, ledger_entry.c.id.in_(numbers))
    if depth > 1:
        log.drop(log_head, log_head.c.size > end)
    if depth > 2:
        log.drop(decision, decision.c.leaf_hash.in_(hashes))
    return Alteration(f"truncated at {end}, depth {depth}", range(end, log.size))


def rewrite(log: Log) -> Alteration:
    """Rewrite an entry and then leaf, tiles and roots, so that only the signatures say that it was otherwise."""
    leaf = log.leaf()
    row = log.entry_at(leaf)
    salt, facts = new_salt(), '{"check_no":"c-other","client_id":1}'
    committed = hashlib.sha256(salt + canonical_entry(row, facts)).digest()
    log.alter(ledger_entry, ledger_entry.c.id == row.id, salt=salt, facts=facts, commitment=committed)
    log.alter(log_leaf, log_leaf.c.leaf_index == leaf, leaf_hash=leaf_hash(row, committed))
    _make_consistent(log, with_heads=log.random.random() < 0.5)
    return Alteration("entry rewritten with leaf, tiles and roots", _signed_with(log, leaf))


def _make_consistent(log: Log, *, with_heads: bool) -> None:
    hashes = log.here.execute(select(log_leaf.c.leaf_hash).order_by(log_leaf.c.leaf_index)).scalars().all()
    builder = TileBuilder(0, lambda level, at: [])
    builder.extend(hashes)
    for (level, at), tile in builder.changed().items():
        here = (log_tile.c.level == level) & (log_tile.c.tile_index == at)
        log.alter(log_tile, here, hashes=b"".join(tile))
    if with_heads:
        for head in log.here.execute(select(log_head)).all():
            root = root_of(hashes[: head.size])
            lines = head.checkpoint.split("\n")
            forged = Checkpoint(lines[0], head.size, root).text() + "\n" + "\n".join(lines[4:])
            log.alter(log_head, log_head.c.size == head.size, root=root, checkpoint=forged)


def _signed_with(log: Log, leaf: int) -> Sequence[int]:
    """Return the leaves signed by the same head: nobody without keys can tell more of a rewrite that is consistent."""
    within = (log_head.c.previous_size <= leaf) & (log_head.c.size > leaf)
    head = log.here.execute(select(log_head).where(within)).one()
    return range(head.previous_size, head.size)


def alter_tree(log: Log) -> Alteration:
    """Change a leaf's hash, a tile or a head, or take one away."""
    what = log.random.choice(("leaf hash", "tile", "tile gone", "root", "checkpoint", "head gone"))
    if what == "leaf hash":
        leaf = log.leaf()
        log.alter(log_leaf, log_leaf.c.leaf_index == leaf, leaf_hash=log.random.randbytes(32))
        return Alteration(what, [leaf])
    if what.startswith("tile"):
        tile = log.random.choice(log.here.execute(select(log_tile)).all())
        here = (log_tile.c.level == tile.level) & (log_tile.c.tile_index == tile.tile_index)
        if what == "tile":
            log.alter(log_tile, here, hashes=_flipped(log.random, tile.hashes))
        else:
            log.drop(log_tile, here)
        return Alteration(what, words=[f"tile {tile.tile_index} of level {tile.level} "])
    head = log.random.choice(log.here.execute(select(log_head).where(log_head.c.size < log.size)).all())
    here = log_head.c.size == head.size
    if what == "head gone":
        log.drop(log_head, here)
    elif what == "root":
        log.alter(log_head, here, root=_flipped(log.random, head.root))
    else:
        log.alter(log_head, here, checkpoint=head.checkpoint[:-3] + "AA\n")
    return Alteration(what, range(head.previous_size, head.size))


def alter_decision(log: Log) -> Alteration:
    """Change what is kept of a check, or take it away, or put one there that was never made."""
    row = log.decision()
    here = decision.c.id == row.id
    values: dict[str, Any] = {
        "verdict": "clear" if row.verdict != "clear" else "block",
        "client_id": None,
        "application_no": row.application_no + "1",
        "purpose": "food_filing",
        "region": "310000",
        "decided_at": row.decided_at.replace(microsecond=(row.decided_at.microsecond + 1) % 1_000_000),
        "list_version": row.list_version + 1,
        "model_version": "other",
        "policy_version": "other",
        "outcome": "released",
        "answer_enc": _flipped(log.random, row.answer_enc),
        "request_enc": _flipped(log.random, row.request_enc),
        "data_key": _flipped(log.random, row.data_key),
        "leaf_hash": None,
        "check_no": "C0",
    }
    what = log.random.choice((*sorted(values), "gone", "gone", "put there"))
    if what == "gone":
        log.drop(decision, here)
        return Alteration("decision deleted", [row.leaf_index])
    if what == "put there":
        copy = {name: value for name, value in row._mapping.items() if name not in {"id", "leaf_index", "check_no"}}
        log.here.execute(insert(decision).values(check_no="C1", **copy))
        return Alteration("decision put there", [row.leaf_index], ["C1"])
    log.alter(decision, here, **{what: values[what]})
    return Alteration(f"decision's {what} edited", [row.leaf_index], [row.check_no, "check C0"])


def alter_change(log: Log) -> Alteration:
    """Change what is kept of a list change, or take it away."""
    row = log.change()
    here = list_change.c.version == row.version
    values = {"kind": "lifted", "subject_id": 1 + row.subject_id % 20, "region": "31", "record_id": None}
    values["recorded_at"] = row.recorded_at.replace(year=2001)
    what = log.random.choice((*sorted(values), "gone", "head"))
    if what == "gone":
        log.drop(list_change, here)
    elif what == "head":
        log.here.execute(text("UPDATE list_head SET version = version - 1"))
        return Alteration("list version set back", words=["the list has changes"])
    else:
        log.alter(list_change, here, **{what: values[what]})
    entry = _entry_of_change(log, row.version)
    return Alteration(f"list change: {what}", [entry])


def alter_list(log: Log) -> Alteration:
    """Shorten a ban or take it away, put another's name in its place, or take the name away."""
    what = log.random.choice(("shortened", "ended", "gone", "other identity", "identity gone", "other provision"))
    row = log.random.choice(log.here.execute(select(basis).where(basis.c.ended_at.is_(None))).all())
    of_basis, of_identity = basis.c.id == row.id, listed_identity.c.record_id == row.record_id
    if what == "shortened":
        log.alter(basis, of_basis, ends_on=row.starts_on)
    elif what == "ended":
        log.alter(basis, of_basis, ended_at=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC), ended_reason="lifted")
    elif what == "other provision":
        log.alter(basis, of_basis, provision="fsl-135-1")
    elif what == "gone":
        log.drop(basis, of_basis)
    elif what == "identity gone":
        log.drop(listed_identity, of_identity)
    else:
        log.alter(listed_identity, of_identity, id_number_enc=None)
    return Alteration(f"ban {what}", words=[f"subject {row.subject_id} "])


def _entry_of_change(log: Log, version: int) -> int:
    query = select(ledger_entry.c.facts, log_leaf.c.leaf_index).join(log_leaf, log_leaf.c.entry_id == ledger_entry.c.id)
    for facts, leaf in log.here.execute(query.where(ledger_entry.c.kind == EventKind.LIST_CHANGED.value)):
        stated = json.loads(facts)
        if stated["first_version"] <= version <= stated["last_version"]:
            return int(leaf)
    raise LookupError(version)


def erase_silently(log: Log) -> Alteration:
    """Erase salt and facts of an entry as retention does, but without its entry; or under an entry of another."""
    leaf = log.leaf(300)
    row = log.entry_at(leaf)
    by = log.random.choice((None, log.size))
    if row.salt is None:
        log.alter(ledger_entry, ledger_entry.c.id == row.id, erased_by=None)
    else:
        log.alter(ledger_entry, ledger_entry.c.id == row.id, salt=None, facts=None, erased_by=by)
    return Alteration("facts erased", [leaf])


ALTERATIONS: tuple[Callable[[Log], Alteration], ...] = (
    edit_entry,
    delete_entry,
    delete_leaf,
    forge_entry,
    reorder,
    truncate,
    rewrite,
    alter_tree,
    alter_decision,
    alter_change,
    alter_list,
    erase_silently,
)


@dataclass(slots=True)
class Found:
    """What came of many alterations."""

    made: Counter[str] = field(default_factory=Counter)
    unseen: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """Return the counts."""
        return {"made": self.made.total(), "wrong": len(self.unseen) + len(self.unnamed)}


def tamper(services: Services, rounds: int, seed: str) -> Found:
    """Make so many alterations, each alone, and verify after each, against the head verified before.

    Without that head nobody can tell a log whose end was taken away, with all it spoke of, from one that ended there.
    """
    found, keys = Found(), log_keys(services.store)
    before = verify_log(services.store)
    known = Checkpoint(keys.log, before.size, bytes.fromhex(before.root))
    for number in range(rounds):
        way = ALTERATIONS[number % len(ALTERATIONS)]
        with _undone(services) as uow:
            alteration = way(Log(uow.transaction.connection, Random(f"{seed} {number}")))
            report = verify_within(uow, keys, known)
        found.made[way.__name__] += 1
        if report.sound:
            found.unseen.append(f"{number}: {alteration.what}")
        elif not alteration.is_found(report):
            found.unnamed.append(f"{number}: {alteration.what} {list(alteration.leaves)[:3]}: {report.faults[:3]}")
    return found


@contextmanager
def _undone(services: Services) -> Iterator[UnitOfWork]:
    free = (
        "PRAGMA defer_foreign_keys = ON" if services.store.is_sqlite else "SET LOCAL session_replication_role = replica"
    )
    with services.store.write() as uow:
        here = uow.transaction.connection
        here.execute(text(free))
        undone = here.begin_nested()
        yield uow
        undone.rollback()
