"""What is kept how long, and on what ground: the table in retention.toml."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from registry.law.strict_toml import Table, read_table

NAME: Final = "retention.toml"
LEAST_DAYS: Final = 1


class RetentionRule(StrEnum):
    """What is erased after a time, each by its own rule."""

    CLEAR_REQUESTS = "clear_requests"
    CLEAR_DECISIONS = "clear_decisions"
    STOPPED_DECISIONS = "stopped_decisions"
    IDEMPOTENCY_KEYS = "idempotency_keys"
    SETTLED_QUARANTINE = "settled_quarantine"
    OPEN_QUARANTINE = "open_quarantine"
    REPLACED_RECORDS = "replaced_records"
    EXPIRED_BANS = "expired_bans"
    DESK_DRAFTS = "desk_drafts"
    DESK_DOCUMENTS = "desk_documents"
    SHEET_DRAFTS = "sheet_drafts"
    PLACED_SHEETS = "placed_sheets"
    LOOK_UPS = "look_ups"
    SESSIONS = "sessions"
    SIGN_IN_COUNTS = "sign_in_counts"
    SPENT_REQUESTS = "spent_requests"
    HELD_BATCHES = "held_batches"
    EXCHANGE_RUNS = "exchange_runs"
    OBJECTIONS = "objections"


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, what it is in both languages, and the ground in law."""

    days: int
    says_zh: str
    says_en: str
    ground: str


@dataclass(frozen=True, slots=True)
class Retention:
    """The whole table, by rule, and its version."""

    version: str
    periods: Mapping[RetentionRule, Period]

    @classmethod
    def load(cls, path: Path | None = None) -> Retention:
        """Read the table; SettingsError where a rule is missing, unknown or wrong."""
        table = read_table(NAME, path)
        version = table.text("version")
        periods = dict(_period(entry) for entry in table.tables("rule"))
        table.finish()
        missing = sorted(set(RetentionRule) - periods.keys())
        if missing:
            raise table.fault("rule", f"says nothing of {', '.join(missing)}")
        return cls(version, periods)

    def ends_before(self, rule: RetentionRule, now: datetime.datetime) -> datetime.datetime:
        """Return the instant before which what a rule speaks of is to be erased."""
        return now - datetime.timedelta(days=self.periods[rule].days)


def _period(table: Table) -> tuple[RetentionRule, Period]:
    rule = table.choice("id", RetentionRule)
    period = Period(table.whole("days", LEAST_DAYS), table.text("says_zh"), table.text("says_en"), table.text("ground"))
    table.finish()
    return rule, period
