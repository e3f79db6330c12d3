"""Opens the checked-in name tables; every table is read once, when its module is imported."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

_DATA = files("matching") / "data"


def rows(table: str) -> Iterator[list[str]]:
    """Yield the tab-separated cells of each line of a table; lines that begin with `#` are its notes."""
    for line in (_DATA / table).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")
