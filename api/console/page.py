"""How a page is put together: what every template can use, and what is said after something was done."""

from __future__ import annotations

import datetime
import urllib.parse
from collections.abc import Mapping
from typing import Final

from flask import Flask, Response, redirect, render_template, request, url_for
from jinja2 import StrictUndefined

from api.console import assets, cookies
from api.console.admission import CSRF_FIELD, csrf_token, whoever
from api.console.forms import Form
from api.console.language import TAGS, preferred, t
from api.console.navigation import entries
from api.console.texts import Language, is_text
from api.console.who_acted import actor_name
from registry.clock import SHANGHAI
from registry.law.roles import Region
from registry.store.account_repository import UserRole

_LONGEST_WORD: Final = 60


def show(
    template: str, status: int | None = None, *, form: Form | None = None, said: str | None = None, **values: object
) -> Response:
    """Return a page; a form with faults is answered with 422 unless a status is given.

    `said` is what the page says at its head; else it is what was to be said after the last act, once.
    """
    form = form or Form()
    status = status or (422 if form.faults else 200)
    kept = _said()
    if kept is not None:
        cookies.drop(cookies.SAID)
    body = render_template(template, form=form, said=said or kept, **values)
    return Response(body, status, content_type="text/html; charset=utf-8")


def done(text: str, endpoint: str, *, said: Mapping[str, object] | None = None, **values: object) -> Response:
    """Lead to a page (303) and say there, once, what was done; `said` fills the text's braces and names nobody."""
    words = {"text": text} | {name: str(word)[:_LONGEST_WORD] for name, word in (said or {}).items()}
    cookies.keep(cookies.SAID, urllib.parse.urlencode(words))
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type, return-value]


def _said() -> str | None:
    kept = cookies.read(cookies.SAID)
    if kept is None:
        return None
    words = dict(urllib.parse.parse_qsl(kept))
    text = words.pop("text", "")
    if not is_text(text):
        return None
    try:
        return t(text, **words)
    except KeyError:
        return None


def moment(instant: datetime.datetime | None) -> str:
    """Return an instant as people here read it: day and minute in Shanghai; a dash for none."""
    return "–" if instant is None else instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def role_name(role: UserRole) -> str:
    """Return the name of a role."""
    return t(f"console.role_{role.value}")


def region_name(region: str | None) -> str:
    """Return the name of a region of the four; None is all of them."""
    return t(f"console.region_{region or 'all'}")


def register(app: Flask) -> None:
    """Give the templates what they use."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=t,
        asset=assets.address,
        csrf_token=csrf_token,
        csrf_field=CSRF_FIELD,
        whoever=whoever,
        language=preferred,
        language_tag=lambda: TAGS[preferred()],
        other_language=lambda: Language.EN if preferred() is Language.ZH else Language.ZH,
        navigation=entries,
        moment=moment,
        actor_name=actor_name,
        role_name=role_name,
        region_name=region_name,
        roles=list(UserRole),
        regions=[region.value for region in Region],
        here=lambda: request.script_root + request.full_path.rstrip("?"),
    )
