"""What the register holds about a person, given to that person at the counter as a PDF; each copy is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app

from api.console.admission import signed_in
from api.console.forms import Form
from api.console.page import show
from api.console.search import ID_TYPES
from matching.identity import IdType, Kind
from registry.errors import InvalidInputError
from registry.papers.own_record import own_record_pdf
from registry.services.actor import Actor
from registry.services.give_own_record import Asked, give_own_record
from registry.services.search_listed import LONGEST_GROUND
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import ListIndex

own_record = Blueprint("own_record", __name__)


@own_record.get("/own-record")
@signed_in(UserRole.REGULATOR)
def show_form(_actor: Actor) -> Response:
    """Show the empty form."""
    return _page(Form())


@own_record.post("/own-record")
@signed_in(UserRole.REGULATOR)
def give(actor: Actor) -> Response:
    """Give what is held about whoever asks."""
    form = Form.typed()
    services = cast("Services", current_app.extensions["services"])
    index = cast("ListIndex", current_app.extensions["index"])
    try:
        record = give_own_record(services, index, _asked(form), actor)
    except InvalidInputError as error:
        return _page(form.refused(error))
    answer = Response(own_record_pdf(record), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{record.request_no}.pdf"'
    return answer


def _asked(form: Form) -> Asked:
    stated = form.value("id_type")
    id_type = IdType(stated if stated in ID_TYPES[Kind.PERSON] else IdType.RESIDENT_ID)
    return Asked(
        form.value("name").strip(),
        form.value("id_number").strip(),
        form.value("ground"),
        form.value("unit").strip()[:100],
        id_type,
    )


def _page(form: Form) -> Response:
    return show("own_record.html", form=form, longest=LONGEST_GROUND)
