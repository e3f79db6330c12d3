"""A hub and four provinces over a line that loses, doubles, reorders and cuts off; stores that restart and go back.

Hypothesis draws what happens. When it has grown quiet all five hold the same, it is what the provinces reported, and
nobody holds anything twice.
"""

from __future__ import annotations

import datetime
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from registry.clock import FixedClock
from registry.errors import NotFoundError
from registry.privacy.keyring import Keyring
from registry.services.apply_sealing_orders import apply_sealing_orders
from registry.services.context import Services
from registry.services.own_epoch import renew_epoch
from registry.services.pull_partner import position_of
from registry.services.seal_record import seal_record
from registry.services.sealing_list import FILE_NAME
from registry.services.take_batch import take_arrival
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.exchange_at_hand import (
    Loop,
    arrival_of,
    partner_of,
    pull,
    side,
    sqlite_copy,
    standing,
)
from tests.registry.services.register_under_test import bans, take

PROVINCES = ("31", "32", "33", "34")
SIDES = ("hub", *PROVINCES)
LINKS = tuple(("hub", province) for province in PROVINCES) + tuple((province, "hub") for province in PROVINCES)
"""Who takes from whom."""

QUIET_CYCLES = 3
STEPS = 14
_BEGAN = datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC)
_SKEW = {"hub": 0, "31": -24, "32": 24, "33": 1, "34": -1}
"""Hours by which the sides' clocks are wrong."""


@dataclass
class Side:
    """One replica: its parts, its home, a copy of its store perhaps, and what its court reported, in order."""

    name: str
    home: Path
    clock: FixedClock
    services: Services
    reported: list[dict[str, str]] = field(default_factory=list)

    @property
    def store(self) -> Path:
        """The file of its store."""
        return self.home / "registry.sqlite3"

    @property
    def backup(self) -> Path:
        """The copy of its store."""
        return self.home / "backup"

    def begin(self, template: Path) -> None:
        """Begin anew, as an empty register."""
        self.restart(lambda: shutil.copyfile(template, self.store))
        for left in (self.backup, self.home / FILE_NAME):
            left.unlink(missing_ok=True)
        self.reported.clear()
        self.clock.advance(_BEGAN + datetime.timedelta(hours=_SKEW[self.name]) - self.clock.now())

    def restart(self, meanwhile: Callable[[], object]) -> None:
        """End, so that no connection and nothing of a journal is left, and begin again."""
        self.services.store.close()
        meanwhile()


@dataclass(frozen=True)
class Workshop:
    """What all runs share: a prepared store to copy, and five sides with keys of their own, one law and one model."""

    template: Path
    sides: dict[str, Side]

    @classmethod
    def of(cls, template: Path, directory: Path, keyring: Keyring) -> Workshop:
        """Open the five sides."""
        clocks = {name: FixedClock(_BEGAN) for name in SIDES}
        opened = {
            name: side(directory, name, keyring, clocks[name], sqlite_copy(directory, name, template)) for name in SIDES
        }
        return cls(
            template, {name: Side(name, directory / name, clocks[name], services) for name, services in opened.items()}
        )


@dataclass
class Met:
    """What the runs met, for the figures."""

    seen: Counter[str] = field(default_factory=Counter)


