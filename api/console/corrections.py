"""What clerks and confirmers have to correct because an objection to a listing was upheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.original_file import original_answer
from api.console.page import show
from registry.services.actor import Actor
from registry.services.read_corrections import Upheld, corrections_of, list_corrections, read_correction_file
from registry.services.read_desk import DeskDocument
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

corrections = Blueprint("corrections", __name__)

CORRECTING: Final = (UserRole.CLERK, UserRole.CONFIRMER)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@corrections.get("/corrections")
@signed_in(*CORRECTING)
def show_all(actor: Actor) -> Response:
    """Show what of the region waits for a correction, each with the way to its document."""
    found = list_corrections(_services(), actor)
    return show("corrections.html", found=found, corrects=actor.role is UserRole.CLERK)


@corrections.post("/corrections/<objection_no>/files/<original_no>")
@signed_in(*CORRECTING)
def give_file(actor: Actor, objection_no: str, original_no: str) -> Response:
    """Give a piece of evidence an upheld objection rests on, under its number; the look is recorded."""
    return original_answer(read_correction_file(_services(), objection_no, original_no, actor), original_no)


def pending_on(document: DeskDocument, actor: Actor) -> list[Upheld]:
    """Return the upheld objections to the bans a document founds; that they were shown is recorded."""
    ban_nos = [row.ban_no for row in document.rows if row.ban_no is not None]
    return corrections_of(_services(), ban_nos, actor) if ban_nos else []
