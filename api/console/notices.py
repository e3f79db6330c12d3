"""What licensing systems were to be told and did not take: to be delivered, given up, or past its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request, url_for

from api.console.admission import signed_in
from api.console.language import t
from api.console.numbers_in_addresses import stated_number
from api.console.page import done, show
from api.console.texts import is_text
from registry.services.actor import Actor
from registry.services.client_notices import look_at_notices, resend_notice
from registry.store.account_repository import UserRole
from registry.store.notice_repository import NoticeView

if TYPE_CHECKING:
    from registry.services.client_notices import NoticesSeen
    from registry.services.context import Services
    from registry.store.notice_repository import StoredNotice

notices = Blueprint("notices", __name__)

_SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.ADMIN)
_SENDING: Final = (UserRole.REGULATOR, UserRole.ADMIN)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@notices.get("/notices")
@signed_in(*_SEEING)
def show_all(actor: Actor) -> Response:
    """Show the notices of a view, oldest first; at first those that need somebody most."""
    stated = request.args.get("view", "")
    wanted = NoticeView(stated) if stated in set(NoticeView) else None
    found = look_at_notices(_services(), wanted, actor, stated_number(request.args.get("after")) or 0)
    chosen = found.view
    return show(
        "notices.html",
        found=found,
        chosen=chosen,
        views=tuple(NoticeView),
        following=url_for("notices.show_all", view=chosen, after=found.following) if found.following else None,
        may=actor.role in _SENDING,
        today=_services().clock.today(),
        kind_name=_kind_name,
        reason=lambda notice: _reason(notice, found),
    )


@notices.post("/notices/<notice_no>/resend")
@signed_in(*_SENDING)
def resend(actor: Actor, notice_no: str) -> Response:
    """Have a notice delivered again."""
    resend_notice(_services(), notice_no, actor.text, actor.region)
    return done("notices.was_resent", "notices.show_all", said={"number": notice_no}, view=NoticeView.UNDELIVERED)


def _kind_name(notice: StoredNotice) -> str:
    again = " · " + t("cases.check_again_short") if notice.content.get("outcome_reason") else ""
    return t(f"notices.kind_{notice.kind.value}") + again


def _reason(notice: StoredNotice, found: NoticesSeen) -> str:
    """Return why a notice is on the page."""
    if notice.last_fault is not None:
        return t("notices.attempts", count=notice.attempts, why=_fault_name(notice.last_fault))
    if notice.delivered_at is not None:
        return t("notices.reason_unacknowledged")
    return t("notices.reason_asks") if notice.client_id in found.asking else t("notices.reason_waits")


def _fault_name(fault: str) -> str:
    if fault.startswith("http_"):
        return t("notices.fault_http", status=fault.removeprefix("http_"))
    return t(f"notices.fault_{fault}") if is_text(f"notices.fault_{fault}") else fault
