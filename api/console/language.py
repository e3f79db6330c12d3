"""The language of a page: as the reader chose, or else as the browser asks; Chinese where neither says English."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from api.console import cookies
from api.console.admission import anyone
from api.console.texts import Language, say

language = Blueprint("language", __name__)

TAGS: Final = {Language.ZH: "zh-CN", Language.EN: "en"}


def preferred() -> Language:
    """Return the language of this answer."""
    if "language" not in g:
        g.language = _chosen() or _asked()
    found: Language = g.language
    return found


def t(name: str, /, **filled: object) -> str:
    """Return a text in the language of this answer."""
    return say(preferred(), name, **filled)


def _chosen() -> Language | None:
    chosen = cookies.read(cookies.LANGUAGE)
    return Language(chosen) if chosen in list(Language) else None


def _asked() -> Language:
    best = request.accept_languages.best_match(["zh", "en", "zh-CN", "en-GB", "en-US"], "zh")
    return Language.EN if str(best).startswith("en") else Language.ZH


@language.post("/language")
@anyone
def choose() -> Response:
    """Keep the reader's choice and show the page again."""
    wanted = request.form.get("language", "")
    cookies.keep(cookies.LANGUAGE, wanted if wanted in list(Language) else Language.ZH, for_long=True)
    return redirect(own_address(request.form.get("back", "")), 303)  # type: ignore[return-value]


def own_address(wanted: str) -> str:
    """Return an address of one of the console's own pages: the one wanted, or the first page where it is none."""
    home, root = url_for("home.show_home"), request.script_root
    path = wanted.partition("?")[0]
    if not path.startswith(f"{root}/") or "\\" in wanted or not wanted.isprintable():
        return home
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(path.removeprefix(root), method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return home
    return home if endpoint.startswith("error_pages.") else wanted
