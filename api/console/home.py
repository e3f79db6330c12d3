"""The first page after signing in: what waits for this user, by counts that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, url_for

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor
from registry.services.count_waiting import DeskCounts, count_waiting
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services

home = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: the text that names it, how to count it, and the list it leads to."""

    text: str
    count: Callable[[DeskCounts], int]
    endpoint: str
    state: str | None = None


_FOR: Final[Mapping[UserRole, tuple[Waits, ...]]] = {
    UserRole.CLERK: (
        Waits("home.judgments_returned", lambda n: n.judgments(DeskState.RETURNED), "judgments.show_all", "returned"),
        Waits("home.judgments_draft", lambda n: n.judgments(DeskState.DRAFT), "judgments.show_all", "draft"),
        Waits("home.judgments_pending", lambda n: n.judgments(DeskState.PENDING), "judgments.show_all", "pending"),
        Waits("home.certificates", lambda n: n.certificates, "judgments.show_all", "to_do"),
        Waits(
            "home.revocations_returned",
            lambda n: n.revocations(DeskState.RETURNED),
            "revocations.show_all",
            "returned",
        ),
        Waits("home.revocations_draft", lambda n: n.revocations(DeskState.DRAFT), "revocations.show_all", "draft"),
        Waits(
            "home.sheets_returned", lambda n: n.sheets.get(SheetState.RETURNED, 0), "spreadsheets.show_all", "returned"
        ),
        Waits(
            "home.sheets_received", lambda n: n.sheets.get(SheetState.RECEIVED, 0), "spreadsheets.show_all", "received"
        ),
        Waits("home.sheets_mapped", lambda n: n.sheets.get(SheetState.MAPPED, 0), "spreadsheets.show_all", "mapped"),
    ),
    UserRole.CONFIRMER: (
        Waits("home.judgments_filed", lambda n: n.judgments(DeskState.FILED), "judgments.show_all", "filed"),
        Waits("home.revocations_filed", lambda n: n.revocations(DeskState.FILED), "revocations.show_all", "filed"),
        Waits("home.sheets_filed", lambda n: n.sheets.get(SheetState.FILED, 0), "spreadsheets.show_all", "filed"),
        Waits("home.rows_waiting", lambda n: n.rows, "waiting.show_all"),
    ),
}


@home.get("/")
@signed_in()
def show_home(actor: Actor) -> Response:
    """Show the first page."""
    waits = _FOR.get(actor.role, ())
    counts = count_waiting(cast("Services", current_app.extensions["services"]), actor) if waits else None
    found = [] if counts is None else [(each, each.count(counts)) for each in waits]
    return show(
        "home.html",
        actor=actor,
        works=bool(waits),
        waiting=[(each.text, number, _address(each)) for each, number in found if number],
    )


def _address(waits: Waits) -> str:
    return url_for(waits.endpoint, state=waits.state) if waits.state else url_for(waits.endpoint)
