"""Partners as TOML files: who, over which transport, with which keys, limits, schedule, and what their rows mean.

A wrong file is refused as a whole, with the file's name, the line and the entry (docs/province-adapters.md describes
every entry). Credentials never stand in it: it names where they are.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from registry.errors import SettingsError
from registry.exchange.batch import HUB
from registry.exchange.drop_settings import DropSettings, read_drop
from registry.exchange.feed_settings import read_feed
from registry.exchange.partner import ExchangeLimits, ExchangeSchedule, Partner
from registry.exchange.row_settings import read_rows
from registry.exchange.table_settings import TableSettings, read_table_adapter
from registry.exchange.toml_lines import LocatedTable, entry_lines
from registry.law.roles import Region

_DURATION: Final = re.compile(r"(\d+)(s|m|h|d)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_KEY_BYTES: Final = 32
_URL_SAFE: Final = str.maketrans("-_", "+/")
_NAMES: Final = (*(str(region) for region in Region), HUB)
_ENTRIES: Final = frozenset(
    {"partner", "adapter", "signed", "keys", "valid_until", "limits", "schedule", "feed", "drop", "table"}
    | {"fields", "constants", "codes", "written", "units", "rows"}
)
_MAY_PASS: Final = datetime.timedelta(days=366)


class AdapterName(StrEnum):
    """The transports there are."""

    FEED = "feed"
    DROP = "drop"
    TABLE = "table"


def load_partners(folder: Path) -> tuple[Partner, ...]:
    """Read every partner's file (*.toml) of a folder, by name; none where there is no folder.

    Raises SettingsError naming file, line and entry, or the two files that are about the same partner.
    """
    partners: dict[str, Partner] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        partner = read_partner(path)
        if partner.name in partners:
            raise SettingsError(f"{path.name}: {files[partner.name]} is about partner {partner.name} already")
        partners[partner.name], files[partner.name] = partner, path.name
    return tuple(partners[name] for name in sorted(partners))


def read_partner(path: Path) -> Partner:
    """Read one partner's file. Raises SettingsError naming file, line and entry."""
    text = _text_of(path)
    try:
        stated = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path.name}: is not valid TOML: {error}") from error
    return _partner(LocatedTable(path.name, stated, entry_lines(text)), path.parent)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path.name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name}: is not in UTF-8, as TOML must be") from None


def _partner(table: LocatedTable, folder: Path) -> Partner:
    table.require_known(_ENTRIES)  # before anything is found missing that is only misspelt
    name = table.text("partner")
    if name not in _NAMES:
        raise table.fault("partner", f"must be one of {', '.join(_NAMES)}")
    adapter = table.choice("adapter", AdapterName)
    signed, keys = table.flag("signed", default=True), _keys(table)
    options = _options(table, adapter, name, folder, signed=signed)
    partner = Partner(
        name=name,
        adapter=str(adapter),
        signed=signed,
        keys=keys,
        valid_until=_length(table, "valid_until") if table.has("valid_until") else None,
        limits=_limits(table.table("limits")),
        schedule=_schedule(table.table("schedule")),
        is_handed=_is_handed(options),
        options=options,
    )
    if signed and not keys:
        raise table.fault("keys", "a partner that signs needs its public keys here (or: signed = false)")
    if not signed and keys:
        raise table.fault("keys", "are stated although signed is false")
    table.finish()
    return partner


def _options(table: LocatedTable, adapter: AdapterName, name: str, folder: Path, *, signed: bool) -> dict[str, Any]:
    """Return the settings of the transport; a table of another transport is refused as unknown."""
    options: dict[str, Any] = {"folder": folder}
    if adapter is AdapterName.FEED:
        if not signed:
            raise table.fault("signed", "a feed is always signed")
        return options | read_feed(table.table(str(adapter)))
    options["rows"] = read_rows(table, name)
    if adapter is AdapterName.DROP:
        options["drop"] = read_drop(table.table(str(adapter)), options["rows"], signed=signed)
    else:
        options["table"] = read_table_adapter(table.table(str(adapter)), options["rows"], signed=signed)
    return options


def _is_handed(options: Mapping[str, Any]) -> bool:
    """Tell whether there is a folder or a table to write to; whoever has a feed comes and gets it."""
    drop, tables = options.get("drop"), options.get("table")
    if isinstance(drop, DropSettings):
        return drop.outbox is not None
    return isinstance(tables, TableSettings) and bool(tables.outbox or tables.outgoing)


def _limits(table: LocatedTable) -> ExchangeLimits:
    usual = ExchangeLimits()
    limits = ExchangeLimits(
        withdrawals_percent=_number(table, "withdrawals_percent", usual.withdrawals_percent),
        withdrawals_always=_whole(table, "withdrawals_always", usual.withdrawals_always),
        items_per_batch=_whole(table, "items_per_batch", usual.items_per_batch, at_least=1),
        bytes_per_batch=_whole(table, "bytes_per_batch", usual.bytes_per_batch, at_least=1 << 16),
        seconds_per_request=_number(table, "seconds_per_request", usual.seconds_per_request, at_least=1.0),
    )
    table.finish()
    if limits.withdrawals_percent > 100:
        raise table.fault("withdrawals_percent", "must be at most 100")
    return limits


def _schedule(table: LocatedTable) -> ExchangeSchedule:
    usual = ExchangeSchedule()
    schedule = ExchangeSchedule(
        pull_every=_length(table, "pull_every", usual.pull_every),
        push_every=_length(table, "push_every", usual.push_every),
        reconcile_at=_time(table, "reconcile_at", usual.reconcile_at),
        first_retry=_length(table, "first_retry", usual.first_retry),
        longest_retry=_length(table, "longest_retry", usual.longest_retry),
    )
    table.finish()
    if schedule.longest_retry < schedule.first_retry:
        raise table.fault("longest_retry", "must not be shorter than first_retry")
    return schedule


def _length(table: LocatedTable, entry: str, usual: datetime.timedelta | None = None) -> datetime.timedelta:
    if usual is not None and not table.has(entry):
        return usual
    found = _DURATION.fullmatch(table.text(entry))
    length = datetime.timedelta(**{_UNITS[found[2]]: int(found[1])}) if found and len(found[1]) < 9 else None
    if length is None or not datetime.timedelta(0) < length <= _MAY_PASS:
        raise table.fault(entry, 'must be a length of time of at most 366 days, such as "30s", "10m", "12h" or "3d"')
    return length


def _time(table: LocatedTable, entry: str, usual: datetime.time) -> datetime.time:
    if not table.has(entry):
        return usual
    try:
        time = datetime.time.fromisoformat(table.text(entry))
    except ValueError:
        time = None
    if time is None or time.tzinfo is not None:
        raise table.fault(entry, 'must be a time of day in China, such as "02:30"')
    return time


def _number(table: LocatedTable, entry: str, usual: float, at_least: float = 0.0) -> float:
    return table.number(entry, at_least) if table.has(entry) else usual


def _whole(table: LocatedTable, entry: str, usual: int, at_least: int = 0) -> int:
    return table.whole(entry, at_least) if table.has(entry) else usual


def _keys(table: LocatedTable) -> tuple[bytes, ...]:
    return tuple(_key(table, text) for text in table.texts("keys", ()))


def _key(table: LocatedTable, text: str) -> bytes:
    try:
        padded = text.translate(_URL_SAFE) + "=" * (-len(text) % 4)
        key = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise table.fault("keys", "each must be an Ed25519 public key: 32 bytes in base64 or base64url")
    return key
