"""The shapes of the objections' door: what an office passes on for a person, and what became of it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.rest import meanings
from api.rest.schema_fields import Answer, Choice, Strict, Text, Whole
from registry.services.lodge_objection import LONGEST_STATEMENT

_TEXT: dict[str, Any] = {"required": "required", "null": "null", "invalid": "not_text", "invalid_utf8": "not_text"}


class ObjectionSchema(Strict):
    """An objection a person makes through this office: to a ban or to a check, one of the two must be stated."""

    ban_no = Text(40, load_default=None, allow_none=True)
    check_no = Text(40, load_default=None, allow_none=True)
    objector = Text(200, required=True)
    statement = fields.String(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_STATEMENT, error=f"length:1–{LONGEST_STATEMENT}"),
        error_messages=_TEXT,
        metadata={"description": "In the person's own words; kept with the ban and shown to later reviewers."},
    )
    received_on = fields.String(
        required=True,
        validate=Whole(r"^\d{4}-\d{2}-\d{2}$", error="not_a_date"),
        error_messages=_TEXT,
        metadata={"description": "The day this office received it, YYYY-MM-DD; the time limit runs from it."},
    )
    lodged_through = Text(200, required=True)
    contact = Text(200, load_default=None, allow_none=True)


class ObjectionStateSchema(Answer):
    """An objection as it stands; `reason` is what was decided for, once it was."""

    objection_no = fields.String(required=True)
    ban_no = fields.String(required=True, allow_none=True)
    check_no = fields.String(required=True, allow_none=True)
    state = Choice(
        list(meanings.OBJECTION_STATES),
        required=True,
        metadata={"description": meanings.listed(meanings.OBJECTION_STATES)},
    )
    received_on = fields.String(required=True)
    due_on = fields.String(required=True)
    correction_pending = fields.Boolean(required=True)
    decided_at = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


OBJECTION = ObjectionSchema()
