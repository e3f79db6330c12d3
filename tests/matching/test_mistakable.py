"""What compiled code is told of characters that are heard or read as one another is never less than is compared."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import candidate_walk, name_bound, number_slips
from matching.glyph_likeness import likeness, look_alikes
from matching.mistakable import glyphs, place_of, sounds
from matching.name_reading import classes_heard, near_sound
from matching.normalize import UNKNOWN_CHARACTER, fold_characters
from matching.packed_rows import UNKNOWN

HEARD = sorted({character for character, _ in classes_heard()})
READ = sorted(character for character, _ in look_alikes() if fold_characters(character) == character)


@given(st.sampled_from(HEARD), st.sampled_from(HEARD))
def test_characters_heard_as_one_another_share_a_class(a: str, b: str) -> None:
    assert sounds()[place_of(a)] & sounds()[place_of(b)] or not near_sound(a, b)


@pytest.mark.parametrize(("a", "b"), [("王", "李"), ("伟", "芳")])
def test_characters_that_sound_unlike_share_no_class(a: str, b: str) -> None:
    assert not sounds()[place_of(a)] & sounds()[place_of(b)]


@given(st.sampled_from(READ), st.sampled_from(READ), st.data())
def test_characters_that_look_alike_are_a_pair_and_others_are_none(one: str, other: str, data: st.DataObject) -> None:
    pairs = set(glyphs()[glyphs() >> 16 == place_of(one)].tolist())
    near = data.draw(st.sampled_from(dict(look_alikes())[one]))
    assert fold_characters(near) != near or place_of(one) << 16 | place_of(near) in pairs
    assert one == other or (place_of(one) << 16 | place_of(other) in pairs) == (likeness(one, other) > 0)


def test_the_pairs_are_in_order_as_they_are_searched() -> None:
    assert (glyphs()[1:] >= glyphs()[:-1]).all()


def test_what_could_not_be_read_has_the_code_compiled_code_knows() -> None:
    assert place_of(UNKNOWN_CHARACTER) == UNKNOWN


def test_machine_code_is_made_anew_where_a_file_it_was_made_from_changes() -> None:
    """The kept machine code is told apart by the walk's own file alone, so that file names the state of the others."""
    for module in (name_bound, number_slips):
        assert module.__file__ is not None
        state = hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest()[:16]
        assert state == candidate_walk.MADE_WITH[module.__name__.rpartition(".")[2]]
