"""A partner's word that a record is sealed: it reaches what that partner speaks for, all of it, and nothing else."""

from __future__ import annotations

import pytest

from registry.exchange.batch import Item, ItemOperation
from registry.services.context import Services
from registry.services.take_batch import Taken, take_arrival
from registry.store.desk_values import StoredDocument
from tests.registry.services.desk_at_hand import ALONE, HEARD, certified, filed, in_force, laid_down
from tests.registry.services.exchange_at_hand import made, partner_of
from tests.registry.services.register_under_test import names


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
