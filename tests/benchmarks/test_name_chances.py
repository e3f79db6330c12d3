"""The probabilities of names are those of the draws, and the names near a listed one are weighed for everybody."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.case import people
from benchmarks.han_names import generations, han_names
from benchmarks.name_chances import HanChances, mixture, transcribed_names, transcribed_parts
from benchmarks.near_names import near_han_names, near_transcribed_names
from benchmarks.other_names import transcribed_name
from benchmarks.population import Manner, invent
from matching.identity import Identity
from matching.prepare import prepare

COUNTY = 330106


@pytest.mark.parametrize("year", [None, 1950])
def test_a_name_is_drawn_as_often_as_its_probability_says(year: int | None) -> None:
    rng, size = np.random.default_rng(1), 200_000
    years = None if year is None else np.full(size, year)
    counties = None if year is None else np.full(size, COUNTY)
    names = han_names().draw_surnames(rng, counties, size)
    names = names + han_names().draw_givens(rng, generations(rng, np.full(size, True), years, size))
    chances, mixed = HanChances(COUNTY), mixture(year, True, True)
    chosen, counted = sorted(set(names[:2_000])), Counter(names[2_000:])
    expected = [(size - 2_000) * float(chances.of(name) @ mixed) for name in chosen]
    assert sum(counted[name] for name in chosen) == pytest.approx(sum(expected), rel=0.03)
    commonest = int(np.argmax(expected))
    assert counted[chosen[commonest]] == pytest.approx(expected[commonest], abs=5 * expected[commonest] ** 0.5)


def test_a_transcribed_name_is_drawn_as_often_as_its_probability_says() -> None:
    rng, size = np.random.default_rng(2), 20_000
    drawn = [transcribed_name(rng) for _ in range(size)]
    every = list(transcribed_names(frozenset(transcribed_parts())))
    assert sum(made.chance for made in every) == pytest.approx(1)
    chance = sum(made.chance for made in every if made.name == "特木尔")
    assert drawn.count("特木尔") == pytest.approx(size * chance, abs=5 * (size * chance) ** 0.5)


def test_the_names_beside_a_listed_one_are_everybodys() -> None:
    listed = prepare(Identity(name="王婷廷"))
    near = near_han_names(np.random.default_rng(1), listed, COUNTY)
    everybody = near.reached(np.array([-(10**9)]))[0]
    assert everybody[:3] == pytest.approx(1, abs=0.02)
    exact = near.reached(np.array([near.millibits[0]]))[0]
    assert exact == pytest.approx(HanChances(COUNTY).of("王婷廷"))


def test_the_names_beside_a_transcribed_one_are_all_transcribed_ones() -> None:
    (somebody,) = people(invent(np.random.default_rng(3), 1, Manner(minority=1.0, abroad=0.0)))
    near = near_transcribed_names(np.random.default_rng(1), prepare(Identity(name=somebody.name)))
    assert near.reached(np.array([-(10**9)]))[0] == pytest.approx(1, abs=0.02)
    assert near.reached(np.array([near.millibits[0]]))[0] > 0
