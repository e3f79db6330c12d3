"""The papers' own sentences, kept as data (wording.toml) so that a legal office can read them in one place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import Final

_SPOKEN: Final[ContextVar[str]] = ContextVar("spoken", default="zh")


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


def wording(kind: str, variant: str | None = None) -> Wording:
    """Return the sentences of one kind of paper, a section of wording.toml, in the language spoken at the moment.

    `variant`: an occasion some of the sentences are others for (section `kind_variant`).
    """
    return _wording(kind, _SPOKEN.get(), variant)


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """Word what is put together within the block in Chinese ("zh") or, where there are words, in English ("en")."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> str:
    """Return the language spoken at the moment."""
    return _SPOKEN.get()


@cache
def _wording(kind: str, language: str, variant: str | None) -> Wording:
    sections = tomllib.loads(resources.files("registry.papers").joinpath("wording.toml").read_text("utf-8"))
    return Wording(sections[kind] | sections.get(f"{kind}_{variant}", {}) | sections.get(f"{kind}_{language}", {}))
