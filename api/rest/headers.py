"""What no request may bring and what every answer carries.

Identity headers a caller could forge (a proxy's user, certificate or forwarding headers) are removed before
anything reads them: who asks is known by the bearer key alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORGEABLE = re.compile(
    r"HTTP_(?:X_FORWARDED.*|FORWARDED|X_REAL_IP|X_REMOTE_.*|REMOTE_.*|X_CLIENT_.*|X_USER.*|X_AUTH.*|X_SSL_.*|SSL_.*"
    r"|X_AMZN_OIDC.*|X_ACT_AS.*|X_ORIGINAL_.*|X_REWRITE_.*|X_HTTP_METHOD.*)"
)
_STRICT = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
_CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
DOCUMENTATION_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def without_forgeable_headers(inner: WSGIApplication) -> WSGIApplication:
    """Wrap an application so that headers which claim somebody's identity never reach it."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in [name for name in environ if name.startswith("HTTP_") and _FORGEABLE.fullmatch(name)]:
            del environ[name]
        return inner(environ, start_response)

    return application


def _harden(response: Response) -> Response:
    for name, value in _STRICT.items():
        response.headers.setdefault(name, value)
    shows_documentation = request.path.startswith("/v1/docs")
    response.headers["Content-Security-Policy"] = DOCUMENTATION_POLICY if shows_documentation else _CLOSED
    return response


def register(app: Flask) -> None:
    """Give every answer of this application the strict headers, and take forgeable ones off every request."""
    app.after_request(_harden)
    app.wsgi_app = without_forgeable_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]
