"""A notice as a CloudEvent (CNCF CloudEvents 1.0.2, JSON format, structured mode): what a licensing system receives."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson

MEDIA_TYPE: Final = "application/cloudevents+json"
SOURCE: Final = "/v1/notices"
_TYPE: Final = "food-ban-registry."


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `id` is the same however often it is sent, so that a receiver tells repeats."""

    id: str
    kind: str
    subject: str
    at: datetime.datetime
    data: Mapping[str, object]


def envelope(event: Event) -> bytes:
    """Return an event in its JSON envelope, UTF-8."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": event.id,
            "source": SOURCE,
            "type": _TYPE + event.kind,
            "subject": event.subject,
            "time": event.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "datacontenttype": "application/json",
            "data": dict(event.data),
        }
    )
