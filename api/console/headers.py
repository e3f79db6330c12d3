"""What every answer of the console carries: nothing inline runs, nothing loads from elsewhere, nothing is kept."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from api.console.assets import ENDPOINT

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
STRICT: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: a browser would then send its forms with the origin `null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def _harden(response: Response) -> Response:
    for name, value in STRICT.items():
        response.headers[name] = value
    # The address of an own file names its content, so it may be kept.
    if request.endpoint == ENDPOINT and response.status_code == 200 and request.args.get("v"):
        response.headers["Cache-Control"] = _FOR_GOOD
    return response


def register(app: Flask) -> None:
    """Give every answer of the console these headers."""
    app.after_request(_harden)
