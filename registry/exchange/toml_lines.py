"""TOML files whose wrong entries are named with their line, which the standard library's reader does not keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from registry.errors import SettingsError
from registry.law.strict_toml import Table

Path = tuple[str, ...]
_PART: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY: Final = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_PARTS: Final = re.compile(_PART)
_TOKEN: Final = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\[\]{}]|#.*')


def entry_lines(text: str) -> dict[Path, int]:
    """Return on which line every table and entry of a sound TOML text stands; a list's tables are counted from 1."""
    places: dict[Path, int] = {}
    table: Path = ()
    for number, line in _beginnings(text):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            table = _parts(header[2])
            places.setdefault(table, number)
            table = _numbered(table, places) if header[1] == "[[" else table
            places.setdefault(table, number)
        elif key is not None:
            places.setdefault(table + _parts(key[1]), number)
    return places


def _numbered(path: Path, places: Mapping[Path, int]) -> Path:
    count = 1
    while (*path, str(count)) in places:
        count += 1
    return (*path, str(count))


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))


def _beginnings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which no value begun before still goes on, each with its number."""
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if depth == 0 and not quote:
            yield number, line
        begun = _HEADER.match(line) if depth == 0 and not quote else None
        if begun is None:
            depth, quote = _left_open(line, depth, quote)


def _left_open(line: str, depth: int, quote: str) -> tuple[int, str]:
    place = 0
    while place < len(line):
        if quote:
            end = line.find(quote, place)
            if end < 0:
                return depth, quote
            place, quote = end + 3, ""
            continue
        found = _TOKEN.search(line, place)
        if found is None:
            break
        token, place = found[0], found.end()
        quote = token if token in {'"""', "'''"} else ""
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
    return depth, quote


class LocatedTable(Table):
    """One table of a file; whatever is wrong with it is said with the file's name and the line."""

    def __init__(self, file: str, entries: Mapping[str, Any], lines: Mapping[Path, int], path: Path = ()) -> None:
        super().__init__(".".join((file, *path)), entries)
        self._file = file
        self._lines = lines
        self._path = path

    def fault(self, entry: str, reason: str) -> SettingsError:
        """Return the error that names file, line and entry; an entry that is missing is named by its table's line."""
        path = (*self._path, *entry.split("."))
        line = next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 1)
        return SettingsError(f"{self._file}, line {line}: {'.'.join(path)}: {reason}")

    def parts_of(self, entry: str, address: str) -> SplitResult:
        """Return the parts of an address an entry states; raises as the rest where it is none."""
        try:
            parts = urlsplit(address)
            _ = parts.port
        except ValueError:
            raise self.fault(entry, "is no address") from None
        return parts

    def table(self, entry: str) -> LocatedTable:
        """Take a table inside this one; an absent one is empty."""
        return LocatedTable(self._file, self.take(entry, dict, {}), self._lines, (*self._path, entry))

    def tables(self, entry: str) -> Iterator[LocatedTable]:
        """Take a list of tables."""
        for position, value in enumerate(self.take(entry, list, []), start=1):
            if not isinstance(value, dict):
                raise self.fault(entry, "must be a list of tables")
            yield LocatedTable(self._file, value, self._lines, (*self._path, entry, str(position)))

    def has(self, entry: str) -> bool:
        """Tell whether an entry is stated and was not taken yet."""
        return entry in self.names()
