"""What the log costs at a million leaves: a head over 1,000 new leaves, a proof, and verifying the whole.

Run: python -m benchmarks.ledger [LEAVES [DECISIONS [HOME]]]. SQLite in a temporary directory; half of the leaves are
decisions of checks with their sealed answers unless DECISIONS says how many. With HOME the first run builds the log
there and the next ones measure it.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import orjson

from registry.bootstrap import initialise
from registry.law.roles import Purpose
from registry.ledger.checkpoint import Checkpoint
from registry.ledger.events import EventKind
from registry.services.admit_applicants import CheckRequest
from registry.services.context import Services
from registry.services.prove_log import prove_growth, prove_leaf
from registry.services.record_answers import Decided, Journal, Signed, new_check_no
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store.client_repository import Client, ClientRole, NewClient
from registry.store.ledger_repository import Event

NEW_LEAVES = 1_000
PROOFS = 200
BATCH = 5_000
LEAVES = 1_000_000


def main() -> None:
    """Build the log, or take the one built before, and print every figure."""
    leaves = int(sys.argv[1]) if len(sys.argv) > 1 else LEAVES
    decisions = int(sys.argv[2]) if len(sys.argv) > 2 else leaves // 2
    with tempfile.TemporaryDirectory() as directory:
        home = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(directory)
        built = (home / "registry.sqlite3").exists()
        services = initialise(Settings.from_environment({"REGISTRY_HOME": str(home)}))
        if not built:
            _say("built in seconds", _seconds(lambda: _build(services, leaves, decisions)))
        if built or len(sys.argv) <= 3:
            _verifications(services)
            _heads(services)
            _proofs(services)
        services.store.close()
        _say("store, MB", sum(each.stat().st_size for each in home.iterdir()) / 1e6)


def _build(services: Services, leaves: int, decisions: int) -> None:
    journal, client = Journal(services.store), _client(services)
    for begin in range(0, leaves, BATCH):
        share = decisions * (begin + BATCH) // leaves - decisions * begin // leaves
        signed = [_decision(services, journal, client) for _ in range(share)]
        with services.store.write() as uow:
            uow.decisions.add_sealed([each.decision for each in signed])
            uow.ledger.append([each.entry for each in signed])
            _look_ups(uow, BATCH - share)
        sequence_log(services.store)


def _look_ups(uow: Any, count: int) -> None:
    facts: dict[str, str | int] = {"check_no": "C0123456789AB0123456789ABCDEF01234567", "client_id": 1}
    uow.ledger.record_all([Event(EventKind.CHECK_READ, "client:1", 0, facts)] * count)


def _client(services: Services) -> Client:
    with services.store.write() as uow:
        number = uow.clients.add(NewClient("benchmark", None, ClientRole.LICENSING, bytes(32), "hint"))
        client = uow.clients.by_key_hash(bytes(32))
    assert client is not None
    assert client.id == number
    return client


def _decision(services: Services, journal: Journal, client: Client) -> Signed:
    """Return a decision as a check without a match makes it."""
    now = services.clock.now()
    request = CheckRequest("339900-2026-000123", Purpose.FOOD_OPERATION_LICENCE, "339900", ())
    answer: dict[str, Any] = {
        "check_no": new_check_no(now),
        "application_no": request.application_no,
        "purpose": request.purpose.value,
        "region": request.region,
        "verdict": "clear",
        "decided_at": now.isoformat(),
        "list": {
            "version": 0,
            "model": services.model.version,
            "policy": services.policy.version,
            "coverage": [{"region": str(region), "as_of": None, "state": "never"} for region in (31, 32, 33, 34)],
        },
        "subjects": [{"subject_no": "1", "verdict": "clear", "matches": []}],
        "next_step": "proceed",
        "review_from": {"expected_coincidences": 0.1, "bits": 20.0},
    }
    return journal.sign(Decided(client, request, now, 0, answer), {"subjects": [orjson.loads(b'{"name":"x"}')]})


def _heads(services: Services) -> None:
    taken = []
    for _ in range(10):
        with services.store.write() as uow:
            _look_ups(uow, NEW_LEAVES)
        taken.append(_seconds(lambda: sequence_log(services.store)) * 1000)
    _say(f"head over {NEW_LEAVES:,} new leaves, ms, median", statistics.median(taken))
    _say(f"head over {NEW_LEAVES:,} new leaves, ms, longest", max(taken))


def _proofs(services: Services) -> None:
    random, by_leaf, growth = Random(1), [], []
    with services.store.read() as uow:
        sizes = [head.size for head in uow.log.heads()]
    for _ in range(PROOFS):
        with services.store.read() as uow:
            leaf = uow.log.tile(0, random.randrange(sizes[-1] // 256))[random.randrange(256)]
            by_leaf.append(_seconds(lambda: prove_leaf(uow, leaf)) * 1000)  # noqa: B023 -- called at once
            first = random.choice(sizes)
            growth.append(_seconds(lambda: prove_growth(uow, first, sizes[-1])) * 1000)  # noqa: B023 -- as above
    for name, taken in (("proof of a leaf", by_leaf), ("proof of growth", growth)):
        _say(f"{name}, ms, median", statistics.median(taken))
        _say(f"{name}, ms, longest of {PROOFS}", max(taken))


def _verifications(services: Services) -> None:
    began = time.perf_counter()
    report = verify_log(services.store)
    whole = time.perf_counter() - began
    assert report.sound, report.faults[:3]
    _say(f"verification of {report.entries:,} leaves and {report.decisions:,} decisions, seconds", whole)
    known = Checkpoint(report.checkpoint.split("\n")[0], report.size, bytes.fromhex(report.root))
    with services.store.write() as uow:
        _look_ups(uow, NEW_LEAVES)
    sequence_log(services.store)
    since = _seconds(lambda: verify_log(services.store, known, incremental=True))
    _say(f"verification of {NEW_LEAVES:,} leaves since, seconds", since)
    _say("memory at most, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _say(name: str, figure: float) -> None:
    print(f"{name}: {figure:,.2f}", flush=True)


if __name__ == "__main__":
    main()
