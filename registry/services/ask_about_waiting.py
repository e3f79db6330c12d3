"""Note that a waiting row cannot be told from what is here: what is missing, and from whom. It goes on waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError
from registry.ledger.events import EventKind
from registry.services.decide_food_related import waiting_record

if TYPE_CHECKING:
    from registry.services.context import Services

_LONGEST: Final = {"reason": 1_000, "asked_of": 200}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about: the row, as 33:R001."""

    record: str


def ask_about_waiting(services: Services, record: str, *, missing: str, asked_of: str | None, actor: str) -> Asked:
    """Keep a question about a waiting row; `record` is "33:R001", or "R001" where only one region has such a row.

    The row stays as it is, and can be settled at any time. Raises InvalidInputError (nothing is said to be missing, or
    the row's number has several regions), NotFoundError, and ConflictError where the row does not wait for a finding.
    """
    stated, source = _stated(missing, "reason"), _stated(asked_of or "", "asked_of") or None
    if not stated:
        raise InvalidInputError([FieldFault("reason", "missing", "say what is missing")])
    with services.store.write() as uow:
        waiting = waiting_record(uow, record)
        digest = uow.questions.ask(waiting.id, stated, source, actor)
        facts: dict[str, str | int] = {"record_id": waiting.id, "question_digest": digest}
        uow.ledger.record(EventKind.FOOD_RELATED_ASKED, actor, facts)
    return Asked(f"{waiting.source_region}:{waiting.record_no}")


def _stated(text: str, field: str) -> str:
    plain = text.strip()
    if len(plain) > _LONGEST[field]:
        raise InvalidInputError([FieldFault(field, "too_long", f"at most {_LONGEST[field]:,} characters")])
    return plain
