"""The console's own style and scripts, under addresses that change with their content."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, url_for

from api.console.admission import anyone

assets = Blueprint("assets", __name__)

ENDPOINT: Final = "assets.asset"
_PLACE: Final = Path(__file__).parent / "static"
_FILES: Final[Mapping[str, bytes]] = {path.name: path.read_bytes() for path in _PLACE.iterdir() if path.is_file()}
_VERSIONS: Final = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in _FILES.items()}


@assets.get("/static/<name>")
@anyone
def asset(name: str) -> Response:
    """Give one file."""
    if name not in _FILES:
        abort(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_FILES[name], content_type=f"{kind}; charset=utf-8")


def address(name: str) -> str:
    """Return the address of a file; KeyError where there is none of that name."""
    return url_for(ENDPOINT, name=name, v=_VERSIONS[name])
