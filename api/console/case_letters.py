"""The letters of a case, to be saved: the notice after a finding, and what is asked for; each is a step of the case."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request

from api.console.admission import signed_in
from api.console.cases import services
from api.console.numbers_in_addresses import stated_number
from api.console.texts import Language, say
from api.console.who_acted import actor_name
from registry.services.actor import Actor
from registry.services.case_step import Acting
from registry.services.write_case_letter import CaseLetter, write_case_letter
from registry.services.write_notice import Naming, PaperForm, write_notice, write_want_letter
from registry.store.account_repository import UserRole

case_letters = Blueprint("case_letters", __name__)

_TYPES: Final = {
    PaperForm.PDF: "application/pdf",
    PaperForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NAMING: Final = Naming(
    purpose=lambda purpose: say(Language.ZH, f"cases.purpose_{purpose}"),
    role=lambda role: say(Language.ZH, f"cases.role_{role}"),
    region=lambda region: say(Language.ZH, f"console.region_{region or 'all'}"),
    person=actor_name,
)


@case_letters.post("/cases/<check_no>/notice")
@signed_in(UserRole.REGULATOR)
def give_notice(actor: Actor, check_no: str) -> Response:
    """Give the notice that the applicant is the listed person."""
    form = stated_form()
    match = stated_number(request.form.get("match")) or 0
    content = write_notice(services(), Acting(check_no, actor), match, form, NAMING)
    return paper_answer(content, form, f"{check_no}-notice")


@case_letters.post("/cases/<check_no>/letter")
@signed_in(UserRole.REGULATOR)
def give_want_letter(actor: Actor, check_no: str) -> Response:
    """Give the letter that asks for what is missing."""
    form = stated_form()
    content = write_want_letter(services(), Acting(check_no, actor), form, NAMING)
    return paper_answer(content, form, f"{check_no}-letter")


@case_letters.post("/cases/<check_no>/letters/<kind>")
@signed_in(UserRole.REGULATOR)
def give_case_letter(actor: Actor, check_no: str, kind: str) -> Response:
    """Give the letter that ends the hold, or that says that the case is decided anew."""
    if kind not in list(CaseLetter):
        abort(404)
    form = stated_form()
    content = write_case_letter(services(), Acting(check_no, actor), CaseLetter(kind), form, NAMING)
    return paper_answer(content, form, f"{check_no}-{kind}")


def stated_form() -> PaperForm:
    """Return the form of paper that is asked for; 404 for one there is not."""
    stated = request.form.get("form", "")
    if stated not in list(PaperForm):
        abort(404)
    return PaperForm(stated)


def paper_answer(content: bytes, form: PaperForm, name: str) -> Response:
    """Return a paper to be saved under a name that says nothing of whom it is about."""
    answer = Response(content, content_type=_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form.value}"'
    return answer
