"""Estimate a new model version from a deployment's own roster: how rare names are, and how often records err.

Reads people, keeps none: a model file holds shares of names and rates, suppressed where fewer than ten people
are behind them. The estimate is recorded; nothing is judged by it until `use_model` adopts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from matching import model_file
from matching.identity import Identity
from matching.model import Model
from matching.name_counts import NameCounts
from matching.prepare import prepare
from matching.rate_counts import RateCounts, features_with
from registry.errors import FieldFault, InvalidInputError
from registry.intake.roster_file import PERSON, open_roster, pairs_of
from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.services.context import Services

ROWS_BETWEEN_NOTICES = 10_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """What is estimated from: a roster, and pairs of records from a file or from people the list states twice."""

    roster: Path
    pairs: Path | None = None
    from_list: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """The new version, and how much it rests on."""

    version: str
    rows: int
    left_out: int
    names: int
    pairs: int


def estimate_model(
    services: Services, sources: Sources, out: Path, *, actor: str, progress: Progress | None = None
) -> Estimate:
    """Write a new model version to `out` and record that it was made.

    Raises InvalidInputError where a file cannot be read, lacks a heading, or `out` cannot be written.
    """
    former, names, rates = services.model, NameCounts(), RateCounts()
    with open_roster(sources.roster) as roster:
        for _, identity in roster.people():
            _count(names, identity)
            if progress is not None and roster.rows % ROWS_BETWEEN_NOTICES == 0:
                progress(roster.rows, roster.shape.lines - 1)
    for one, other, linked in _pairs(services, sources):
        rates.add(former, one, other, linked_by_number=linked)
    made: dict[str, str | int] = {"former": former.version, "roster_rows": roster.rows}
    made |= {"names": names.rows, "pairs": rates.pairs}
    text = model_file.with_digest(_estimated(former, names, rates, made))
    version = model_file.read(text).version
    _write(out, text)
    facts: dict[str, str | int] = {"version": version, "roster_digest": roster.shape.digest}
    with services.store.write() as uow:
        uow.ledger.record(EventKind.MODEL_ESTIMATED, actor, {**facts, "rows": roster.rows, "people": names.rows})
    return Estimate(version, roster.rows, roster.left_out, names.rows, rates.pairs)


def _estimated(former: Model, names: NameCounts, rates: RateCounts, made: dict[str, str | int]) -> Model:
    return replace(former, features=features_with(former, rates), names=names.shares(former.names), made=made)


def _count(names: NameCounts, identity: Identity) -> None:
    """Count a name under the generation that birth and sex, stated or told by the number, put it in."""
    read = prepare(identity)
    names.add(identity.name or "", read.sex, read.births[0].year if read.births else None)


def _pairs(services: Services, sources: Sources) -> Iterator[tuple[Identity, Identity, bool]]:
    """Yield pairs of records of one person, and whether it was their ID numbers that told so."""
    if sources.pairs is not None:
        with open_roster(sources.pairs, PERSON) as records:
            yield from ((one, other, False) for one, other in pairs_of(records.people()))
    if sources.from_list:
        with services.store.read() as uow:
            for _, faces in groupby(uow.lists.faces(), key=attrgetter("subject_id")):
                first, *others = (face.identity for face in faces)
                yield from ((first, other, True) for other in others if _same_number(first, other))


def _same_number(one: Identity, other: Identity) -> bool:
    numbers = [prepare(identity).number for identity in (one, other)]
    return all(number is not None and number.sound for number in numbers) and numbers[0] == numbers[1]


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as failure:
        reason = f"cannot be written: {failure.strerror}"
        raise InvalidInputError([FieldFault("out", "not_writable", reason)]) from None
