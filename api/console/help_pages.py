"""The help page: the ten steps of a judgment, and what to do in cases that come up."""

from __future__ import annotations

from flask import Blueprint, Response

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor

help_pages = Blueprint("help_pages", __name__)


@help_pages.get("/help")
@signed_in()
def show_help(actor: Actor) -> Response:
    """Show the help page."""
    return show("help.html", actor=actor)
