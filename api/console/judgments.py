"""The work list of the desk, and one document as it stands: each state shows the page that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for

from api.console.admission import signed_in
from api.console.judgment_pages import open_judgment, show_confirming, show_reading, show_standing
from api.console.judgment_papers import Paper, paper
from api.console.judgment_words import state_name, tone
from api.console.language import t
from api.console.numbers_in_addresses import stated_number
from api.console.original_file import original_answer
from api.console.page import done, show
from api.console.who_acted import actor_name
from registry.services.actor import Actor
from registry.services.discard_draft import discard_draft
from registry.services.read_certificates import open_certificates
from registry.services.read_desk import DeskItem, read_document, read_work_list
from registry.services.read_original import read_original
from registry.services.watch_desk import leave_document, watch_document, watchers_of
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services

judgments = Blueprint("judgments", __name__)

DESK: Final = (UserRole.CLERK, UserRole.CONFIRMER)
_OVER: Final = (
    DeskState.NO_BAN,
    DeskState.WITHDRAWN,
    DeskState.ANNULLED,
    DeskState.UNLISTED,
    DeskState.ATTACHED,
    DeskState.DISCARDED,
    DeskState.REFUSED,
)
_TO_DO: Final = {
    UserRole.CLERK: (DeskState.DRAFT, DeskState.RETURNED, DeskState.WAITING),
    UserRole.CONFIRMER: (DeskState.FILED,),
}
_SINGLE: Final = (
    DeskState.DRAFT,
    DeskState.FILED,
    DeskState.RETURNED,
    DeskState.PENDING,
    DeskState.WAITING,
    DeskState.IN_FORCE,
)
_NEXT: Final = {
    (UserRole.CLERK, DeskState.DRAFT): "check",
    (UserRole.CLERK, DeskState.RETURNED): "mend",
    (UserRole.CLERK, DeskState.PENDING): "effect",
    (UserRole.CLERK, DeskState.WAITING): "decide",
    (UserRole.CLERK, DeskState.FILED): "wait",
    (UserRole.CONFIRMER, DeskState.FILED): "confirm",
}


def services() -> Services:
    """Return the register the console works on."""
    return cast("Services", current_app.extensions["services"])


@judgments.get("/judgments")
@signed_in(*DESK)
def show_all(actor: Actor) -> Response:
    """Show the work list, of one state or of all."""
    chosen = request.args.get("state", "to_do")
    after = request.args.get("after", "")
    page = read_work_list(
        services(),
        actor,
        states=_states(chosen, actor),
        kind=DocumentKind.JUDGMENT,
        after=stated_number(after),
    )
    return show(
        "judgments.html",
        actor=actor,
        items=page.items,
        after=None if page.after is None else url_for("judgments.show_all", state=chosen, after=page.after),
        before=url_for("judgments.show_all", state=chosen) if after else None,
        chosen=chosen,
        filters=["to_do", "all", *(state.value for state in _SINGLE), "over"],
        open_by=_open_by(page.items, actor),
        next_step=lambda item: t(f"judgments.next_{_NEXT.get((actor.role, item.state), 'look')}"),
        state_name=state_name,
        tone=tone,
        papers=_open_papers(actor) if chosen == "to_do" and not after else [],
    )


def _open_papers(actor: Actor) -> list[Paper]:
    if actor.role is not UserRole.CLERK:
        return []
    return [paper(each) for each in open_certificates(services(), actor)]


def _states(chosen: str, actor: Actor) -> tuple[DeskState, ...]:
    if chosen == "to_do":
        return _TO_DO[actor.role]
    if chosen == "over":
        return _OVER
    return (DeskState(chosen),) if chosen in list(DeskState) else ()


def _open_by(items: tuple[DeskItem, ...], actor: Actor) -> dict[str, str]:
    found = watchers_of(services(), [item.document_no for item in items], actor)
    return {number: "、".join(actor_name(each.watcher) for each in others) for number, others in found.items()}


@judgments.get("/judgments/<document_no>")
@signed_in(*DESK)
def show_one(actor: Actor, document_no: str) -> Response:
    """Show a document: to be checked, to be confirmed, or as it stands."""
    document = read_document(services(), document_no, actor)
    if document.kind is DocumentKind.REVOCATION:
        return redirect(url_for("revocations.show_one", document_no=document_no), 303)  # type: ignore[return-value]
    if document.waiting is not None:
        return show_confirming(document, actor)
    unfiled = document.standing is None and document.state in {DeskState.DRAFT, DeskState.RETURNED}
    if unfiled and actor.role is UserRole.CLERK:
        return show_reading(document, actor)
    return show_standing(document, actor)


@judgments.post("/judgments/<document_no>/discard")
@signed_in(UserRole.CLERK)
def discard(actor: Actor, document_no: str) -> Response:
    """Discard a draft, or drop a correction that was begun."""
    version = request.form.get("version", "")
    state = discard_draft(services(), document_no, expected=stated_number(version) or 0, actor=actor)
    if state is DeskState.DISCARDED:
        return done("judgments.discarded", "judgments.show_all")
    return done("judgments.change_dropped", "judgments.show_one", document_no=document_no)


@judgments.post("/judgments/<document_no>/open")
@signed_in(*DESK)
def keep_open(actor: Actor, document_no: str) -> Response:
    """Note that a page is open still, and tell it who else has it open and which version there is by now."""
    version = open_judgment(document_no, actor).row_version
    others = watch_document(services(), document_no, actor)
    names = "、".join(actor_name(each.watcher) for each in others)
    return jsonify(version=version, says=t("judgments.open_by", names=names) if names else "")


@judgments.post("/judgments/<document_no>/leave")
@signed_in(*DESK)
def leave(actor: Actor, document_no: str) -> Response:
    """Note that a page was closed."""
    leave_document(services(), document_no, actor)
    return jsonify(left=True)


@judgments.post("/judgments/<document_no>/original")
@signed_in(*DESK)
def give_original(actor: Actor, document_no: str) -> Response:
    """Give the file a judgment came in, under its number; the look is recorded."""
    document = open_judgment(document_no, actor)
    return original_answer(read_original(services(), document.original_id or 0, actor=actor), document_no)
