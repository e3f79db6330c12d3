"""Files on a case: what a court, the police or the applicant have brought, put there and given again."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from api.console.admission import signed_in
from api.console.case_page import came_from, case_answer
from api.console.cases import services
from api.console.forms import Fault, Form, says
from api.console.numbers_in_addresses import stated_number
from api.console.original_file import original_answer
from api.console.page import done
from registry.errors import ChangedMeanwhileError, InvalidInputError
from registry.services.actor import Actor
from registry.services.attach_evidence import attach_to_case, read_case_file
from registry.services.case_step import Acting
from registry.store.account_repository import UserRole

case_files = Blueprint("case_files", __name__)

UPLOAD_BYTES: Final = 32 << 20


@case_files.post("/cases/<check_no>/files")
@signed_in(UserRole.REGULATOR, most_bytes=UPLOAD_BYTES)
def attach(actor: Actor, check_no: str) -> Response:
    """Put files on a case, with a note of what they are."""
    form = Form.typed()
    acting = Acting(check_no, actor, stated_number(form.value("row_version")) or 0)
    try:
        attach_to_case(services(), acting, uploaded("file_files"), form.value("file_note"))
    except InvalidInputError as error:
        faults = (Fault(f"file_{fault.field}", says(fault)) for fault in error.faults)
        return case_answer(actor, check_no, Form(form.values, (*form.faults, *faults)))
    except ChangedMeanwhileError:
        return case_answer(actor, check_no, form, status=409, changed=True)
    stated: dict[str, Any] = {"check_no": check_no, **came_from()}
    return done("cases.did_file", "case_page.show_one", **stated)


@case_files.post("/cases/<check_no>/files/<original_no>")
@signed_in(UserRole.REGULATOR, UserRole.AUDITOR)
def give(actor: Actor, check_no: str, original_no: str) -> Response:
    """Give a file of a case, under its number; the look is recorded."""
    return original_answer(read_case_file(services(), check_no, original_no, actor), original_no)


def uploaded(field: str) -> list[tuple[str, bytes]]:
    """Return the files of a form's field, each with its own name."""
    return [(each.filename or "", each.stream.read()) for each in request.files.getlist(field) if each.filename]
