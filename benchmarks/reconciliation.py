"""How long it takes, and how many bytes travel, until rows altered behind the program's back are found (protocol, 8).

`python -m benchmarks.reconciliation --rows 200000 --altered 100 [--database postgresql+psycopg://…]` fills a centre
and a province's system alike, alters rows of one with SQL, and lets the other ask over HTTP on this machine. Everybody
is invented. Each side is a process, as two registers are. On PostgreSQL the role must be allowed to create two
databases; they are dropped in the end.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import multiprocessing
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url, text
from werkzeug.serving import WSGIRequestHandler, make_server

from api.rest.app import create_app
from matching.resident_id import check_character
from registry.bootstrap import build
from registry.exchange.adapters import open_adapter
from registry.exchange.partner import ExchangeLimits, Partner
from registry.law.policy import Policy
from registry.privacy.keyring import Keyring
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.import_list import import_list
from registry.services.kept_rules import keep_rules
from registry.services.own_epoch import own_epoch
from registry.services.reconcile_partner import Reconciled, reconcile_partner
from registry.services.sequence_log import log_keys
from registry.settings import CipherName, Mode, Role, Settings
from registry.store.client_repository import ClientRole
from registry.store.engine import open_store

PROVINCE: Final = "32"
_HEADING: Final = (
    "record_no,name,other_names,sex,birth_date,id_type,id_number,domicile_code,source_region,document_no,court,charge,"
    "sentence,sentence_months,judgment_date,effective_date\r\n"
)
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华"
_KINDS: Final = ("payload", "state", "version", "row", "finding")


def rows(count: int, region: str, offset: int) -> Iterator[str]:
    """Yield the lines of a list file; county codes were never assigned."""
    for number in range(count):
        n = number + offset
        first = f"339900{1950 + n % 50}{1 + n // 50 % 12:02d}{1 + n // 600 % 28:02d}{n // 16_800 % 1_000:03d}"
        name = _SURNAMES[n % 20] + _GIVEN[n // 20 % 24] + _GIVEN[n // 480 % 24]
        birth = f"{first[6:10]}-{first[10:12]}-{first[12:14]}"
        yield (
            f"{region}R{number:07d},{name},,男,{birth},resident_id,{first + check_character(first)},339900,{region},"
            f"（2021）苏{region}06刑初{n}号,示例市人民法院,生产、销售有毒、有害食品罪,有期徒刑,14,2021-05-18,2021-05-29\r\n"
        )


def filled(services: Services, count: int) -> None:
    """Put half of the rows of each of two regions on the list."""
    for region, offset in ((PROVINCE, 0), ("33", count // 2)):
        data = (_HEADING + "".join(rows(count // 2, region, offset))).encode()
        import_list(services, io.BytesIO(data), actor="benchmark")


def as_if_exchanged(one: Services, other: Services) -> None:
    """Note on both sides that each has taken everything of the other: their stores are copies."""
    for side, name in ((one, PROVINCE), (other, "hub")):
        epoch = own_epoch(side)
        with side.store.write() as uow:
            uow.exchange.keep(name, epoch=epoch, taken_to=uow.head.version())


def altered(services: Services, count: int, seed: int) -> set[str]:
    """Alter rows of the province's region straight in the store, a fifth in each way; return which."""
    chance = random.Random(seed)
    with services.store.write() as uow:
        run = uow.transaction.connection.execute
        found = run(text("SELECT id, record_no FROM list_record WHERE source_region = :region"), {"region": PROVINCE})
        known = sorted((row[0], row[1]) for row in found)
        chosen = chance.sample(known, 2 * count)
        for place, ((record, _), (other, _)) in enumerate(zip(chosen[:count], chosen[count:], strict=True)):
            for statement in _STATEMENTS[_KINDS[place % len(_KINDS)]]:
                run(text(statement), {"id": record, "other": other} if ":other" in statement else {"id": record})
    return {record_no for _, record_no in chosen[:count]}


_STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "payload": (
        "UPDATE list_record SET payload = (SELECT o.payload FROM list_record o WHERE o.id = :other) WHERE id = :id",
    ),
    "state": ("UPDATE list_record SET state = 'withdrawn' WHERE id = :id",),
    "version": ("UPDATE list_record SET version = version + 3 WHERE id = :id",),
    "row": (
        "DELETE FROM basis WHERE record_id = :id",
        "DELETE FROM listed_identity WHERE record_id = :id",
        "UPDATE list_change SET record_id = NULL WHERE record_id = :id",
        "DELETE FROM list_record WHERE id = :id",
    ),
    "finding": ("UPDATE list_record SET food_related = TRUE WHERE id = :id",),
}


class Meter:
    """Counts what a door takes and gives: heads and bodies, as they travel (packed)."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.traffic = 0
        self.requests = 0
        self._app: Final = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer a request and count it."""
        self.requests += 1
        asked = (f"{name}: {value}\r\n" for name, value in environ.items() if name.startswith("HTTP_"))
        self.traffic += len("".join(asked)) + len(environ.get("QUERY_STRING", "")) + len(environ["PATH_INFO"])
        self.traffic += int(environ.get("CONTENT_LENGTH") or 0)

        def counted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            self.traffic += len(status) + sum(len(name) + len(value) + 4 for name, value in headers)
            return start_response(status, headers, *more)

        for part in self._app(environ, counted):
            self.traffic += len(part)
            yield part


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_what: object) -> None:
        """Say nothing: standard output is for the figures."""


