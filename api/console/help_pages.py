"""The help page: a judgment and a held application step by step, the regulators' other tasks, and what to do when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor
from registry.store.account_repository import UserRole

help_pages = Blueprint("help_pages", __name__)


_TASKS: Final[Mapping[UserRole, tuple[str, ...]]] = {
    UserRole.REGULATOR: ("objections", "notices", "look_back", "replay", "own_record"),
    UserRole.AUDITOR: ("objections", "notices", "look_back", "replay"),
}
"""What has a short list of its own, for whom: those who have the page it is about."""


@help_pages.get("/help")
@signed_in()
def show_help(actor: Actor) -> Response:
    """Show the help page."""
    return show("help.html", actor=actor, tasks=_TASKS.get(actor.role, ()))
