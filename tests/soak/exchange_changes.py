"""Changes on both sides of an exchange, drawn from a seed, and whether each is on both sides once and no otherwise.

Every change is an import that was committed: whatever it said counts as acknowledged, and must be met again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.store.exchange_tables import exchange_batch
from registry.store.tables import list_record
from tests.invented_list import invented_id
from tests.registry.intake.list_rows_at_hand import Row, conviction
from tests.registry.services.register_under_test import bans, rows, take

_OTHER_REGIONS = ("31", "32", "34")
_MONTHS = ("14", "20", "36", "60")


@dataclass
class Changes:
    """What was said on each side so far: by region and record number, the newest row."""

    rng: Random
    region_of: tuple[tuple[str, ...], tuple[str, ...]] = (_OTHER_REGIONS, ("33",))
    said: dict[tuple[str, str], Row] = field(default_factory=dict)

    def make(self, hub: Services, province: Services, most: int = 3) -> None:
        """Change something on each side: new rows, corrections, and at most one withdrawal."""
        for services, regions in zip((hub, province), self.region_of, strict=True):
            self.take(services, self.drawn(regions, self.rng.randint(1, most)))

    def take(self, services: Services, drawn: list[Row]) -> None:
        """Import rows on one side and remember what they say."""
        take(services, *drawn)
        self.said |= {(row["source_region"], row["record_no"]): row for row in drawn}

    def drawn(self, regions: tuple[str, ...], number: int) -> list[Row]:
        """Return rows to import, each of another record."""
        taken: dict[tuple[str, str], Row] = {}
        may_withdraw = True
        for _ in range(number):
            row = self._row(regions, may_withdraw=may_withdraw)
            may_withdraw &= row["operation"] != "withdraw"
            taken[row["source_region"], row["record_no"]] = row
        return list(taken.values())

    def new(self, region: str) -> Row:
        """Return a row about somebody not listed yet."""
        number = len(self.said) + self.rng.randrange(10**6) * 1_000
        birth = f"{1950 + number % 50}0{1 + number % 9}1{number % 10}"
        return conviction(
            f"R{number}",
            name="王" + chr(0x4E00 + number % 2_000),
            birth_date=f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
            id_number=invented_id(number % 1_000, birth),
            source_region=region,
            document_no=f"（2021）法{region}刑初{number}号",
            sentence_months=self.rng.choice(_MONTHS),
            version="1",
            operation="upsert",
            withdraw_reason="",
        )

    def withdrawn(self, row: Row) -> Row:
        """Return the row that takes another back."""
        return row | {"version": _next(row), "operation": "withdraw", "withdraw_reason": "再审改判"}

    def standing(self, regions: tuple[str, ...]) -> list[Row]:
        """Return the rows that count."""
        return [row for row in self.said.values() if row["source_region"] in regions and row["operation"] == "upsert"]

    def _row(self, regions: tuple[str, ...], *, may_withdraw: bool) -> Row:
        standing, chance = self.standing(regions), self.rng.random()
        if not standing or chance < 0.6:
            return self.new(self.rng.choice(regions))
        row = self.rng.choice(standing)
        if may_withdraw and chance > 0.9:
            return self.withdrawn(row)
        return row | {"version": _next(row), "sentence_months": self.rng.choice(_MONTHS)}


def _next(row: Row) -> str:
    return str(int(row["version"]) + 1)


def differences(hub: Services, province: Services, changes: Changes) -> list[str]:
    """Say what was lost, came twice or differs between the two sides; nothing where all is well."""
    sides = {"hub": hub, "province": province}
    found = list(_unlike(hub, province))
    for side, services in sides.items():
        found += [*_lost(services, changes, side), *_twice(services, side)]
    return found


def _unlike(hub: Services, province: Services) -> Iterator[str]:
    if bans(hub) != bans(province):
        yield "hub and province do not list the same"


def _lost(services: Services, changes: Changes, side: str) -> Iterator[str]:
    """Compare each record's newest row with what was said of it."""
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    for row in rows(services, list_record):
        key = (row.source_region, row.record_no)
        newest[key] = max(newest.get(key, (0, "")), (row.version, row.state))
    for key, said in changes.said.items():
        state = "withdrawn" if said["operation"] == "withdraw" else "active"
        if newest.get(key) != (int(said["version"]), state):
            yield f"{side}: an acknowledged change is not there: {said['operation']} {newest.get(key)}"
    if len(newest) != len(changes.said):
        yield f"{side}: there are records nobody said anything of"


def _twice(services: Services, side: str) -> Iterator[str]:
    """Compare the batches taken with what the ledger says of them."""
    taken = Counter(row.digest for row in rows(services, exchange_batch) if row.direction == "in" and row.items)
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.BATCH_TAKEN]
    recorded = Counter(entry.facts["batch_digest"] for entry in entries)
    if recorded != taken or set(taken.values()) > {1}:
        yield f"{side}: batches taken and entries of the ledger differ"
    versions = Counter((row.source_region, row.record_no, row.version) for row in rows(services, list_record))
    if set(versions.values()) > {1}:
        yield f"{side}: a row stands twice"