class Exchange(RuleBasedStateMachine):
    """Whatever may happen between five replicas, in the workshop a subclass names."""

    workshop: ClassVar[Workshop]
    met: ClassVar[Met]

    def __init__(self) -> None:
        super().__init__()
        self.sides = self.workshop.sides
        for each in self.sides.values():
            each.begin(self.workshop.template)
        self.lines: dict[tuple[str, str], list[bytes]] = {link: [] for link in LINKS}
        self.latest: dict[tuple[str, str], dict[str, str] | None] = {}
        self.met.seen["runs"] += 1

    # What courts report.

    @initialize(people=st.lists(st.tuples(st.sampled_from(PROVINCES), st.integers(1, 3)), min_size=1, max_size=3))
    def begin(self, people: list[tuple[str, int]]) -> None:
        """Some are listed before anything else happens."""
        for province, person in people:
            self._list(province, person, 6)

    @rule(province=st.sampled_from(PROVINCES), person=st.integers(1, 3), months=st.integers(7, 12))
    def report(self, province: str, person: int, months: int) -> None:
        """A province lists somebody, corrects what it said, or lists anew whom it had taken back."""
        self._list(province, person, months)

    def _list(self, province: str, person: int, months: int) -> None:
        number = f"R{person}"
        row = conviction(
            number,
            name=f"赵{'一二三'[person - 1]}",
            source_region=province,
            id_number=id_number(sequence=f"{400 + person * 2 + 1}"),
            document_no=f"（2021）浙0106刑初{province}{person}号",
            sentence_months=str(months),
        )
        self._report(province, number, row)

    @rule(place=st.integers(0, 9))
    def withdraw(self, place: int) -> None:
        """A province takes back what it said."""
        standing_rows = [key for key, row in self.latest.items() if row is not None]
        if standing_rows:
            province, number = standing_rows[place % len(standing_rows)]
            row = conviction(number, source_region=province, operation="withdraw", withdraw_reason="改判")
            self._report(province, number, row)

    @rule(place=st.integers(0, 9), ordered=st.sampled_from([False, False, True]))
    def seal(self, place: int, ordered: bool) -> None:
        """A province's record is sealed by order, which is seldom."""
        if not self.latest or not ordered:
            return
        province, number = sorted(self.latest)[place % len(self.latest)]
        court = self.sides[province]
        try:
            seal_record(court.services, f"{province}:{number}", reason="封存", order_no=None, actor="test")
        except NotFoundError:  # its store was brought back from before it was reported
            return
        self.latest[province, number] = None
        court.reported.append({"sealed": number})
        self.met.seen["sealed"] += 1

    def _report(self, province: str, number: str, row: dict[str, str]) -> None:
        court = self.sides[province]
        if {"sealed": number} in court.reported:
            return
        version = 1 + sum(each.get("record_no") == number for each in court.reported)
        stated = row | {"version": str(version)}
        court.reported.append(stated)
        take(court.services, stated)
        self.latest[province, number] = None if row.get("operation") == "withdraw" else stated
        self.met.seen["reports"] += 1

    # What the line does.

    @rule(place=st.integers(0, 7), most=st.integers(1, 5), copies=st.sampled_from([1, 1, 1, 2, 0]))
    def send(self, place: int, most: int, copies: int) -> None:
        """What is next for some side is made and is on its way, perhaps twice, or is lost."""
        self._send(place, most, copies)

    def _under_way(self) -> list[tuple[tuple[str, str], int]]:
        return [(link, number) for link, line in self.lines.items() for number in range(len(line))]

    def _send(self, place: int, most: int, copies: int) -> None:
        start = place % len(LINKS)
        for link in (*LINKS[start:], *LINKS[:start]):
            content = self._next(link, most)
            if content is not None:
                self.lines[link] += [content] * copies
                self.met.seen["sent" if copies else "lost"] += 1
                return

    def _next(self, link: tuple[str, str], most: int) -> bytes | None:
        taker, giver = (self.sides[name].services for name in link)
        with taker.store.read() as uow:
            position = position_of(uow.exchange.state(link[1]))
        signed = Loop(giver, taker, most=most)._next(position)
        return None if signed is None else signed.content

    @rule(place=st.integers(0, 19), cut=st.sampled_from([0, 0, 0, 1, 60]))
    def arrive(self, place: int, cut: int) -> None:
        """Something that was on its way arrives, in whatever order, perhaps cut off."""
        if not self._under_way():
            self._send(place, 5, 1)
        under_way = self._under_way()
        if not under_way:
            return
        link, number = under_way[place % len(under_way)]
        content = self.lines[link].pop(number)
        taker, giver = (self.sides[name].services for name in link)
        partner = partner_of(giver)
        whole = content[: len(content) - cut] if cut else content
        taken = take_arrival(taker, partner, arrival_of(whole, partner, link[0]))
        self.met.seen[f"arrived_{taken.outcome}"] += 1
        assert cut == 0 or taken.outcome == "held"

    @rule(link=st.sampled_from(LINKS), most=st.integers(1, 5))
    def visit(self, link: tuple[str, str], most: int) -> None:
        """A side visits another, and nothing goes wrong."""
        self._visit(link, most)

    def _visit(self, link: tuple[str, str], most: int = 1_000) -> None:
        taker, giver = (self.sides[name].services for name in link)
        pull(taker, giver, most=most)
        self.met.seen["visits"] += 1

    # What happens to the sides.

    @rule(name=st.sampled_from(SIDES))
    def back_up(self, name: str) -> None:
        """A side ends, its store is copied, and it begins again."""
        one = self.sides[name]
        one.restart(lambda: shutil.copyfile(one.store, one.backup))

    @rule(name=st.sampled_from(SIDES))
    def bring_back(self, name: str) -> None:
        """A side's store is brought back from its copy, and its court's files are imported again."""
        one = self.sides[name]
        if not one.backup.exists():
            return
        one.restart(lambda: shutil.copyfile(one.backup, one.store))
        renew_epoch(one.services, actor="test")
        apply_sealing_orders(one.services, "test")
        for row in one.reported:
            if "sealed" not in row:
                take(one.services, row)
        self.met.seen["brought_back"] += 1

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        for each in self.sides.values():
            each.clock.advance(datetime.timedelta(minutes=minutes))

    # What must hold.

    def teardown(self) -> None:
        """Let it grow quiet: within three cycles all must hold the same."""
        for cycle in range(1, QUIET_CYCLES + 1):
            for link in LINKS:
                self._visit(link)
            if not self._differences():
                self.met.seen[f"equal_after_{cycle}"] += 1
                return
        assert self._differences() == []

    def _differences(self) -> list[str]:
        """Say who does not hold exactly what the provinces reported last, or lists other people than the others."""
        wanted = {key: row["version"] for key, row in self.latest.items() if row is not None}
        held = {
            name: {key: row[2]["version"] for key, row in standing(each.services).items() if row[1] == "stands"}
            for name, each in self.sides.items()
        }
        lists = {name: bans(each.services) for name, each in self.sides.items()}
        return [name for name in SIDES if held[name] != wanted or lists[name] != lists["hub"]]


def run(workshop: Workshop, runs: int, number: int) -> Met:
    """Let so many runs happen, drawn from a number; AssertionError (with the shortest way there) where one fails."""
    met = Met()
    stated: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    drawn = settings(max_examples=runs, stateful_step_count=STEPS, **stated)
    exchange = type("ExchangeHere", (Exchange,), {"workshop": workshop, "met": met})
    run_state_machine_as_test(seed(number)(exchange), settings=drawn, _min_steps=STEPS // 2)
    return met
