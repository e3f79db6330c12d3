"""The three pages a judgment has: where it is checked, where it is confirmed, and as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Response, current_app, url_for

from api.console.corrections import pending_on
from api.console.forms import Fault, Form
from api.console.judgment_form import values_of
from api.console.judgment_papers import Paper, papers_of
from api.console.judgment_quotes import pieces, quotes_of
from api.console.judgment_words import (
    Difference,
    differences,
    faults_of,
    in_words,
    label,
    person_name,
    said_fields,
    state_name,
    term,
    tone,
    value_name,
    warnings_of,
)
from api.console.page import region_name, show
from api.console.who_acted import actor_name
from registry.errors import InvalidInputError, NotFoundError
from registry.intake.desk_content import from_reading
from registry.law.roles import Region
from registry.services.actor import Actor
from registry.services.foresee_bans import Foreseen, foresee_bans
from registry.services.read_desk import DeskDocument, HistoryStep, read_document
from registry.services.watch_desk import watch_document
from registry.store.account_repository import UserRole
from registry.store.desk_values import Content, Decision, DeskState, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services

_ENDED: Final = frozenset({DeskState.WITHDRAWN, DeskState.ANNULLED, DeskState.UNLISTED, DeskState.ATTACHED})
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "instance": ("first", "second", "retrial"),
    "kind": ("person", "unit"),
    "sex": ("男", "女"),
    "id_type": (
        "resident_id",
        "hk_mo_permit",
        "tw_permit",
        "hk_mo_tw_residence",
        "foreign_permanent",
        "passport",
        "other",
    ),
    "capacity": ("operator", "manager", "food_safety_staff", "inspection_staff", "official", "other"),
    "left_out": ("masked", "not_concerned", "annulled"),
    "bans_kind": ("occupational_ban", "probation_injunction"),
    "sentence": ("有期徒刑", "拘役", "管制", "罚金", "免予刑事处罚", "无期徒刑", "死刑缓期二年执行", "死刑", "无罪"),
}


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def open_judgment(document_no: str, actor: Actor) -> DeskDocument:
    """Return a judgment of the actor's region; NotFoundError for a revocation too, which has pages of its own."""
    document = read_document(_services(), document_no, actor)
    if document.kind is not DocumentKind.JUDGMENT:
        raise NotFoundError("this is no judgment")
    return document


