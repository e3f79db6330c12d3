"""Show a client an answer it was given: unaltered, and beside it what a regulator has decided since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from registry.errors import NotFoundError
from registry.services.answer_check import Audience, Json, render
from registry.services.explain_evidence import Language

if TYPE_CHECKING:
    from registry.store.client_repository import Client
    from registry.store.unit_of_work import UnitOfWork


def read_check(uow: UnitOfWork, client: Client, check_no: str, audience: Audience, language: Language) -> Json:
    """Return the answer as it was given, with `outcome`.

    Raises NotFoundError where there is none or it is another client's (told apart by nobody) and KeysMismatchError
    where it does not open with the keys at hand.
    """
    kept = uow.decisions.of_client(check_no, client.id)
    if kept is None:
        raise NotFoundError("no such check")
    return {**render(orjson.loads(kept.answer), audience, language), "outcome": kept.outcome}
