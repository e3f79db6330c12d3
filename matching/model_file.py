"""A model version as a file: the whole table and every share of names, so that old decisions can be replayed from it.

TOML. Shares of names are whole thousand-millionths of the residents. A version made from a roster ends in `+` and the
first twelve hexadecimal digits of the SHA-256 of everything below its first line, so that no file can be changed
and keep its version; a shipped version has a plain name.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from matching.model import Feature, Level, Model
from matching.name_rarity import COLUMNS, UNIT, NameShares, Proportions

DIGEST_LENGTH = 12
"""Hexadecimal digits of the digest that are a part of the version."""


def written(model: Model) -> str:
    """Return the file of a model."""
    return _first_line(model.version) + _body(model)


def with_digest(model: Model) -> str:
    """Return the file of a model under a new version: its own, followed by the digest of its content."""
    body = _body(model)
    return _first_line(f"{model.version.partition('+')[0]}+{_digest(body)}") + body


def read(text: str) -> Model:
    """Return the model of a file. Raises ValueError, naming what is wrong, where it is not whole or was changed."""
    try:
        values = tomllib.loads(text)
        model = _model(values)
    except (tomllib.TOMLDecodeError, RecursionError, KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"is no model file ({type(fault).__name__}: {fault})") from None
    digest = model.version.partition("+")[2]
    if digest and digest != _digest(text.partition("\n")[2]):
        raise ValueError("was changed after it was made: its content does not have the digest in its version")
    return model


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:DIGEST_LENGTH]


def _first_line(version: str) -> str:
    return f"version = {_text(version)}\n"


def _body(model: Model) -> str:
    parts = [
        [f"residents = {model.residents}", f"organisations = {model.organisations}"],
        _table("made", model.made.items()),
        *(_feature(feature) for feature in model.features.values()),
        _table("names.proportions", ((key, _plain(value)) for key, value in asdict(model.names.proportions).items())),
        _table("names.surnames", ((name, _parts(share)) for name, share in model.names.surnames.items())),
        _table("names.characters", ((one, [*map(_parts, row)]) for one, row in model.names.characters.items())),
        _table("names.leading", ((name, _parts(share)) for name, share in model.names.leading.items())),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _feature(feature: Feature) -> list[str]:
    head = [f"[features.{feature.name}]", f"source = {_text(feature.source)}"]
    levels = [f"{name} = {_level(level)}" for name, level in feature.levels.items()]
    return [*head, f"[features.{feature.name}.levels]", *levels]


def _level(level: Level) -> str:
    other = "" if level.other is None else f", other = {level.other!r}"
    return f"{{ same = {level.same!r}{other} }}"


def _table(name: str, entries: Iterable[tuple[str, Any]]) -> list[str]:
    lines = (f"{_text(key)} = {_text(value) if isinstance(value, str) else value}" for key, value in entries)
    return [f"[{name}]", *lines]


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(value: float | tuple[float, ...]) -> float | list[float]:
    return list(value) if isinstance(value, tuple) else value


def _parts(share: float) -> int:
    return round(share * UNIT)


def _model(values: Mapping[str, Any]) -> Model:
    features = {name: _read_feature(name, entry) for name, entry in values["features"].items()}
    version, residents, organisations = values["version"], values["residents"], values["organisations"]
    if not (isinstance(version, str) and version and min(residents, organisations) > 0):
        raise ValueError("version, residents and organisations must be stated")
    return Model(version, residents, organisations, features, _read_names(values["names"]), values["made"])


def _read_feature(name: str, entry: Mapping[str, Any]) -> Feature:
    levels = {key: Level(_share(level["same"]), _other(level)) for key, level in entry["levels"].items()}
    return Feature(name, entry["source"], levels)


def _other(level: Mapping[str, Any]) -> float | None:
    return _share(level["other"]) if "other" in level else None


def _share(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError("every share must be above 0 and at most 1")
    return float(value)


def _read_names(values: Mapping[str, Any]) -> NameShares:
    characters = {one: tuple(_units(row)) for one, row in values["characters"].items()}
    if any(len(row) != COLUMNS for row in characters.values()):
        raise ValueError(f"every character needs {COLUMNS} shares")
    made: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values["proportions"].items()
    }
    surnames, leading = values["surnames"], values["leading"]
    return NameShares(
        dict(zip(surnames, _units(surnames.values()), strict=True)),
        characters,
        dict(zip(leading, _units(leading.values()), strict=True)),
        Proportions(**made),
    )


def _units(values: Iterable[int]) -> Iterator[float]:
    for value in values:
        if not 0 <= value <= UNIT:
            raise ValueError("every share of names must lie between 0 and a thousand million")
        yield value / UNIT