class Door:
    """A side's REST door in a process of its own, as two registers are: its address, and what went through it."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, there = context.Pipe()
        self._process: Final = context.Process(target=_serve, args=(settings, there), daemon=True)
        self._process.start()
        self.address: Final[str] = self._line.recv()

    def figures(self) -> tuple[int, int, float]:
        """Return bytes and requests since they were asked for last, and the door's seconds of processor."""
        self._line.send("figures")
        traffic, requests, seconds = self._line.recv()
        return int(traffic), int(requests), float(seconds)

    def close(self) -> None:
        """End the process."""
        self._line.send("end")
        self._process.join()


def _serve(settings: Settings, line: Connection) -> None:
    services = build(settings)
    meter = Meter(create_app(services))
    server = make_server("127.0.0.1", 0, meter, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    line.send(f"http://127.0.0.1:{server.port}")
    spent = time.process_time()
    while line.recv() == "figures":
        line.send((meter.traffic, meter.requests, time.process_time() - spent))
        meter.traffic, meter.requests, spent = 0, 0, time.process_time()
    server.shutdown()
    thread.join()
    server.server_close()
    services.store.close()


@dataclasses.dataclass(frozen=True)
class Figures:
    """One comparison: seconds on the clock, of the processor here and at the door, and what travelled."""

    seconds: float
    processor_seconds: float
    door_processor_seconds: float
    bytes: int
    requests: int


def compared(hub: Services, partner: Partner, door: Door) -> tuple[Reconciled, Figures]:
    """Let the centre compare over HTTP; return what it found and what it took."""
    adapter = open_adapter(partner, hub.settings, hub.keyring)
    door.figures()
    began, spent = time.monotonic(), time.process_time()
    found = reconcile_partner(hub, partner, adapter)
    seconds, spent = time.monotonic() - began, time.process_time() - spent
    adapter.close()
    traffic, requests, there = door.figures()
    return found, Figures(round(seconds, 1), round(spent, 1), round(there, 1), traffic, requests)


def partner_at(address: str, province: Services, folder: Path) -> Partner:
    """Return the province as the centre's partner, with a key of its door."""
    credential = folder / "key.txt"
    credential.write_text(add_client(province, "hub", ClientRole.PROVINCE, PROVINCE, "benchmark").key)
    credential.chmod(0o600)
    options = {"url": address, "key": f"file:{credential}", "folder": str(folder)}
    keys, limits = (log_keys(province.store).signing.public,), ExchangeLimits(seconds_per_request=600.0)
    return Partner(PROVINCE, "feed", keys=keys, limits=limits, options=options)


@contextmanager
def both_sides(count: int, database: str | None, folder: Path) -> Iterator[tuple[Services, Services]]:
    """Open a centre and a province's system that hold the same: the second store is a copy of the first."""
    keys = folder / "keys.json"
    Keyring.create(keys)
    with _databases(database, folder) as (first, second, copy):
        _prepared(first, keys)
        hub = _opened(folder / "hub", first, keys)
        filled(hub, count)
        own_epoch(hub)
        hub.store.close()
        copy()
        province = _opened(folder / "32", second, keys, Role.PROVINCE)
        as_if_exchanged(hub, province)
        yield hub, province
        hub.store.close()
        province.store.close()


def _prepared(url: str, keys: Path) -> None:
    store = open_store(url, Keyring.load(keys))
    store.migrate()
    with store.write() as uow:
        uow.key_check.prove(store.keyring)
    keep_rules(store, Policy.wording(), Policy.load().version, "benchmark")
    store.close()


def _opened(home: Path, url: str, keys: Path, role: Role = Role.HUB) -> Services:
    home.mkdir(exist_ok=True)
    settings = Settings(home, url, keys, Mode.DEVELOPMENT, CipherName.AES_256_GCM)
    return build(dataclasses.replace(settings, role=role, region=PROVINCE if role is Role.PROVINCE else None))


@contextmanager
def _databases(database: str | None, folder: Path) -> Iterator[tuple[str, str, Callable[[], None]]]:
    if database is None:
        first, second = folder / "hub.sqlite3", folder / "32.sqlite3"
        yield f"sqlite:///{first}", f"sqlite:///{second}", lambda: _copied(first, second)
        return
    names = [f"reconciliation_{side}_{random.randrange(10**9)}" for side in ("hub", "32")]
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{names[0]}"')
        urls = [make_url(database).set(database=name).render_as_string(hide_password=False) for name in names]

        def copy() -> None:
            server.execute(f'CREATE DATABASE "{names[1]}" TEMPLATE "{names[0]}"')

        yield urls[0], urls[1], copy
        for name in names:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copied(first: Path, second: Path) -> None:
    shutil.copyfile(first, second)


def measure(count: int, number: int, database: str | None, seed: int) -> dict[str, Any]:
    """Return the figures: found of altered, seconds and bytes, of both comparisons (altered, and equal after)."""
    with tempfile.TemporaryDirectory() as name, both_sides(count, database, Path(name)) as (hub, province):
        changed = altered(hub, number, seed)
        door = Door(province.settings)
        try:
            partner = partner_at(door.address, province, Path(name))
            found, figures = compared(hub, partner, door)
            again, figures_again = compared(hub, partner, door)
        finally:
            door.close()
        named = {record_no for _, record_no in (each.key for each in found.differences)}
        return {
            "rows": count,
            "altered": number,
            "found": len(named & changed),
            "found_besides": len(named - changed),
            "restated": len(found.restated),
            "first": dataclasses.asdict(figures),
            "equal_after": again.equal,
            "second": dataclasses.asdict(figures_again),
        }


def main() -> None:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Find what was altered behind the program's back.")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--altered", type=int, default=100)
    parser.add_argument("--database", help="postgresql+psycopg://…; SQLite where absent")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.rows, asked.altered, asked.database, asked.seed)))


if __name__ == "__main__":
    main()
