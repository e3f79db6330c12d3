"""Who did something, in words: the ledger knows people by number only."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g

from api.console.language import t
from registry.errors import NotFoundError
from registry.services.read_users import find_user

if TYPE_CHECKING:
    from registry.services.context import Services


def actor_name(text: str | None) -> str:
    """Return who an actor of the ledger is: a user's name for user:12, else what kind of caller; a dash for nobody."""
    if not text:
        return "–"
    kept: dict[str, str] = g.setdefault("actor_names", {})
    if text not in kept:
        kept[text] = _named(text)
    return kept[text]


def _named(text: str) -> str:
    kind, _, number = text.partition(":")
    if kind == "user" and number.isdecimal():
        try:
            return find_user(cast("Services", current_app.extensions["services"]), int(number)).name
        except NotFoundError:
            return text
    if kind == "client":
        return t("console.by_client", number=number)
    if kind == "worker":
        return t("console.by_worker")
    return t("console.by_operator") if kind == "operator" else text
