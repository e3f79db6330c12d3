"""How soon fishing is flagged, and how often ordinary work is: invented clients at work, and fishers among them.

Run `python -m benchmarks.probing [--clients N] [--days N] [--seed N]`. Nobody here exists.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.draw import Generator, Texts
from benchmarks.population import invent
from registry.services.conduct import Conduct, Look, Person, Sign, observe

POOL = 20_000
WARM_DAYS = 12
MOST_PROBES = 200
_CASES = 20


@functools.cache
def _residents() -> tuple[Texts, Texts]:
    residents = invent(np.random.default_rng(0), POOL)
    return residents.names, residents.numbers


@dataclass
class World:
    """The residents a client meets, and what is drawn next."""

    rng: Generator
    names: Texts
    numbers: Texts

    @classmethod
    def of(cls, seed: int) -> World:
        """Return the surroundings of one client."""
        return cls(np.random.default_rng(seed), *_residents())

    def person(self, *, hit: float = 0.003, by_birth: bool = False) -> Person:
        """Draw somebody, with the chance that somebody listed fits."""
        place = int(self.rng.integers(len(self.names)))
        number = str(self.numbers[place])
        name, fits = str(self.names[place]), bool(self.rng.random() < hit)
        return Person(name, None, day_of(number), fits) if by_birth else Person(name, number, None, fits)

    def people(self, count: int) -> list[Person]:
        """Draw several people."""
        return [self.person() for _ in range(count)]


def day_of(number: str) -> str:
    """Return the birth date of an ID number."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


@dataclass
class Client:
    """An ordinary client: what it numbers its applications like, when it works, and what else it does."""

    world: World
    prefix: str
    habits: frozenset[str]
    serial: int = 0

    def number(self) -> str:
        """Return its next application number."""
        self.serial += 1
        return f"{self.prefix}-2025-{self.serial:06}"

    def at_work(self) -> int:
        """Return an hour of the working day; somebody works late now and then."""
        return int(self.world.rng.choice([8, 9, 10, 11, 13, 14, 15, 16, 17, 18], p=[0.05, *[0.11] * 8, 0.07]))

    def counter(self) -> Look:
        """Return an application at the counter: one to four people, at times a birth date alone."""
        rng = self.world.rng
        if rng.random() < 0.05:
            return Look(self.at_work(), self.number(), [self.world.person(by_birth=True)])
        return Look(self.at_work(), self.number(), self.world.people(1 + int(rng.integers(4))))

    def day(self) -> list[Look]:
        """Return what it asks on one day."""
        looks = [self.counter() for _ in range(int(self.world.rng.poisson(35)))]
        for habit, (chance, ordinary) in HABITS.items():
            if habit in self.habits and self.world.rng.random() < chance:
                looks += ordinary(self)
        return looks


def _chain(client: Client) -> list[Look]:
    """A chain opens 200 shops at once: the same legal representative, a manager for each."""
    head, hour = client.world.person(), client.at_work()
    return [Look(hour, client.number(), [head, client.world.person()]) for _ in range(200)]


def _night_job(client: Client) -> list[Look]:
    """A night job renews a hundred licences."""
    return [Look(2, client.number(), client.world.people(2)) for _ in range(100)]


def _onboarding(client: Client) -> list[Look]:
    """A platform takes on 400 people, fifty under one number."""
    return [Look(client.at_work(), client.number(), client.world.people(50)) for _ in range(8)]


def _family(client: Client) -> list[Look]:
    """Relatives run a business: one surname, numbers of one county, twins among them."""
    one = client.world.person()
    number = one.number or ""
    near = [f"{number[:14]}{int(number[14:17]) + 2:03}{number[17]}", f"{number[:6]}19700101{number[14:]}"]
    relatives = [replace(one, name=one.name[:1] + given, number=each) for given, each in zip("明华", near, strict=True)]
    return [Look(client.at_work(), client.number(), [one, *relatives])]


def _correction(client: Client) -> list[Look]:
    """A clerk mistypes a name twice and a number once, and asks again under the same application."""
    one, number, hour = client.world.person(), client.number(), client.at_work()
    wrong = f"{(one.number or '')[:16]}0{(one.number or '')[17:]}"
    tries = [replace(one, name=one.name + "明"), replace(one, name=one.name[:1]), replace(one, number=wrong), one]
    return [Look(hour, number, [each]) for each in tries]


def _migrant_team(client: Client) -> list[Look]:
    """Sixty cooks of one far province begin on one day, each with an application."""
    area = f"5130{client.world.rng.integers(20, 40)}"
    cooks = [replace(each, number=area + (each.number or "")[6:]) for each in client.world.people(60)]
    return [Look(client.at_work(), client.number(), [each]) for each in cooks]


HABITS: Mapping[str, tuple[float, Callable[[Client], list[Look]]]] = {
    "chain": (0.02, _chain),
    "night_job": (0.9, _night_job),
    "onboarding": (0.2, _onboarding),
    "family": (0.6, _family),
    "correction": (0.8, _correction),
    "migrant_team": (0.02, _migrant_team),
}


def a_client(seed: int) -> Client:
    """Invent a client: every second has a night job, every fourth takes on people for a platform."""
    world = World.of(seed)
    habits = set(HABITS) - ({"night_job"} if seed % 2 else set()) - ({"onboarding"} if seed % 4 else set())
    return Client(world, f"33{int(world.rng.integers(1, 12)):02}00", frozenset(habits))


