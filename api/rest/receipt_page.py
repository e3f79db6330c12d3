"""The page on which anybody verifies a receipt: one file with its own script and the public keys in it.

It opens no connection and works as well when saved: what is verified stays on the reader's computer.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, render_template

from registry.services.publish_keys import publish_keys

receipt_page = Blueprint("receipt_page", __name__, template_folder="templates", static_folder=None)

PATH: Final = "/v1/receipts/verify"
_OWN_FILES: Final = Path(__file__).parent / "static"
_STYLE: Final = (_OWN_FILES / "receipt_page.css").read_text("utf-8")
_SCRIPT: Final = (_OWN_FILES / "receipt_page.js").read_text("utf-8")


def _sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# Only the page's own script and style run, named by their digests; nothing is fetched from anywhere.
_PAGE_POLICY: Final = (
    f"default-src 'none'; script-src {_sha256(_SCRIPT)}; style-src {_sha256(_STYLE)}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
RECEIPT_PAGE_POLICY: Final = f"{_PAGE_POLICY}; frame-ancestors 'none'"


@receipt_page.get(PATH)
def page() -> str:
    """Show the page, with the public keys as they are now."""
    keys = publish_keys(current_app.extensions["desk"].services.store)
    return render_template("receipt_page.html", policy=_PAGE_POLICY, style=_STYLE, script=_SCRIPT, keys=keys)
