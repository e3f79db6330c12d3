"""A regional centre and a province's system that hold the same, and ways for them to compare without a network."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from registry.bootstrap import build
from registry.clock import Clock
from registry.exchange.adapter import Arrival
from registry.exchange.digest_statement import DigestQuestion
from registry.exchange.partner import Partner
from registry.exchange.reconciliation import RecordKey
from registry.exchange.sides import own_name
from registry.exchange.wire import understood
from registry.services.context import Services
from registry.services.give_batch import give_changes
from registry.services.give_digests import give_digests, give_rows
from registry.services.sequence_log import log_keys
from registry.services.take_batch import Taken, take_arrival
from registry.settings import CipherName, Mode, Role, Settings


def province_system(folder: Path, template: Path, key_file: Path, clock: Clock, region: str = "32") -> Services:
    """Open a province's own register beside the centre's, on SQLite."""
    folder.mkdir(parents=True)
    shutil.copyfile(template, folder / "registry.sqlite3")
    settings = Settings(
        folder, f"sqlite:///{folder / 'registry.sqlite3'}", key_file, Mode.DEVELOPMENT, CipherName.AES_256_GCM
    )
    return build(dataclasses.replace(settings, role=Role.PROVINCE, region=region), clock)


@dataclass
class Asked:
    """One side as the other asks it, without a network; counts what travelled."""

    services: Services
    asker: str
    questions: list[DigestQuestion] = field(default_factory=list)
    traffic: int = 0

    def ask_digests(self, question: DigestQuestion) -> bytes:
        self.questions.append(question)
        return self._counted(give_digests(self.services, self.asker, question))

    def ask_rows(self, keys: Sequence[RecordKey], asked: str) -> bytes:
        return self._counted(give_rows(self.services, self.asker, keys, asked))

    def _counted(self, content: bytes) -> bytes:
        self.traffic += len(content)
        return content


@dataclass
class Box:
    """A folder both sides leave their last statement in."""

    own: str
    statements: dict[str, bytes]

    def collect_statement(self) -> bytes | None:
        return next((content for side, content in self.statements.items() if side != self.own), None)

    def leave_statement(self, content: bytes) -> None:
        self.statements[self.own] = content


def partner_of(services: Services) -> Partner:
    """Describe a side as the other's configuration does."""
    return Partner(own_name(services.settings), "feed", keys=(log_keys(services.store).signing.public,))


def pull(taker: Services, giver: Services) -> list[Taken]:
    """Let one side take everything the other has for it."""
    partner = partner_of(giver)
    taken: list[Taken] = []
    while True:
        with taker.store.read() as uow:
            state = uow.exchange.state(partner.name)
        signed = give_changes(
            giver,
            own_name(taker.settings),
            after=state.taken_to,
            previous=state.taken_digest,
            epoch=state.epoch,
            most=1_000,
        )
        if signed is None or not signed.batch.items:
            return taken
        batch = understood(signed.content, partner, own_name(taker.settings))
        taken.append(take_arrival(taker, partner, Arrival(signed.content, batch)))
