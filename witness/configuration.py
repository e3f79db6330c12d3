"""What a witness is told: which log, by which keys it is known, and where its own key and memory lie."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from registry.errors import SettingsError
from registry.ledger.signed_note import SignatureError, VerifierKey

_FIELDS = {"log_address", "log_keys", "key_file", "state_file", "every_seconds"}


@dataclass(frozen=True, slots=True)
class Configuration:
    """The register's address, the public keys of its log (all of one name), two files, and how often to look."""

    log_address: str
    log_keys: tuple[VerifierKey, ...]
    key_file: Path
    state_file: Path
    every_seconds: float

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.log_keys[0].name

    @classmethod
    def load(cls, path: Path) -> Configuration:
        """Read a TOML file; paths in it are relative to it. SettingsError names what is wrong."""
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"there is no file {path}") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
            raise SettingsError(f"{path} cannot be read: {failure}") from None
        unknown = sorted(values.keys() - _FIELDS)
        if unknown:
            raise SettingsError(f"{path} states what is not known: {', '.join(unknown)}")
        return cls(
            log_address=_address(_text(values, "log_address")),
            log_keys=_keys(values.get("log_keys")),
            key_file=path.parent / _text(values, "key_file"),
            state_file=path.parent / _text(values, "state_file"),
            every_seconds=_seconds(values.get("every_seconds", 60)),
        )


def _text(values: Mapping[str, Any], field: str) -> str:
    value = values.get(field)
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{field} must be stated")
    return value.strip()


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError("log_address must begin with https:// or http:// and name a host")
    return text.rstrip("/")


def _keys(stated: object) -> tuple[VerifierKey, ...]:
    if not isinstance(stated, list) or not stated or not all(isinstance(each, str) for each in stated):
        raise SettingsError("log_keys must be a list of the log's public keys (`registry keys public` prints them)")
    try:
        keys = tuple(VerifierKey.parse(each) for each in stated)
    except SignatureError as refusal:
        raise SettingsError(f"log_keys: {refusal}") from None
    if len({key.name for key in keys}) > 1:
        raise SettingsError("log_keys are of several logs; a witness watches one")
    return keys


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 86_400:
        raise SettingsError("every_seconds must be a number from 1 to 86400")
    return float(value)
