"""How the bytes of a body become a document, and which bytes do not."""

from __future__ import annotations

import json

import orjson

from api.rest.problems import MalformedBodyError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parsed(text: bytes) -> object:
    """Return the JSON document of a body; MalformedBodyError where it is none, or gives a field twice in one object.

    Readers differ on which of two fields of one name counts (RFC 7493, 2.3), and a person must not be screened under
    the one while another system reads the other.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        body: object = orjson.loads(text)
        if text.count(b":") != _fields_in(body):
            json.loads(text, object_pairs_hook=_require_each_once)
    except (ValueError, RecursionError):
        raise MalformedBodyError("the body is no JSON document") from None
    return body


def _fields_in(body: object) -> int:
    """Return how many fields all objects of a document have together.

    Each stands behind a colon of its own: where there are no more colons than fields, none was given twice. Only
    where there are more (a colon within a text, or a field given twice) is the document read again to tell.
    """
    if isinstance(body, dict):
        return len(body) + sum(map(_fields_in, body.values()))
    return sum(map(_fields_in, body)) if isinstance(body, list) else 0


def _require_each_once(fields: list[tuple[str, object]]) -> None:
    if len(dict(fields)) < len(fields):
        raise MalformedBodyError("a field stands twice in one object")
