"""The shapes of requests and answers, in one place: the hot path loads with them, OpenAPI is written from them.

Messages are codes of problem_texts.toml; a misspelt field is an error, because a number under a wrong heading
would be screened as if it had not been given.
"""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from matching.identity import BirthDate, IdType, Kind, NameKind, Sex
from registry.law.roles import Purpose, Role

MOST_SUBJECTS = 50
MOST_REQUESTS = 1_000
MOST_OTHER_NAMES = 20
_VERDICTS = ["block", "review", "clear"]
_NEXT_STEPS = ["hold", "await_review", "proceed", "retry"]


_WITHOUT_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
_REGION = r"^3[1-4](?:[0-9]{2}){0,2}$"
_MESSAGES = {"required": "required", "null": "null", "invalid_utf8": "not_text"}


class Text(fields.String):
    """Text of bounded length without control characters; what need not be stated may be blank."""

    def __init__(self, longest: int, **options: Any) -> None:
        stated = options.get("required", False)
        pattern = validate.Regexp(_NOT_BLANK if stated else _WITHOUT_CONTROLS, error="printable")
        checks = [_length(1 if stated else 0, longest), pattern, *options.pop("validate", [])]
        super().__init__(validate=checks, error_messages={**_MESSAGES, "invalid": "not_text"}, **options)


class RegionCode(fields.String):
    """A region code of the four regions: two, four or six digits (GB/T 2260)."""

    def __init__(self, **options: Any) -> None:
        checks = [validate.Regexp(_REGION, error="region")]
        super().__init__(validate=checks, error_messages={**_MESSAGES, "invalid": "not_text"}, **options)


class Choice(fields.String):
    """One word of a closed list."""

    def __init__(self, choices: list[str], **options: Any) -> None:
        one_of = validate.OneOf(choices, error="one_of:" + ", ".join(choices))
        super().__init__(validate=one_of, error_messages={**_MESSAGES, "invalid": "not_text"}, **options)


class ListOf(fields.List[Any]):
    """A list of bounded length."""

    def __init__(self, inner: fields.Field[Any], least: int, most: int, **options: Any) -> None:
        messages: dict[str, Any] = {**_MESSAGES, "invalid": "not_a_list"}
        super().__init__(inner, validate=_length(least, most), error_messages=messages, **options)


class Strict(Schema):
    """A schema that refuses fields it does not know."""

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages = {**self.error_messages, "unknown": "unknown_field", "type": "not_an_object"}


class Nested(fields.Nested):
    """A nested object, whose faults are codes too."""

    def __init__(self, schema: type[Strict]) -> None:
        super().__init__(schema, error_messages={**_MESSAGES, "type": "not_an_object"})


def _length(least: int, most: int) -> validate.Length:
    return validate.Length(min=least, max=most, error=f"length:{least}–{most}")


def _date(text: str) -> None:
    try:
        BirthDate.parse(text)
    except ValueError:
        raise ValidationError("not_a_date") from None


def _words(choices: Any) -> list[str]:
    return [str(choice) for choice in choices]


class OtherNameSchema(Strict):
    """A further name of the subject and its kind."""

    kind = Choice(_words(NameKind), load_default=NameKind.FORMER.value)
    name = Text(100, required=True)


class SubjectSchema(Strict):
    """One person or organisation to be screened, as the application states it.

    Enough to screen is a name plus an ID number (whole or partly masked) or a birth date; for an organisation
    its name plus its credit code or licence number.
    """

    subject_no = Text(50, required=True, metadata={"example": "1"})
    kind = Choice(_words(Kind), required=True)
    role = Choice(_words(Role), required=True)
    name = Text(100, load_default=None, metadata={"example": "示例甲"})
    id_type = Choice(_words(IdType), load_default=None, allow_none=True)
    id_number = Text(50, load_default=None, metadata={"description": "Masked characters are written *."})
    birth_date = Text(
        10, load_default=None, validate=[_date], metadata={"description": "ISO date, year-month or year."}
    )
    sex = Choice(_words(Sex), load_default=None, allow_none=True)
    other_names = ListOf(Nested(OtherNameSchema), 0, MOST_OTHER_NAMES, load_default=list)


class CheckRequestSchema(Strict):
    """One application: why the check is made, where, and whom it concerns."""

    application_no = Text(100, required=True, metadata={"example": "339900-2026-000123"})
    purpose = Choice(_words(Purpose), required=True)
    region = RegionCode(
        load_default=None,
        metadata={"description": "Region code of the application; absent: the provisions of all four regions apply."},
    )
    subjects = ListOf(Nested(SubjectSchema), 1, MOST_SUBJECTS, required=True)


class BatchSchema(Strict):
    """Up to 1,000 check requests; each is taken or refused by itself."""

    requests = ListOf(fields.Raw(), 1, MOST_REQUESTS, required=True)


class CoverageSchema(Schema):
    """How fresh the list of one region is."""

    region = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    state = fields.String(required=True, validate=validate.OneOf(["fresh", "stale", "never"]))


class ListStateSchema(Schema):
    """Which list, model and policy gave the answer."""

    version = fields.Integer(required=True)
    model = fields.String(required=True)
    policy = fields.String(required=True)
    coverage = fields.List(fields.Nested(CoverageSchema), required=True)


class BasisSchema(Schema):
    """One ground of a ban that bars this purpose and role."""

    provision = fields.String(required=True)
    article = fields.String(required=True)
    document_no = fields.String(required=True)
    bars = fields.List(fields.String(), required=True)
    from_ = fields.Date(required=True, allow_none=True, data_key="from")
    to = fields.Date(
        required=True, allow_none=True, metadata={"description": "Last day of the ban, inclusive; null for life."}
    )


