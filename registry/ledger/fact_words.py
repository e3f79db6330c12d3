"""What the facts of recorded acts are called for people, in Chinese and English, and what their codes mean.

Facts that are digests say nothing to a reader and are left out here: who verifies reads them as they are recorded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_suffix(".toml")
_PLACE: Final = {"zh": 0, "en": 1}
_DIGEST: Final = "_digest"


def facts_in_words(facts: Mapping[str, object], language: str) -> list[tuple[str, str]]:
    """Return an act's facts as pairs of a name in words and a value, in a language ("zh", "en")."""
    return [
        (fact_in_words(name, language), value_in_words(name, value, language))
        for name, value in facts.items()
        if value != "" and not name.endswith(_DIGEST)
    ]


def fact_in_words(name: str, language: str) -> str:
    """Return what a fact is called; one of a former vocabulary is called as it is recorded."""
    both = _facts().get(name)
    return name if both is None else both[_PLACE[language]]


def value_in_words(name: str, value: object, language: str) -> str:
    """Return a fact's value: in words where it is a code that has some, else as it is recorded."""
    both = _codes().get(name, {}).get(str(value))
    return str(value) if both is None else both[_PLACE[language]]


def worded_facts() -> frozenset[str]:
    """Return the names of all facts that have words."""
    return frozenset(_facts())


def worded_codes(name: str) -> frozenset[str]:
    """Return the codes of a fact that have words."""
    return frozenset(_codes().get(name, {}))


def _facts() -> Mapping[str, list[str]]:
    facts: Mapping[str, list[str]] = _file()["facts"]
    return facts


def _codes() -> Mapping[str, Mapping[str, list[str]]]:
    codes: Mapping[str, Mapping[str, list[str]]] = _file()["values"]
    return codes


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
