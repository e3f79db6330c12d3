"""Tell a client that fishes from one that works, by what its checks look like; pure, and without identities.

What is remembered of a client is keyed digests of its last questions and counts, never a name or a number; the key is
in the state itself, which the store seals. Each sign scores by itself; what scores `FLAGGED` or more together is told.
Hard signs (one person asked about under many names, numbers counted upwards) need no history. Soft signs (an unusual
hour, home or application number) are measured against what is ordinary for this very client, and none is enough alone.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import orjson

FLAGGED: Final = 100.0
"""The score from which a client is flagged."""

REMEMBERED: Final = 256
"""How many different people asked about are remembered, the last ones."""

_HISTORY: Final = 300
"""Below so many people asked about, nothing counts as unusual for a client."""

_RARE: Final = 0.01
_LEARNT_WHEN_RARE: Final = 0.05
"""What is unusual becomes ordinary slowly, or a fisher would make itself ordinary."""

_LATELY: Final = 0.97
_BURST_SHARE, _BURST_TIMES = 0.2, 4
"""A home is unusual, too, where of about the last thirty checks it has so large a share, so many times its ordinary."""

_SOFT_MOST, _SOFT_UP, _SOFT_DOWN = 60.0, 2.2, 0.6
_HITS_IF_FISHING, _MOST_ORDINARY_HITS, _HIT_SCORE = 0.1, 0.04, 10.0
_NAME, _NUMBER, _BIRTH = 1, 2, 3
_BY_AREA_AND_BIRTH, _BY_AREA_AND_SEQUENCE, _BY_BIRTH_AND_SEQUENCE = 4, 5, 6
_APPLICATION, _CHECK = 7, 8
_ID = re.compile(r"[0-9]{17}[0-9Xx]", re.ASCII)


class Sign(StrEnum):
    """What fishing looks like."""

    COUNTED_NUMBERS = "counted_numbers"
    ONE_SEQUENCE_NUMBER = "one_sequence_number"
    MANY_NAMES_FOR_A_NUMBER = "many_names_for_a_number"
    MANY_NAMES_FOR_A_BIRTH_DATE = "many_names_for_a_birth_date"
    MANY_BIRTH_DATES_FOR_A_NAME = "many_birth_dates_for_a_name"
    MANY_NUMBERS_FOR_A_NAME = "many_numbers_for_a_name"
    ONE_APPLICATION_FOR_ALL = "one_application_for_all"
    MANY_HITS = "many_hits"
    UNUSUAL_HOUR = "unusual_hour"
    UNUSUAL_HOME = "unusual_home"
    UNUSUAL_APPLICATION = "unusual_application"


# From how many different ones among those remembered a hard sign is enough.
_ENOUGH: Final[Mapping[Sign, int]] = {
    Sign.COUNTED_NUMBERS: 7,
    Sign.ONE_SEQUENCE_NUMBER: 24,
    Sign.MANY_NAMES_FOR_A_NUMBER: 5,
    Sign.MANY_NAMES_FOR_A_BIRTH_DATE: 7,
    Sign.MANY_BIRTH_DATES_FOR_A_NAME: 8,
    Sign.MANY_NUMBERS_FOR_A_NAME: 10,
    Sign.ONE_APPLICATION_FOR_ALL: 15,
}


# Each with the column whose value is the same, and the column whose values differ.
_HARD: Final = (
    (Sign.COUNTED_NUMBERS, _BY_AREA_AND_BIRTH, _NUMBER),
    (Sign.COUNTED_NUMBERS, _BY_BIRTH_AND_SEQUENCE, _NUMBER),
    # Stations hand out the low sequence numbers first, so that neighbours often share one.
    (Sign.ONE_SEQUENCE_NUMBER, _BY_AREA_AND_SEQUENCE, _NUMBER),
    (Sign.MANY_NAMES_FOR_A_NUMBER, _NUMBER, _NAME),
    (Sign.MANY_NAMES_FOR_A_BIRTH_DATE, _BIRTH, _NAME),
    (Sign.MANY_BIRTH_DATES_FOR_A_NAME, _NAME, _BIRTH),
    (Sign.MANY_NUMBERS_FOR_A_NAME, _NAME, _NUMBER),
    (Sign.ONE_APPLICATION_FOR_ALL, _APPLICATION, _CHECK),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody asked about: name, whole ID number or complete birth date as far as stated, and whether one fitted."""

    name: str
    number: str | None
    birth: str | None
    hit: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One check as its client made it: at which hour of the day in Shanghai, for which application, about whom."""

    hour: int
    application_no: str
    people: Sequence[Person]


@dataclass(slots=True)
class Conduct:
    """What is remembered of a client: its last questions as digests, its ordinary counts, its soft scores."""

    key: str
    checks: int = 0
    asked: int = 0
    hits: int = 0
    hours: dict[str, float] = field(default_factory=dict)
    homes: dict[str, float] = field(default_factory=dict)
    shapes: dict[str, float] = field(default_factory=dict)
    lately: dict[str, float] = field(default_factory=dict)
    soft: dict[str, float] = field(default_factory=dict)
    recent: deque[list[str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def forgiven(self) -> Conduct:
        """Return what is ordinary for the client, without the questions and scores that made it conspicuous."""
        return replace(self, soft={}, lately={}, recent=deque(maxlen=REMEMBERED))

    def written(self) -> str:
        """Return the state as JSON."""
        whole = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "recent"}
        return orjson.dumps({**whole, "recent": list(self.recent)}).decode()

    @classmethod
    def read(cls, text: str) -> Conduct:
        """Return the state that was written."""
        values = orjson.loads(text)
        return cls(**{**values, "recent": deque(values["recent"], maxlen=REMEMBERED)})


def observe(conduct: Conduct, look: Look) -> frozenset[Sign]:
    """Take a check into account; return the signs that flag its client now, none where it is not to be flagged."""
    known = {row[0] for row in conduct.recent}
    conduct.checks += 1
    check = [_digest(conduct, look.application_no), str(conduct.checks)]
    fresh = [
        person for person in look.people if _digest(conduct, person.name, person.number, person.birth) not in known
    ]
    rows = [[*_row(conduct, person), *check] for person in fresh]
    for row, person in zip(rows, fresh, strict=True):
        conduct.recent.append(row)
        _score_hit(conduct, person.hit)
    if fresh:
        _score_soft(conduct, look, fresh)
    scores = {**_hard(list(conduct.recent), rows), **_soft_scores(conduct)}
    return frozenset(scores) if sum(scores.values()) >= FLAGGED else frozenset()


def _row(conduct: Conduct, person: Person) -> list[str]:
    """Return what is remembered of a question: all digests, empty where nothing is stated."""
    number = person.number if person.number is not None and _ID.fullmatch(person.number) else None
    parts = (number[:14], number[:6] + number[14:17], number[6:17]) if number else ("", "", "")
    near = [_digest(conduct, str(at), part) if part else "" for at, part in enumerate(parts)]
    by_birth = _digest(conduct, person.birth) if person.birth and person.number is None else ""
    return [
        _who(conduct, person),
        _digest(conduct, person.name),
        _digest(conduct, person.number) if person.number else "",
        by_birth,
        *near,
    ]


def _hard(rows: Sequence[Sequence[str]], fresh: Sequence[Sequence[str]]) -> dict[Sign, float]:
    """Return the hard signs among those remembered that the newest rows have part in."""
    return {
        sign: FLAGGED
        for sign, by, of in _HARD
        if any(_different(rows, by, row[by], of) >= _ENOUGH[sign] for row in fresh if row[by])
    }


def _different(rows: Sequence[Sequence[str]], by: int, value: str, of: int) -> int:
    """Return how many different values of one column there are where another has this value."""
    return len({row[of] for row in rows if row[by] == value and row[of]})


def _score_hit(conduct: Conduct, hit: bool) -> None:
    """Add how much likelier this is for one who asks about suspects (a sequential test, never below nothing)."""
    ordinary = min(_MOST_ORDINARY_HITS, max(0.01, 2 * (conduct.hits + 1) / (conduct.asked + 200)))
    ratio = _HITS_IF_FISHING / ordinary if hit else (1 - _HITS_IF_FISHING) / (1 - ordinary)
    score = conduct.soft.get(Sign.MANY_HITS.value, 0.0) + _HIT_SCORE * math.log(ratio)
    conduct.soft[Sign.MANY_HITS.value] = max(0.0, score)
    conduct.asked += 1
    conduct.hits += hit


def _score_soft(conduct: Conduct, look: Look, fresh: Sequence[Person]) -> None:
    """Compare a check with what is ordinary for its client: once a check, however many people it names."""
    homes = Counter(person.number[:2] for person in fresh if person.number and _ID.fullmatch(person.number))
    home = homes.most_common(1)[0][0] if homes else None
    burst = home is not None and _bursts(conduct, home)
    for sign, counts, value in (
        (Sign.UNUSUAL_HOUR, conduct.hours, str(look.hour)),
        (Sign.UNUSUAL_HOME, conduct.homes, home),
        (Sign.UNUSUAL_APPLICATION, conduct.shapes, _shape(look.application_no)),
    ):
        if value is None:
            continue
        whole = sum(counts.values())
        rare = whole >= _HISTORY and (counts.get(value, 0) < _RARE * whole or (counts is conduct.homes and burst))
        score = conduct.soft.get(sign.value, 0.0) + (_SOFT_UP if rare else -_SOFT_DOWN)
        conduct.soft[sign.value] = min(_SOFT_MOST, max(0.0, score))
        counts[value] = counts.get(value, 0) + (_LEARNT_WHEN_RARE if rare else 1)


def _bursts(conduct: Conduct, home: str) -> bool:
    """Count a check's home among the last ones; say whether it comes far more often than it ordinarily does."""
    conduct.lately = {value: count * _LATELY for value, count in conduct.lately.items() if count > 0.01}
    conduct.lately[home] = conduct.lately.get(home, 0.0) + 1
    share = conduct.lately[home] * (1 - _LATELY)
    ordinary = conduct.homes.get(home, 0) / max(1.0, sum(conduct.homes.values()))
    return share >= _BURST_SHARE and share >= _BURST_TIMES * ordinary


def _soft_scores(conduct: Conduct) -> dict[Sign, float]:
    return {Sign(sign): score for sign, score in conduct.soft.items() if score > 0}


def _shape(number: str) -> str:
    """Return how an application number is written, without what it says: digits as 0, Latin letters as A."""
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"[0-9]+", lambda run: f"0{len(run[0])}", number))[:40]


def _who(conduct: Conduct, person: Person) -> str:
    return _digest(conduct, person.name, person.number, person.birth)


def _digest(conduct: Conduct, *parts: str | None) -> str:
    whole = "\0".join(part or "" for part in parts)
    return hashlib.blake2b(whole.encode(), key=bytes.fromhex(conduct.key), digest_size=6).hexdigest()
