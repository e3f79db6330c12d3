"""A user's own page: the password, and where the account is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, jsonify, request

from api.console import cookies
from api.console.admission import csrf_token, present, signed_in
from api.console.forms import Form
from api.console.page import done, show
from registry.errors import InvalidInputError, RateExceededError
from registry.services.actor import Actor
from registry.services.desk_session import end_other_sessions, end_session, open_sessions
from registry.services.set_password import LONGEST, SHORTEST, change_password

if TYPE_CHECKING:
    from registry.services.context import Services

account = Blueprint("account", __name__)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def _page(form: Form | None = None, status: int | None = None) -> Response:
    here = present()
    return show(
        "account.html",
        status,
        form=form,
        actor=here.actor,
        sessions=open_sessions(_services(), here.actor.user_id),
        present_session=here.session_id,
        least=SHORTEST,
        most=LONGEST,
    )


@account.get("/account")
@signed_in()
def show_account(_actor: Actor) -> Response:
    """Show the page."""
    return _page()


@account.get("/session")
@signed_in()
def show_session(actor: Actor) -> Response:
    """Tell a page's script how long the session lasts, and the token that forms bring back."""
    left = present().ends_at - _services().clock.now()
    return jsonify(seconds=int(left.total_seconds()), csrf=csrf_token(), user=actor.user_id)


@account.post("/account/password")
@signed_in()
def change(_actor: Actor) -> Response:
    """Change the password; the other sessions end."""
    form, password = Form(), request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        return _page(form.at_fault("password_again", "password.not_the_same"))
    try:
        change_password(_services(), present(), request.form.get("former_password", ""), password)
    except InvalidInputError as error:
        return _page(form.refused(error))
    except RateExceededError as error:
        minutes = -(-error.seconds // 60)
        return _page(form.at_fault("former_password", "sign_in.throttled", minutes=minutes), 429)
    return done("account.password_changed", "account.show_account")


@account.post("/account/sessions/<int:session>/end")
@signed_in()
def end_one(actor: Actor, session: int) -> Response:
    """End one of the user's own sessions; ending the present one signs out."""
    end_session(_services(), actor, session, "user")
    if session == present().session_id:
        cookies.drop(cookies.SESSION)
        return done("sign_in.signed_out", "sign_in.show_form")
    return done("account.session_ended", "account.show_account")


@account.post("/account/sessions/end-others")
@signed_in()
def end_others(_actor: Actor) -> Response:
    """End every session of the user but the present one."""
    end_other_sessions(_services(), present())
    return done("account.others_ended", "account.show_account")
