"""What is handed over: everything that is new, recorded before it leaves, and again after an interruption."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch
from registry.exchange.partner import ExchangeLimits, Partner
from registry.exchange.sides import own_name
from registry.services.context import Services
from registry.services.give_batch import draw_snapshot, note_drawn, note_given
from registry.services.own_epoch import own_epoch, renew_epoch
from registry.services.pull_partner import pull_partner
from registry.services.push_partner import Pushed, news_to_hand_over, push_partner
from registry.store.exchange_tables import exchange_batch, exchange_run
from registry.store.tables import ledger_entry, list_change
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.exchange_at_hand import arrival_of, partner_of, standing
from tests.registry.services.register_under_test import rows, take


class Box:
    """A transport that is handed batches: they lie in it until somebody takes them."""

    def __init__(self, sender: Partner, taker: str) -> None:
        self.lying: list[bytes] = []
        self.breaks = False
        self.breaks_after: int | None = None
        self._sender = sender
        self._taker = taker

    def deliver(self, batch: Batch, signed: bytes) -> None:
        self.lying.append(signed)
        if self.breaks or self.breaks_after == len(self.lying):
            raise PartnerUnavailableError("cut_off", "the folder is gone")

    def receive(self, position: Position) -> Iterator[Arrival]:
        while self.lying:
            yield arrival_of(self.lying[0], self._sender, self._taker)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        self.lying.pop(0)

    def announce(self, epoch: str, up_to: int) -> None:
        """Nobody listens here."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def box(zhejiang: Services) -> Box:
    return Box(dropping(partner_of(zhejiang)), "hub")


def dropping(partner: Partner) -> Partner:
    return dataclasses.replace(partner, adapter="drop")


def two_people(services: Services, start: int) -> None:
    numbers = (start, start + 2)
    take(services, *(conviction(f"R{n}", name=f"赵{n}", id_number=id_number(sequence=f"{n}")) for n in numbers))


def test_everything_new_is_handed_over_once(hub: Services, zhejiang: Services, box: Box) -> None:
    two_people(zhejiang, 401)
    assert push_partner(zhejiang, dropping(partner_of(hub)), box).items == 2
    assert push_partner(zhejiang, dropping(partner_of(hub)), box).items == 0
    pull_partner(hub, dropping(partner_of(zhejiang)), box)
    assert standing(hub) == standing(zhejiang)
    kinds = [row.kind for row in rows(zhejiang, ledger_entry)]
    assert kinds.count("batch_given") == 1


@pytest.mark.parametrize("taken_before", [True, False])
def test_what_was_handed_over_and_not_noted_is_handed_over_again_and_does_no_harm(
    hub: Services, zhejiang: Services, box: Box, taken_before: bool
) -> None:
    two_people(zhejiang, 401)
    to, of = dropping(partner_of(hub)), dropping(partner_of(zhejiang))
    box.breaks = True
    with pytest.raises(PartnerUnavailableError):
        push_partner(zhejiang, to, box)
    if taken_before:
        pull_partner(hub, of, box)
    two_people(zhejiang, 405)
    box.breaks = False
    push_partner(zhejiang, to, box)
    assert pull_partner(hub, of, box).held is None
    assert standing(hub) == standing(zhejiang)
    assert len(rows(hub, list_change)) == 4
    two_people(zhejiang, 409)
    push_partner(zhejiang, to, box)
    assert pull_partner(hub, of, box).held is None
    assert standing(hub) == standing(zhejiang)


def test_a_snapshot_broken_off_is_begun_anew_and_its_pages_that_lie_there_still_are_let_go(
    hub: Services, zhejiang: Services, box: Box
) -> None:
    two_people(zhejiang, 401)
    to = dropping(partner_of(hub, ExchangeLimits(items_per_batch=1)))
    of = dropping(partner_of(zhejiang))
    push_partner(zhejiang, to, box)
    pull_partner(hub, of, box)
    renew_epoch(zhejiang, actor="test")
    box.breaks_after = 2
    with pytest.raises(PartnerUnavailableError):
        push_partner(zhejiang, to, box)
    first, second = box.lying
    two_people(zhejiang, 405)
    box.lying.clear()
    box.breaks_after = None
    assert push_partner(zhejiang, to, box).batches == 5
    box.lying[:] = [first, *box.lying, second]
    pulled = pull_partner(hub, of, box)
    assert (pulled.held, pulled.batches, box.lying) == (None, 6, [])
    assert standing(hub) == standing(zhejiang)
    two_people(zhejiang, 409)
    push_partner(zhejiang, to, box)
    assert pull_partner(hub, of, box).held is None
    assert standing(hub) == standing(zhejiang)


