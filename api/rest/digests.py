"""The door by which a partner compares what both hold (docs/sync-protocol.md, 8): digests, members, rows.

Nothing is tagged or answered 304: the list's version does not move when somebody alters the database behind the
program's back, and that is what is looked for. Each answer is signed and repeats what the asker sent along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from api.rest import digest_schemas as schemas
from api.rest.auth import Right, admit_reader
from api.rest.checks import desk
from api.rest.exchange import acted_on, packed, partner_of
from api.rest.query import HIGHEST_VERSION, whole_number
from registry.errors import FieldFault, InvalidInputError
from registry.exchange.digest_statement import MOST_BUCKETS_AT_ONCE, DigestQuestion
from registry.exchange.reconciliation import BUCKETS
from registry.services.give_digests import give_digests, give_rows

digests = Blueprint("digests", __name__)

ASKED: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NUMBERS: Final = re.compile(r"[0-9]{1,4}(,[0-9]{1,4})*", re.ASCII)


@digests.get("/v1/digests")
def all_buckets() -> Response:
    """Give the digests of all buckets."""
    return _stated(())


@digests.get("/v1/digests/<buckets>")
def members(buckets: str) -> Response:
    """Give the members of some buckets."""
    return _stated(_numbers(buckets))


@digests.post("/v1/restatements")
def rows() -> Response:
    """Give rows as they stand here."""

    def act(partner: str, values: Mapping[str, Any]) -> bytes:
        return give_rows(desk().services, partner, [(row[0], row[1]) for row in values["rows"]], values["asked"])

    return packed(acted_on(schemas.ROWS_ASKED, act))


def _stated(buckets: tuple[int, ...]) -> Response:
    partner = partner_of(admit_reader(desk(), Right.EXCHANGE))
    question = DigestQuestion(whole_number("at", 0, 0, HIGHEST_VERSION), _asked(), buckets)
    return packed(give_digests(desk().services, partner, question))


def _asked() -> str:
    asked = request.args.get("asked", "")
    if not ASKED.fullmatch(asked):
        raise InvalidInputError([FieldFault("asked", "hexadecimal:32", "32 hexadecimal digits of the asker's choice")])
    return asked


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(sorted({int(number) for number in text.split(",")})) if _NUMBERS.fullmatch(text) else ()
    if not numbers or numbers[-1] >= BUCKETS or len(numbers) > MOST_BUCKETS_AT_ONCE:
        fault = f"bucket_numbers:{MOST_BUCKETS_AT_ONCE}"
        raise InvalidInputError([FieldFault("buckets", fault, "numbers from 0 to 1023, separated by commas")])
    return numbers