def show_reading(  # noqa: PLR0913 - what a page of typed fields is made of
    document: DeskDocument,
    actor: Actor,
    *,
    content: Content | None = None,
    faults: tuple[Fault, ...] = (),
    conflict: tuple[Difference, ...] = (),
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Show the page where a judgment is checked: with what is kept, or with `content` as it was typed."""
    content = content or document.content or {"defendants": []}
    papers = papers_of(document.document_no, actor)
    read = quotes_of(document.reading, content)
    values = values_of(content) | dict(typed or {})
    return show(
        "judgment_reading.html",
        status,
        form=Form(values, faults),
        quotes=with_papers(read, papers),
        pieces=pieces(document.text, read) if document.text else [],
        papers=papers,
        conflict=conflict,
        returned=_returned(document),
        upheld=pending_on(document, actor),
        correct_at=None,
        **watched(document, actor),
        **following(document, content),
        **_words(),
    )


def with_papers(read: Mapping[str, tuple[int, int]], papers: list[Paper]) -> dict[str, tuple[int, int]]:
    """Return which fields have a quote on the page; the day of effect has its own in a certificate's text."""
    return {**read, "effective_date": (0, 0)} if any(each.quotes_day for each in papers) else dict(read)


def following(document: DeskDocument, content: Content) -> dict[str, Any]:
    """Return what the part of the page shows that changes with what is typed: doubts, gaps, and what follows."""
    try:
        foreseen = foresee_bans(_services(), document.kind, content)
    except InvalidInputError as error:
        foreseen = Foreseen((), tuple(error.faults), ())
    return {
        "document": document,
        "content": content,
        "warnings": warnings_of(document, content),
        "missing": faults_of(foreseen.faults, content),
        "foreseen": foreseen,
        "in_words": in_words,
        "term": term,
    }


def watched(document: DeskDocument, actor: Actor) -> dict[str, Any]:
    """Note that the actor has the document open, and return who else has."""
    others = watch_document(_services(), document.document_no, actor)
    return {"others": "、".join(actor_name(each.watcher) for each in others)}


def show_confirming(
    document: DeskDocument, actor: Actor, *, faults: tuple[Fault, ...] = (), typed: Mapping[str, str] | None = None
) -> Response:
    """Show a filing to whoever may confirm it: what was filed, what differs, and what follows."""
    step = document.waiting
    content = (step and step.content) or document.content or {"defendants": []}
    papers = papers_of(document.document_no, actor)
    read = quotes_of(document.reading, content)
    before = standing_content(document) or _as_read(document)
    return show(
        "judgment_confirming.html",
        form=Form(dict(typed or {}), faults),
        document=document,
        step=step,
        content=content,
        values=said_fields(content),
        quotes=with_papers(read, papers),
        pieces=pieces(document.text, read) if document.text else [],
        papers=papers,
        differences=differences(before, content),
        ruling=None if step is None or step.source is None else open_judgment(step.source, actor).text,
        corrects=document.standing is not None,
        own=step is not None and step.filed_by == actor.text,
        may_confirm=actor.role is UserRole.CONFIRMER,
        upheld=pending_on(document, actor),
        correct_at=None,
        **watched(document, actor),
        **_foreseen(document, content),
        **_words(),
    )


def show_standing(document: DeskDocument, actor: Actor) -> Response:
    """Show a document as it stands, with its history and what can be done."""
    acts = acts_of(document, actor)
    content = standing_content(document) or document.content or {"defendants": []}
    papers = papers_of(document.document_no, actor)
    read = quotes_of(document.reading, content)
    return show(
        "judgment_standing.html",
        document=document,
        content=content,
        values=said_fields(content),
        quotes=with_papers(read, papers),
        pieces=pieces(document.text, read) if document.text else [],
        papers=papers,
        acts=acts,
        upheld=pending_on(document, actor),
        correct_at=_correction_address(document) if "correct" in acts else None,
        begun=document.standing is not None and document.content not in (None, content),
        **watched(document, actor),
        **_foreseen(document, content),
        **_words(),
    )


def _correction_address(document: DeskDocument) -> str:
    return url_for("judgments_reading.show_correction", document_no=document.document_no)


def standing_content(document: DeskDocument) -> Content | None:
    """Return what the last confirmed filing says; None before the first."""
    found = [each.content for each in document.history if each.decision is Decision.CONFIRMED and each.content]
    return found[-1] if found else None


def acts_of(document: DeskDocument, actor: Actor) -> list[str]:
    """Return what a clerk can begin now with a document that was confirmed."""
    if actor.role is not UserRole.CLERK or document.waiting is not None or document.standing is None:
        return []
    if document.standing in {DeskState.REFUSED, DeskState.ATTACHED} or document.kind is DocumentKind.REVOCATION:
        return []
    content = standing_content(document) or {}
    found = ["effect"] if not content.get("effective_date") and document.standing not in _ENDED else []
    if document.standing in _ENDED:
        return ["correct"]
    return [*found, "correct", "sentence", "withdraw"]


def _returned(document: DeskDocument) -> HistoryStep | None:
    last = document.history[-1] if document.history else None
    return last if last is not None and last.decision is Decision.RETURNED else None


def _as_read(document: DeskDocument) -> Content | None:
    return None if document.reading is None else from_reading(document.reading, document.region)


def _foreseen(document: DeskDocument, content: Content) -> dict[str, Any]:
    found = following(document, content)
    return {name: found[name] for name in ("foreseen", "in_words", "term")}


def options(name: str) -> list[tuple[str, str]]:
    """Return what a closed field can say: value and name."""
    if name == "source_region":
        return [(region.value, region_name(region.value)) for region in Region]
    path = name.replace("_", ".", 1) if name.startswith("bans_") else name
    return [(value, value_name(f"{path}", value)) for value in _CHOICES[name]]


def _words() -> dict[str, Any]:
    return {
        "state_name": state_name,
        "tone": tone,
        "actor_name": actor_name,
        "person_name": person_name,
        "label": label,
        "value_name": value_name,
        "options": options,
    }
