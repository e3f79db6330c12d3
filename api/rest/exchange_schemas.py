"""The shapes of the exchange's door: envelopes of batches, acknowledgements and announcements."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from api.rest.query import HIGHEST_VERSION
from api.rest.schema_fields import Answer, Choice, ListOf, Strict, Whole

MOST_OUTCOMES = 10_000
SPEAKERS = ["31", "32", "33", "34", "hub"]
_WHOLE = f"whole_number:0–{HIGHEST_VERSION}"
_MESSAGES: dict[str, Any] = {"required": "required", "null": "null", "invalid": "not_text", "invalid_utf8": "not_text"}
_LONGEST_WORD = 300
_PARTS_OF_AN_OUTCOME = 3


def _number(**options: Any) -> fields.Integer:
    return fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, HIGHEST_VERSION, error=_WHOLE),
        error_messages={**_MESSAGES, "invalid": _WHOLE, "too_large": _WHOLE},
        **options,
    )


def _hexadecimal(digits: int) -> fields.String:
    pattern = Whole(f"^[0-9a-f]{{{digits}}}$", error=f"hexadecimal:{digits}")
    return fields.String(required=True, validate=pattern, error_messages=_MESSAGES)


class _Outcome(fields.Field[Any]):
    """One item's number or key, its outcome, and a code or null."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002 -- marshmallow's
        fits = isinstance(value, list) and len(value) == _PARTS_OF_AN_OUTCOME and all(map(_is_word, value[:2]))
        if not fits or not (value[2] is None or _is_word(value[2])):
            raise ValidationError("invalid")
        return value


def _is_word(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value <= HIGHEST_VERSION
    return isinstance(value, str) and len(value) <= _LONGEST_WORD


class SignatureSchema(Answer):
    """A signature over `food-ban-batch/1`, a line feed and the bytes of `batch`."""

    key = fields.String(required=True, metadata={"description": "The key's thumbprint (RFC 7638)."})
    algorithm = fields.String(required=True, metadata={"description": "ed25519"})
    value = fields.String(required=True, metadata={"description": "base64url, without padding"})


class EnvelopeSchema(Answer):
    """A signed batch of the province protocol: verify `signatures` over the bytes of `batch` before reading them."""

    batch = fields.String(required=True, metadata={"description": "The batch: JSON as a text (food-ban-batch/1)."})
    signatures = fields.List(fields.Nested(SignatureSchema), required=True)


class AcknowledgementSchema(Strict):
    """What became of every item of a batch at its receiver."""

    epoch = _hexadecimal(32)
    batch = _hexadecimal(64)
    first = _number(data_key="from")
    last = _number(data_key="to")
    accepted = fields.Boolean(
        load_default=True,
        truthy={True},
        falsy={False},
        error_messages={"null": "null", "invalid": "invalid"},
        metadata={"description": "False: the batch is held whole for a person."},
    )
    outcomes = ListOf(
        _Outcome(
            metadata={
                "description": "`[number or key, outcome, code or null]`",
                "type": "array",
                "minItems": _PARTS_OF_AN_OUTCOME,
                "maxItems": _PARTS_OF_AN_OUTCOME,
            }
        ),
        0,
        MOST_OUTCOMES,
        required=True,
    )


class AnnouncementSchema(Strict):
    """That there is news up to a number, and nothing else; whoever is told comes and fetches it."""

    region = Choice(SPEAKERS, required=True)
    epoch = _hexadecimal(32)
    up_to = _number()


class NotedSchema(Answer):
    """It was taken down, and is durable."""

    noted = fields.Boolean(required=True)


ACKNOWLEDGEMENT = AcknowledgementSchema()
ANNOUNCEMENT = AnnouncementSchema()
