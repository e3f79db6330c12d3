"""How the console says no: a page in plain words, and for a script the same as JSON. Each error is translated here."""

from __future__ import annotations

from typing import Final

import structlog
from flask import Blueprint, Flask, Response, abort, g, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from api.console.admission import ForgedFormError, anyone
from api.console.forms import says
from api.console.language import t
from api.console.page import show
from api.failures import calls_of
from registry import errors
from registry.errors import RegistryError

error_pages = Blueprint("error_pages", __name__)

_STATUS_OF: Final = {
    ForgedFormError: 403,
    errors.InvalidInputError: 422,
    errors.NotFoundError: 404,
    errors.NotAuthenticatedError: 401,
    errors.NotAllowedError: 403,
    errors.RateExceededError: 429,
    errors.ConflictError: 409,
    errors.UnavailableError: 503,
    errors.SettingsError: 503,
}
_WITH_A_PAGE: Final = frozenset({403, 404, 409, 413, 422, 429, 500, 503})
RETRY_AFTER_SECONDS: Final = 5

_log = structlog.get_logger("api.console")


def status_of(error: RegistryError) -> int:
    """Return the HTTP status that stands for an error of the register."""
    return next((_STATUS_OF[kind] for kind in type(error).__mro__ if kind in _STATUS_OF), 500)


def wants_json() -> bool:
    """Say whether a script asks, which reads JSON, and not a person."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json"


@error_pages.route("/<path:anything>", methods=["GET", "POST"])
@anyone
def nowhere(anything: str) -> Response:  # noqa: ARG001 -- the address of no page
    """Say that there is no such page, in our own words."""
    abort(404)


def _respond(error: RegistryError) -> Response:
    status = status_of(error)
    if status >= 500:
        _log_failure(error)
    if status == 401 and not wants_json():
        return _to_sign_in()
    seconds = error.seconds if isinstance(error, errors.RateExceededError) else RETRY_AFTER_SECONDS
    code = error.code if isinstance(error, ForgedFormError) else str(status)
    answer = _answer(status, code, error)
    if status in {429, 503}:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _to_sign_in() -> Response:
    """Lead to the sign-in page, and from there back: to this page, or where it took a form, to the first one."""
    back = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.show_form", back=back or None), 303)  # type: ignore[return-value]


def _answer(status: int, code: str, error: RegistryError | None = None) -> Response:
    faults = [says(fault) for fault in getattr(error, "faults", ())]
    title, advice = t(f"error.title_{code}"), t(f"error.advice_{code}")
    if wants_json():
        answer = jsonify(status=status, code=error.code if error else code, title=title, advice=advice, faults=faults)
        answer.status_code = status
        return answer
    number = g.get("request_id", "")
    return show("error.html", status, title=title, advice=advice, reasons=faults, number=number)


def _respond_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in {301, 302, 303, 307, 308}:
        return error.get_response()  # type: ignore[return-value]
    known = status if status in _WITH_A_PAGE else 404 if status == 405 else 400
    return _answer(known, str(known))


def _respond_unforeseen(error: Exception) -> Response:
    """Answer 500 where something broke that nobody foresaw; what it was stays inside."""
    _log.error("unforeseen", error=type(error).__name__, where=calls_of(error))
    return _answer(500, "500")


def _log_failure(error: RegistryError) -> None:
    cause = error.__cause__ if isinstance(error, errors.UnforeseenError) else None
    if cause is not None:
        _log.error("unforeseen", error=type(cause).__name__, where=calls_of(cause))
    else:
        _log.error("unavailable", code=error.code, error=type(error).__name__)


def register(app: Flask) -> None:
    """Make every error of the console leave as a page."""
    app.register_error_handler(RegistryError, _respond)
    app.register_error_handler(HTTPException, _respond_http)
    app.register_error_handler(Exception, _respond_unforeseen)