class EvidenceSchema(Schema):
    """One feature that was compared: how it agreed and how telling that is."""

    feature = fields.String(required=True)
    level = fields.String(required=True)
    bits = fields.Float(
        required=True,
        metadata={"description": "log2 likelihood ratio, exact to a thousandth; negative speaks against."},
    )
    says = fields.String(required=True)


class MatchSchema(Schema):
    """One listed person or organisation that fits the subject and whose ban bars it."""

    ban_no = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(["block", "review"]))
    name = fields.String(required=True, allow_none=True)
    id_number = fields.String(required=True, allow_none=True)
    bases = fields.List(fields.Nested(BasisSchema), required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    bits = fields.Float(required=True, metadata={"description": "The exact sum of the evidence."})
    expected_coincidences = fields.Float(required=True)


class SubjectAnswerSchema(Schema):
    """The verdict on one subject; a licensing client sees matches for `block` only."""

    subject_no = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(_VERDICTS))
    matches = fields.List(fields.Nested(MatchSchema), required=True)


class NextStepSchema(Schema):
    """What the licensing officer does now."""

    code = fields.String(required=True, validate=validate.OneOf(_NEXT_STEPS))
    says = fields.String(required=True)


class ReviewFromSchema(Schema):
    """When a match without an equal document goes to a person: both must hold."""

    expected_coincidences = fields.Float(required=True, metadata={"description": "At most so many."})
    bits = fields.Float(required=True, metadata={"description": "At least so many."})


class CheckAnswerSchema(Schema):
    """The answer to a check; its verdict is the strictest of its subjects."""

    check_no = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(_VERDICTS))
    decided_at = fields.AwareDateTime(required=True, format="iso")
    list = fields.Nested(ListStateSchema, required=True)
    subjects = fields.List(fields.Nested(SubjectAnswerSchema), required=True)
    next_step = fields.Nested(NextStepSchema, required=True)
    review_from = fields.Nested(
        ReviewFromSchema, metadata={"description": "The policy's threshold for this purpose; for regulators only."}
    )
    receipt = fields.Raw(required=True, allow_none=True, metadata={"type": ["object", "null"]})


class StoredCheckSchema(CheckAnswerSchema):
    """The unaltered answer and, beside it, what a regulator has decided since."""

    outcome = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(["open", "confirmed", "released", "withdrawn"])
    )


class FaultSchema(Schema):
    """One field at fault."""

    pointer = fields.String(required=True, metadata={"description": "JSON pointer into the request."})
    code = fields.String(required=True)
    says = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema))
    next_step = fields.Nested(NextStepSchema)


class BatchResultSchema(Schema):
    """The result of one request of a batch: an answer, or a problem."""

    status = fields.Integer(required=True)
    answer = fields.Nested(CheckAnswerSchema)
    problem = fields.Nested(ProblemSchema)


class BatchAnswerSchema(Schema):
    """A result for each request, in the order of the requests."""

    results = fields.List(fields.Nested(BatchResultSchema), required=True)


class ChangeSchema(Schema):
    """One change of the list; versions are contiguous and in the order of their commits."""

    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    ban_no = fields.String(required=True)
    subject_kind = fields.String(required=True, validate=validate.OneOf(_words(Kind)))
    region = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True, format="iso")


class ChangesSchema(Schema):
    """A page of the feed: ask again with `after=next_after` until it equals `head`."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    next_after = fields.Integer(required=True)
    head = fields.Integer(required=True)


class BothLanguagesSchema(Schema):
    """A text in Chinese and in English; both say the same."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class DecidedBySchema(Schema):
    """What the weight of a level depends on beside the table."""

    code = fields.String(required=True, validate=validate.OneOf(["name_rarity", "visible_characters"]))
    says = fields.Nested(BothLanguagesSchema, required=True)


class LevelSchema(Schema):
    """One result a comparison can have; `bits` is log2(same / other), null where the listed name's rarity decides."""

    level = fields.String(required=True)
    says = fields.Nested(BothLanguagesSchema, required=True)
    same = fields.Float(required=True, metadata={"description": "How often two records of one person show it."})
    other = fields.Float(
        required=True, allow_none=True, metadata={"description": "How often a random other resident shows it."}
    )
    bits = fields.Float(required=True, allow_none=True)
    decided_by = fields.Nested(DecidedBySchema, required=True, allow_none=True)


class FeatureSchema(Schema):
    """One compared feature and its levels, from the closest to the farthest."""

    feature = fields.String(required=True)
    explanation = fields.Nested(BothLanguagesSchema, required=True)
    source = fields.Nested(BothLanguagesSchema, required=True)
    levels = fields.List(fields.Nested(LevelSchema), required=True)


class ModelSchema(Schema):
    """The model in use: answers state its version, and its bits are those of their evidence."""

    version = fields.String(required=True)
    made = fields.Dict(
        required=True, metadata={"description": "What a re-estimated version was made from; empty for a shipped one."}
    )
    residents = fields.Integer(required=True)
    organisations = fields.Integer(required=True)
    how = fields.Nested(BothLanguagesSchema, required=True)
    features = fields.List(fields.Nested(FeatureSchema), required=True)


class HealthSchema(Schema):
    """The state of the service."""

    status = fields.String(required=True)


CHECK_REQUEST = CheckRequestSchema()
BATCH = BatchSchema()