def test_the_same_bytes_made_for_two_requests_of_one_instant_are_noted_once(hub: Services, zhejiang: Services) -> None:
    two_people(zhejiang, 401)
    own_epoch(zhejiang)
    asked = {"after": None, "at": None, "previous": NO_BATCH, "most": 10}
    signed = [draw_snapshot(zhejiang, "hub", **asked) for _ in range(2)]  # type: ignore[arg-type]
    assert signed[0].batch.digest == signed[1].batch.digest
    with ThreadPoolExecutor(1) as beside:
        with zhejiang.store.write() as uow:
            note_drawn(uow, "hub", signed[0].batch)
            other = beside.submit(note_given, zhejiang, "hub", signed[1])
        other.result()
    assert len([row for row in rows(zhejiang, exchange_batch) if row.direction == "out"]) == 1
    assert [row.kind for row in rows(zhejiang, ledger_entry)].count("batch_given") == 1


def test_there_is_news_to_hand_over_once_a_row_for_the_partner_changed(hub: Services, zhejiang: Services) -> None:
    def news(services: Services, partner: str) -> int | None:
        with services.store.read() as uow:
            return news_to_hand_over(uow, partner, own_name(services.settings))

    assert news(zhejiang, "hub") is None
    two_people(zhejiang, 401)
    assert news(zhejiang, "hub") == 2
    box = Box(dropping(partner_of(zhejiang)), "hub")
    push_partner(zhejiang, dropping(partner_of(hub)), box)
    pull_partner(hub, dropping(partner_of(zhejiang)), box)
    assert news(zhejiang, "hub") is None
    assert (news(hub, "33"), news(hub, "31")) == (None, 2)


def test_a_failed_visit_is_recorded_with_its_fault_and_a_good_one_ends_the_count(
    hub: Services, zhejiang: Services, box: Box
) -> None:
    two_people(zhejiang, 401)
    box.breaks = True
    with pytest.raises(PartnerUnavailableError):
        push_partner(zhejiang, dropping(partner_of(hub)), box)
    (run,) = rows(zhejiang, exchange_run)
    assert (run.work, run.outcome, run.fault) == ("push", "failed", "cut_off")
    assert run.ended_at is not None
    with zhejiang.store.read() as uow:
        assert (uow.exchange.state("hub").failures, uow.exchange.state("hub").last_fault) == (1, "cut_off")


def test_an_empty_folder_says_nothing_of_how_fresh_its_province_is(hub: Services, zhejiang: Services, box: Box) -> None:
    of = partner_of(zhejiang)
    pull_partner(hub, dropping(of), box)
    with hub.store.read() as uow:
        assert uow.coverage.as_of() == {}
    pull_partner(hub, of, box)
    with hub.store.read() as uow:
        assert set(uow.coverage.as_of()) == {"33"}


def test_a_feeds_partner_gets_things_itself(hub: Services, zhejiang: Services, box: Box) -> None:
    two_people(zhejiang, 401)
    assert push_partner(zhejiang, partner_of(hub), box).items == 0
    assert box.lying == []


def test_where_there_is_nothing_to_write_to_nothing_is_given_and_once_there_is_everything(
    hub: Services, zhejiang: Services, box: Box
) -> None:
    two_people(zhejiang, 401)
    silent = dataclasses.replace(dropping(partner_of(hub)), is_handed=False)
    with zhejiang.store.write() as uow:  # as a former release noted, which wrote nothing either
        uow.exchange.keep("hub", given_to=2, given_digest="f" * 64)
    assert push_partner(zhejiang, silent, box) == Pushed(0, 0)
    assert "batch_given" not in [row.kind for row in rows(zhejiang, ledger_entry)]
    assert push_partner(zhejiang, dropping(partner_of(hub)), box).items == 2
