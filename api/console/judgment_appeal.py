"""Attaching a ruling on appeal or retrial to its first instance: what it decides for each, looked over by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.judgment_in_the_way import in_the_way
from api.console.judgment_pages import open_judgment
from api.console.judgment_reading import stated_version
from api.console.judgment_words import faults_of, person_name
from api.console.page import done, show
from registry.errors import ChangedMeanwhileError, ConflictError, InvalidInputError, NotFoundError
from registry.intake.judgment_appeal import Result
from registry.services.actor import Actor
from registry.services.attach_appeal import Proposal, attach_appeal, propose_results
from registry.services.read_desk import DeskDocument
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

judgment_appeal = Blueprint("judgments_appeal", __name__)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@judgment_appeal.get("/judgments/<document_no>/appeal")
@signed_in(UserRole.CLERK)
def show_form(actor: Actor, document_no: str) -> Response:
    """Show what a ruling seems to make of its first instance, to be looked over."""
    return _form(open_judgment(document_no, actor), actor, request.args.get("first", "").strip() or None)


@judgment_appeal.post("/judgments/<document_no>/appeal")
@signed_in(UserRole.CLERK)
def attach(actor: Actor, document_no: str) -> Response:
    """File what the ruling makes of its first instance."""
    document = open_judgment(document_no, actor)
    typed = request.form
    first_no = typed.get("first_no", "").strip() or None
    decided = {
        int(name.partition("-")[2]): Result(value)
        for name, value in typed.items()
        if name.startswith("result-") and name.partition("-")[2].isdecimal() and value in list(Result)
    }
    try:
        filed = attach_appeal(
            _services(),
            document_no,
            actor=actor,
            expected=stated_version(),
            first_no=first_no,
            decided=decided,
            remanded=typed.get("remanded") == "yes",
            note=typed.get("note", ""),
        )
    except InvalidInputError as error:
        return _refused(document_no, actor, first_no, error)
    except ChangedMeanwhileError:
        raise
    except ConflictError:
        form = Form.typed().at_fault("first_no", "judgments.appeal_not_now")
        return _form(document, actor, first_no, form)
    return done("judgments.appeal_filed", "judgments.show_one", document_no=filed.document_no)


def _refused(document_no: str, actor: Actor, first_no: str | None, error: InvalidInputError) -> Response:
    first = open_judgment(first_no or document_no, actor)
    form = Form(Form.typed().values, faults_of(error.faults, first.content or {"defendants": []}))
    return _form(open_judgment(document_no, actor), actor, first_no, form)


def _form(document: DeskDocument, actor: Actor, first_no: str | None, form: Form | None = None) -> Response:
    form, proposal = form or Form(), Proposal(None, (), False, {})
    try:
        proposal = propose_results(_services(), document.document_no, actor=actor, first_no=first_no)
    except NotFoundError:
        form = form.at_fault("first", "judgments.appeal_none")
    first = None if proposal.first_no is None else open_judgment(proposal.first_no, actor)
    people = ((first and first.content) or {"defendants": []})["defendants"]
    return show(
        "judgment_appeal.html",
        200 if not form.values else 422,
        form=form,
        document=document,
        content=document.content or {"defendants": []},
        proposal=proposal,
        first=first,
        people=[
            (each["no"], person_name(place, {"defendants": people}), proposal.results.get(each["no"]))
            for place, each in enumerate(people)
        ],
        results=list(Result),
        in_the_way=None if first is None else in_the_way(first, actor),
    )
