"""Give the trail of acts away as a file: XLSX, CSV or JSON Lines; each giving is recorded with the file's digest."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import orjson

from registry.clock import SHANGHAI
from registry.intake.returned_rows import as_csv, as_workbook
from registry.ledger.event_document import MEANINGS
from registry.ledger.events import EventKind
from registry.ledger.fact_words import facts_in_words
from registry.services.own_region import within_region
from registry.services.read_trail import digest_of_filter

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.trail_repository import Act, TrailFilter

MOST_ROWS: Final = 100_000
"""Acts a file holds at most: the latest. A longer time is asked for in parts."""

MOST_ROWS_OF_A_WORKBOOK: Final = 10_000
"""A workbook costs about half a millisecond of a processor for each row."""

HEADINGS: Final = (
    "编号", "时间（北京）", "操作", "operation", "操作者", "来源地址", "设备", "代表", "对象", "申请编号", "名单版本",
    "日志序号", "内容", "facts",
)  # fmt: skip


class TrailForm(StrEnum):
    """As what the trail is given away."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class TrailFile:
    """A file of acts: a name that names nobody, its bytes and how many acts are in it."""

    name: str
    content: bytes = field(repr=False)
    rows: int


def export_trail(services: Services, wanted: TrailFilter, form: TrailForm, actor: DeskActor) -> TrailFile:
    """Return the acts of the actor's region that a filter asks for, as a file; recorded."""
    wanted = within_region(wanted, actor)
    rows = itertools.count()
    with services.store.read() as uow:
        acts = uow.trail.stream(wanted, MOST_ROWS_OF_A_WORKBOOK if form is TrailForm.XLSX else MOST_ROWS)
        content = _WRITE[form](_counted(acts, rows))
    given = next(rows)  # one more than the last that was counted, from 0
    facts: dict[str, str | int] = {"filter_digest": digest_of_filter(wanted), "form": form, "rows": given}
    with services.store.write() as uow:
        facts["output_digest"] = hashlib.sha256(content).hexdigest()
        uow.ledger.record(EventKind.TRAIL_EXPORTED, actor.text, facts)
    day = services.clock.today().isoformat()
    return TrailFile(f"trail-{day}.{form}", content, given)


def _counted(acts: Iterable[Act], rows: Iterator[int]) -> Iterator[Act]:
    """Pass acts on one by one: no file needs them all at once."""
    for act in acts:
        next(rows)
        yield act


def _lines(acts: Iterable[Act]) -> Iterator[Sequence[str | int | None]]:
    yield HEADINGS
    for act in acts:
        yield (
            act.id,
            act.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            MEANINGS[act.kind].zh,
            act.kind,
            act.actor,
            act.address,
            act.device,
            act.behalf,
            act.about,
            act.application_no,
            act.list_version,
            act.leaf,
            None if act.facts is None else _in_words(act.facts),
            None if act.facts is None else orjson.dumps(act.facts).decode(),
        )


def _in_words(facts: Mapping[str, object]) -> str:
    return "；".join(f"{name}：{value}" for name, value in facts_in_words(facts, "zh"))


def _workbook(acts: Iterable[Act]) -> bytes:
    return as_workbook(_lines(acts), "操作记录")


def _csv(acts: Iterable[Act]) -> bytes:
    return as_csv(_lines(acts))


def _json_lines(acts: Iterable[Act]) -> bytes:
    return b"".join(
        orjson.dumps(
            {
                "id": act.id,
                "at": act.at,
                "kind": act.kind,
                "actor": act.actor,
                "address": act.address,
                "device": act.device,
                "behalf": act.behalf,
                "about": act.about,
                "application_no": act.application_no,
                "list_version": act.list_version,
                "leaf": act.leaf,
                "facts": act.facts,
                "says": None if act.facts is None else _in_words(act.facts),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for act in acts
    )


_WRITE: Final = {TrailForm.XLSX: _workbook, TrailForm.CSV: _csv, TrailForm.JSON_LINES: _json_lines}
