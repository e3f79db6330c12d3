"""Erase the answers that had shown a sealed record, with what was asked, and the responses that repeat them.

An answer shows it where it, or its case, names a ban that stands no more (be it one a clearance left out), or a
document on which that ban does not rest any more; and so does what was told of a clear answer, that it came before the
ban. A check that was being answered when the record was sealed may still have been committed after the answers were
looked through; so an order counts as carried out only by a run that began a while after it (the daily job makes one).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from registry.ledger.events import EventKind
from registry.services.sequence_log import sequence_log
from registry.store.case_values import StepKind
from registry.store.sealing_repository import Handed, KeptAnswer

if TYPE_CHECKING:
    from registry.services.context import Services

SETTLED_AFTER = datetime.timedelta(minutes=10)
"""No check takes so long: what was being answered when a record was sealed has been committed by then, or never."""

RULE = "sealing_order"
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Reached:
    """What a run erased, and who had been given it; `open_orders` are to be looked at once more."""

    answers: int
    responses: int
    open_orders: int
    askers: tuple[Handed, ...]


def reach_sealed(services: Services, actor: str) -> Reached:
    """Erase every answer that shows a record sealed since the last run that was late enough; recorded."""
    began = services.clock.now()
    with services.store.read() as uow:
        orders = uow.sealing.orders(unreached=True)
        subjects = uow.sealing.subjects(order.key for order in orders)
    if not orders:
        return Reached(0, 0, 0, ())
    # An entry is found by its leaf; the newest ones get theirs now.
    sequence_log(services.store)
    standing = _standing_documents(services, subjects)
    shown = _shown(services, standing)
    responses, askers = _erased(services, shown, actor)
    settled = [order for order in orders if order.sealed_at + SETTLED_AFTER <= began]
    with services.store.write() as uow:
        uow.sealing.erase_late_bans((key for key, ban_no in subjects.items() if not standing[ban_no]), RULE, actor)
        uow.sealing.reached(settled)
        if shown or settled:
            facts: dict[str, str | int] = {"orders": len(settled), "answers": len(shown), "responses": responses}
            uow.ledger.record(EventKind.SEALING_REACHED, actor, facts)
    return Reached(len(shown), responses, len(orders) - len(settled), tuple(askers))


def _standing_documents(services: Services, subjects: Mapping[int, str]) -> dict[str, set[str]]:
    """Return, by ban number, the documents these bans rest on now."""
    documents: dict[str, set[str]] = {ban_no: set() for ban_no in subjects.values()}
    with services.store.read() as uow:
        for stored in uow.lists.standing_bases(subjects):
            documents[subjects[stored.subject_id]].add(stored.basis.document_no)
    return documents


def _shown(services: Services, standing: Mapping[str, set[str]]) -> list[KeptAnswer]:
    found: list[KeptAnswer] = []
    after, on_cases = 0, _put_on_cases(services, standing)
    while standing:
        with services.store.read() as uow:
            page = list(uow.sealing.answers(after, _AT_A_TIME))
        found += [
            answer for answer in page if answer.check_no in on_cases or _shows(orjson.loads(answer.answer), standing)
        ]
        if len(page) < _AT_A_TIME:
            break
        after = page[-1].id
    return found


def _put_on_cases(services: Services, standing: Mapping[str, set[str]]) -> set[str]:
    """Return the checks whose case was given one of these bans as a match after its answer."""
    with services.store.read() as uow:
        return {
            case.check_no
            for ban_no in standing
            for case in uow.cases.naming(ban_no)
            for step in uow.cases.steps(case.id)
            if step.kind is StepKind.LISTED_SINCE
            and step.content["match"]["ban_no"] == ban_no
            and _gone(step.content["match"], standing[ban_no])
        }


def _shows(answer: Mapping[str, Any], standing: Mapping[str, set[str]]) -> bool:
    named = (each for subject in answer["subjects"] for each in (*subject["matches"], *subject.get("cleared", ())))
    return any(each["ban_no"] in standing and _gone(each, standing[each["ban_no"]]) for each in named)


def _gone(named: Mapping[str, Any], documents: set[str]) -> bool:
    """Say whether what an answer names stands no more; whom a clearance left out is named without documents."""
    return not documents or any(basis["document_no"] not in documents for basis in named.get("bases", ()))


def _erased(services: Services, answers: Sequence[KeptAnswer], actor: str) -> tuple[int, list[Handed]]:
    responses, askers = 0, []
    for first in range(0, len(answers), _AT_A_TIME):
        part = answers[first : first + _AT_A_TIME]
        with services.store.write() as uow:
            askers += uow.sealing.askers(part)
            responses += uow.sealing.erase_answers(part, RULE, actor)
            objected = uow.objections.about_checks(answer.check_no for answer in part)
            uow.originals.release(uow.objections.erase(objected))
    return responses, askers
