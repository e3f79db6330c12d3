"""Where each role can go from every page: one row for each entry of the menu, in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app

from api.console.admission import roles_of, whoever


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the text that names it, the route it leads to, and the beginning of the routes it stands for."""

    text: str
    endpoint: str
    part: str


ENTRIES: Final = (
    Entry("console.home", "home.show_home", "home."),
    Entry("judgments.title", "judgments.show_all", "judgments"),
    Entry("revocations.menu", "revocations.show_all", "revocation"),
    Entry("spreadsheets.menu", "spreadsheets.show_all", "spreadsheet"),
    Entry("waiting.menu", "waiting.show_all", "waiting."),
    Entry("cases.menu", "cases.show_all", "case"),
    Entry("objections.menu", "objections.show_all", "objections."),
    Entry("search.menu", "search.show_form", "search."),
    Entry("own_record.menu", "own_record.show_form", "own_record."),
    Entry("notices.menu", "notices.show_all", "notices."),
    Entry("look_back.menu", "look_back.show_all", "look_back."),
    Entry("replay.menu", "replay.show_form", "replay."),
    Entry("overview.menu", "overview.show_month", "overview."),
    Entry("trail.menu", "trail.show_all", "trail."),
    Entry("provinces.menu", "provinces.show_all", "provinces."),
    Entry("rules.menu", "rules.show_all", "rules."),
    Entry("console.users", "users.show_all", "users."),
    Entry("help.menu", "help_pages.show_help", "help_pages."),
    Entry("console.account", "account.show_account", "account."),
)


def entries() -> list[Entry]:
    """Return the entries whose routes are for who is signed in; none for nobody."""
    signed_in = whoever()
    if signed_in is None:
        return []
    views = current_app.view_functions
    return [entry for entry in ENTRIES if signed_in.actor.role in (roles_of(views[entry.endpoint]) or ())]
