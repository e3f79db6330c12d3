"""How the REST door says no: RFC 9457 problems that name the field, in the caller's language.

Every error of the register is translated here, once. No problem carries a name, an ID number or a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import orjson
import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api.failures import calls_of
from api.rest.language import Language, in_language, preferred_language
from api.rest.problem_texts import FAULT_MEANINGS, TEXTS
from registry import errors
from registry.errors import FieldFault, RegistryError
from registry.intake.returned_rows import fault_text
from registry.law.verdict import RETRY
from registry.services.answer_check import instant

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
TYPE_PREFIX = "urn:food-ban-registry:problem:"

_STATUS_OF: Mapping[type[RegistryError], int] = {
    errors.InsufficientIdentityError: 422,
    errors.InvalidInputError: 422,
    errors.IdempotencyMismatchError: 422,
    errors.NotFoundError: 404,
    errors.NotAuthenticatedError: 401,
    errors.NotAllowedError: 403,
    errors.RateExceededError: 429,
    errors.IdempotencyInProgressError: 409,
    errors.SnapshotNeededError: 410,
    errors.ConflictError: 409,
    errors.UnavailableError: 503,
    errors.SettingsError: 503,
}
_CODE_OF_STATUS = {
    400: "malformed_body",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    414: "too_large",
    415: "unsupported_media_type",
}

_log = structlog.get_logger("api.rest")


class MalformedBodyError(RegistryError):
    """The body is no JSON document."""

    code = "malformed_body"


class UnsupportedMediaTypeError(RegistryError):
    """The body is not declared as application/json."""

    code = "unsupported_media_type"


def status_of(error: RegistryError) -> int:
    """Return the HTTP status that stands for an error of the register."""
    if isinstance(error, MalformedBodyError):
        return 400
    if isinstance(error, UnsupportedMediaTypeError):
        return 415
    for kind in type(error).__mro__:
        if kind in _STATUS_OF:
            return _STATUS_OF[kind]
    return 500


def as_problem(error: RegistryError, language: Language) -> dict[str, object]:
    """Return the problem document of an error: type, title, status, code and the fields at fault."""
    body = _document(status_of(error), error.code, language)
    if isinstance(error, errors.InvalidInputError | errors.OutOfReachError | errors.SignatureRefusedError):
        body["errors"] = [_fault(fault, language) for fault in error.faults]
    return body


def _document(status: int, code: str, language: Language) -> dict[str, object]:
    body: dict[str, object] = {
        "type": TYPE_PREFIX + code,
        "title": _say(code, language),
        "status": status,
        "code": code,
        "instance": f"urn:request:{g.get('request_id', '')}",
    }
    if status in {429, 503} or code == errors.IdempotencyInProgressError.code:
        body["next_step"] = {"code": RETRY.code.value, "says": _say("retry", language)}
    return body


def _fault(fault: FieldFault, language: Language) -> dict[str, str]:
    code, _, parameter = fault.code.partition(":")
    says = _say("fault." + code, language).replace("{}", parameter)
    # What intake finds wrong has its words there.
    return {"pointer": fault.field, "code": code, "says": says or fault_text(fault)}


def _say(code: str, language: Language) -> str:
    return TEXTS.get(code, {}).get(language.value, "")


def respond(error: RegistryError) -> Response:
    """Return the problem response of an error, with the headers its status asks for."""
    status = status_of(error)
    log_failure(error)
    body = as_problem(error, preferred_language())
    if isinstance(error, errors.SignatureRefusedError):
        # By the clock that judged `created`, so that whoever's clock is wrong can sign by this one.
        body["now"] = instant(current_app.extensions["desk"].services.clock.now())
    response = _response(status, body)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="food-ban-registry"'
    if status == 503 or isinstance(error, errors.IdempotencyInProgressError):
        # What a repeat cannot help (`conflict`, `changed_meanwhile`, a snapshot to be taken) names no time for one.
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, errors.RateExceededError):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def log_failure(error: RegistryError) -> None:
    """Say in the log what kept a request from its answer, with nothing of what it held."""
    if isinstance(error, errors.UnforeseenError):
        _log_unforeseen(error.__cause__ or error)
    elif status_of(error) >= 500:
        _log.error("unavailable", code=error.code, error=type(error).__name__)


def _response(status: int, body: dict[str, object]) -> Response:
    return in_language(Response(orjson.dumps(body), status=status, content_type=MEDIA_TYPE))


def _respond_http(error: HTTPException) -> Response:
    status = error.code or 500
    code = _CODE_OF_STATUS.get(status, "malformed_body" if status < 500 else "internal_error")
    body = _document(status, code, preferred_language())
    if status == 413:
        body["title"] = str(body["title"]).replace("{}", f"{request.max_content_length or 0:,}")
    response = _response(status, body)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _respond_unforeseen(error: Exception) -> Response:
    """Answer 503, never a verdict, where something broke that nobody foresaw; the text stays inside."""
    _log_unforeseen(error)
    response = _response(503, _document(503, "unavailable", preferred_language()))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _log_unforeseen(failure: BaseException) -> None:
    """Name the kind of failure and the calls that led to it, outermost first; texts and values may name somebody."""
    _log.error("unforeseen", error=type(failure).__name__, where=calls_of(failure))


def register(app: Flask) -> None:
    """Make every error of this application leave as a problem."""
    app.register_error_handler(RegistryError, respond)
    app.register_error_handler(HTTPException, _respond_http)
    app.register_error_handler(Exception, _respond_unforeseen)


_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)


def faults_from(messages: object, pointer: str = "") -> list[FieldFault]:
    """Flatten marshmallow's messages into faults whose field is a JSON pointer (RFC 6901).

    The schemas' messages are codes of problem_texts.toml, so that one table holds both languages.
    """
    if isinstance(messages, Mapping):
        return _nested(messages.items(), pointer)
    texts: Sequence[object] = messages if isinstance(messages, list) else [messages]
    return [FieldFault(pointer, _known(str(text)), "not as described") for text in texts]


def _known(code: str) -> str:
    """Return a code of ours, or the code that says no more where a library put its own words in its place."""
    return code if code.partition(":")[0] in FAULT_MEANINGS else "invalid"


def _nested(items: Iterable[tuple[object, object]], pointer: str) -> list[FieldFault]:
    found: list[FieldFault] = []
    for key, value in items:
        found += faults_from(value, pointer + _step(key))
    return found


def _step(key: object) -> str:
    """Return a pointer's step; what cannot be a field's name may be a person's, and is not repeated."""
    if key == "_schema":
        return ""
    return f"/{key}" if isinstance(key, int) or _FIELD_NAME.fullmatch(str(key)) else "/?"
