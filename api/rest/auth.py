"""Who asks, and whether that body may use this door: bearer keys, and one table of who may do what."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import cast

from flask import current_app, g, request

from api.rest.origin import note_origin
from api.rest.signatures import signed_request
from registry.errors import (
    ClientFlaggedError,
    NotAllowedError,
    NotAuthenticatedError,
    RateExceededError,
    RegistryError,
    SignatureRefusedError,
    UnavailableError,
)
from registry.law.policy import WhenFlagged
from registry.services.add_client import hash_key
from registry.services.answer_check import Audience
from registry.services.check_applicants import CheckDesk
from registry.services.context import Services
from registry.services.spend_request import Spending, require_room, spending_of
from registry.store.client_repository import Client, ClientRole
from registry.store.unit_of_work import UnitOfWork

_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/=-]{20,200})")


class Right(StrEnum):
    """What can be asked at this door."""

    CHECK = "check"
    READ_CHECK = "read_check"
    READ_CHANGES = "read_changes"
    EXCHANGE = "exchange"
    READ_PROOF = "read_proof"
    FILE_JUDGMENT = "file_judgment"
    READ_JUDGMENT = "read_judgment"
    READ_CASE = "read_case"
    DECIDE_CASE = "decide_case"
    BE_TOLD = "be_told"
    OBJECT = "object"


RIGHTS: Mapping[ClientRole, frozenset[Right]] = {
    ClientRole.LICENSING: frozenset({Right.CHECK, Right.READ_CHECK, Right.READ_PROOF, Right.BE_TOLD, Right.OBJECT}),
    ClientRole.REGULATOR: frozenset(
        {Right.CHECK, Right.READ_CHECK, Right.READ_PROOF, Right.READ_CASE, Right.DECIDE_CASE}
    ),
    ClientRole.PROVINCE: frozenset({Right.READ_CHANGES, Right.EXCHANGE, Right.READ_PROOF}),
    ClientRole.COURT: frozenset({Right.FILE_JUDGMENT, Right.READ_JUDGMENT, Right.READ_PROOF}),
}


def admit_reader(at: CheckDesk, right: Right) -> Client:
    """Return the client that asks to read, once the rules in force are taken up; its rate and nonce are spent.

    Raises as `admit` and `signed_request` do.
    """
    with at.services.store.read() as uow:
        client, adopted = admit(uow, right), uow.rules.adopted()
    at.take_up(adopted)
    signed = signed_request(client, b"", at.services.clock.now())
    at.journal.spend(spending_of(client, signed.nonce if signed else None))
    return client


def admit(uow: UnitOfWork, right: Right) -> Client:
    """Return the client that asks, as the store knows it at this instant.

    Raises NotAuthenticatedError without a valid key (missing, unknown, expired, disabled: told apart by nobody),
    NotAllowedError where the client's role has no such right and RateExceededError where its rate is used up.
    """
    return admitted(uow.clients.by_key_hash(shown_key()), uow.transaction.now(), right)


def shown_key() -> bytes:
    """Return the hash of the key this request shows; raises NotAuthenticatedError where it shows none."""
    shown = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if shown is None:
        raise NotAuthenticatedError("no valid key was shown")
    return hash_key(shown[1])


def admitted(client: Client | None, now: datetime.datetime, right: Right) -> Client:
    """Return the client a key belongs to where it has the right at this instant, once where it asks from is noted.

    Raises as `admit` does, and InvalidInputError where it asks on behalf of what is no reference.
    """
    if client is None or not client.admitted(now):
        raise NotAuthenticatedError("no valid key was shown")
    g.client_id = client.id
    if right not in RIGHTS[client.role]:
        raise NotAllowedError("this client's role has no such right")
    require_room(client, 1, now)
    with counted_on_refusal(cast("CheckDesk", current_app.extensions["desk"]), spending_of(client, None)):
        note_origin()
    return client


def admitted_to_check(services: Services, client: Client | None) -> Client:
    """Return the client a key belongs to where it may ask for a check now.

    Raises as `admit` does, and ClientFlaggedError where the client is flagged and the policy has such clients refused.
    """
    allowed = admitted(client, services.clock.now(), Right.CHECK)
    if allowed.flagged and services.policy.when_client_flagged is WhenFlagged.REFUSE:
        raise ClientFlaggedError("this client is flagged")
    return allowed


@contextmanager
def counted_on_refusal(at: CheckDesk, spending: Spending | None) -> Iterator[None]:
    """Count a request that is refused in the block, too: whoever sends faults without end has a rate as well."""
    try:
        yield
    except (RateExceededError, SignatureRefusedError, UnavailableError):
        raise
    except RegistryError:
        at.journal.spend(spending)
        raise


def audience_of(client: Client) -> Audience:
    """Return whose eyes an answer is for."""
    return Audience.REGULATOR if client.role is ClientRole.REGULATOR else Audience.LICENSING
