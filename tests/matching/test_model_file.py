"""A model version goes into a file and comes back whole, and no file keeps its version once it was changed."""

from __future__ import annotations

import dataclasses

import pytest

from matching import model_file
from matching.model import DEFAULT
from matching.name_rarity import SHIPPED, NameShares, Neighbourhood
from matching.name_weight import level_shares
from matching.normalize import split_name

TEXT = model_file.with_digest(dataclasses.replace(DEFAULT, made={"former": "x", "names": 12_345}))


def test_a_model_comes_back_as_it_was_written() -> None:
    found = model_file.read(TEXT)
    assert found.features == DEFAULT.features
    assert (found.residents, found.organisations) == (DEFAULT.residents, DEFAULT.organisations)
    assert found.made == {"former": "x", "names": 12_345}
    assert found.names.surnames == SHIPPED.surnames
    assert found.names.characters == SHIPPED.characters
    assert found.names.leading == SHIPPED.leading
    assert found.names.proportions == SHIPPED.proportions
    assert model_file.written(found) == TEXT


def test_the_version_holds_the_digest_of_the_content() -> None:
    version = model_file.read(TEXT).version
    assert version.startswith(f"{DEFAULT.version}+")
    assert model_file.read(model_file.with_digest(model_file.read(TEXT))).version == version
    other = model_file.with_digest(dataclasses.replace(DEFAULT, residents=1_000_000))
    assert model_file.read(other).version != version


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("residents = 238000000", "residents = 238000001", "was changed"),
        ('"王" = 7', '"王" = 8', "was changed"),
        ("residents = 238000000", "residents = 0", "must be stated"),
        ("\nequal = { same = ", "\nequal = { same = 1", "every share"),
        ("[names.surnames]", "[names.families]", "surnames"),
        ("[names.leading]", "[names.leading", "TOMLDecodeError"),
        ('"repeated" = ', '"repeats" = ', "TypeError"),
    ],
)
def test_a_file_that_was_changed_or_is_not_whole_is_refused(old: str, new: str, named: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=named):
        model_file.read(TEXT.replace(old, new, 1))


def test_what_one_model_works_out_is_not_read_under_another() -> None:
    """The name is asked for under both, first under one, then under the other: each keeps to its own shares."""
    parts = split_name("沈静怡")
    rarer = NameShares({**SHIPPED.surnames, "沈": SHIPPED.surnames["沈"] / 10}, SHIPPED.characters, SHIPPED.leading)
    given_only, swapped = Neighbourhood.GIVEN_ONLY, Neighbourhood.SWAPPED
    for asked in (
        [shares.name_share(parts) for shares in (SHIPPED, rarer, SHIPPED, rarer)],
        [shares.neighbourhood_share(parts, swapped) for shares in (SHIPPED, rarer, SHIPPED, rarer)],
        [level_shares(shares, parts)["exact"] for shares in (SHIPPED, rarer, SHIPPED, rarer)],
    ):
        assert asked == [asked[0], asked[1]] * 2
        assert asked[1] == pytest.approx(asked[0] / 10, rel=0.01)
    assert SHIPPED.neighbourhood_share(parts, given_only) == rarer.neighbourhood_share(parts, given_only)
