"""Time travel: what the register answered, and what it would have answered as of another list, day or rule.

A number of a check stands in the body of a form, as every replay is recorded; those of other regions do not exist here.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.language import t
from api.console.long_pages import long_page
from api.console.page import show
from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.law.roles import Region
from registry.law.verdict import Verdict
from registry.services.actor import Actor
from registry.services.kept_rules import kept_versions
from registry.services.remake_decision import AsOf, Differing
from registry.services.replay_check import Replay, replay_check
from registry.services.replay_period import Days, DifferingCheck, PeriodReplay, replay_period
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

replay = Blueprint("replay", __name__)

CHECKS_AT_A_TIME: Final = 200
"""So many checks of a period a page makes again; the next button goes on."""
_AS_OF: Final = ("own", "version", "day", "today")
_LONGEST_VERSION: Final = 15


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@replay.get("/replay")
@signed_in(UserRole.REGULATOR, UserRole.AUDITOR)
def show_form(_actor: Actor) -> Response:
    """Show the form, empty but for the number of a check that another page leads here with."""
    return _page(Form({"what": "check", "as_of": "own", "check_no": request.args.get("check_no", "")}))


@replay.post("/replay")
@signed_in(UserRole.REGULATOR, UserRole.AUDITOR)
def make_again(actor: Actor) -> Response:
    """Make one check or those of a period again and show what differs; recorded."""
    form, as_of = _as_of(Form.typed())
    if form.value("what") == "period":
        return _period(actor, form, as_of)
    if not form.value("check_no").strip():
        form = form.at_fault("check_no", "replay.check_no_missing")
    if as_of is None or form.faults:
        return _page(form)
    try:
        number = form.value("check_no").strip()
        with long_page():
            found = replay_check(_services(), number, actor=actor.text, as_of=as_of, region=actor.region)
    except NotFoundError:
        return _page(form.at_fault("check_no", "replay.no_such_check"))
    except ConflictError:
        return _page(form.at_fault("check_no", "replay.cannot_be_made"))
    except InvalidInputError as error:
        return _page(form.refused(error))
    return _page(form, one=found)


def _period(actor: Actor, form: Form, as_of: AsOf | None) -> Response:
    form, days = _days(actor, form)
    if as_of is None or days is None or form.faults:
        return _page(form)
    differing: list[DifferingCheck] = []
    try:
        with long_page():
            found = replay_period(_services(), days, as_of, actor=actor.text, differs=differing.append)
    except InvalidInputError as error:
        return _page(form.refused(error))
    return _page(form, several=found, differing=differing)


def _as_of(form: Form) -> tuple[Form, AsOf | None]:
    """Return as of what is asked; None beside the form that says what is wrong."""
    chosen = form.value("as_of") if form.value("as_of") in _AS_OF else "own"
    version: int | None = None
    day: datetime.date | None = None
    if chosen == "version":
        form, version = _version(form)
    if chosen == "day":
        form, day = _day(form, "day")
    rules = {name: form.value(name) or None for name in ("model", "policy")}
    for name, kept in _kept().items():
        if rules[name] is not None and rules[name] not in kept:
            form = form.at_fault(name, "replay.not_kept")
    if form.faults:
        return form, None
    return form, AsOf(version, day, chosen == "today", rules["model"], rules["policy"])


def _version(form: Form) -> tuple[Form, int | None]:
    typed = form.value("list_version").strip().replace(",", "")
    if typed.isdecimal() and len(typed) <= _LONGEST_VERSION:
        return form, int(typed)
    return form.at_fault("list_version", "replay.version_missing"), None


def _day(form: Form, name: str) -> tuple[Form, datetime.date | None]:
    try:
        return form, datetime.date.fromisoformat(form.value(name).strip())
    except ValueError:
        return form.at_fault(name, "replay.day_missing"), None


def _days(actor: Actor, form: Form) -> tuple[Form, Days | None]:
    form, first = _day(form, "first_day")
    form, last = _day(form, "last_day")
    if first is None or last is None:
        return form, None
    region = actor.region or (form.value("region") if form.value("region") in set(Region) else None)
    verdict = form.value("verdict") if form.value("verdict") in set(Verdict) else None
    after = form.value("after")
    begun = int(after) if after.isdecimal() and len(after) <= _LONGEST_VERSION else 0
    try:
        return form, Days(first, last, region, verdict, begun, CHECKS_AT_A_TIME)
    except InvalidInputError as error:
        return form.refused(error), None


def _kept() -> dict[str, list[str]]:
    return kept_versions(_services())


def _page(
    form: Form,
    *,
    one: Replay | None = None,
    several: PeriodReplay | None = None,
    differing: list[DifferingCheck] | None = None,
) -> Response:
    return show(
        "replay.html",
        form=form,
        one=one,
        several=several,
        differing=differing or [],
        kept=_kept(),
        verdicts=[each.value for each in Verdict],
        verdict_name=verdict_name,
        in_words=in_words,
        reason=reason,
    )


def verdict_name(verdict: str | None) -> str:
    """Return a verdict in words; a dash for none."""
    return "–" if verdict is None else t(f"replay.verdict_{verdict}")


def in_words(one: Differing) -> str:
    """Return one difference as a sentence."""
    said: dict[str, Any] = {"was": verdict_name(one.was), "now": verdict_name(one.is_now), "ban": one.ban_no or ""}
    if one.ban_no is None:
        return t("replay.whole_subject", subject=one.subject_no, **said)
    return t(f"replay.differs_{one.difference.value}", subject=one.subject_no, **said)


def reason(one: Differing, *, other_rules: bool) -> str:
    """Return why it differs, as far as is known."""
    if one.changed_since:
        return t("replay.because_list")
    return t("replay.because_rules" if other_rules else "replay.unexplained")
