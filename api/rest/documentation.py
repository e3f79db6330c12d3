"""The documentation page: the OpenAPI document drawn by files of this installation, nothing from another host."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory, url_for

documentation = Blueprint("documentation", __name__, template_folder="templates", static_folder=None)

_DRAWING_FILES = Path(flask_swagger_ui.__file__).parent / "dist"
_OWN_FILES = Path(__file__).parent / "static"
_SHOWN = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}


@documentation.get("/v1/docs")
def page() -> str:
    """Show the documentation page."""
    return render_template(
        "documentation.html",
        assets=url_for(".asset", name="swagger-ui.css").removesuffix("swagger-ui.css"),
        script=url_for(".asset", name="documentation.js"),
        document=url_for("openapi.document"),
    )


@documentation.get("/v1/docs/assets/<name>")
def asset(name: str) -> Response:
    """Serve one file the page is drawn with."""
    return send_from_directory(_DRAWING_FILES if name in _SHOWN else _OWN_FILES, name)
