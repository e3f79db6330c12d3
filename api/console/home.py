"""The first page after signing in: what waits for this user, by counts that lead to it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, url_for

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor
from registry.services.count_waiting import DeskCounts, count_waiting
from registry.services.read_cases import WaitingCases, count_waiting_cases
from registry.services.read_corrections import count_corrections
from registry.services.read_objections import count_objections
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState
from registry.store.objection_repository import ObjectionFilter, ObjectionState
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


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """One kind of case that waits: the text that names it, how to count it, and the part of the list it leads to."""

    text: str
    count: Callable[[WaitingCases], int]
    narrowed: Mapping[str, str]


_CASES: Final = (
    WaitingKind("home.cases_overdue", lambda n: n.overdue, {"state": "all", "overdue": "yes"}),
    WaitingKind("home.cases_to_do", lambda n: n.to_do, {"state": "to_do"}),
    WaitingKind("home.cases_second", lambda n: n.second_person, {"state": "second"}),
    WaitingKind("home.cases_asked", lambda n: n.asked, {"state": "asked"}),
)


@home.get("/")
@signed_in()
def show_home(actor: Actor) -> Response:
    """Show the first page."""
    waits = _desk(actor) if actor.role in _FOR else _cases(actor) if actor.role is UserRole.REGULATOR else None
    return show(
        "home.html",
        actor=actor,
        works=waits is not None,
        waiting=[each for each in waits or () if each[1]],
    )


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def _desk(actor: Actor) -> list[tuple[str, int, str]]:
    counts = count_waiting(_services(), actor)
    upheld = ("home.corrections", count_corrections(_services(), actor), url_for("corrections.show_all"))
    return [upheld, *((each.text, each.count(counts), _address(each)) for each in _FOR[actor.role])]


def _cases(actor: Actor) -> list[tuple[str, int, str]]:
    counts = count_waiting_cases(_services(), actor)
    return [(each.text, each.count(counts), _narrowed(each.narrowed)) for each in _CASES] + _objections(actor)


def _objections(actor: Actor) -> list[tuple[str, int, str]]:
    waiting = ObjectionFilter(states=(ObjectionState.OPEN,), lodged_by_others_than=actor.text)
    return [("home.objections", count_objections(_services(), waiting, actor), url_for("objections.show_all"))]


def _narrowed(query: Mapping[str, str]) -> str:
    return f"{url_for('cases.show_all')}?{urllib.parse.urlencode(query)}"


def _address(waits: Waits) -> str:
    return url_for(waits.endpoint, state=waits.state) if waits.state else url_for(waits.endpoint)
