"""What the headings of a spreadsheet mean: guesses are chosen beforehand, a person confirms, the region remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, request

from api.console import spreadsheet_words
from api.console.admission import signed_in
from api.console.forms import Fault, Form
from api.console.page import done, show
from api.console.spreadsheet_words import CLOSED, CONSTANTS, sentence_column
from registry.errors import InvalidInputError
from registry.intake.heading_map import MONTHS
from registry.intake.headings import REQUIRED, ListKind
from registry.services.actor import Actor
from registry.services.map_headings import HeadingsToMap, map_headings, read_headings_to_map
from registry.services.sheet_step import SheetView
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

spreadsheet_mapping = Blueprint("spreadsheet_mapping", __name__)

MOST_FORM_BYTES: Final = 512 << 10


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@spreadsheet_mapping.get("/spreadsheets/<sheet_no>/map")
@signed_in(UserRole.CLERK)
def show_headings(actor: Actor, sheet_no: str) -> Response:
    """Show every heading with its first values and what it seems to mean; ?like= takes what was remembered instead."""
    like = request.args.get("like")
    found = read_headings_to_map(_services(), sheet_no, actor, kind=_kind(request.args.get("kind")), like=like)
    afresh = like or request.args.get("kind")
    stated = found.proposed if afresh or found.sheet.map is None else found.sheet.map
    form = form_of(stated, found.sheet)
    return _page(actor, Form({**form.values, "remember_as": like or ""}), found)


@spreadsheet_mapping.post("/spreadsheets/<sheet_no>/map")
@signed_in(UserRole.CLERK, most_bytes=MOST_FORM_BYTES)
def state_headings(actor: Actor, sheet_no: str) -> Response:
    """Say what the headings mean; where a word is not known yet, ask what it means."""
    form = Form.typed()
    found = read_headings_to_map(_services(), sheet_no, actor, kind=_kind(form.value("kind")))
    version = form.value("version")
    expected = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        sheet = map_headings(
            _services(),
            sheet_no,
            stated_by(form, found.sheet),
            actor=actor,
            expected=expected,
            remember_as=form.value("remember_as"),
        )
    except InvalidInputError as error:
        return _page(actor, _placed(form.refused(error), found.sheet), found)
    if any(column in CLOSED for column in sheet.words):
        like = form.value("remember_as").strip() or None
        return done("spreadsheets.words_left", "spreadsheet_mapping.show_headings", sheet_no=sheet_no, like=like)
    return done("spreadsheets.was_mapped", "spreadsheets.show_one", sheet_no=sheet_no)


def form_of(stated: Mapping[str, Any], sheet: SheetView) -> Form:
    """Return a form that shows a mapping; fields are numbered by heading, for a heading may be any text."""
    values = {"kind": str(stated["kind"]), "version": str(sheet.row_version)}
    meant = stated.get("columns", {})
    values |= {f"heading.{place}": meant.get(heading, "") for place, heading in enumerate(sheet.headings)}
    values |= {f"constant.{column}": value for column, value in stated.get("constants", {}).items()}
    values |= {f"unit.{column}": unit for column, unit in stated.get("units", {}).items()}
    return Form(values)


def stated_by(form: Form, sheet: SheetView) -> dict[str, Any]:
    """Return the mapping that was typed; words said before stay unless they are said anew."""
    columns = {heading: form.value(f"heading.{place}") for place, heading in enumerate(sheet.headings)}
    meant = {column for column in columns.values() if column}
    constants = _after("constant.", form)
    units = {column: unit for column, unit in _after("unit.", form).items() if column in meant}
    words = {column: dict(said) for column, said in ((sheet.map or {}).get("words") or {}).items()}  # type: ignore[attr-defined]
    for column, unknown in sheet.words.items():
        kept = sentence_column(columns) if column == "sentence" else column
        said = {word: form.value(f"word.{column}.{place}") for place, word in enumerate(unknown)}
        words.setdefault(kept, {}).update({word: value for word, value in said.items() if value})
    words = {column: said for column, said in words.items() if said and column in meant}
    kind = form.value("kind")
    return {"kind": kind, "columns": columns, "constants": constants, "words": words, "units": units}


def _after(prefix: str, form: Form) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in form.values.items() if name.startswith(prefix)}


def _placed(form: Form, sheet: SheetView) -> Form:
    """Return the form with each fault at the field that mends it: the heading, or the column stated for all rows."""
    places = {heading[:40]: place for place, heading in enumerate(sheet.headings)}
    meant = {form.value(f"heading.{place}"): place for place in reversed(range(len(sheet.headings)))}

    def at(fault: Fault) -> Fault:
        name = spreadsheet_words.column_name(fault.field)
        place = places.get(fault.field, meant.get(fault.field))
        field = fault.field if fault.field == "remember_as" else f"constant.{fault.field}"
        return Fault(field if place is None else f"heading.{place}", f"{name}：{fault.says}")

    return Form(form.values, tuple(at(fault) for fault in form.faults))


def _kind(stated: str | None) -> ListKind | None:
    return ListKind(stated) if stated in set(ListKind) else None


def _page(actor: Actor, form: Form, found: HeadingsToMap) -> Response:
    kind = _kind(form.value("kind")) or found.kind
    lacking = {fault.field.removeprefix("constant.") for fault in form.faults if fault.field.startswith("constant.")}
    constants = dict.fromkeys((*CONSTANTS[kind], *sorted(lacking), *_after("constant.", form)))
    return show(
        "spreadsheet_mapping.html",
        form=form,
        found=found,
        sheet=found.sheet,
        kind=kind,
        suggestions={each.heading: each for each in found.suggestions},
        constants=list(constants),
        required=REQUIRED[kind],
        counted=sorted(MONTHS | {"fine_yuan"}) if kind is ListKind.CONVICTION else [],
        closed=CLOSED,
        actor=actor,
        **spreadsheet_words.SPOKEN,
    )
