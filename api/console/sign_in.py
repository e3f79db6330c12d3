"""Signing in and out, and choosing a password with a one-time link."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, g, redirect, request

from api.console import cookies
from api.console.admission import anyone, present, whoever
from api.console.admission import signed_in as signed_in_as
from api.console.forms import Form
from api.console.language import own_address, t
from api.console.network import address, device
from api.console.page import done, show
from registry.errors import InvalidInputError, NotAuthenticatedError, NotFoundError, RateExceededError
from registry.services.actor import Actor
from registry.services.desk_session import end_session
from registry.services.set_password import LONGEST, SHORTEST, set_password
from registry.services.sign_in import Attempt
from registry.services.sign_in import sign_in as open_session

if TYPE_CHECKING:
    from registry.services.context import Services

sign_in = Blueprint("sign_in", __name__)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@sign_in.get("/sign-in")
@anyone
def show_form() -> Response:
    """Show the form to sign in, or lead on who is signed in already."""
    back = request.args.get("back", "")
    if whoever() is not None:
        return redirect(own_address(back), 303)  # type: ignore[return-value]
    return show("sign_in.html", back=back, over=bool(g.get("session_over")))


@sign_in.post("/sign-in")
@anyone
def submit() -> Response:
    """Sign in; the former session of this browser, if any, ends and its token is never used again."""
    form, back = Form.typed(), request.form.get("back", "")
    name, password = form.value("name"), request.form.get("password", "")
    if not name.strip():
        form = form.at_fault("name", "sign_in.name_missing")
    if not password:
        form = form.at_fault("password", "sign_in.password_missing")
    if form.faults:
        return show("sign_in.html", form=form, back=back, over=False)
    try:
        token = open_session(_services(), Attempt(name, password, address(), device()))
    except NotAuthenticatedError:
        return show("sign_in.html", form=form.at_fault("password", "sign_in.wrong"), back=back, over=False)
    except RateExceededError as error:
        minutes = -(-error.seconds // 60)
        refused = form.at_fault("name", "sign_in.throttled", minutes=minutes)
        answer = show("sign_in.html", 429, form=refused, back=back, over=False)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if (former := whoever()) is not None:
        end_session(_services(), former.actor, former.session_id, "sign_out")
    cookies.keep(cookies.SESSION, token)
    cookies.drop(cookies.FORM)
    return redirect(own_address(back), 303)  # type: ignore[return-value]


@sign_in.post("/sign-out")
@signed_in_as()
def sign_out(actor: Actor) -> Response:
    """End the session, here and in the browser."""
    end_session(_services(), actor, present().session_id, "sign_out")
    cookies.drop(cookies.SESSION)
    return done("sign_in.signed_out", "sign_in.show_form")


@sign_in.get("/password")
@anyone
def show_password() -> Response:
    """Show the form to choose a password; the link's code stands behind the # and never reaches the server this way."""
    return show("password.html", least=SHORTEST, most=LONGEST)


@sign_in.post("/password")
@anyone
def choose_password() -> Response:
    """Choose a password with the code of a one-time link."""
    form = Form.typed()
    code, password = form.value("code").strip(), request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        form = form.at_fault("password_again", "password.not_the_same")
        return show("password.html", form=form, least=SHORTEST, most=LONGEST)
    try:
        name = set_password(_services(), code, password)
    except NotFoundError:
        form = form.at_fault("code", "password.code_unknown")
        return show("password.html", form=form, least=SHORTEST, most=LONGEST)
    except InvalidInputError as error:
        return show("password.html", form=form.refused(error), least=SHORTEST, most=LONGEST)
    # No redirect: the name must be in no address, and who was given a link may not know it.
    return show("sign_in.html", form=Form({"name": name}), said=t("password.was_set"), back="", over=False)
