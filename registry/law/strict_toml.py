"""Reading the law's data files strictly: a wrong, missing or unknown entry is named, nothing is guessed."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Container, Iterator, Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from registry.errors import SettingsError

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
_ABSENT = object()


class Table:
    """One table of a data file; every entry must be asked for once, `finish` refuses what is left over."""

    def __init__(self, where: str, entries: Mapping[str, Any]) -> None:
        self._where = where
        self._left = dict(entries)

    def fault(self, entry: str, reason: str) -> SettingsError:
        """Return the error that names an entry of this table."""
        return SettingsError(f"{self._where}.{entry}: {reason}")

    def take(self, entry: str, kind: type[Value], default: object = _ABSENT) -> Value:
        """Take one entry of the given type; without a default it must be there. Raises SettingsError."""
        value = self._left.pop(entry, default)
        if value is _ABSENT:
            raise self.fault(entry, "is missing")
        if value is default:
            return value  # type: ignore[return-value]  # the caller's own default, of the caller's type
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(entry, f"must be of type {kind.__name__}")
        return value

    def text(self, entry: str) -> str:
        """Take a text that is not blank."""
        value = self.take(entry, str)
        if not value.strip():
            raise self.fault(entry, "must not be blank")
        return value

    def number(self, entry: str, at_least: float = 0.0) -> float:
        """Take a number, whole or not."""
        value = self._left.pop(entry, _ABSENT)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(entry, "must be a number" if value is not _ABSENT else "is missing")
        if not at_least <= value:
            raise self.fault(entry, f"must be at least {at_least:g}")
        return float(value)

    def whole(self, entry: str, at_least: int = 0) -> int:
        """Take a whole number."""
        value = self.take(entry, int)
        if value < at_least:
            raise self.fault(entry, f"must be at least {at_least}")
        return value

    def day(self, entry: str, default: object = _ABSENT) -> datetime.date | None:
        """Take a calendar day."""
        value: datetime.date | None = self.take(entry, datetime.date, default)
        if isinstance(value, datetime.datetime):
            raise self.fault(entry, "must be a day without a time")
        return value

    def choice(self, entry: str, choices: type[Choice], default: object = _ABSENT) -> Choice:
        """Take one of a closed set of words."""
        if default is not _ABSENT and entry not in self._left:
            return default  # type: ignore[return-value]  # the caller's own default, of the caller's type
        return self._chosen(entry, self.take(entry, str), choices)

    def choices(self, entry: str, choices: type[Choice], default: object = _ABSENT) -> tuple[Choice, ...]:
        """Take a list of words of a closed set."""
        return tuple(self._chosen(entry, word, choices) for word in self.texts(entry, default))

    def flag(self, entry: str, default: object = _ABSENT) -> bool:
        """Take true or false."""
        return self.take(entry, bool, default)

    def texts(self, entry: str, default: object = _ABSENT) -> tuple[str, ...]:
        """Take a list of texts."""
        values: list[Any] = list(self.take(entry, list, default))
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.fault(entry, "must be a list of texts")
        return tuple(values)

    def table(self, entry: str) -> Table:
        """Take a table inside this one."""
        return Table(f"{self._where}.{entry}", self.take(entry, dict))

    def tables(self, entry: str) -> Iterator[Table]:
        """Take a list of tables, each named by its id, name or position."""
        for position, value in enumerate(self.take(entry, list), start=1):
            if not isinstance(value, dict):
                raise self.fault(entry, "must be a list of tables")
            label = value.get("id") or value.get("name") or position
            yield Table(f"{self._where}.{entry}[{label}]", value)

    def names(self) -> tuple[str, ...]:
        """Return the entries not yet asked for."""
        return tuple(self._left)

    def require_known(self, entries: Container[str]) -> None:
        """Refuse entries that are none of these, before any is read."""
        unknown = sorted(entry for entry in self._left if entry not in entries)
        if unknown:
            raise self.fault(unknown[0], "is not an entry known here")

    def finish(self) -> None:
        """Refuse entries nobody asked for: a misspelt setting must not be silently ignored."""
        self.require_known(())

    def _chosen(self, entry: str, word: str, choices: type[Choice]) -> Choice:
        try:
            return choices(word)
        except ValueError:
            raise self.fault(entry, f"must be one of {', '.join(choices)}, not {word}") from None


def read_table(name: str, path: Path | None = None) -> Table:
    """Read a data file of this package, or another file in its place. Raises SettingsError naming the file."""
    return parse_table(name, read_text(name, path))


def read_text(name: str, path: Path | None = None) -> str:
    """Return the wording of a data file of this package, or of another in its place. Raises as `read_table` does."""
    try:
        if path is None:
            return resources.files("registry.law").joinpath(name).read_text(encoding="utf-8")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: is not valid TOML ({error})") from error


def parse_table(name: str, text: str) -> Table:
    """Return the table a wording states. Raises SettingsError where it is not TOML."""
    try:
        return Table(name, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{name}: is not valid TOML ({error})") from error
