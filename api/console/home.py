"""The first page after signing in: where this user can go."""

from __future__ import annotations

from flask import Blueprint, Response

from api.console.admission import signed_in
from api.console.page import show
from registry.services.actor import Actor

home = Blueprint("home", __name__)


@home.get("/")
@signed_in()
def show_home(actor: Actor) -> Response:
    """Show the first page."""
    return show("home.html", actor=actor)
