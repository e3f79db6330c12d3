"""What no request may bring and what every answer carries.

Identity headers a caller could forge (a proxy's user, certificate or forwarding headers) are removed before
anything reads them: who asks is known by the bearer key alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

from api.network_address import network_address
from api.rest.receipt_page import PATH, RECEIPT_PAGE_POLICY

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDRESS: Final = "registry.address"
_FORGEABLE = re.compile(
    r"HTTP_(?:X_FORWARDED.*|FORWARDED|X_REAL_IP|X_REMOTE_.*|REMOTE_.*|X_CLIENT_.*|X_USER.*|X_AUTH.*|X_SSL_.*|SSL_.*"
    r"|X_AMZN_OIDC.*|X_ACT_AS.*|X_ORIGINAL_.*|X_REWRITE_.*|X_HTTP_METHOD.*)"
)
_STRICT = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), camera=(), microphone=()"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
]
_CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
DOCUMENTATION_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


_OF_DOCUMENTATION = [*_STRICT, ("Content-Security-Policy", DOCUMENTATION_POLICY)]
_OF_RECEIPT_PAGE = [*_STRICT, ("Content-Security-Policy", RECEIPT_PAGE_POLICY)]
_OF_ALL_ELSE = [*_STRICT, ("Content-Security-Policy", _CLOSED)]
_OURS = frozenset(name.lower() for name, _ in _OF_ALL_ELSE)


def _headers_of(path: str) -> list[tuple[str, str]]:
    if path.startswith("/v1/docs"):
        return _OF_DOCUMENTATION
    return _OF_RECEIPT_PAGE if path == PATH else _OF_ALL_ELSE


def hardened(inner: WSGIApplication, proxy: str | None = None) -> WSGIApplication:
    """Wrap an application: headers that claim somebody's identity never reach it, every answer is strict.

    Where the request comes from is found before, by the word of the named proxy alone (`ADDRESS` of the environment).
    """

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ADDRESS] = network_address(environ, proxy)
        for name in [name for name in environ if name.startswith("HTTP_") and _FORGEABLE.fullmatch(name)]:
            del environ[name]
        strict = _headers_of(environ.get("PATH_INFO", ""))

        def start(
            status: str, headers: list[tuple[str, str]], failure: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            kept = [header for header in headers if header[0].lower() not in _OURS]
            return start_response(status, kept + strict, failure)

        return inner(environ, start)

    return application


def register(app: Flask) -> None:
    """Give every answer of this application the strict headers, and take forgeable ones off every request."""
    proxy = app.extensions["desk"].services.settings.proxy
    app.wsgi_app = hardened(app.wsgi_app, proxy)  # type: ignore[assignment, method-assign]
