"""A partner's word that a record is sealed: it reaches what that partner speaks for, all of it, and nothing else."""

from __future__ import annotations

import dataclasses
import json

import pytest

from registry.errors import FieldFault
from registry.exchange.adapter import Arrival
from registry.exchange.batch import Item, ItemOperation
from registry.services.context import Services
from registry.services.take_batch import Taken, take_arrival
from registry.store.desk_values import StoredDocument
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.desk_at_hand import ALONE, HEARD, certified, filed, in_force, laid_down
from tests.registry.services.exchange_at_hand import made, partner_of
from tests.registry.services.register_under_test import names, take


def sealed_by(hub: Services, partner: Services, region: str, record_no: str) -> Taken:
    item = Item(1, ItemOperation.SEAL, region, record_no)
    return take_arrival(hub, partner_of(partner), made(partner, "hub", item))


def paper(services: Services, document_no: str) -> StoredDocument:
    with services.store.read() as uow:
        found = uow.desk.find(document_no)
    assert found is not None
    return found


@pytest.mark.parametrize("suffix", ["-1-1", "-1", ""])
def test_a_seal_under_another_region_reaches_nobodys_judgment_papers(
    hub: Services, shanghai: Services, suffix: str
) -> None:
    number = in_force(hub).document_no
    before = paper(hub, number)
    outcome = sealed_by(hub, shanghai, "31", number + suffix)
    assert outcome.counts == {"sealed": 1}
    after = paper(hub, number)
    assert (after.text, after.draft, after.row_version) == (ALONE, before.draft, before.row_version)
    assert names(hub) != []


@pytest.mark.parametrize("suffix", ["", "-9-1"])
def test_a_number_no_row_ever_had_takes_nobody_out_of_the_papers(
    hub: Services, zhejiang: Services, suffix: str
) -> None:
    number = in_force(hub).document_no
    sealed_by(hub, zhejiang, "33", number + suffix)
    assert paper(hub, number).text == ALONE


def test_a_region_s_seal_of_its_own_row_takes_the_person_out_of_its_papers(hub: Services, zhejiang: Services) -> None:
    number = in_force(hub).document_no
    sealed_by(hub, zhejiang, "33", f"{number}-1-1")
    after = paper(hub, number)
    assert (after.text, after.draft, after.state) == (None, None, "refused")
    assert names(hub) == []


def test_a_seal_reaches_a_filing_that_waits_and_leaves_the_others_in_it(hub: Services, zhejiang: Services) -> None:
    document = laid_down(hub, HEARD)
    filed(hub, document, certified(document))
    sealed_by(hub, zhejiang, "33", f"{document.document_no}-1-1")
    after = paper(hub, document.document_no)
    with hub.store.read() as uow:
        (waiting,) = uow.desk.filings(after.id)
    assert after.text is None
    assert waiting.content is not None
    assert [each["no"] for each in waiting.content["defendants"]] == [2]


UNKNOWN = FieldFault("source_region", "unknown_word", "not one of the codes the configuration knows")
KEYLESS: list[tuple[Item, str]] = [
    (Item(None, ItemOperation.SEAL, None, "JS-1", columns={"source_region": "九"}), "unknown_word"),
    (Item(None, ItemOperation.SEAL, "33", None), "missing"),
    (Item(None, ItemOperation.SEAL, "33", "R" * 61), "too_long"),
    (Item(None, ItemOperation.SEAL, "33", "R001", faults=(UNKNOWN,), columns={"name": "王建国"}), "unknown_word"),
    (Item(None, ItemOperation.END, "33", None, 1), "missing"),
]


def foreign(hub: Services, partner: Services, item: Item) -> Taken:
    """Take an item as a foreign system's adapter hands it over, faults and all."""
    arrival = made(partner, "hub", item)
    assert arrival.batch is not None
    return take_arrival(hub, partner_of(partner), Arrival(arrival.content, dataclasses.replace(arrival.batch)))


@pytest.mark.parametrize(("item", "code"), KEYLESS)
def test_a_seal_or_end_that_cannot_be_read_is_quarantined_and_never_acknowledged_as_done(
    hub: Services, zhejiang: Services, item: Item, code: str
) -> None:
    take(hub, conviction())
    outcome = foreign(hub, zhejiang, item)
    assert outcome.acknowledgement is not None
    assert [(word, why) for _, word, why in outcome.acknowledgement.outcomes] == [("quarantined", code)]
    assert names(hub) == [{"王建国"}]
    with hub.store.read() as uow:
        assert uow.sealing.orders() == []
        (waiting,) = uow.quarantine.waiting(None, 10)
        kept = json.loads(uow.quarantine.original(waiting.id))
    assert (kept["operation"], "name" in kept) == (item.operation, False)


def test_a_seal_that_does_not_say_its_region_is_carried_out_in_its_sender_s(hub: Services, zhejiang: Services) -> None:
    take(hub, conviction())
    assert foreign(hub, zhejiang, Item(None, ItemOperation.SEAL, None, " R001 ")).counts == {"sealed": 1}
    assert names(hub) == []
    with hub.store.read() as uow:
        assert [order.key for order in uow.sealing.orders()] == [("33", "R001")]
