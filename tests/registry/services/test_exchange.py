"""Hub and provinces exchange: what one learns the others hold, once, in order, all or nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from registry.clock import FixedClock
from registry.errors import PartnerUnavailableError
from registry.services.attach_appeal import attach_appeal
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.end_epoch_alarm import end_epoch_alarm
from registry.services.give_batch import SignedBatch
from registry.services.log_report import FaultKind
from registry.services.note_announcement import note_announcement
from registry.services.own_epoch import own_epoch, renew_epoch
from registry.services.read_partners import read_partners
from registry.services.reconcile_partner import reconcile_partner
from registry.services.seal_record import seal_record
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.exchange_tables import exchange_batch
from registry.store.tables import ledger_entry, list_change, listed_subject
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.desk_at_hand import CLERK, confirmed, in_force, laid_down
from tests.registry.services.exchange_at_hand import partner_of, pull, standing
from tests.registry.services.register_under_test import bans, rows, take, version
from tests.registry.services.test_attach_appeal import BOTH_IMPRISONED, RETRIED
from tests.registry.services.two_sides import Asked

WITHDRAWAL = {"operation": "withdraw", "withdraw_reason": "再审改判无罪"}


def all_pull(hub: Services, *provinces: Services) -> None:
    for province in provinces:
        pull(hub, province)
    for province in provinces:
        pull(province, hub)


def test_a_row_one_province_reports_is_held_by_all_under_one_ban_number(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    take(zhejiang, conviction(), conviction("R002", name="赵二", id_number=id_number(sequence="403")))
    take(zhejiang, revocation())
    all_pull(hub, zhejiang, shanghai)
    assert bans(shanghai) == bans(hub) == bans(zhejiang)
    assert standing(shanghai) == standing(hub) == standing(zhejiang)
    numbers = [{row.ban_no for row in rows(each, listed_subject)} for each in (hub, zhejiang, shanghai)]
    assert numbers[0] == numbers[1] == numbers[2]
    assert len(numbers[0]) == 4


def test_nothing_new_changes_nothing(hub: Services, zhejiang: Services, shanghai: Services) -> None:
    take(zhejiang, conviction())
    all_pull(hub, zhejiang, shanghai)
    before = [version(each) for each in (hub, zhejiang, shanghai)]
    for _ in range(3):
        all_pull(hub, zhejiang, shanghai)
    assert [version(each) for each in (hub, zhejiang, shanghai)] == before


def test_a_correction_and_a_withdrawal_follow(hub: Services, zhejiang: Services, shanghai: Services) -> None:
    take(zhejiang, conviction())
    all_pull(hub, zhejiang, shanghai)
    take(zhejiang, conviction(version="2", name="王建业"))
    all_pull(hub, zhejiang, shanghai)
    assert bans(shanghai) == bans(zhejiang)
    take(zhejiang, conviction(version="3", **WITHDRAWAL))
    all_pull(hub, zhejiang, shanghai)
    assert bans(shanghai) == bans(hub) == []
    assert standing(shanghai) == standing(zhejiang)


def test_a_finding_travels_also_for_a_row_that_waits_elsewhere(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    take(zhejiang, conviction())
    all_pull(hub, zhejiang, shanghai)
    # A correction that leaves open whether food was concerned: it waits, here and there.
    take(zhejiang, conviction(version="2", charge="生产、销售伪劣产品罪"))
    all_pull(hub, zhejiang, shanghai)
    assert bans(shanghai) == bans(zhejiang) == []
    decide_food_related(zhejiang, "33:R001", food_related=True, reason="过期冻肉", actor="test")
    all_pull(hub, zhejiang, shanghai)
    assert len(bans(zhejiang)) == 1
    assert bans(shanghai) == bans(hub) == bans(zhejiang)


def test_a_row_that_waits_or_bars_nobody_stays_where_it_is(hub: Services, zhejiang: Services) -> None:
    take(zhejiang, conviction(charge="生产、销售伪劣产品罪"))
    pull(hub, zhejiang)
    assert standing(hub) == {}


def test_what_a_court_undid_at_the_hub_bars_nobody_in_any_other_province_either(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    take(zhejiang, conviction("R9", name="周明远", document_no="（2020）浙0599刑初7号"))
    all_pull(hub, zhejiang, shanghai)
    assert len(bans(shanghai)) == 1
    in_force(hub, BOTH_IMPRISONED)
    ruling = laid_down(hub, RETRIED)
    confirmed(hub, attach_appeal(hub, ruling.document_no, actor=CLERK, expected=ruling.row_version))
    all_pull(hub, shanghai)
    assert bans(hub) == bans(shanghai) == []
    assert pull(shanghai, hub).changes == 0
    take(zhejiang, conviction("R9", name="周明远", document_no="（2020）浙0599刑初7号", version="2"))
    all_pull(hub, zhejiang, shanghai)
    assert bans(hub) == bans(shanghai) != []


def test_a_sealed_record_is_erased_everywhere_and_never_taken_again(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    take(zhejiang, conviction())
    all_pull(hub, zhejiang, shanghai)
    seal_record(zhejiang, "33:R001", reason="封存决定", order_no=None, actor="test")
    all_pull(hub, zhejiang, shanghai)
    for each in (hub, zhejiang, shanghai):
        assert standing(each) == {}
        with each.store.read() as uow:
            assert uow.sealing.among([("33", "R001")]) == {("33", "R001")}
    take(shanghai, conviction())
    assert standing(shanghai) == {}


def test_a_sealed_record_that_was_taken_back_before_is_erased_elsewhere_too(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    take(zhejiang, conviction())
    take(zhejiang, conviction(version="2", **WITHDRAWAL))
    all_pull(hub, zhejiang, shanghai)
    seal_record(zhejiang, "33:R001", reason="封存决定", order_no=None, actor="test")
    all_pull(hub, zhejiang, shanghai)
    assert standing(shanghai) == standing(hub) == {}


def test_every_log_verifies_after_an_exchange(hub: Services, zhejiang: Services, shanghai: Services) -> None:
    take(zhejiang, conviction(), conviction("R002", name="赵二", id_number=id_number(sequence="403")))
    all_pull(hub, zhejiang, shanghai)
    take(zhejiang, conviction(version="2", **WITHDRAWAL))
    all_pull(hub, zhejiang, shanghai)
    for each in (hub, zhejiang, shanghai):
        sequence_log(each.store)
        # The rules were kept before the ledger of these stores began.
        found = {fault.kind for fault in verify_log(each.store).faults} - {FaultKind.RULE_ALTERED}
        assert found == set()


def test_an_announcement_is_over_once_its_news_is_taken_and_not_before(hub: Services, zhejiang: Services) -> None:
    def announced() -> tuple[int, int]:
        with hub.store.read() as uow:
            state = uow.exchange.state("33")
            return state.announced_to, state.taken_to

    take(zhejiang, conviction())
    epoch = own_epoch(zhejiang)
    for up_to in (1, 1, 0):
        note_announcement(hub, "33", epoch, up_to)
    assert announced() == (1, 0)
    pull(hub, zhejiang)
    assert announced() == (1, 1)

    def announced_meanwhile(signed: SignedBatch) -> Iterator[bytes]:
        note_announcement(hub, "33", epoch, 3)
        yield signed.content

    take(zhejiang, conviction(version="2", name="王建业"))
    pull(hub, zhejiang, spoil=announced_meanwhile)
    assert announced() == (3, 2)
    # Of another epoch any number is news.
    note_announcement(hub, "33", "f" * 32, 1)
    assert announced() == (3, 2)


def test_a_store_brought_back_begins_an_epoch_and_its_partner_takes_a_snapshot(
    hub: Services, zhejiang: Services
) -> None:
    take(zhejiang, conviction())
    pull(hub, zhejiang)
    renew_epoch(zhejiang, actor="test")
    take(zhejiang, conviction("R002", name="赵二", id_number=id_number(sequence="403")))
    assert pull(hub, zhejiang).held is None
    assert standing(hub) == standing(zhejiang)
    with hub.store.read() as uow:
        assert [(alarm.kind, alarm.subject) for alarm in uow.alarms.open()] == [("epoch_changed", "33")]
        assert uow.exchange.state("33").epoch == own_epoch(zhejiang)
    end_epoch_alarm(hub, "33", actor="test")
    with hub.store.read() as uow:
        assert uow.alarms.open() == []
    take(zhejiang, conviction("R003", name="赵三", id_number=id_number(sequence="405")))
    assert pull(hub, zhejiang).items == 1


def test_a_snapshot_broken_off_goes_on_at_its_page(
    hub: Services, zhejiang: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [conviction(f"R{n}", name=f"赵{n}", id_number=id_number(sequence=f"{n:03d}")) for n in range(401, 408)]
    take(zhejiang, *people)
    monkeypatch.setattr("registry.services.give_batch.CHANGES_GIVEN", 3)
    pages = 0

    def cut_off_after_two(signed: SignedBatch) -> Iterator[bytes]:
        nonlocal pages
        pages += 1
        if pages == 3:
            raise PartnerUnavailableError("reset", "the line broke")
        yield signed.content

    with pytest.raises(PartnerUnavailableError):
        pull(hub, zhejiang, spoil=cut_off_after_two, most=2)
    assert len(standing(hub)) == 4
    assert pull(hub, zhejiang, most=2).batches == 2
    assert standing(hub) == standing(zhejiang)


def test_a_province_is_told_how_fresh_the_others_are_without_any_news(
    hub: Services, zhejiang: Services, shanghai: Services, clock: FixedClock
) -> None:
    take(zhejiang, conviction())
    all_pull(hub, zhejiang, shanghai)
    clock.advance(datetime.timedelta(minutes=10))
    all_pull(hub, zhejiang, shanghai)
    with shanghai.store.read() as uow:
        assert uow.coverage.as_of()["33"] == clock.now()
        assert uow.exchange.state("hub").taken_to == 1
    given = len(rows(hub, exchange_batch))
    all_pull(hub, zhejiang, shanghai)
    assert len(rows(hub, exchange_batch)) == given


def test_small_batches_and_one_large_one_come_to_the_same(hub: Services, zhejiang: Services) -> None:
    people = [conviction(f"R{n}", name=f"赵{n}", id_number=id_number(sequence=f"{n:03d}")) for n in range(401, 420)]
    take(zhejiang, *people)
    pulled = pull(hub, zhejiang, most=3)
    assert (pulled.batches, pulled.items, pulled.behind) == (7, 19, 0)
    assert len(rows(hub, list_change)) == 19
    assert standing(hub) == standing(zhejiang)


@pytest.fixture
def undone(hub: Services, zhejiang: Services) -> None:
    """A row of Zhejiang that a retrial, filed and confirmed at the centre, has ended there."""
    take(zhejiang, conviction("R9", name="周明远", document_no="（2020）浙0599刑初7号"))
    pull(hub, zhejiang)
    in_force(hub, BOTH_IMPRISONED)
    ruling = laid_down(hub, RETRIED)
    confirmed(hub, attach_appeal(hub, ruling.document_no, actor=CLERK, expected=ruling.row_version))
    assert bans(hub) == []


@pytest.mark.usefixtures("undone")
def test_a_comparison_never_lists_again_what_a_court_undid(hub: Services, zhejiang: Services) -> None:
    found = reconcile_partner(hub, partner_of(zhejiang), Asked(zhejiang, "hub"))
    assert (found.restated, bans(hub)) == ((), [])
    assert ("33", "R9") in found.left
    pull(zhejiang, hub)
    there = reconcile_partner(zhejiang, partner_of(hub), Asked(hub, "33"))
    assert (there.restated, len(bans(zhejiang))) == ((), 1)
    assert ("33", "R9") in there.left
    take(zhejiang, conviction("R9", version="2", **WITHDRAWAL))
    pull(hub, zhejiang)
    after = reconcile_partner(hub, partner_of(zhejiang), Asked(zhejiang, "hub"))
    assert ("33", "R9") not in after.left


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("answer", [WITHDRAWAL, {"name": "周明远"}])
def test_a_province_is_told_of_its_own_row_that_a_court_undid_and_decides_itself(
    hub: Services, zhejiang: Services, answer: dict[str, str]
) -> None:
    for _ in range(2):
        pull(zhejiang, hub)
        assert read_partners(zhejiang).ended == ("33:R9@1",)
    assert len(bans(zhejiang)) == 1
    take(zhejiang, conviction("R9", document_no="（2020）浙0599刑初7号", version="2", **answer))
    pull(zhejiang, hub)
    assert read_partners(zhejiang).ended == ()
    kinds = [row.kind for row in rows(zhejiang, ledger_entry)]
    assert (kinds.count("alarm_raised"), kinds.count("alarm_cleared")) == (1, 1)


@pytest.mark.usefixtures("undone")
def test_who_never_held_what_a_court_undid_is_equal_to_who_has_ended_it(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    all_pull(hub, shanghai)
    take(shanghai, conviction("S1", source_region="31", name="赵二", id_number=id_number(sequence="403")))
    all_pull(hub, zhejiang, shanghai)
    compared = [reconcile_partner(shanghai, partner_of(hub), Asked(hub, "31")) for _ in range(2)]
    assert [each.equal for each in compared] == [True, True]
