"""Faults between hub and province, drawn from a seed: after each, nothing is lost or doubled and both sides are equal.

A round changes something on both sides, lets them exchange while one trouble is on the line or one crafted batch comes
in place of the partner's, and then gives them three cycles without trouble.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import orjson

from registry.clock import SystemClock
from registry.exchange.signature import sign_batch
from registry.exchange.wire import digest_of, enveloped
from registry.privacy.signing_keys import SigningKey
from registry.services.give_batch import draw_changes
from registry.settings import Settings
from tests.soak.exchange_changes import Changes, differences
from tests.soak.exchange_pair import PROVINCE, Pair, Side, pair
from tests.soak.troubled_line import TROUBLES, substituted

CYCLES = 3
Document = dict[str, Any]
Forgery = Callable[[Document], None]


@dataclass
class Outcome:
    """What came of all rounds."""

    rounds: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return the counts."""
        return {"rounds": self.rounds.total(), "troubles_met": self.met.total(), "wrong": len(self.wrong)}


@dataclass(frozen=True)
class SkewedClock:
    """A clock that is wrong by so much."""

    by: datetime.timedelta

    def now(self) -> datetime.datetime:
        """Return the wrong instant."""
        return SystemClock().now() + self.by

    def today(self) -> datetime.date:
        """Return the right day: a ban is reckoned by it, and what is tried here is the exchange."""
        return SystemClock().today()


def _gap(batch: Document) -> None:
    batch["from"] += 2
    batch["to"] += 2
    for item in batch["items"]:
        item["number"] += 2


def _other_chain(batch: Document) -> None:
    batch["previous"] = "a" * 64


def _other_epoch(batch: Document) -> None:
    batch["epoch"] = "e" * 32


def _other_addressee(batch: Document) -> None:
    batch["for"] = "32"


def _other_region(batch: Document) -> None:
    for item in batch["items"]:
        if item["operation"] != "own":
            item["source_region"] = PROVINCE if batch["region"] == "hub" else "31"


def _wrong_count(batch: Document) -> None:
    batch["count"] += 1


def _field_missing(batch: Document) -> None:
    del batch["head"]


def _later_format(batch: Document) -> None:
    batch["format"] = "food-ban-batch/2"


FORGERIES: dict[str, Forgery] = {
    "gap": _gap,
    "another chain": _other_chain,
    "another epoch": _other_epoch,
    "for somebody else": _other_addressee,
    "another region's rows": _other_region,
    "wrong count": _wrong_count,
    "field missing": _field_missing,
    "later format": _later_format,
}
"""Batches that bear the partner's own signature and must be held whole."""


def _field_unknown(batch: Document) -> None:
    batch["later"] = {"field": 1}
    for item in batch["items"]:
        item["later"] = "x"


def _column_unknown(batch: Document) -> None:
    for item in batch["items"]:
        item.setdefault("columns", {})["later_column"] = "x"


def _column_missing(batch: Document) -> None:
    for item in batch["items"]:
        item.get("columns", {}).pop("charge", None)


DRIFTS: dict[str, Forgery] = {
    "field unknown": _field_unknown,
    "column unknown": _column_unknown,
    "column missing": _column_missing,
}
"""Batches of a partner whose program has moved on: taken, with what cannot be read quarantined by itself."""


def _signing(side: Side) -> SigningKey:
    keys = side.services.keyring.signing
    assert keys is not None
    return keys.signing


STRANGERS: Mapping[str, Callable[[Side], SigningKey]] = {
    "signed by nobody known": lambda _side: SigningKey.generate(1),
    "signed by the receiver": _signing,
}
"""Keys a receiver's configuration does not name for its partner."""


TRIED: Final = (*TROUBLES, *FORGERIES, *DRIFTS, *STRANGERS)
"""Everything a round can be about."""


def tried(hub: Settings, province: Settings, seed: str, rounds: int, *, skew_days: int = 0) -> Outcome:
    """Try so many rounds, each with the next trouble or forgery; the province's clock may be days out."""
    rng, outcome = Random(seed), Outcome()
    clocks = (None, SkewedClock(datetime.timedelta(days=skew_days)) if skew_days else None)
    with pair(hub, province, rng, clocks) as both:
        changes = Changes(rng)
        _require_equal(both, changes, outcome, "at the beginning")
        names = list(TRIED)
        first = rng.randrange(len(names))
        for number in range(rounds):
            name = names[(first + number) % len(names)]
            changes.make(both.hub.services, both.province.services)
            _trouble(both, name, outcome)
            outcome.rounds[name] += 1
            _require_equal(both, changes, outcome, name)
    return outcome


def _trouble(both: Pair, name: str, outcome: Outcome) -> None:
    if name in TROUBLES:
        outcome.met.update(both.troubled(TROUBLES[name]) or [name])
        return
    for side, giver in zip(both.sides, reversed(both.sides), strict=True):
        outcome.met.update(_deceived(side, giver, name))


def _deceived(side: Side, giver: Side, name: str) -> Iterator[str]:
    """Let one side fetch a batch that is not what its partner meant; it is held or taken, as its kind must be."""
    with crafted(side, giver, name) as envelope:
        if envelope is None:
            side.visit()
            yield f"{name}: nothing to alter"
            return
        side.line.trouble = substituted(envelope)
        try:
            pulled = side.visit()
        finally:
            side.line.trouble = None
    held = pulled.held is not None
    yield name if held != (name in DRIFTS) else f"{name} was {'held' if held else 'taken'}"


@contextlib.contextmanager
def crafted(side: Side, giver: Side, name: str) -> Iterator[bytes | None]:
    """Make the envelope of a batch as the giver would give it next, but for what the name says.

    None where the batch has nothing that could be altered so: withdrawals bear no columns, own rows no other region.
    """
    with side.services.store.read() as uow:
        state = uow.exchange.state(side.partner.name)
    genuine = draw_changes(
        giver.services,
        giver.partner.name,
        after=state.taken_to,
        previous=state.taken_digest,
        epoch=state.epoch,
        most=100,
    )
    assert genuine is not None
    text: bytes = orjson.loads(genuine.content)["batch"].encode()
    if name in STRANGERS:
        yield enveloped(text, (sign_batch(text, STRANGERS[name](side)),))
        return
    document = orjson.loads(text)
    (FORGERIES | DRIFTS)[name](document)
    text = orjson.dumps(document)
    unaltered = digest_of(text) == genuine.batch.digest
    yield None if unaltered else enveloped(text, (sign_batch(text, _signing(giver)),))


def _require_equal(both: Pair, changes: Changes, outcome: Outcome, name: str) -> None:
    wrong = ["no cycle was tried"]
    for _ in range(CYCLES):
        if wrong:
            wrong = [*both.cycle(), *differences(both.hub.services, both.province.services, changes)]
    outcome.wrong += [f"after {name}: {each}" for each in wrong]
