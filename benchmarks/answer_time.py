"""Does the time of an answer tell whether somebody is listed? Pairs of checks that differ in nothing else.

    python -m benchmarks.answer_time [--pairs 1000] [--listed 20000] [--database-url URL]

Each pair asks about a listed resident and one who is not, in the same form and in changing order, in one process and
without a network: what an observer outside sees has more noise. Three forms: a whole number (block or clear), a masked
number (review or clear), and a role the ban does not bar (clear either way, so that nothing else could tell). Nobody
here exists; a pair that is answered otherwise than meant (a stranger who resembles somebody) is left out and counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask

from api.rest import request_log
from api.rest.app import create_app
from benchmarks.population import Manner, invent
from benchmarks.serving import prepare
from registry.bootstrap import build
from registry.law.roles import Region
from registry.services.context import Services
from registry.settings import Settings

Resident = tuple[str, str]

FORMS: Mapping[str, tuple[str, str, bool]] = {
    "whole number": ("operator", "block", False),
    "masked number": ("operator", "review", True),
    "role that is not barred": ("staff", "clear", False),
}
"""Each form with the role asked for, the verdict on somebody listed, and whether the number is masked."""

WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Gap:
    """What one form came to, in milliseconds.

    The median of both, the median of the differences of pairs, the interval that holds it with 95 %, and how many pairs
    were left out.
    """

    form: str
    listed: float
    stranger: float
    difference: float
    interval: tuple[float, float]
    left_out: int

    @classmethod
    def of(cls, form: str, pairs: Sequence[tuple[float, float]], left_out: int) -> Gap:
        """Summarise paired times (seconds): listed, stranger."""
        listed, stranger = np.array(pairs).T * 1000
        differences = np.sort(listed - stranger)
        # The ranks between which the median of a population lies: a sign test turned round.
        half, spread = len(pairs) / 2, 0.98 * len(pairs) ** 0.5
        ends = max(0, int(half - spread)), min(len(pairs) - 1, int(half + spread))
        low, high = (float(differences[end]) for end in ends)
        middle = float(np.median(differences))
        return cls(form, statistics.median(listed), statistics.median(stranger), middle, (low, high), left_out)

    def line(self) -> str:
        """Return the gap as a line to read."""
        low, high = self.interval
        both = f"listed {self.listed:6.2f} ms  not listed {self.stranger:6.2f} ms"
        gap = f"difference {self.difference:+.3f} ms (95 %: {low:+.3f} to {high:+.3f})"
        return f"{self.form:26}{both}  {gap}  left out {self.left_out}"


class Asker:
    """Asks in the process itself, and takes the time of each answer."""

    def __init__(self, app: Flask, key: str) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(self, body: object) -> tuple[float, str]:
        """Return how long the answer took, in seconds, and its verdict."""
        begun = time.perf_counter()
        response = self._client.post("/v1/checks", json=body, headers=self._headers)
        return time.perf_counter() - begun, response.get_json()["verdict"]


def residents(count: int, seed: int = 1) -> list[Resident]:
    """Invent people whose counties were never assigned; the first half is to be listed."""
    drawn = invent(np.random.default_rng(seed), count, Manner(invented_codes=True))
    return list(zip(map(str, drawn.names), map(str, drawn.numbers), strict=True))


def body_of(resident: Resident, form: str) -> dict[str, Any]:
    """Return a check of one invented resident in a form."""
    role, _, masked = FORMS[form]
    name, number = resident
    shown = number[:14] + "****" if masked else number
    subject = {"subject_no": "1", "kind": "person", "role": role, "name": name}
    subject |= {"id_type": "resident_id", "id_number": shown}
    about = {"application_no": "A-1", "purpose": "food_operation_licence", "region": "339900"}
    return {**about, "subjects": [subject]}


def compare(
    asker: Asker, listed: Sequence[Resident], strangers: Sequence[Resident], warm_up: int = WARM_UP
) -> Iterator[Gap]:
    """Yield the gap of each form; the first pairs only warm up."""
    for form, (_, verdict, _) in FORMS.items():
        pairs: list[tuple[float, float]] = []
        for number, (one, other) in enumerate(zip(listed, strangers, strict=True)):
            asked = [body_of(one, form), body_of(other, form)]
            answers = [asker.ask(each) for each in asked[:: 1 if number % 2 else -1]][:: 1 if number % 2 else -1]
            if number >= warm_up and [found for _, found in answers] == [verdict, "clear"]:
                pairs.append((answers[0][0], answers[1][0]))
        yield Gap.of(form, pairs, len(listed) - warm_up - len(pairs))


def report_fresh(services: Services) -> None:
    """Let every region count as heard of just now, so that `clear` is not `review` for want of data."""
    with services.store.write() as uow:
        uow.coverage.advance(region.value for region in Region)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--listed", type=int, default=20_000)
    parser.add_argument("--database-url")
    given = parser.parse_args()
    pairs = given.pairs + WARM_UP
    people = residents(given.listed + pairs)
    with tempfile.TemporaryDirectory() as directory, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        request_log.configure(nowhere)
        environment, key = prepare(Path(directory) / "home", people[: given.listed], given.database_url)
        services = build(Settings.from_environment(environment))
        report_fresh(services)
        asker = Asker(create_app(services), key)
        for gap in compare(asker, people[:pairs], people[given.listed :]):
            print(gap.line(), flush=True)
        services.store.close()


if __name__ == "__main__":
    main()