Style = Callable[[Client], Iterator[Look]]


def _numbers(client: Client, spelt: Callable[[str, int], str]) -> Iterator[Look]:
    number = client.world.person().number or ""
    for step in itertools.count():
        one = replace(client.world.person(hit=0.02), number=spelt(number, step) + "X")
        yield Look(client.at_work(), client.number(), [one])


def _counted(client: Client) -> Iterator[Look]:
    return _numbers(client, lambda number, step: f"{number[:14]}{step * 7 % 1000:03}")


def _counted_days(client: Client) -> Iterator[Look]:
    first = datetime.date(1970, 1, 1)
    return _numbers(client, lambda n, step: f"{n[:6]}{first + datetime.timedelta(step):%Y%m%d}{n[14:17]}")


def _counted_counties(client: Client) -> Iterator[Look]:
    return _numbers(client, lambda number, step: f"33{step % 100:02}{step % 90:02}{number[6:17]}")


def _names_for_a_day(client: Client) -> Iterator[Look]:
    while True:
        one = replace(client.world.person(by_birth=True), birth="1975-03-14")
        yield Look(client.at_work(), client.number(), [one])


def _days_for_a_name(client: Client) -> Iterator[Look]:
    name = client.world.person().name
    while True:
        yield Look(client.at_work(), client.number(), [replace(client.world.person(by_birth=True), name=name)])


def _masked_numbers_for_a_name(client: Client) -> Iterator[Look]:
    one = client.world.person()
    for step in itertools.count():
        masked = f"330106{'*' * 8}{step:04}"
        yield Look(client.at_work(), client.number(), [replace(one, number=masked)])


def _names_for_a_number(client: Client) -> Iterator[Look]:
    number = client.world.person().number
    while True:
        yield Look(client.at_work(), client.number(), [replace(client.world.person(), number=number)])


def _one_application(client: Client) -> Iterator[Look]:
    number = client.number()
    while True:
        yield Look(client.at_work(), number, [client.world.person()])


def _suspects(client: Client) -> Iterator[Look]:
    while True:
        yield Look(client.at_work(), client.number(), [client.world.person(hit=0.4)])


def _at_night(client: Client) -> Iterator[Look]:
    while True:
        yield Look(4, f"T{int(client.world.rng.integers(10**6))}", [client.world.person()])


def _from_elsewhere(client: Client) -> Iterator[Look]:
    while True:
        one = client.world.person()
        made_up = f"query{int(client.world.rng.integers(100, 999))}"
        yield Look(client.at_work(), made_up, [replace(one, number="5401" + (one.number or "")[4:])])


STYLES: Mapping[str, Style] = {
    "numbers counted upwards": _counted,
    "birth dates counted upwards in a number": _counted_days,
    "counties counted upwards in a number": _counted_counties,
    "many names for a birth date": _names_for_a_day,
    "many birth dates for a name": _days_for_a_name,
    "masked numbers for a name": _masked_numbers_for_a_name,
    "many names for a number": _names_for_a_number,
    "one application for everybody": _one_application,
    "suspects, two in five of them listed": _suspects,
    "at night, applications made up": _at_night,
    "people from elsewhere, applications made up": _from_elsewhere,
}


def probes_until_flagged(style: Style, seed: int) -> int:
    """Return how many probes a fisher makes before it is flagged, each followed by an ordinary check."""
    client, conduct = warm(seed)
    for made, probe in enumerate(itertools.islice(style(client), MOST_PROBES), 1):
        if observe(conduct, probe):
            return made
        observe(conduct, client.counter())
    return MOST_PROBES + 1


def warm(seed: int) -> tuple[Client, Conduct]:
    """Return a client after some days of ordinary work, and what is remembered of it."""
    client, conduct = a_client(seed), Conduct(f"{seed:032x}")
    for _ in range(WARM_DAYS):
        for look in client.day():
            observe(conduct, look)
    return client, conduct


@dataclass(frozen=True)
class Ordinary:
    """What days of ordinary work came to: how many there were, how many were flagged, and by which signs."""

    days: int
    flagged: int
    signs: frozenset[Sign]


def ordinary_days(seeds: Sequence[int], days: int) -> Ordinary:
    """Let clients work for some days each, from their first; a day counts as flagged where any check of it is."""
    flagged, signs = 0, set[Sign]()
    for seed in seeds:
        client, conduct = a_client(seed), Conduct(f"{seed:032x}")
        for _ in range(days):
            found = frozenset[Sign]().union(*(observe(conduct, look) for look in client.day()))
            flagged += bool(found)
            signs |= found
    return Ordinary(days * len(seeds), flagged, frozenset(signs))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clients", type=int, default=100)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    for name, style in STYLES.items():
        probes = sorted(probes_until_flagged(style, given.seed * 1000 + case) for case in range(_CASES))
        print(f"{name}: flagged after {probes[len(probes) // 2]} probes (median), {probes[-1]} at most of {_CASES}")
    seeds = range(given.seed * 10_000, given.seed * 10_000 + given.clients)
    met = ordinary_days(seeds, given.days)
    share = met.flagged / met.days
    print(f"ordinary work: {met.flagged} of {met.days} client-days flagged ({share:.3%})", *sorted(met.signs))


if __name__ == "__main__":
    main()
