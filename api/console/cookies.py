"""The console's cookies: what each is called, and that scripts and other sites never reach them.

Served by https, a cookie has the prefix `__Host-` (RFC 6265bis section 4.1.3.2): no other host can set it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from flask import Response, current_app, g, request

from registry.settings import Mode

if TYPE_CHECKING:
    from registry.services.context import Services

SESSION: Final = "desk"
FORM: Final = "desk-form"
LANGUAGE: Final = "desk-language"
SAID: Final = "desk-said"

_A_YEAR: Final = 365 * 24 * 3600
_LONGEST: Final = 200


def is_https() -> bool:
    """Say whether browsers reach the console by https: as the setting says, or else as this request came."""
    settings = cast("Services", current_app.extensions["services"]).settings
    if settings.console_origin is not None:
        return settings.console_origin.startswith("https:")
    return request.is_secure or settings.mode is Mode.PRODUCTION


def read(name: str) -> str | None:
    """Return what the browser keeps under a name; None where it keeps nothing fit to be read."""
    value = request.cookies.get(_full(name), "")
    return value if 0 < len(value) <= _LONGEST else None


def keep(name: str, value: str, *, for_long: bool = False) -> None:
    """Let the browser keep a value from this answer on: until it is closed, or for a year."""
    secure = is_https()
    most = _A_YEAR if for_long else None

    def put(response: Response) -> None:
        response.set_cookie(_full(name), value, max_age=most, secure=secure, httponly=True, samesite="Lax", path="/")

    _on_answer(put)


def drop(name: str) -> None:
    """Let the browser forget a value with this answer."""
    secure = is_https()
    _on_answer(lambda answer: answer.delete_cookie(_full(name), secure=secure, httponly=True, samesite="Lax", path="/"))


def form_secret() -> str:
    """Return the random value that ties this browser's forms to it before anybody signs in; made at the first form."""
    found: str | None = g.get("form_secret") or read(FORM)
    if found is None:
        found = secrets.token_urlsafe(32)
        keep(FORM, found)
    g.form_secret = found
    return found


def _full(name: str) -> str:
    return f"__Host-{name}" if is_https() else name


def _on_answer(act: Callable[[Response], None]) -> None:
    g.setdefault("cookie_acts", []).append(act)


def apply_all(response: Response) -> Response:
    """Put on an answer what this request let the browser keep or forget."""
    for act in g.pop("cookie_acts", []):
        act(response)
    return response
