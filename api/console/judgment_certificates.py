"""One certificate of effect: its text beside what was read of it, to be put right, downloaded or discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.judgment_form import as_day
from api.console.judgment_papers import paper
from api.console.judgment_reading import stated_version
from api.console.original_file import original_answer
from api.console.page import done, show
from registry.errors import InvalidInputError
from registry.services.actor import Actor
from registry.services.certificate_fate import Fate
from registry.services.read_certificates import read_certificate_shown
from registry.services.read_original import read_original
from registry.services.state_certificate import discard_certificate, state_certificate
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

judgment_certificates = Blueprint("judgments_certificates", __name__)

_DESK: Final = (UserRole.CLERK, UserRole.CONFIRMER)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@judgment_certificates.get("/judgments/certificates/<certificate_no>")
@signed_in(*_DESK)
def show_one(actor: Actor, certificate_no: str) -> Response:
    """Show a certificate: its text, what was read of it, and what it is good for."""
    return _page(actor, certificate_no, None)


@judgment_certificates.post("/judgments/certificates/<certificate_no>")
@signed_in(UserRole.CLERK)
def state(actor: Actor, certificate_no: str) -> Response:
    """Put right which case a certificate is about and which day it names."""
    form = Form.typed()
    try:
        found = state_certificate(
            _services(),
            certificate_no,
            actor=actor,
            expected=stated_version(),
            case_number=form.value("case_number"),
            effective_date=as_day(form.value("effective_date").strip()),
        )
    except InvalidInputError as error:
        return _page(actor, certificate_no, form.refused(error))
    if found is None:
        return done("certificates.stated", "judgments_certificates.show_one", certificate_no=certificate_no)
    return done("certificates.stated_beside", "judgments.show_one", document_no=found)


@judgment_certificates.post("/judgments/certificates/<certificate_no>/discard")
@signed_in(UserRole.CLERK)
def discard(actor: Actor, certificate_no: str) -> Response:
    """Discard a certificate with its file."""
    discard_certificate(_services(), certificate_no, actor=actor, expected=stated_version())
    return done("certificates.discarded", "judgments.show_all")


@judgment_certificates.post("/judgments/certificates/<certificate_no>/original")
@signed_in(*_DESK)
def give_original(actor: Actor, certificate_no: str) -> Response:
    """Give the file a certificate came in, under its number; the look is recorded."""
    shown = read_certificate_shown(_services(), certificate_no, actor)
    return original_answer(read_original(_services(), shown.original_id or 0, actor=actor), certificate_no)


def _page(actor: Actor, certificate_no: str, form: Form | None) -> Response:
    shown = read_certificate_shown(_services(), certificate_no, actor)
    values = {"case_number": shown.case_number or "", "effective_date": shown.effective_date or ""}
    return show(
        "certificate.html",
        200 if form is None else 422,
        form=form or Form(values),
        actor=actor,
        shown=shown,
        paper=paper(shown),
        files_effect=shown.fate is Fate.OFFERED and actor.role is UserRole.CLERK,
    )
