"""What the schemas of requests and answers are made of.

Messages are codes of problem_texts.toml; a misspelt field is an error, because a number under a wrong heading
would be screened as if it had not been given.
"""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from matching.identity import BirthDate

_WITHOUT_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
_REGION = r"^3[1-4](?:[0-9]{2}){0,2}$"
_MESSAGES = {"required": "required", "null": "null", "invalid_utf8": "not_text"}


class Whole(validate.Regexp):
    """A pattern the whole text must have, as JSON Schema means it: `$` is not true before a last line break."""

    def __call__(self, value: Any) -> Any:
        """Return the value, or raise ValidationError with the code."""
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class Text(fields.String):
    """Text of bounded length without control characters; what need not be stated may be blank."""

    def __init__(self, longest: int, **options: Any) -> None:
        stated = options.get("required", False)
        pattern = Whole(_NOT_BLANK if stated else _WITHOUT_CONTROLS, error="printable")
        checks = [_length(1 if stated else 0, longest), pattern, *options.pop("validate", [])]
        super().__init__(validate=checks, error_messages={**_MESSAGES, "invalid": "not_text"}, **options)


class RegionCode(fields.String):
    """A region code of the four regions: two, four or six digits (GB/T 2260)."""

    def __init__(self, **options: Any) -> None:
        checks = [Whole(_REGION, error="region")]
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


class Answer(Schema):
    """A schema of what is answered: fields may be added to it without notice, and readers must not mind."""

    class Meta:
        unknown = INCLUDE


class Nested(fields.Nested):
    """A nested object, whose faults are codes too."""

    def __init__(self, schema: type[Strict]) -> None:
        super().__init__(schema, error_messages={**_MESSAGES, "type": "not_an_object"})


def _length(least: int, most: int) -> validate.Length:
    return validate.Length(min=least, max=most, error=f"length:{least}–{most}")


def as_date(text: str) -> None:
    """Raise ValidationError where a text is no date, year-month or year of the calendar."""
    try:
        BirthDate.parse(text)
    except ValueError:
        raise ValidationError("not_a_date") from None
