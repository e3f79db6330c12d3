"""What the pages say, in Chinese and English: one file of texts/ for each part of the console.

A text is named `part.name`, `part` being its file; words in braces are filled in.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

_PLACE: Final = Path(__file__).parent / "texts"


class Language(StrEnum):
    """The languages of the console; Chinese comes first."""

    ZH = "zh"
    EN = "en"


@functools.cache
def all_texts() -> Mapping[str, Mapping[Language, str]]:
    """Return every text by its name, in both languages; ValueError where one is not there in both."""
    found: dict[str, Mapping[Language, str]] = {}
    for path in sorted(_PLACE.glob("*.toml")):
        for name, both in tomllib.loads(path.read_text("utf-8")).items():
            found[f"{path.stem}.{name}"] = dict(zip(Language, both, strict=True))
    return found


def say(language: Language, name: str, /, **filled: object) -> str:
    """Return a text in a language; KeyError where there is none of that name, or a word in braces is not given."""
    return all_texts()[name][language].format(**filled)


def is_text(name: str) -> bool:
    """Say whether there is a text of a name."""
    return name in all_texts()
