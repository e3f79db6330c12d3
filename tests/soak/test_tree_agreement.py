"""The tree agrees with an implementation that others wrote."""

from __future__ import annotations

from tests.soak.tree_agreement import compare_large, compare_small

LARGEST = 1 << 16
ROUNDS = 200
"""`make soak` draws ten times as many, up to 2**20 leaves."""


def test_all_trees_up_to_64_leaves_have_the_roots_and_proofs_of_an_independent_implementation() -> None:
    assert compare_small(64) == []


def test_random_trees_have_the_roots_and_proofs_of_an_independent_implementation() -> None:
    assert compare_large(LARGEST, ROUNDS, "make test") == []
