"""Looks at a register from outside: what an import said, and who is then listed on what."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from registry.intake.headings import ListKind
from registry.services.context import Services
from registry.services.import_list import import_list
from registry.services.load_index import ListedSubject, load_subjects
from registry.services.row_results import ImportReport
from registry.services.sequence_log import sequence_log
from registry.services.watch_conduct import Watched, watch_conduct
from tests.registry.intake.list_rows_at_hand import csv_text


def take(services: Services, *rows: Mapping[str, str], source_region: str | None = None) -> ImportReport:
    """Import rows as one CSV file."""
    kind = ListKind.REVOCATION if "organisation" in rows[0] else ListKind.CONVICTION
    data = io.BytesIO(csv_text(rows, kind).encode())
    return import_list(services, data, actor="test", source_region=source_region)


def outcomes(report: ImportReport) -> dict[str, int]:
    return {str(outcome): count for outcome, count in report.counts.items()}


def listed(services: Services, subjects: Sequence[int] | None = None) -> list[ListedSubject]:
    with services.store.read() as uow:
        return list(load_subjects(uow, subjects))


def names(services: Services) -> list[set[str | None]]:
    """The names each listed subject is known by, one set a subject."""
    return [{face.identity.name for face in subject.faces} for subject in listed(services)]


def bans(services: Services) -> list[Any]:
    """Everything in force, without numbers that differ from register to register."""
    return sorted(
        (
            str(subject.kind),
            sorted(repr(face.identity) for face in subject.faces),
            sorted((repr(held.basis), sorted(link.record_no for link in held.records)) for held in subject.bases),
        )
        for subject in listed(services)
    )


def version(services: Services) -> int:
    with services.store.read() as uow:
        return uow.head.version()


def rows(services: Services, table: Table) -> list[Any]:
    with services.store.read() as uow:
        return list(uow.transaction.connection.execute(select(table).order_by(*table.primary_key)))


def everything_stored(services: Services, folder: Path) -> bytes:
    """Every byte of a SQLite store, its journal included."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("registry.sqlite3*")))


def watched(services: Services) -> Watched:
    """Let the worker give what was recorded its place in the log, and then look at the clients' conduct."""
    sequence_log(services.store)
    return watch_conduct(services)
