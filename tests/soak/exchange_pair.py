"""A hub and one province's own system, each with its REST door on loopback, and a line that can be troubled."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from registry.bootstrap import initialise
from registry.clock import Clock
from registry.errors import PartnerUnavailableError
from registry.exchange.batch import HUB
from registry.exchange.feed import open_feed
from registry.exchange.partner import ExchangeLimits, Partner
from registry.services.add_client import Limits, Wanted, add_limited_client
from registry.services.context import Services
from registry.services.pull_partner import Pulled, pull_partner
from registry.settings import Role, Settings
from registry.store.client_repository import ClientRole
from tests.conftest import create_database
from tests.soak.served_door import served_door
from tests.soak.troubled_line import Trouble, TroubledLine, troubled_line

PROVINCE = "33"
PATIENT_SECONDS = 60.0
HASTY_SECONDS = 0.8


@dataclass(frozen=True)
class Side:
    """One side: its parts, its partner, and the line its requests take."""

    services: Services
    partner: Partner
    line: TroubledLine

    def visit(self, seconds: float = PATIENT_SECONDS) -> Pulled:
        """Fetch what the partner has; a request may take so long."""
        patient = replace(self.partner, limits=replace(self.partner.limits, seconds_per_request=seconds))
        adapter = open_feed(patient, self.services.settings, self.services.keyring, self.services.clock)
        try:
            return pull_partner(self.services, patient, adapter)
        finally:
            adapter.close()


@dataclass(frozen=True)
class Pair:
    """Hub and province."""

    hub: Side
    province: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both."""
        return self.hub, self.province

    def cycle(self, seconds: float = PATIENT_SECONDS) -> list[str]:
        """Let each side fetch once; return what kept one from it."""
        faults = []
        for side in self.sides:
            try:
                side.visit(seconds)
            except PartnerUnavailableError as fault:
                faults.append(fault.fault)
        return faults

    def troubled(self, trouble: Trouble) -> list[str]:
        """Let each side fetch once over a line in trouble; return what kept one from it."""
        for side in self.sides:
            side.line.trouble = trouble
        try:
            return self.cycle(HASTY_SECONDS)
        finally:
            for side in self.sides:
                side.line.trouble = None


def two_sides(directory: Path, server: str | None) -> tuple[Settings, Settings]:
    """Return the settings of hub and province, each with an empty database; without a server they are on SQLite."""
    return _settings(directory, server, Role.HUB), _settings(directory, server, Role.PROVINCE)


def _settings(directory: Path, server: str | None, role: Role) -> Settings:
    home = directory / role
    home.mkdir(parents=True, exist_ok=True)
    url = create_database(server, f"exchange_{uuid.uuid4().hex}") if server else f"sqlite:///{home}/registry.sqlite3"
    return Settings(home, url, home / "keys.json", role=role, region=PROVINCE if role is Role.PROVINCE else None)


@contextmanager
def pair(hub: Settings, province: Settings, rng: Random, clocks: tuple[Clock | None, Clock | None]) -> Iterator[Pair]:
    """Set up both sides and serve their doors for the block."""
    with ExitStack() as stack:
        parts = [initialise(settings, clock) for settings, clock in zip((hub, province), clocks, strict=True)]
        for services in parts:
            stack.callback(services.store.close)
        lines = [stack.enter_context(_line(services, rng)) for services in parts]
        yield Pair(
            _side(parts[0], PROVINCE, parts[1], lines[1]),
            _side(parts[1], HUB, parts[0], lines[0]),
        )


def _side(services: Services, partner: str, other: Services, line: TroubledLine) -> Side:
    """Let one side ask the other: its key there, and the public key it believes."""
    return Side(services, acquainted(services, partner, other, line.address), line)


def acquainted(services: Services, partner: str, other: Services, address: str) -> Partner:
    """Return how one side knows the other, which has made a client for it."""
    ours, theirs = services.keyring.signing, other.keyring.signing
    assert ours is not None
    assert theirs is not None
    region = services.settings.region or PROVINCE
    wanted = Wanted(f"partner {region}", ClientRole.PROVINCE, region, Limits(signing_key=ours.signing.public))
    key_file = services.settings.home / f"key-{partner}"
    key_file.write_text(add_limited_client(other, wanted, "test").key, "utf-8")
    options = {"url": address, "key": f"file:{key_file.name}", "folder": services.settings.home}
    return Partner(partner, "feed", keys=(theirs.signing.public,), limits=ExchangeLimits(), options=options)


@contextmanager
def _line(services: Services, rng: Random) -> Iterator[TroubledLine]:
    """Serve a side's door behind a line for the block."""
    with served_door(services) as port, troubled_line(port, rng) as line:
        yield line
