"""Characters the papers' typeface does not have: printed as their code point, never left out.

A rare character of a name that vanished from a letter would make it another person's name.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

_KEPT: Final = "\n"
"""Not drawn, but meant: it ends a line."""


def printable(text: str) -> str:
    """Return the text with every character that cannot be drawn as 〔U+XXXXX〕; line ends stay."""
    return _undrawn().sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)


def coverage() -> tuple[tuple[int, int], ...]:
    """Return the code points the typeface draws, as first and last of each stretch, ascending."""
    lines = resources.files("registry.papers").joinpath("fonts/papers_coverage.txt").read_text("ascii").split()
    return tuple((int(first, 16), int(last, 16)) for first, last in (line.split("-") for line in lines))


@cache
def _undrawn() -> re.Pattern[str]:
    drawn = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in coverage())
    return re.compile(f"[^{re.escape(_KEPT)}{drawn}]")
