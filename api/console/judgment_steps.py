"""What follows a filing: confirming, returning; of what was confirmed its effect, withdrawal, a changed sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Fault, Form
from api.console.judgment_form import as_day
from api.console.judgment_in_the_way import in_the_way
from api.console.judgment_pages import open_judgment, show_confirming, standing_content
from api.console.judgment_papers import day_of, named_in_note, papers_of
from api.console.judgment_quotes import pieces
from api.console.judgment_reading import stated_version
from api.console.judgment_words import faults_of, person_name, said_fields, state_name
from api.console.language import t
from api.console.page import done, show
from api.console.who_acted import actor_name
from registry.errors import ChangedMeanwhileError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from registry.services.actor import Actor
from registry.services.confirm_judgment import confirm_judgment
from registry.services.correct_judgment import change_sentence, withdraw_judgment
from registry.services.file_effect import file_effect
from registry.services.file_judgment import Filed
from registry.services.read_desk import DeskDocument
from registry.services.return_judgment import return_judgment
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

judgment_steps = Blueprint("judgments_steps", __name__)

_FIRST: Final = {"effect": "effective_date", "withdraw": "reason", "sentence": "days"}
"""The field a form begins with."""


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@judgment_steps.post("/judgments/<document_no>/filings/<int:number>/confirm")
@signed_in(UserRole.CONFIRMER)
def confirm(actor: Actor, document_no: str, number: int) -> Response:
    """Confirm a filing: it is in force with the answer."""
    document = open_judgment(document_no, actor)
    try:
        confirmed = confirm_judgment(_services(), document_no, number=number, actor=actor)
    except InvalidInputError as error:
        content = (document.waiting and document.waiting.content) or {"defendants": []}
        return show_confirming(document, actor, faults=faults_of(error.faults, content))
    said = {"state": state_name(confirmed.state), "version": confirmed.list_version}
    return done("judgments.confirmed", "judgments.show_one", said=said, document_no=document_no)


@judgment_steps.post("/judgments/<document_no>/filings/<int:number>/return")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def give_back(actor: Actor, document_no: str, number: int) -> Response:
    """Return a filing with a note; a clerk takes back only what is their own."""
    document = open_judgment(document_no, actor)
    if actor.role is UserRole.CLERK and document.waiting and document.waiting.filed_by != actor.text:
        raise NotAllowedError("only confirmers return what another person filed")
    note = request.form.get("note", "")
    if not note.strip() and document.waiting is not None:
        return show_confirming(document, actor, faults=(Fault("note", t("judgments.note_missing")),))
    return_judgment(_services(), document_no, number=number, actor=actor, note=note)
    return done("judgments.returned", "judgments.show_one", document_no=document_no)


@judgment_steps.get("/judgments/<document_no>/filings/<int:number>")
@signed_in(UserRole.CLERK, UserRole.CONFIRMER)
def show_filing(actor: Actor, document_no: str, number: int) -> Response:
    """Show what a document said when it was filed for that time."""
    document = open_judgment(document_no, actor)
    step = next((each for each in document.history if each.number == number), None)
    if step is None or step.content is None:
        raise NotFoundError("there is no such filing")
    return show(
        "judgment_filing.html",
        document=document,
        step=step,
        values=said_fields(step.content),
        quotes={},
        actor_name=actor_name,
    )


@judgment_steps.get("/judgments/<document_no>/effect")
@signed_in(UserRole.CLERK)
def show_effect(actor: Actor, document_no: str) -> Response:
    """Show the form for the day a judgment took effect."""
    return _form("effect", actor, open_judgment(document_no, actor))


@judgment_steps.post("/judgments/<document_no>/effect")
@signed_in(UserRole.CLERK)
def effect(actor: Actor, document_no: str) -> Response:
    """File the day a judgment took effect."""
    typed = request.form

    def filing() -> Filed:
        since = as_day(typed.get("effective_date", "")) or ""
        note = typed.get("note", "")
        return file_effect(
            _services(), document_no, actor=actor, expected=stated_version(), effective_date=since, note=note
        )

    return _filed("effect", actor, document_no, filing)


@judgment_steps.get("/judgments/<document_no>/withdraw")
@signed_in(UserRole.CLERK)
def show_withdraw(actor: Actor, document_no: str) -> Response:
    """Show the form for a withdrawal."""
    return _form("withdraw", actor, open_judgment(document_no, actor))


@judgment_steps.post("/judgments/<document_no>/withdraw")
@signed_in(UserRole.CLERK)
def withdraw(actor: Actor, document_no: str) -> Response:
    """File a withdrawal, with its reason."""
    reason = request.form.get("reason", "")

    def filing() -> Filed:
        return withdraw_judgment(_services(), document_no, actor=actor, expected=stated_version(), reason=reason)

    return _filed("withdraw", actor, document_no, filing)


@judgment_steps.get("/judgments/<document_no>/sentence")
@signed_in(UserRole.CLERK)
def show_sentence(actor: Actor, document_no: str) -> Response:
    """Show the form for a reduction or parole."""
    return _form("sentence", actor, open_judgment(document_no, actor))


@judgment_steps.post("/judgments/<document_no>/sentence")
@signed_in(UserRole.CLERK)
def sentence(actor: Actor, document_no: str) -> Response:
    """File when sentences end after a reduction or parole."""
    stated = {name.partition("-")[2]: as_day(value) for name, value in request.form.items() if name.startswith("day-")}
    days = {int(no): day for no, day in stated.items() if day and no.isdecimal()}
    if not days:
        document = open_judgment(document_no, actor)
        return _form("sentence", actor, document, Form.typed().at_fault("days", "judgments.sentence_nothing"))

    def filing() -> Filed:
        return change_sentence(
            _services(),
            document_no,
            actor=actor,
            expected=stated_version(),
            executed_on=days,
            reason=request.form.get("reason", ""),
        )

    return _filed("sentence", actor, document_no, filing)


def _filed(step: str, actor: Actor, document_no: str, filing: Callable[[], Filed]) -> Response:
    open_judgment(document_no, actor)
    try:
        filing()
    except InvalidInputError as error:
        document = open_judgment(document_no, actor)
        content = standing_content(document) or {"defendants": []}
        return _form(step, actor, document, Form(Form.typed().values, faults_of(error.faults, content)))
    except ChangedMeanwhileError:
        raise
    except ConflictError:
        form = Form.typed().at_fault(_FIRST[step], _why_not(open_judgment(document_no, actor)))
        return _form(step, actor, open_judgment(document_no, actor), form)
    return done("judgments.filed", "judgments.show_one", document_no=document_no)


def _why_not(document: DeskDocument) -> str:
    """Return why a step cannot be taken: a filing waits, or a ruling on appeal lies on the desk."""
    return "judgments.not_possible" if document.waiting is not None else "judgments.appeal_waits"


def _form(step: str, actor: Actor, document: DeskDocument, form: Form | None = None) -> Response:
    content = standing_content(document) or {"defendants": []}
    people = [(each["no"], person_name(place, content)) for place, each in enumerate(content["defendants"])]
    more = _certified(document, actor) if step == "effect" else {}
    more |= {"in_the_way": in_the_way(document, actor), "rulings": document.open_rulings}
    return show(f"judgment_{step}.html", form=form, document=document, content=content, people=people, **more)


def _certified(document: DeskDocument, actor: Actor) -> dict[str, Any]:
    """Return the certificates of a judgment and the day they state, beside its own text."""
    papers = papers_of(document.document_no, actor)
    plain = pieces(document.text, {}) if document.text else []
    return {"papers": papers, "pieces": plain, "day": day_of(papers), "certified_by": named_in_note(papers)}
