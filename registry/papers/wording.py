"""The papers' own sentences, kept as data (wording.toml) so that a legal office can read them in one place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources


class Wording:
    """The sentences of one kind of paper; what they are filled with is never read as a sentence itself."""

    def __init__(self, sentences: Mapping[str, str | list[str]]) -> None:
        self._sentences = sentences

    def say(self, name: str, **values: object) -> str:
        """Return one sentence with its braces filled in."""
        sentence = self._sentences[name]
        if not isinstance(sentence, str):
            raise TypeError(f"wording.toml: {name} is a list")
        return sentence.format(**values)

    def row(self, name: str, **values: object) -> Sequence[str]:
        """Return the sentences of a list, such as a table's head, each with its braces filled in."""
        return [sentence.format(**values) for sentence in self._sentences[name]]


@cache
def wording(kind: str) -> Wording:
    """Return the sentences of one kind of paper, a section of wording.toml."""
    text = resources.files("registry.papers").joinpath("wording.toml").read_text("utf-8")
    return Wording(tomllib.loads(text)[kind])
