"""Hold a batch that cannot be taken: whole, sealed, once, with an alarm; and let go of it where it came sound later."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from registry.errors import FieldFault, HeldBatchError
from registry.exchange.adapter import Arrival
from registry.exchange.batch import Batch
from registry.exchange.wire import batch_bytes, digest_of, read_batch
from registry.ledger.events import EventKind
from registry.services.stated_reason import stated_reason
from registry.store.alarm_repository import AlarmKind
from registry.store.hold_repository import HeldBatch, NewHold

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.store.unit_of_work import UnitOfWork

ACTOR: Final = "exchange"
MOST_OF_A_KIND: Final = 10
"""So many batches of a partner are held for one reason: a partner that sends nothing else says nothing new."""

_PASSING: Final = ("gap", "broken_chain", "outdated", "epoch_changed", "mass_withdrawal")
"""What a later batch of the same numbers can mend without anybody's doing; what else is wrong, a person has to see."""


@dataclass(frozen=True, slots=True)
class HeldContent:
    """What is in a hold: the exact bytes that came, and what they were understood as (None: they were not)."""

    content: bytes
    batch: Batch | None


def hold(uow: UnitOfWork, partner: Partner, arrival: Arrival, fault: HeldBatchError) -> str:
    """Hold an arrival and raise the alarm, or find it held already; return the number it is held under."""
    batch = arrival.batch
    digest = digest_of(arrival.content) if batch is None else batch.digest
    known = uow.holds.of_digest(partner.name, digest) or _like(uow, partner.name, batch, fault.code)
    if known is not None:
        return known.hold_no
    hold_no = uow.holds.add(
        NewHold(
            partner=partner.name,
            digest=digest,
            first=None if batch is None else batch.first,
            last=None if batch is None else batch.last,
            items=None if batch is None else len(batch.items),
            reason_code=fault.code,
            detail=fault.detail,
            content=_written(arrival),
        )
    )
    facts = {"hold_no": hold_no, "partner": partner.name, "fault": fault.code, "batch_digest": digest}
    uow.ledger.record(EventKind.BATCH_HELD, ACTOR, facts)
    _raise_alarm(uow, partner.name, fault.code)
    return hold_no


def content_of(uow: UnitOfWork, hold_no: str) -> HeldContent | None:
    """Return what is in a hold; None where it was decided or has been kept long enough."""
    written = uow.holds.content(hold_no)
    if written is None:
        return None
    document: dict[str, Any] = json.loads(written)
    return HeldContent(base64.b64decode(document["content"]), _read_batch(document))


def overtake(uow: UnitOfWork, held: HeldBatch) -> None:
    """Let go of a hold that nobody has to decide any more, and record it."""
    uow.holds.decide(held.hold_no, "released", ACTOR)
    uow.ledger.record(EventKind.BATCH_OVERTAKEN, ACTOR, {"hold_no": held.hold_no, "partner": held.partner})
    clear_alarm(uow, held.partner, ACTOR)


def close_overtaken(uow: UnitOfWork, partner: str) -> None:
    """Let go of what was held for its place in the numbers and whose numbers were taken another way by now."""
    taken_to = uow.exchange.state(partner).taken_to
    for held in uow.holds.open(partner):
        if held.reason_code in _PASSING and held.last is not None and held.last <= taken_to:
            overtake(uow, held)


def clear_alarm(uow: UnitOfWork, partner: str, actor: str) -> None:
    """End the alarm about a partner's batches once none waits any more."""
    if not uow.holds.open(partner) and uow.alarms.clear(AlarmKind.BATCH_HELD, partner):
        uow.ledger.record(EventKind.ALARM_CLEARED, actor, {"alarm": AlarmKind.BATCH_HELD.value, "subject": partner})


def digest_of_note(note: str) -> str:
    """Return the digest that is kept of a person's reason. Raises InvalidInputError where none is stated."""
    return hashlib.sha256(stated_reason(note, "a decision needs its reason").encode()).hexdigest()


def _like(uow: UnitOfWork, partner: str, batch: Batch | None, code: str) -> HeldBatch | None:
    """Find what says the same already: a sender makes its batch anew each time it is asked.

    Of what cannot be read, or is nobody's to trust, each is kept by itself, but not without end.
    """
    alike = [held for held in uow.holds.open(partner) if held.reason_code == code]
    if batch is not None:
        same = [held for held in alike if held.first == batch.first]
        if same:
            return same[-1]
    return alike[-1] if len(alike) >= MOST_OF_A_KIND else None


def _raise_alarm(uow: UnitOfWork, partner: str, code: str) -> None:
    if uow.alarms.raise_alarm(AlarmKind.BATCH_HELD, partner, code):
        uow.ledger.record(EventKind.ALARM_RAISED, ACTOR, {"alarm": AlarmKind.BATCH_HELD.value, "subject": partner})


def _written(arrival: Arrival) -> str:
    document: dict[str, Any] = {"content": base64.b64encode(arrival.content).decode()}
    batch = arrival.batch
    if batch is not None:
        document |= {
            "batch": batch_bytes(batch, "").decode(),
            "digest": batch.digest,
            "signed_by": batch.signed_by,
            "covers": list(batch.covers),
            "faults": {
                str(place): [[fault.field, fault.code, fault.reason] for fault in item.faults]
                for place, item in enumerate(batch.items)
                if item.faults
            },
        }
    return json.dumps(document, ensure_ascii=False)


def _read_batch(document: dict[str, Any]) -> Batch | None:
    if "batch" not in document:
        return None
    batch = read_batch(document["batch"].encode(), document["signed_by"])
    items = list(batch.items)
    for place, faults in document["faults"].items():
        items[int(place)] = replace(items[int(place)], faults=tuple(FieldFault(*fault) for fault in faults))
    return replace(batch, items=tuple(items), digest=document["digest"], covers=tuple(document["covers"]))
