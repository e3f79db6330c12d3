"""The Idempotency-Key header: asking again under the same key gives the same bytes and decides nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import orjson
from flask import request

from api.rest.problems import MalformedBodyError
from registry.errors import FieldFault, InvalidInputError, RegistryError
from registry.services.record_answers import Journal
from registry.store.client_repository import Client
from registry.store.idempotency_repository import AskedOnce, Claim

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def asked_once(client: Client, body: object) -> AskedOnce | None:
    """Return what is asked under an idempotency key, or None where the header is absent.

    The content is the body's canonical JSON and the address, so that another order of the same fields is the same
    request. Raises InvalidInputError where the key is no key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if _KEY.fullmatch(key) is None:
        raise InvalidInputError([FieldFault(HEADER, "idempotency_key", "1 to 200 visible ASCII characters")])
    try:
        content = orjson.dumps([_address(), body], option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        raise MalformedBodyError("the body is nested too deeply") from None
    return AskedOnce(client.id, key, content)


def _address() -> str:
    """Return the address as it is documented, with or without a slash behind it."""
    return request.path.rstrip("/")


@contextmanager
def given_back_on_failure(journal: Journal, claim: Claim) -> Iterator[None]:
    """Give the claim back where the work fails, however, so that it can be asked again at once; a lost claim lapses."""
    answered = False
    try:
        yield
        answered = True
    finally:
        if not answered:
            with suppress(RegistryError):
                journal.release(claim)
