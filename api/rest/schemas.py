"""The shapes of requests and answers, in one place: the hot path loads with them, OpenAPI is written from them.

The docstrings and the descriptions of fields are published in the OpenAPI document.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.rest import meanings
from api.rest.problem_texts import FAULT_MEANINGS, PROBLEM_MEANINGS
from api.rest.schema_fields import Answer, Choice, ListOf, Nested, RegionCode, Strict, Text, as_date
from matching.identity import IdType, Kind, NameKind, Sex
from registry.law.roles import Purpose, Role

MOST_SUBJECTS = 50
MOST_REQUESTS = 1_000
MOST_OTHER_NAMES = 20
_VERDICTS = list(meanings.VERDICTS)


def _words(choices: Any) -> list[str]:
    return [str(choice) for choice in choices]


def _says(text: str, words: meanings.Meanings | None = None) -> dict[str, Any]:
    """Return a field's description, with the meanings of its words where it is one of a closed list."""
    return {"description": text if words is None else f"{text}\n\n{meanings.listed(words)}"}


def _one_of(words: meanings.Meanings, text: str, **options: Any) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(list(words)), metadata=_says(text, words), **options)


class OtherNameSchema(Strict):
    """A further name of the subject and its kind."""

    kind = Choice(_words(NameKind), load_default=NameKind.FORMER.value)
    name = Text(100, required=True)


class SubjectSchema(Strict):
    """One person or organisation to be screened, as the application states it.

    Must be stated: for a person `name` and either `id_type` with `id_number` or `birth_date` (or both); for an
    organisation `name`, `id_type` and `id_number`. `id_number` never goes without `id_type`. Null, blank and absent
    mean the same: not stated. Too little is answered 422 `insufficient_identity`, naming the field.
    """

    subject_no = Text(50, required=True, metadata={"example": "1", **_says("Your number; once in a check.")})
    kind = Choice(_words(Kind), required=True)
    role = Choice(_words(Role), required=True, metadata=_says("In which capacity it appears.", meanings.ROLES))
    name = Text(
        100,
        load_default=None,
        metadata={"example": "示例甲", **_says("Must be stated, whole: 张某 or 张* is refused.")},
    )
    id_type = Choice(
        _words(IdType),
        load_default=None,
        allow_none=True,
        metadata=_says("Which document `id_number` is of; must be stated with it.", meanings.ID_TYPES),
    )
    id_number = Text(
        50, load_default=None, metadata=_says("Hidden characters are written `*`; at least four must be visible.")
    )
    birth_date = Text(10, load_default=None, validate=[as_date], metadata=_says("ISO date, year-month or year."))
    sex = Choice(_words(Sex), load_default=None, allow_none=True, metadata=_says("男 male, 女 female."))
    other_names = ListOf(
        Nested(OtherNameSchema), 0, MOST_OTHER_NAMES, load_default=list, metadata=_says("Further names, if any.")
    )


class CheckRequestSchema(Strict):
    """One application: why the check is made, where, and whom it concerns. At most 2 MiB of JSON."""

    application_no = Text(
        100, required=True, metadata={"example": "339900-2026-000123", **_says("Your number of the application.")}
    )
    purpose = Choice(_words(Purpose), required=True, metadata=_says("What is applied for.", meanings.PURPOSES))
    region = RegionCode(
        load_default=None,
        metadata=_says(
            "Region code of the application (GB/T 2260, 2, 4 or 6 digits), within your key's region: another is "
            "answered 403. Absent: the local provisions of all four regions apply."
        ),
    )
    subjects = ListOf(Nested(SubjectSchema), 1, MOST_SUBJECTS, required=True)


class BatchSchema(Strict):
    """Up to 1,000 check requests, at most 8 MiB of JSON; each is taken or refused by itself."""

    requests = ListOf(fields.Raw(allow_none=True), 1, MOST_REQUESTS, required=True)


class CoverageSchema(Answer):
    """How fresh the list of one region is."""

    region = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    state = _one_of(meanings.COVERAGE, "Whether the region's data may be relied on as complete.")


