"""The administrator's pages: who may use the console, in what role and for which region."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import done, show
from api.console_address import password_address
from registry.errors import InvalidInputError
from registry.services.actor import Actor
from registry.services.add_user import LONGEST_NAME, add_user
from registry.services.change_user import change_role, disable_user, enable_user
from registry.services.password_link import PasswordLink, reset_password
from registry.services.read_users import find_user, read_users
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

users = Blueprint("users", __name__)

_ALL = "all"


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@users.get("/users")
@signed_in(UserRole.ADMIN)
def show_all(actor: Actor) -> Response:
    """Show every account."""
    return show("users.html", users=read_users(_services()), actor=actor)


@users.get("/users/add")
@signed_in(UserRole.ADMIN)
def show_adding(_actor: Actor) -> Response:
    """Show the form to add a user."""
    return show("user_add.html", longest=LONGEST_NAME)


@users.post("/users/add")
@signed_in(UserRole.ADMIN)
def add(actor: Actor) -> Response:
    """Add a user and show the one-time link, once."""
    form = Form.typed()
    if not form.value("name").strip():
        form = form.at_fault("name", "users.name_missing")
    form, role, region = _stated(form)
    if role is None or region is None:
        return show("user_add.html", form=form, longest=LONGEST_NAME)
    try:
        added = add_user(_services(), form.value("name"), role, _or_all(region), actor.text)
    except InvalidInputError as error:
        return show("user_add.html", form=form.refused(error), longest=LONGEST_NAME)
    return _link_page(added.id, added.link)


@users.get("/users/<int:user>")
@signed_in(UserRole.ADMIN)
def show_one(actor: Actor, user: int) -> Response:
    """Show one account and what can be done with it."""
    found = find_user(_services(), user)
    shown = Form({"role": found.role.value, "region": found.region or _ALL})
    return show("user.html", form=shown, user=found, actor=actor)


@users.post("/users/<int:user>/role")
@signed_in(UserRole.ADMIN)
def change(actor: Actor, user: int) -> Response:
    """Give a user another role or region."""
    form, role, region = _stated(Form.typed())
    if role is None or region is None:
        return show("user.html", form=form, user=find_user(_services(), user), actor=actor)
    change_role(_services(), user, role, _or_all(region), actor.text)
    return done("users.role_changed", "users.show_one", user=user)


@users.post("/users/<int:user>/disable")
@signed_in(UserRole.ADMIN)
def disable(actor: Actor, user: int) -> Response:
    """Disable an account."""
    disable_user(_services(), user, actor.text)
    return done("users.was_disabled", "users.show_one", user=user)


@users.post("/users/<int:user>/enable")
@signed_in(UserRole.ADMIN)
def enable(actor: Actor, user: int) -> Response:
    """Let a disabled account be used again."""
    enable_user(_services(), user, actor.text)
    return done("users.was_enabled", "users.show_one", user=user)


@users.post("/users/<int:user>/reset")
@signed_in(UserRole.ADMIN)
def reset(actor: Actor, user: int) -> Response:
    """Make a new one-time link for a user and show it, once."""
    return _link_page(user, reset_password(_services(), user, actor.text))


def _link_page(user: int, link: PasswordLink) -> Response:
    address = password_address(_services().settings, link.code, request.host_url.rstrip("/"))
    return show("user_link.html", user=find_user(_services(), user), address=address, expires_at=link.expires_at)


def _stated(form: Form) -> tuple[Form, UserRole | None, str | None]:
    """Return what was chosen; None, with a fault, where nothing that can be chosen was."""
    role = UserRole(form.value("role")) if form.value("role") in list(UserRole) else None
    if role is None:
        form = form.at_fault("role", "users.role_missing")
    region = form.value("region") or None
    if region is None:
        form = form.at_fault("region", "users.region_missing")
    return form, role, region


def _or_all(region: str) -> str | None:
    return None if region == _ALL else region
