"""The shapes of the cases' door: a step of a regulator's system, and what it is told of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from api.rest import meanings
from api.rest.schema_fields import Answer, Choice, Strict, Text

LARGEST_NUMBER = 2**53 - 1
MOST_SAID = 1_000
FIELDS_OF: Final = {
    "hearing": ("waived", "held_on", "manner", "said"),
    "ask": ("missing", "asked_of", "answer_by"),
    "answer": ("text",),
    "note": ("text",),
    "same": ("match_no", "reason", "legal_basis"),
    "other": ("match_no", "reason", "cause"),
    "agree": ("match_no", "note"),
    "return": ("match_no", "note"),
    "reopen": ("reason",),
}
_WHOLE = f"whole_number:1–{LARGEST_NUMBER}"


_RULE = (
    "By what it was found, as feature/level of `/v1/model`: the strongest evidence that is no name (`id_number/equal`: "
    "an equal, complete number). Of a case, that of its strictest match; `stale` where only a region's data was out of "
    "date."
)


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

    Which further fields a step takes stands with `step`; another that states something is refused.
    """

    step = Choice(list(FIELDS_OF), required=True, metadata={"description": meanings.listed(meanings.CASE_STEPS)})
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

    @validates_schema
    def require_its_own_fields(self, data: Mapping[str, Any], **_more: object) -> None:
        """Refuse what the step has no use for: dropped silently, it would be missing where somebody relies on it."""
        own = {"step", "expected", *FIELDS_OF[data["step"]]}
        strays = [name for name in data if name not in own and data[name] != self.fields[name].load_default]
        if strays:
            raise ValidationError({name: ["unknown_field"] for name in strays})


class CaseSchema(Answer):
    """A held or reviewed application on its way to a decision; it names nobody."""

    check_no = fields.String(required=True)
    application_no = fields.String(required=True)
    region = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The area (31, 32, 33, 34) whose regulators decide; null: of none, all see it."},
    )
    purpose = fields.String(required=True)
    verdict = fields.String(required=True)
    rule = fields.String(required=True, metadata={"description": _RULE})
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
    rule = fields.String(required=True, metadata={"description": _RULE})
    finding = fields.String(required=True, metadata={"description": meanings.listed(meanings.CASE_FINDINGS)})
    expected_coincidences = fields.Float(required=True)
    bits = fields.Float(required=True)


class TakenStepSchema(Answer):
    """A step that was taken: who, when, about which match, and what was stated."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": meanings.listed(meanings.TAKEN_STEPS)})
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