class ListStateSchema(Answer):
    """Which list, model and policy gave the answer."""

    version = fields.Integer(required=True)
    model = fields.String(required=True)
    policy = fields.String(required=True)
    coverage = fields.List(fields.Nested(CoverageSchema), required=True)


class BasisSchema(Answer):
    """One ground of a ban that bars this purpose and role."""

    provision = fields.String(required=True, metadata=_says("The rule of law that bars, as a stable word."))
    article = fields.String(required=True)
    document_no = fields.String(required=True)
    bars = fields.List(
        fields.String(), required=True, metadata=_says("What the provision bars from.", meanings.ACTIVITIES)
    )
    from_ = fields.Date(required=True, allow_none=True, data_key="from", metadata=_says("First day of the ban."))
    to = fields.Date(required=True, allow_none=True, metadata=_says("Last day of the ban, inclusive; null for life."))


class EvidenceSchema(Answer):
    """One feature that was compared: how it agreed and how telling that is."""

    feature = fields.String(required=True, metadata=_says("What was compared; `/v1/model` lists every feature."))
    level = fields.String(required=True, metadata=_says("How far it agreed, a level of that feature in `/v1/model`."))
    bits = fields.Float(
        required=True,
        metadata={"description": "log2 likelihood ratio, exact to a thousandth; negative speaks against."},
    )
    says = fields.String(required=True)


class MatchSchema(Answer):
    """One listed person or organisation that fits the subject and whose ban bars it."""

    ban_no = fields.String(required=True, metadata=_says("Permanent; not derived from who it is."))
    verdict = fields.String(required=True, validate=validate.OneOf(["block", "review"]))
    name = fields.String(
        required=True,
        allow_none=True,
        metadata=_says("Your own spelling where it is the same name; another listed name is masked but for its start."),
    )
    id_number = fields.String(required=True, allow_none=True, metadata=_says("Of the listed person, middle hidden."))
    bases = fields.List(fields.Nested(BasisSchema), required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    bits = fields.Float(required=True, metadata={"description": "The exact sum of the evidence."})
    expected_coincidences = fields.Float(
        required=True,
        metadata=_says(
            "How many other residents of the four provinces are expected to match this listed person as strongly; "
            "to four significant figures."
        ),
    )


class ClearedSchema(Answer):
    """A clearance that was applied; whose record it was is shown to a regulator alone."""

    clearance_no = fields.String(required=True)
    given_at = fields.String(required=True, metadata={"format": "date-time"})
    ban_no = fields.String()


class SubjectAnswerSchema(Answer):
    """The verdict on one subject; a licensing client sees matches for `block` only, a regulator all."""

    subject_no = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(_VERDICTS))
    matches = fields.List(fields.Nested(MatchSchema), required=True)
    cleared = fields.List(
        fields.Nested(ClearedSchema),
        metadata={
            "description": "Near matches a regulator has found before to be other people; absent where there is none. "
            "While the evidence stays as it was they are not asked about again."
        },
    )


class NextStepSchema(Answer):
    """What the licensing officer does now."""

    code = _one_of(meanings.NEXT_STEPS, "What to act on.")
    says = fields.String(required=True)


class ReviewFromSchema(Answer):
    """When a match without an equal document goes to a person: both must hold."""

    expected_coincidences = fields.Float(required=True, metadata={"description": "At most so many."})
    bits = fields.Float(required=True, metadata={"description": "At least so many."})


