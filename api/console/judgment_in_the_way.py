"""What keeps a step of a case from being taken now: which document waits for a second person, and since when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from api.console.judgment_pages import open_judgment, standing_content
from api.console.language import t
from api.console.who_acted import actor_name
from registry.services.actor import Actor
from registry.services.read_desk import DeskDocument


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A document that waits for a second person: its number and case, which step waits, who filed it, and when."""

    document_no: str
    case_number: str
    step: str
    filed_by: str
    filed_at: datetime.datetime


def in_the_way(document: DeskDocument, actor: Actor) -> InTheWay | None:
    """Return what waits in a case: a filing of the document itself, or the ruling it was filed from."""
    step = document.waiting
    if step is None:
        return None
    named = document if step.source is None else open_judgment(step.source, actor)
    content = named.content or standing_content(named) or {}
    case = str(content.get("case_number") or t("judgments.case_unknown"))
    kind = t(f"judgments.filing_{step.kind.value}")
    return InTheWay(named.document_no, case, kind, actor_name(step.filed_by), step.filed_at)
