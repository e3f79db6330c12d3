"""Hub and provinces exchange: what one learns the others hold, once, in order, all or nothing."""

from __future__ import annotations

from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.log_report import FaultKind
from registry.services.seal_record import seal_record
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.tables import list_change, listed_subject
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.exchange_at_hand import pull, standing
from tests.registry.services.register_under_test import bans, rows, take, version

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


def test_small_batches_and_one_large_one_come_to_the_same(hub: Services, zhejiang: Services) -> None:
    people = [conviction(f"R{n}", name=f"赵{n}", id_number=id_number(sequence=f"{n:03d}")) for n in range(401, 420)]
    take(zhejiang, *people)
    pulled = pull(hub, zhejiang, most=3)
    assert (pulled.batches, pulled.items, pulled.behind) == (7, 19, 0)
    assert len(rows(hub, list_change)) == 19
    assert standing(hub) == standing(zhejiang)