class CheckAnswerSchema(Answer):
    """The answer to a check; its verdict is the strictest of its subjects."""

    check_no = fields.String(required=True, metadata=_says("Keep it: GET shows the answer again by it."))
    application_no = fields.String(required=True, metadata=_says("As it was asked."))
    purpose = fields.String(required=True, metadata=_says("As it was asked."))
    region = fields.String(required=True, allow_none=True, metadata=_says("As it was asked."))
    verdict = _one_of(meanings.VERDICTS, "The strictest of its subjects.")
    decided_at = fields.AwareDateTime(required=True, format="iso")
    list = fields.Nested(ListStateSchema, required=True)
    subjects = fields.List(fields.Nested(SubjectAnswerSchema), required=True)
    next_step = fields.Nested(NextStepSchema, required=True)
    review_from = fields.Nested(
        ReviewFromSchema, metadata={"description": "The policy's threshold for this purpose; for regulators only."}
    )
    receipt = fields.Raw(
        required=True,
        allow_none=True,
        metadata={
            "type": "object",
            "required": ["payload", "protected", "signature"],
            "properties": {part: {"type": "string"} for part in ("payload", "protected", "signature")},
            **_says(
                "The register's signature under this answer, a JSON Web Signature with Ed25519 (RFC 7515 flattened, "
                "RFC 9864); keep it with the file. Whoever has the public keys of `/v1/log/keys` verifies it offline, "
                "also on the page `/v1/receipts/verify`. Null in answers given before there were receipts."
            ),
        },
    )


class StoredCheckSchema(CheckAnswerSchema):
    """The unaltered answer and, beside it, what a regulator has decided since."""

    outcome = _one_of(
        meanings.OUTCOMES,
        "What a regulator has decided since. The licence may go on where it is null (the check was `clear`, there is "
        "nothing to decide) and after `released`, unless `outcome_reason` says otherwise; after nothing else.",
        allow_none=True,
    )
    outcome_reason = _one_of(
        meanings.OUTCOME_REASONS,
        "Null, or what remains to be done after `released`.",
        allow_none=True,
    )


class FaultSchema(Answer):
    """One field at fault."""

    pointer = fields.String(
        required=True,
        metadata=_says("JSON pointer into the body; without a leading `/` the name of a header or query parameter."),
    )
    code = fields.String(required=True, metadata=_says("Stable; more may be added.", FAULT_MEANINGS))
    says = fields.String(required=True)


class ProblemSchema(Answer):
    """RFC 9457 problem."""

    type = fields.String(required=True)
    title = fields.String(required=True, metadata=_says("A sentence for people, in Chinese or English."))
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata=_says("Stable; more may be added.", PROBLEM_MEANINGS))
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema), metadata=_says("Every field at fault, not only the first."))
    next_step = fields.Nested(
        NextStepSchema,
        metadata=_says(
            "`retry`, with status 503, 429 and 409 `idempotency_in_progress`; absent where a repeat cannot help."
        ),
    )
    now = fields.AwareDateTime(
        format="iso", metadata=_says("With `signature_refused`: the register's time, by which `created` was judged.")
    )


class BatchResultSchema(Answer):
    """The result of one request of a batch: exactly one of `answer` (status 200) and `problem`."""

    status = fields.Integer(required=True, metadata=_says("As if the request had been made alone."))
    application_no = fields.String(
        required=True, allow_none=True, metadata=_says("Of its request; null where it cannot be read.")
    )
    answer = fields.Nested(CheckAnswerSchema)
    problem = fields.Nested(ProblemSchema)


class BatchAnswerSchema(Answer):
    """A result for each request, in the order of the requests."""

    results = fields.List(fields.Nested(BatchResultSchema), required=True)


class ChangeSchema(Answer):
    """One change of the list; versions are contiguous and in the order of their commits."""

    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    ban_no = fields.String(required=True)
    subject_kind = fields.String(required=True, validate=validate.OneOf(_words(Kind)))
    region = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True, format="iso")


class ChangesSchema(Answer):
    """A page of the feed: ask again with `after=next_after` until it equals `head`."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    next_after = fields.Integer(required=True)
    head = fields.Integer(required=True)


class HealthSchema(Answer):
    """The state of the service."""

    status = fields.String(required=True)
    log = fields.Dict(metadata={"description": "How the log of acts fares; absent where only life is told."})


CHECK_REQUEST = CheckRequestSchema()
BATCH = BatchSchema()
