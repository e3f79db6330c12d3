"""Where a request comes from and on whose behalf its system asks, for the record of acts.

`On-Behalf-Of` is the system's own reference for whoever asked it: an account, a number of staff, a job. No name and no
number of an identity document: it is kept in clear beside each act.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Flask, request

from api.rest.headers import ADDRESS
from registry.errors import FieldFault, InvalidInputError
from registry.ledger.acting_origin import NOWHERE, Origin, acts_from

HEADER: Final = "On-Behalf-Of"
PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._@:-]{0,63}$"
_CARD: Final = re.compile(r"[0-9]{15}", re.ASCII)
_REFERENCE: Final = re.compile(PATTERN, re.ASCII)


def register(app: Flask) -> None:
    """Forget where a request came from once it is answered: the thread serves others next."""
    app.teardown_request(_forget)


def note_origin() -> None:
    """Note where this request comes from; InvalidInputError where it is stated on behalf of what is no reference."""
    stated = request.headers.get(HEADER)
    if stated is not None and (_REFERENCE.fullmatch(stated) is None or _is_of_a_person(stated)):
        raise InvalidInputError([FieldFault(HEADER, "not_a_reference", "must be the system's own reference, no name")])
    acts_from(Origin(address=request.environ.get(ADDRESS), behalf=stated))


def _is_of_a_person(stated: str) -> bool:
    """Say whether it could hold the number of an identity card: no account of a system has so many digits in a row."""
    return _CARD.search(stated) is not None


def _forget(_failure: BaseException | None = None) -> None:
    acts_from(NOWHERE)
