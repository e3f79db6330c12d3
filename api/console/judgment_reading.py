"""Checking a judgment: what is typed is kept at every pause, and filed when it is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, redirect, request, url_for

from api.console.admission import signed_in
from api.console.forms import Fault
from api.console.judgment_form import changed, content_of
from api.console.judgment_pages import following, open_judgment, show_reading
from api.console.judgment_words import differences, faults_of, state_name
from api.console.language import t
from api.console.page import done, show
from registry.errors import ChangedMeanwhileError, ConflictError, FieldFault, InvalidInputError
from registry.services.actor import Actor
from registry.services.correct_judgment import correct_judgment
from registry.services.file_judgment import Filed, file_judgment
from registry.services.read_desk import DeskDocument
from registry.services.save_draft import SavedDraft, save_draft
from registry.store.account_repository import UserRole
from registry.store.desk_values import Content, DeskState

if TYPE_CHECKING:
    from registry.services.context import Services

judgment_reading = Blueprint("judgments_reading", __name__)

FORM_BYTES: Final = 2 << 20
"""A gang of a hundred accused has some three thousand fields."""


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def stated_version() -> int:
    """Return the version of the document the person saw; 0, which none is, where the form says none."""
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


@judgment_reading.get("/judgments/<document_no>/correct")
@signed_in(UserRole.CLERK)
def show_correction(actor: Actor, document_no: str) -> Response:
    """Show the page where what was confirmed is corrected."""
    document = open_judgment(document_no, actor)
    if document.waiting is not None or document.standing is None:
        return redirect(url_for("judgments.show_one", document_no=document_no), 303)  # type: ignore[return-value]
    return show_reading(document, actor)


@judgment_reading.post("/judgments/<document_no>/draft")
@signed_in(UserRole.CLERK, most_bytes=FORM_BYTES)
def keep(actor: Actor, document_no: str) -> Response:
    """Keep what was typed so far, and show what is missing and what would follow; asked for by the page's script."""
    document = open_judgment(document_no, actor)
    typed = content_of(request.form, document.content or {"defendants": []})
    saved = save_draft(_services(), document_no, typed, expected=stated_version(), actor=actor)
    if saved.content is None or saved.refused:
        return show("judgment_gone.html", address=_after(saved))
    return show(
        "judgment_kept.html", version=saved.row_version, numbers=_numbers(saved), **following(document, saved.content)
    )


def _numbers(saved: SavedDraft) -> list[int]:
    return [each["no"] for each in (saved.content or {"defendants": []})["defendants"]]


def _after(saved: SavedDraft) -> str:
    if saved.state is DeskState.REFUSED:
        return url_for("judgments.show_all")
    return url_for("judgments.show_one", document_no=saved.document_no)


@judgment_reading.post("/judgments/<document_no>")
@signed_in(UserRole.CLERK, most_bytes=FORM_BYTES)
def edit(actor: Actor, document_no: str) -> Response:
    """Do what a button of the page asks for: save, add or take away something, or file."""
    document = open_judgment(document_no, actor)
    typed = content_of(request.form, document.content or {"defendants": []})
    act = request.form.get("do", "save")
    focus = changed(typed, act)
    try:
        saved = save_draft(_services(), document_no, typed, expected=stated_version(), actor=actor)
    except (ChangedMeanwhileError, ConflictError):
        return _conflict(open_judgment(document_no, actor), actor, typed)
    except InvalidInputError as error:
        return _at_fault(document, actor, typed, error.faults)
    return _after_saving(actor, document, saved, act, focus)


def _after_saving(actor: Actor, document: DeskDocument, saved: SavedDraft, act: str, focus: str) -> Response:
    """Go where a button leads once everything typed is kept."""
    document_no = saved.document_no
    if saved.state is DeskState.REFUSED or saved.refused:
        return done("judgments.not_kept", "judgments.show_all")
    if act == "file":
        return _file(actor, saved)
    if act == "attach":
        return redirect(url_for("judgments_appeal.show_form", document_no=document_no), 303)  # type: ignore[return-value]
    page = "judgments_reading.show_correction" if document.standing else "judgments.show_one"
    if act == "save":
        return done("judgments.saved", page, document_no=document_no)
    return redirect(url_for(page, document_no=document_no, _anchor=f"field-{focus}" if focus else None), 303)  # type: ignore[return-value]


def _file(actor: Actor, saved: SavedDraft) -> Response:
    document = open_judgment(saved.document_no, actor)
    try:
        filed = _filed(actor, document, saved.row_version)
    except InvalidInputError as error:
        return _at_fault(document, actor, document.content or {"defendants": []}, error.faults)
    except ChangedMeanwhileError:
        return _conflict(open_judgment(saved.document_no, actor), actor, saved.content or _nothing())
    except ConflictError:
        # A decision on appeal of the case lies on the desk: that one brings effect.
        fault = Fault("effect_by", t("judgments.appeal_waits"))
        return show_reading(document, actor, faults=(fault,), status=422)
    if filed.refused:
        return done("judgments.not_kept", "judgments.show_all")
    return done("judgments.filed", "judgments.show_all")


def _filed(actor: Actor, document: DeskDocument, version: int) -> Filed:
    number, note = document.document_no, request.form.get("note", "")
    if document.standing is None:
        return file_judgment(_services(), number, actor=actor, expected=version, note=note)
    reason = request.form.get("reason", "")
    return correct_judgment(_services(), number, document.content, actor=actor, expected=version, reason=reason)


def _at_fault(
    document: DeskDocument, actor: Actor, content: Content, faults: tuple[FieldFault, ...] | list[FieldFault]
) -> Response:
    kept = {name: request.form.get(name, "") for name in ("note", "reason")}
    named = faults_of(tuple(faults), content)
    return show_reading(document, actor, content=content, faults=named, status=422, typed=kept)


def _conflict(document: DeskDocument, actor: Actor, typed: Content) -> Response:
    """Show what differs between what is kept now and what was typed, so that nothing typed is lost."""
    found = tuple(differences(document.content, typed)) if document.content else tuple(differences(_nothing(), typed))
    editable = document.waiting is None and document.state not in {
        DeskState.DISCARDED,
        DeskState.REFUSED,
        DeskState.ATTACHED,
        DeskState.FILED,
    }
    if editable:
        return show_reading(document, actor, content=typed, conflict=found, status=409)
    return show("judgment_conflict.html", 409, document=document, differences=found, state=state_name(document.state))


def _nothing() -> Content:
    return {"defendants": []}
