"""How the OpenAPI document describes what is sent: a CloudEvent for each kind of notice, with what each says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.rest import meanings

MEDIA_TYPE: Final = "application/cloudevents+json"
TEST: Final = "test"

_Schema = dict[str, Any]


def _word(words: meanings.Meanings, text: str) -> _Schema:
    return {"type": "string", "description": f"{text}\n\n{meanings.listed(words)}"}


_OUTCOME: Final[_Schema] = {
    "outcome": _word(meanings.OUTCOMES, "The check's outcome from here on."),
    "former": _word(meanings.OUTCOMES, "Its outcome until then."),
}
_REASON: Final[_Schema] = {
    "outcome_reason": _word(meanings.OUTCOME_REASONS, "What remains to be done; absent where nothing does.")
}
CONTENTS: Final[Mapping[str, _Schema]] = {
    "outcome_confirmed": _OUTCOME,
    "outcome_released": _OUTCOME | _REASON,
    "outcome_withdrawn": _OUTCOME,
    "outcome_reopened": _OUTCOME,
    "answer_corrected": {
        "ban_no": {"type": "string", "description": "Whose ban bars nobody of this check any more."},
        "outcome": _word(meanings.OUTCOMES, "The check's outcome from here on."),
    },
    "late_ban": {
        "days_ago": {"type": "integer", "description": "How many days ago the answer was given."},
        "subject_no": {"type": "string", "description": "Which applicant of the check it is about."},
        "findings": {
            "type": "integer",
            "description": "How many such findings the check has: one for each applicant and listed person, told by "
            "itself.",
        },
        "finding": {"type": "integer", "description": "The register's own number of this one."},
        "lifted_on": {
            "type": "string",
            "format": "date",
            "description": "The day the ban was lifted, where that came before the notice arrived: it is moot.",
        },
    },
    "objection_decided": {
        "objection_no": {"type": "string"},
        "state": _word(meanings.OBJECTION_STATES, "How it was decided."),
    },
}
"""What the content of each kind of notice holds; members may be added."""

_OPTIONAL: Final = frozenset({"outcome_reason", "subject_no", "findings", "finding", "lifted_on"})
"""Absent where there is nothing to say, or in notices written before there was the member."""

_COMMON: Final[_Schema] = {
    "number": {"type": "integer", "description": "Counts the notices of this system without gaps."},
    "application_no": {"type": ["string", "null"], "description": "Of the check, where this system made it."},
    "acknowledge_by": {
        "type": ["string", "null"],
        "format": "date",
        "description": "The last day on which note is taken in time; null: no note need be taken.",
    },
}


def content_schema() -> _Schema:
    """Return the schema of a notice's content: an object of one of these shapes, by its kind."""
    return {
        "type": "object",
        "description": "By the notice's `kind`:\n\n"
        + "\n".join(f"- `{kind}`: {', '.join(f'`{name}`' for name in members)}" for kind, members in CONTENTS.items()),
        "anyOf": [{"title": kind, **_object(members)} for kind, members in CONTENTS.items()],
    }


def webhooks() -> dict[str, Any]:
    """Return what this register sends to the address a system has named, by the kind of notice."""
    kinds = {kind: _object(_COMMON | members) for kind, members in CONTENTS.items()}
    return {kind: {"post": _sent(kind, data)} for kind, data in {**kinds, TEST: _object({})}.items()}


def _object(members: _Schema) -> _Schema:
    required = [name for name in members if name not in _OPTIONAL]
    return {"type": "object", "properties": members, "required": required}


def _sent(kind: str, data: _Schema) -> dict[str, Any]:
    says = meanings.NOTICE_KINDS.get(kind, "试发 / a trial, asked for by `POST /v1/webhook/test`; it says nothing")
    return {
        "operationId": f"told_{kind}",
        "tags": ["notices"],
        "summary": says,
        "description": "Signed by the register (RFC 9421), see `PUT /v1/webhook`.",
        "security": [],
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": _event(kind, data)}}},
        "responses": {
            "2XX": {"description": "It arrived. Within 5 seconds"},
            "410": {"description": "Nothing more is wanted of this notice: it is given up at once"},
            "default": {"description": "Sent again later, 15 times in all"},
        },
    }


def _event(kind: str, data: _Schema) -> _Schema:
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "description": "The `notice_no`; the same however often it is sent."},
            "source": {"const": "/v1/notices"},
            "type": {"const": f"food-ban-registry.{kind}"},
            "subject": {"type": "string", "description": "The check's number; else the objection's."},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "data": data,
        },
    }
