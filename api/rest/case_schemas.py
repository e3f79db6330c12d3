"""The shapes of the cases' door: a step of a regulator's system, and what it is told of cases."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.rest import meanings
from api.rest.schema_fields import Answer, Choice, Strict, Text

LARGEST_NUMBER = 2**53 - 1
MOST_SAID = 1_000
STEPS = ("hearing", "ask", "answer", "note", "same", "other", "agree", "return")
_WHOLE = f"whole_number:1–{LARGEST_NUMBER}"


def _number(*, required: bool) -> fields.Integer:
    allowed = validate.Range(1, LARGEST_NUMBER, error=_WHOLE)
    messages: dict[str, Any] = {"required": "required", "null": "null", "invalid": _WHOLE}
    if required:
        return fields.Integer(required=True, strict=True, validate=allowed, error_messages=messages)
    return fields.Integer(load_default=None, allow_none=True, strict=True, validate=allowed, error_messages=messages)


def _words() -> Text:
    return Text(MOST_SAID, load_default="")


class CaseStepSchema(Strict):
    """A step in a case; `expected` is the `row_version` last seen, `match_no` the listed person it speaks of.

    Which further fields a step needs stands with `step`; the others are left out.
    """

    step = Choice(list(STEPS), required=True, metadata={"description": meanings.listed(meanings.CASE_STEPS)})
    expected = _number(required=True)
    match_no = _number(required=False)
    waived = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, error_messages={"null": "null", "invalid": "invalid"}
    )
    held_on = Text(10, load_default="")
    manner = _words()
    said = _words()
    missing = _words()
    asked_of = _words()
    answer_by = Text(10, load_default="")
    text = _words()
    reason = _words()
    cause = Choice(
        list(meanings.OUTCOME_REASONS),
        load_default=None,
        allow_none=True,
        metadata={"description": "With `other`: " + meanings.listed(meanings.OUTCOME_REASONS)},
    )
    legal_basis = _words()
    note = _words()


class CaseSchema(Answer):
    """A held or reviewed application on its way to a decision; it names nobody."""

    check_no = fields.String(required=True)
    application_no = fields.String(required=True)
    region = fields.String(required=True, allow_none=True)
    purpose = fields.String(required=True)
    verdict = fields.String(required=True)
    rule = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": meanings.listed(meanings.CASE_STATES)})
    opened_at = fields.AwareDateTime(required=True, format="iso")
    due_on = fields.Date(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    row_version = fields.Integer(required=True)


class CasesSchema(Answer):
    """A page of cases, the soonest due first; `after` asks for the next one, null at the end."""

    cases = fields.List(fields.Nested(CaseSchema), required=True)
    after = fields.String(required=True, allow_none=True)


class CaseMatchSchema(Answer):
    """A listed person the applicant may be, and what was found; who they are, the check's matches say."""

    match_no = fields.Integer(required=True)
    subject_no = fields.String(required=True)
    ban_no = fields.String(required=True)
    verdict = fields.String(required=True)
    rule = fields.String(required=True)
    finding = fields.String(required=True, metadata={"description": meanings.listed(meanings.CASE_FINDINGS)})
    expected_coincidences = fields.Float(required=True)
    bits = fields.Float(required=True)


class TakenStepSchema(Answer):
    """A step that was taken: who, when, about which match, and what was stated."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    match_no = fields.Integer(required=True, allow_none=True)
    actor = fields.String(required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    content = fields.Dict(required=True)


class CaseClearanceSchema(Answer):
    """A reviewed "not this person": it stands until it is revoked or the evidence changes."""

    clearance_no = fields.String(required=True)
    ban_no = fields.String(required=True)
    given_by = fields.String(required=True)
    given_at = fields.AwareDateTime(required=True, format="iso")
    revoked_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class WholeCaseSchema(CaseSchema):
    """A case with its matches, steps and clearances, and the checks of the same applicant's other cases."""

    matches = fields.List(fields.Nested(CaseMatchSchema), required=True)
    steps = fields.List(fields.Nested(TakenStepSchema), required=True)
    clearances = fields.List(fields.Nested(CaseClearanceSchema), required=True)
    earlier = fields.List(fields.String(), required=True)


STEP = CaseStepSchema()
