"""What clerks and confirmers have to correct because an objection to a listing was upheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor
from registry.services.read_corrections import corrections_of, list_corrections
from registry.services.read_desk import DeskDocument
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.objection_repository import StoredObjection

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


def pending_on(document: DeskDocument, actor: Actor) -> list[StoredObjection]:
    """Return the upheld objections to the bans a document founds; that they were shown is recorded."""
    ban_nos = [row.ban_no for row in document.rows if row.ban_no is not None]
    return corrections_of(_services(), ban_nos, actor) if ban_nos else []
