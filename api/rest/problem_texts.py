"""The texts of problems and faults by code, in Chinese and English, and all codes there are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final

_FAULT: Final = "fault."
_NO_CODE: Final = frozenset({"retry"})
"""Texts that belong to a next step and are no problem's title."""

TEXTS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    resources.files("api.rest").joinpath("problem_texts.toml").read_text("utf-8")
)


def _meaning(text: Mapping[str, str]) -> str:
    return f"{text['zh']} / {text['en']}".replace("{}", "…")


PROBLEM_MEANINGS: Final = {
    code: _meaning(text) for code, text in TEXTS.items() if not code.startswith(_FAULT) and code not in _NO_CODE
}
"""Every code a problem can have, and what it means."""

FAULT_MEANINGS: Final = {
    code.removeprefix(_FAULT): _meaning(text) for code, text in TEXTS.items() if code.startswith(_FAULT)
}
"""Every code a fault of a field can have, and what it means."""
