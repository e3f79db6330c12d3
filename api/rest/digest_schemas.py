"""The shape of the question for rows that differ."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from api.rest.schema_fields import ListOf, Strict, Whole
from registry.exchange.digest_statement import MOST_ROWS_AT_ONCE

_REGIONS = frozenset({"31", "32", "33", "34"})
_LONGEST_RECORD_NO = 60
_PARTS_OF_A_KEY = 2


class _Key(fields.Field[Any]):
    """A row's region and number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002 -- marshmallow's
        if (
            not isinstance(value, list)
            or len(value) != _PARTS_OF_A_KEY
            or not all(isinstance(part, str) for part in value)
        ):
            raise ValidationError("invalid")
        region, record_no = value
        if region not in _REGIONS or not 1 <= len(record_no) <= _LONGEST_RECORD_NO or not record_no.isprintable():
            raise ValidationError("invalid")
        return value


class RowsAskedSchema(Strict):
    """Which rows a partner asks for, found to differ by their digests."""

    asked = fields.String(
        required=True,
        validate=Whole("^[0-9a-f]{32}$", error="hexadecimal:32"),
        error_messages={"required": "required", "null": "null", "invalid": "not_text", "invalid_utf8": "not_text"},
        metadata={"description": "Of the asker's choice, never used before; the answer repeats it."},
    )
    rows = ListOf(
        _Key(
            metadata={
                "description": "`[region, record_no]`",
                "type": "array",
                "minItems": _PARTS_OF_A_KEY,
                "maxItems": _PARTS_OF_A_KEY,
            }
        ),
        1,
        MOST_ROWS_AT_ONCE,
        required=True,
    )


ROWS_ASKED = RowsAskedSchema()
