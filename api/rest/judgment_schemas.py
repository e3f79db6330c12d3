"""The shapes of the judgments' door: what a court's system sends, and what it is told."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.rest import meanings
from api.rest.limits import JUDGMENT_BYTES
from api.rest.schema_fields import Answer, Choice, RegionCode, Strict, Text
from api.rest.schemas import FaultSchema

MOST_NOTE = 1_000
LARGEST_NUMBER = 2**31 - 1
_WHOLE = "whole_number:1–2147483647"
_MESSAGES: dict[str, Any] = {"required": "required", "null": "null", "invalid": _WHOLE}


def _number() -> fields.Integer:
    allowed = validate.Range(1, LARGEST_NUMBER, error=_WHOLE)
    return fields.Integer(required=True, strict=True, validate=allowed, error_messages=_MESSAGES)


def _note(*, required: bool = False) -> Text:
    if required:
        return Text(MOST_NOTE, required=True)
    return Text(MOST_NOTE, load_default=None, allow_none=True)


def _content() -> fields.Dict:
    return fields.Dict(
        load_default=None,
        allow_none=True,
        error_messages={"null": "null", "invalid": "not_an_object"},
        metadata={
            "description": "What the judgment says, in the shape `judgment.content` has: sent back whole, with what "
            "the text does not say filled in (`effective_date`, `effect_by`, `food_related` …). Absent: as it stands."
        },
    )


class JudgmentUploadSchema(Strict):
    """A judgment to be laid on the desk: one file (txt, docx, text PDF), its bytes as Base64."""

    document = fields.String(
        required=True,
        validate=validate.Length(min=1, max=JUDGMENT_BYTES, error=f"length:1–{JUDGMENT_BYTES}"),
        error_messages={"required": "required", "null": "null", "invalid": "not_text", "invalid_utf8": "not_text"},
        metadata={"description": "RFC 4648, section 4.", "contentEncoding": "base64"},
    )
    name = Text(200, load_default=None, allow_none=True)
    region = RegionCode(load_default=None, allow_none=True)
    although_known = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        error_messages={"null": "null", "invalid": "invalid"},
        metadata={"description": "Lay it down although a document of the same number or words is there."},
    )


class JudgmentFilingSchema(Strict):
    """A judgment to be put before a second person; `expected` is the `row_version` last seen."""

    expected = _number()
    content = _content()
    note = _note()


class JudgmentEffectSchema(Strict):
    """The day a certificate of effect states for a judgment that was confirmed before: stated, or as the paper says."""

    expected = _number()
    effective_date = Text(10, load_default=None, allow_none=True)
    certificate = Text(
        40,
        load_default=None,
        allow_none=True,
        metadata={"description": "The number of a certificate that was sent before (`certificate_no`)."},
    )
    document = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=JUDGMENT_BYTES, error=f"length:1–{JUDGMENT_BYTES}"),
        error_messages={"invalid": "not_text", "invalid_utf8": "not_text"},
        metadata={"description": "The certificate itself (RFC 4648, section 4).", "contentEncoding": "base64"},
    )
    note = _note()


class JudgmentConfirmationSchema(Strict):
    """The word of a second person: which filing is confirmed."""

    number = _number()
    note = _note()


class JudgmentReturnSchema(Strict):
    """A filing to be sent back, and why."""

    number = _number()
    note = _note(required=True)


class KnownDocumentSchema(Answer):
    """A document that lies on the desk already, and by what the one sent is the same."""

    document_no = fields.String(required=True)
    state = fields.String(required=True)
    by = Choice(["case_number", "content"], required=True)


class ListedRowSchema(Answer):
    """A row of the list a judgment founds: its name, what became of it, and the ban it belongs to."""

    record = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"description": meanings.listed(meanings.ROW_OUTCOMES)})
    ban_no = fields.String(allow_none=True)


class WaitingFilingSchema(Answer):
    """The filing that waits for a second person."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    filed_at = fields.AwareDateTime(required=True, format="iso")


class JudgmentSchema(Answer):
    """A judgment on the desk: where it stands, what it says, and what keeps it from being filed."""

    document_no = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": meanings.listed(meanings.DESK_STATES)})
    region = fields.String(required=True)
    row_version = fields.Integer(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    changed_at = fields.AwareDateTime(required=True, format="iso")
    content = fields.Dict(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)
    waiting = fields.Nested(WaitingFilingSchema, required=True, allow_none=True)
    rows = fields.List(fields.Nested(ListedRowSchema), required=True)


class CertificateSchema(Answer):
    """A certificate of effect as it was read, and what it is good for now; what is doubtful is null, with a warning."""

    certificate_no = fields.String(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    effective_date = fields.Date(required=True, allow_none=True)
    fate = fields.String(required=True, metadata={"description": meanings.listed(meanings.CERTIFICATE_FATES)})
    document_no = fields.String(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class ReceivedJudgmentSchema(Answer):
    """What became of a file that was sent; `judgment` is null where it is known, no judgment, or may not be kept."""

    reception = fields.String(required=True, metadata={"description": meanings.listed(meanings.RECEPTIONS)})
    known = fields.List(fields.Nested(KnownDocumentSchema), required=True)
    listed = fields.List(fields.String(), required=True)
    refused = fields.List(fields.String(), required=True)
    judgment = fields.Nested(JudgmentSchema, required=True, allow_none=True)
    certificate = fields.Nested(CertificateSchema, required=True, allow_none=True)


class FilingStepSchema(Answer):
    """A step that was filed or sent back: which filing of which judgment, and where that stands now."""

    document_no = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    row_version = fields.Integer(required=True)
    refused = fields.List(fields.String(), required=True)


class ConfirmedFilingSchema(Answer):
    """A filing a second person confirmed: what became of its rows, and the list's version from which checks see it."""

    document_no = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    row_version = fields.Integer(required=True)
    list_version = fields.Integer(required=True)
    rows = fields.List(fields.Nested(ListedRowSchema), required=True)


UPLOAD = JudgmentUploadSchema()
FILING = JudgmentFilingSchema()
EFFECT = JudgmentEffectSchema()
CONFIRMATION = JudgmentConfirmationSchema()
RETURN = JudgmentReturnSchema()
