"""Who may see which page: every route says so itself, and one that says nothing keeps the console from starting.

`signed_in(roles)` and `anyone` mark a route; `admit` holds every request to it before the route runs: the session,
the role, then for every POST that it comes from one of our own pages (origin, and a token bound to the session).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from api.console import cookies
from registry.errors import NotAllowedError, NotAuthenticatedError
from registry.ledger.acting_origin import NOWHERE, Origin, acts_from
from registry.services.actor import Actor
from registry.services.desk_session import SignedIn, find_session
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

FORM_BYTES: Final = 64 * 1024
"""What a form may hold unless its route says otherwise."""

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
BACKGROUND_HEADER: Final = "X-Background"
"""Stated by what a page asks by itself: it does not keep the session alive."""

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


class ForgedFormError(NotAllowedError):
    """A form did not come from a page of this session."""

    code = "forged_form"


def signed_in(
    *roles: UserRole, most_bytes: int = FORM_BYTES
) -> Callable[[Callable[Concatenate[Actor, P], ResponseReturnValue]], View[P]]:
    """Let a route be used by these roles (none named: by every one); it gets the Actor first.

    `most_bytes` is the largest body it takes.
    """

    def mark(view: Callable[Concatenate[Actor, P], ResponseReturnValue]) -> View[P]:
        @wraps(view)
        def admitted(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            return view(present().actor, *args, **kwargs)

        return _marked(admitted, frozenset(roles or UserRole), most_bytes)

    return mark


def anyone(view: View[P]) -> View[P]:
    """Let a route be used by whoever asks, signed in or not."""
    return _marked(view, None, FORM_BYTES)


def _marked(view: View[P], roles: frozenset[UserRole] | None, most_bytes: int) -> View[P]:
    view.__dict__.update(console_roles=roles, console_bytes=most_bytes)
    return view


def roles_of(view: Callable[..., object]) -> frozenset[UserRole] | None:
    """Return which roles a route is for (None: for whoever asks); KeyError where it says nothing."""
    return cast("frozenset[UserRole] | None", view.__dict__["console_roles"])


def present() -> SignedIn:
    """Return who is signed in; raises NotAuthenticatedError where nobody is."""
    found = whoever()
    if found is None:
        raise NotAuthenticatedError("nobody is signed in")
    return found


def whoever() -> SignedIn | None:
    """Return who is signed in, or None."""
    return cast("SignedIn | None", g.get("signed_in"))


def csrf_token() -> str:
    """Return what a form of this page must bring back: bound to the session, or before it to the browser."""
    secret = g.get("session_token") or cookies.form_secret()
    return base64.urlsafe_b64encode(hashlib.sha256(f"csrf:{secret}".encode()).digest()).decode().rstrip("=")


def admit() -> None:
    """Hold a request to what its route says.

    Raises NotAuthenticatedError, NotAllowedError where the role is another, and ForgedFormError.
    """
    _find_session()
    if request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    request.max_content_length = view.__dict__["console_bytes"]
    roles = roles_of(view)
    if roles is not None and present().actor.role not in roles:
        raise NotAllowedError("this page is for other roles")
    if request.method not in {"GET", "HEAD"}:
        _require_own_form()


def leave(_failure: BaseException | None = None) -> None:
    """Forget whose session this was: the thread serves other doors next."""
    acts_from(NOWHERE)


def _find_session() -> None:
    acts_from(NOWHERE)
    token = cookies.read(cookies.SESSION)
    if token is None:
        return
    services = cast("Services", current_app.extensions["services"])
    found = find_session(services, token, in_use=BACKGROUND_HEADER not in request.headers)
    if found is None:
        g.session_over = True
        return
    g.signed_in, g.session_token = found, token
    acts_from(Origin(session_id=found.session_id))


def _require_own_form() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or not _is_own_origin():
        raise ForgedFormError("the form came from another site")
    shown = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(shown.encode(), csrf_token().encode()):
        raise ForgedFormError("the form is of another session")


def _is_own_origin() -> bool:
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = cast("Services", current_app.extensions["services"]).settings.console_origin
    return origin == own if own is not None else urlsplit(origin).netloc == request.host


def require_marks(app: Flask) -> None:
    """Raise ValueError where a route does not say who may use it."""
    silent = sorted(name for name, view in app.view_functions.items() if "console_roles" not in view.__dict__)
    if silent:
        raise ValueError(f"these routes do not say who may use them: {', '.join(silent)}")
