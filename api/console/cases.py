"""The list of held applications, narrowed as its reader wants it, and the filters they keep under names."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, redirect, request, url_for

from api.console.admission import signed_in
from api.console.case_filter import GROUPS, VERDICTS, Chosen, stated_place
from api.console.case_words import SPOKEN, age_in_days, licence_purpose, time_left, verdict_name
from api.console.forms import Form
from api.console.page import done, show
from registry.errors import InvalidInputError
from registry.law.roles import Purpose
from registry.services.actor import Actor
from registry.services.keep_views import drop_view, keep_view, open_with, read_views
from registry.services.read_cases import count_cases, list_cases
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.saved_view_repository import SavedView

cases = Blueprint("cases", __name__)

SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.ADMIN)
"""Who sees cases; regulators alone act in them."""


def services() -> Services:
    """Return the register the console works on."""
    return cast("Services", current_app.extensions["services"])


@cases.get("/cases")
@signed_in(*SEEING)
def show_all(actor: Actor) -> Response:
    """Show a page of cases; without a filter in the address, with the view the reader opens with."""
    if not request.args:
        first = next((view for view in read_views(services(), actor.user_id) if view.is_first), None)
        if first is not None:
            return redirect(_address(Chosen.kept(first.query)), 303)  # type: ignore[return-value]
    return _page(actor, Chosen.of(request.args), Form())


@cases.post("/cases/views")
@signed_in(*SEEING)
def keep(actor: Actor) -> Response:
    """Keep the filter of the list under a name."""
    form = Form.typed()
    chosen = Chosen.kept(form.value("query"))
    try:
        keep_view(services(), actor.user_id, form.value("name"), chosen.query)
    except InvalidInputError as error:
        return _page(actor, chosen, form.refused(error))
    stated: dict[str, Any] = dict(chosen.stated)
    return done("cases.view_kept", "cases.show_all", **stated)


@cases.post("/cases/views/<int:view>/first")
@signed_in(*SEEING)
def make_first(actor: Actor, view: int) -> Response:
    """Let the list open with a view, or with none any more."""
    wanted = request.form.get("first") != "no"
    open_with(services(), actor.user_id, view if wanted else None)
    return done("cases.view_first" if wanted else "cases.view_not_first", "cases.show_all", state="to_do")


@cases.post("/cases/views/<int:view>/delete")
@signed_in(*SEEING)
def delete_view(actor: Actor, view: int) -> Response:
    """Delete a view."""
    drop_view(services(), actor.user_id, view)
    return done("cases.view_deleted", "cases.show_all", state="to_do")


def _page(actor: Actor, chosen: Chosen, form: Form) -> Response:
    today = services().clock.today()
    begins = request.args.get("after", "")
    page = list_cases(services(), chosen.wanted(today), actor, stated_place(begins))
    return show(
        "cases.html",
        form=form,
        chosen=chosen,
        page=page,
        count=count_cases(services(), chosen.wanted(today), actor),
        narrowed=Form(chosen.stated),
        after=None if page.following is None else _address(chosen, after=page.following.text),
        before=_address(chosen) if begins else None,
        views=[(view, _address(Chosen.kept(view.query)), _is_shown(view, chosen)) for view in _views(actor)],
        groups=list(GROUPS),
        verdicts=[(each, verdict_name(each)) for each in VERDICTS],
        purposes=[(each.value, licence_purpose(each.value)) for each in Purpose],
        every_region=actor.region is None,
        within=chosen.stated,
        of_group=lambda group: _address(chosen, state=group),
        age=lambda case: age_in_days(case, today),
        limit=lambda case: time_left(case, today),
        **SPOKEN,
    )


def _views(actor: Actor) -> list[SavedView]:
    return read_views(services(), actor.user_id)


def _is_shown(view: SavedView, chosen: Chosen) -> bool:
    return Chosen.kept(view.query) == chosen


def _address(chosen: Chosen, **more: str) -> str:
    return f"{url_for('cases.show_all')}?{urllib.parse.urlencode({**chosen.stated, **more})}"
