"""The most that each kind of agreement can weigh under a model, for the bound on the evidence between two rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching import name_bound
from matching.evidence import visible_share
from matching.model import Model, millibits
from matching.packed_rows import LIKENESSES, TAIL, WEIGHTS, Rows


def most_weights(model: Model) -> Rows:
    """Return the one row of `WEIGHTS` that bounds the model's levels."""

    def most(feature: str, *levels: str) -> int:
        return max(model.weight(feature, level) for level in levels)

    weights = {
        "numbers_differ": most("id_number", "differs_unsound", "differs"),
        "place": most("county", "county", "prefecture", "province"),
        "place_near": most("county", "province", "differs"),
        "place_differs": most("county", "differs"),
        "area_equal": most("id_area", "equal"),
        "area_near": most("id_area", "one_digit", "differs"),
        "area_differs": most("id_area", "differs"),
        "birth_and_sex": max(0, *_births(model).values()) + most("sex", "equal", "differs"),
        "sex": most("sex", "equal"),
        "sex_differs": most("sex", "differs"),
        **_births(model),
        **_names(model),
        "same_organisation": most("organisation_name", "exact", "form", "core", "differs"),
        "other_organisation": most("organisation_name", "core", "differs"),
    }
    row = np.zeros(1, dtype=WEIGHTS)
    for name, weight in weights.items():
        row[name] = weight
    row["tails"] = [(0, 0, 0), *(_tail_weights(model, shown) for shown in range(1, TAIL + 1))]
    row["name_off"] = [_off(model, _NAME_LEVELS[like]) for like in range(LIKENESSES)]
    return row


def _births(model: Model) -> dict[str, int]:
    days = ("day", "swapped", "year_off", "one_digit", "days_apart", "lunar", "year_and_day_off", "same_year")
    return {
        **{level: model.weight("birth_date", level) for level in days},
        "days_apart": max(model.weight("birth_date", level) for level in ("days_apart", "day_or_ten_off")),
        "other_birth": model.weight("birth_date", "differs"),
        "month": model.weight("birth_month", "month"),
        "month_same_year": model.weight("birth_month", "same_year"),
        "month_differs": model.weight("birth_month", "differs"),
        "year": model.weight("birth_year", "year"),
        "year_adjacent": model.weight("birth_year", "adjacent"),
        "year_differs": model.weight("birth_year", "differs"),
    }


_NAME_LEVELS = {
    name_bound.SAME: ("exact", "form"),
    name_bound.INCOMPLETE: ("unknown_character", "exact"),
    name_bound.MISTAKEN: ("misheard", "misread", "one_other", "given_only"),
    name_bound.MISREAD: ("misread", "one_other", "given_only"),
    name_bound.ONE_OTHER: ("one_other", "given_only"),
    name_bound.TWO_ERRORS: ("two_errors",),
    name_bound.SWAPPED: ("swapped", "homophone", "two_errors", "surname_only", "given_only"),
    name_bound.HOMOPHONE: ("homophone",),
    name_bound.LENGTH: ("shortened", "married", "surname_only", "given_only"),
    name_bound.UNLIKE: ("surname_only", "given_only"),
}


def _names(model: Model) -> dict[str, int]:
    """Return what a name that differs weighs, and how far below an equal one the others stay at least."""
    return {
        "name_differs": model.weight("name", "differs", 1.0),
        "given_off": _off(model, ("given_only",)),
        "former_off": _off(model, ("former",)),
        "former_error_off": _off(model, ("former_error",), 4),
    }


def _off(model: Model, levels: Sequence[str], neighbourhoods: int = 1) -> int:
    """Return how far below an equal name these levels stay at least: no neighbourhood is rarer than the name itself.

    A former name's errors take in four. Weights are rounded on their own and may lie a thousandth nearer.
    """
    same = max(model.level("name", level).same for level in levels)
    return millibits(model.level("name", "exact").same * neighbourhoods, same) - 1


def _tail_weights(model: Model, shown: int) -> tuple[int, int, int]:
    """Return the most that so many visible characters weigh where all agree, where one differs, where more do."""
    levels = ("equal", "one_digit" if shown > 1 else "differs", "differs")
    weights = [model.weight("id_tail", level, visible_share(level, shown)) for level in levels]
    return weights[0], weights[1], weights[2]
