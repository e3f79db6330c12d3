"""Two sides find exactly what differs and mend it: by whose row it is, and never by overwriting what only one has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.clock import FixedClock
from registry.errors import ConflictError, HeldBatchError
from registry.exchange.digest_statement import DigestQuestion
from registry.exchange.partner import Partner
from registry.ledger.events import EventKind
from registry.services import index_snapshot
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.decide_hold import look_at_hold, refuse_hold, release_hold
from registry.services.log_report import FaultKind
from registry.services.reconcile_partner import Reconciled, reconcile_partner
from registry.services.seal_record import seal_record
from registry.services.sealing_list import remembered
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.alarm_repository import AlarmKind
from registry.store.exchange_tables import exchange_run
from registry.store.tables import ledger_entry, list_record
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.altered_store import ALTERATIONS, behind_the_back
from tests.registry.services.register_under_test import bans, listed, rows, take
from tests.registry.services.two_sides import Asked, Box, partner_of, province_system, pull

ORDER = ["R0", "R1", "R2"]


@pytest.fixture
def province(tmp_path: Path, sqlite_template: Path, key_file: Path, clock: FixedClock) -> Iterator[Services]:
    built = province_system(tmp_path / "32", sqlite_template, key_file, clock)
    yield built
    built.store.close()


@pytest.fixture
def hub(services: Services, province: Services) -> Services:
    """The centre; its rows of Jiangsu came from there, those of Zhejiang it got otherwise, and both hold all."""
    take(province, *_rows("32", "R", 12))
    take(province, revocation("P1", source_region="32"))
    take(services, *_rows("33", "Z", 12))
    settle(services, province)
    return services


def settle(hub: Services, province: Services) -> None:
    pull(hub, province)
    pull(province, hub)


def _rows(region: str, prefix: str, count: int) -> list[dict[str, str]]:
    return [
        conviction(
            f"{prefix}{n}",
            source_region=region,
            name=f"王{'甲乙丙丁戊己庚辛壬癸子丑'[n]}",
            document_no=f"（2021）苏{region}06刑初{n}号",
            id_number=id_number(sequence=f"{int(region)}{n % 10}", birth=f"19760{3 + n // 10}09"),
            birth_date=f"1976-0{3 + n // 10}-09",
        )
        for n in range(count)
    ]


def hub_compares(hub: Services, province: Services) -> Reconciled:
    return reconcile_partner(hub, partner_of(province), Asked(province, "hub"))


def province_compares(hub: Services, province: Services) -> Reconciled:
    return reconcile_partner(province, partner_of(hub), Asked(hub, "32"))


def keys(found: Reconciled) -> list[str]:
    return [":".join(each.key) for each in found.differences]


def test_sides_that_hold_the_same_are_equal_after_one_question(hub: Services, province: Services) -> None:
    asked = Asked(province, "hub")
    found = reconcile_partner(hub, partner_of(province), asked)
    assert found.equal
    assert (found.compared, len(asked.questions)) == (25, 1)
    assert found.restated == found.left == ()
    assert province_compares(hub, province).equal


@pytest.mark.parametrize("what", ALTERATIONS)
def test_what_was_altered_at_the_centre_is_brought_by_the_province_in_its_place(
    hub: Services, province: Services, what: str
) -> None:
    before = bans(hub)
    numbers = sorted(subject.ban_no for subject in listed(hub))
    behind_the_back(hub, *ALTERATIONS[what])
    found = hub_compares(hub, province)
    assert keys(found) == ["32:R1"]
    assert (found.restated, found.held, found.left) == ((("32", "R1"),), None, ())
    assert hub_compares(hub, province).equal
    assert bans(hub) == before
    assert sorted(subject.ban_no for subject in listed(hub)) == numbers
    pull(province, hub)
    assert province_compares(hub, province).equal


@pytest.mark.parametrize("what", ALTERATIONS)
def test_what_a_province_lost_or_altered_of_its_own_waits_for_a_person_with_the_other_copy_offered(
    hub: Services, province: Services, what: str
) -> None:
    before = bans(province)
    behind_the_back(province, *ALTERATIONS[what])
    at_hub = hub_compares(hub, province)
    assert (keys(at_hub), at_hub.restated, at_hub.left) == (["32:R1"], (), (("32", "R1"),))
    found = province_compares(hub, province)
    assert (keys(found), found.restated) == (["32:R1"], ())
    assert found.held is not None
    assert look_at_hold(province, found.held, actor="test").records == ("32:R1",)
    release_hold(province, partner_of(hub), found.held, reason="经核对，以区域中心副本为准", actor="test")
    assert bans(province) == before
    settle(hub, province)
    assert province_compares(hub, province).equal
    assert hub_compares(hub, province).equal


def test_what_is_held_is_held_once_and_a_refusal_stands(hub: Services, province: Services) -> None:
    behind_the_back(province, *ALTERATIONS["row"])
    first, second = province_compares(hub, province), province_compares(hub, province)
    assert first.held == second.held is not None
    refuse_hold(province, partner_of(hub), first.held or "", reason="本省已撤销", actor="test")
    again = province_compares(hub, province)
    assert again.held is None
    assert len(rows(province, list_record)) == 24


def test_the_altered_copy_is_set_aside_and_the_act_recorded_with_the_digests_of_both(
    hub: Services, province: Services
) -> None:
    behind_the_back(hub, *ALTERATIONS["version"])
    hub_compares(hub, province)
    copies = [(row.version > 0, row.state) for row in rows(hub, list_record) if row.record_no == "R1"]
    assert sorted(copies) == [(False, "superseded"), (True, "active")]
    recorded = [row.facts for row in rows(hub, ledger_entry) if row.kind == EventKind.RECORDS_RESTATED]
    assert len(recorded) == 1
    assert '"records":1' in recorded[0]


def test_the_next_version_of_a_restated_row_counts(hub: Services, province: Services) -> None:
    behind_the_back(hub, *ALTERATIONS["version"])
    hub_compares(hub, province)
    take(province, _rows("32", "R", 2)[1] | {"version": "2", "operation": "withdraw", "withdraw_reason": "改判无罪"})
    pull(hub, province)
    assert "王乙" not in {
        face.identity.name for subject in listed(hub) for face in subject.faces if "32" in face.source_region
    }
    assert hub_compares(hub, province).equal


def test_a_row_added_behind_the_back_is_left_to_a_person(hub: Services, province: Services) -> None:
    """The province has no such row: whether it lost it, only a person can say."""
    behind_the_back(hub, "UPDATE list_record SET record_no = 'R99' WHERE record_no = 'R1'")
    found = hub_compares(hub, province)
    assert keys(found) == ["32:R1", "32:R99"]
    assert (found.restated, found.left) == ((("32", "R1"),), (("32", "R99"),))
    with hub.store.read() as uow:
        assert [alarm.subject for alarm in uow.alarms.open(AlarmKind.LISTS_DIFFER)] == ["32"]


def test_changes_on_the_way_are_no_differences(hub: Services, province: Services) -> None:
    take(province, _rows("32", "R", 2)[1] | {"version": "2", "court": "他院"})
    take(hub, _rows("33", "Z", 3)[2] | {"version": "2", "court": "他院"}, *_rows("33", "N", 1))
    assert hub_compares(hub, province).equal
    assert province_compares(hub, province).equal
    behind_the_back(hub, "UPDATE list_record SET version = 9 WHERE record_no = 'R5'")
    assert keys(hub_compares(hub, province)) == ["32:R5"]


def test_a_row_taken_back_is_compared_and_restated(hub: Services, province: Services) -> None:
    take(province, _rows("32", "R", 2)[1] | {"version": "2", "operation": "withdraw", "withdraw_reason": "改判无罪"})
    settle(hub, province)
    assert hub_compares(hub, province).equal
    behind_the_back(hub, "UPDATE list_record SET state = 'active' WHERE record_no = 'R1' AND version = 2")
    found = hub_compares(hub, province)
    assert found.restated == (("32", "R1"),)
    assert hub_compares(hub, province).equal
    settle(hub, province)
    assert province_compares(hub, province).equal


def test_a_finding_changed_by_the_owner_s_database_is_not_passed_on(hub: Services, province: Services) -> None:
    take(
        province, conviction("F", source_region="32", charge="生产、销售伪劣产品罪", document_no="（2022）苏06刑初9号")
    )
    decide_food_related(province, "F", food_related=True, reason="假酒", actor="test")
    settle(hub, province)
    assert hub_compares(hub, province).equal
    behind_the_back(province, "UPDATE list_record SET food_related = FALSE WHERE record_no = 'F'")
    assert hub_compares(hub, province).left == (("32", "F"),)
    assert province_compares(hub, province).held is not None


def test_more_removals_than_one_batch_may_bring_wait_for_a_person(hub: Services, province: Services) -> None:
    gone = [
        row | {"version": "2", "operation": "withdraw", "withdraw_reason": "改判无罪"} for row in _rows("32", "R", 5)
    ]
    take(province, *gone)
    with hub.store.write() as uow:
        uow.exchange.keep("32", taken_to=10**6)  # as if they had been taken, and were lost here again
    found = hub_compares(hub, province)
    assert len(found.differences) == 5
    assert (found.restated, found.held is not None) == ((), True)
    release_hold(hub, partner_of(province), found.held or "", reason="江苏确认", actor="test")
    assert hub_compares(hub, province).equal


def test_more_bans_lifted_by_a_next_version_than_one_batch_may_bring_wait_for_a_person(
    hub: Services, province: Services
) -> None:
    before = bans(hub)
    spared = {"version": "2", "sentence": "免予刑事处罚", "sentence_months": ""}
    take(province, *(row | spared for row in _rows("32", "R", 5)))
    with hub.store.write() as uow:
        uow.exchange.keep("32", taken_to=10**6)  # as if they had been taken, and were lost here again
    found = hub_compares(hub, province)
    assert (found.restated, found.held is not None) == ((), True)
    assert bans(hub) == before


def test_a_sealed_row_is_erased_where_it_is_still_held(hub: Services, province: Services) -> None:
    seal_record(province, "32:R1", reason="封存", order_no=None, actor="test")
    with hub.store.write() as uow:
        uow.exchange.keep("32", taken_to=10**6)
    assert hub_compares(hub, province).restated == (("32", "R1"),)
    with hub.store.read() as uow:
        assert uow.sealing.among([("32", "R1")])
    assert hub_compares(hub, province).equal


def test_a_province_offers_no_version_of_another_s_row_where_the_centre_s_own_is_sound(
    hub: Services, province: Services
) -> None:
    take(province, _rows("33", "Z", 2)[1] | {"version": "2", "court": "他院"})
    with hub.store.write() as uow:
        uow.exchange.keep("32", taken_to=10**6)
    found = hub_compares(hub, province)
    assert (keys(found), found.held, found.left) == (["33:Z1"], None, (("33", "Z1"),))
    with hub.store.read() as uow:
        assert [alarm.subject for alarm in uow.alarms.open(AlarmKind.LISTS_DIFFER)] == ["32"]


def test_a_copy_of_another_s_row_offered_in_place_of_a_lost_one_is_held_under_its_region(
    hub: Services, province: Services
) -> None:
    behind_the_back(hub, "UPDATE list_record SET version = 9 WHERE record_no = 'Z1'")
    found = hub_compares(hub, province)
    with hub.store.read() as uow:
        (held,) = uow.holds.open("32")
    assert held.hold_no == found.held
    assert held.detail == "1 rows of region 33 by 32's copy: 33:Z1"


def _sealed_elsewhere(hub: Services, province: Services, *record_nos: str) -> None:
    """The province has sealed rows; at the centre one waits in quarantine as well, and the index lies in a file."""
    take(hub, conviction(record_nos[0], source_region="32", version="9", effective_date="2021-02-30"))
    (hub.settings.home / index_snapshot.FILE_NAME).write_bytes(b"of before")
    for record_no in record_nos:
        seal_record(province, f"32:{record_no}", reason="封存", order_no=None, actor="test")
    with hub.store.write() as uow:
        uow.exchange.keep("32", taken_to=10**6)


def _is_carried_out(hub: Services, *record_nos: str) -> bool:
    orders = {(order.source_region, order.record_no) for order in remembered(hub.settings.home)}
    recorded = [row for row in rows(hub, ledger_entry) if row.kind == EventKind.RECORD_SEALED]
    with hub.store.read() as uow:
        waiting = [row for row in uow.quarantine.waiting("32", 9) if row.record_no in record_nos]
    file = hub.settings.home / index_snapshot.FILE_NAME
    return (
        orders == {("32", record_no) for record_no in record_nos}
        and len(recorded) == len(record_nos)
        and not waiting
        and not file.exists()
    )


def test_a_seal_learnt_by_a_comparison_is_carried_out_whole(hub: Services, province: Services) -> None:
    _sealed_elsewhere(hub, province, "R1")
    hub_compares(hub, province)
    assert _is_carried_out(hub, "R1")


def test_seals_a_person_released_are_carried_out_whole(hub: Services, province: Services) -> None:
    _sealed_elsewhere(hub, province, "R1", "R2", "R3", "R4")
    held = hub_compares(hub, province).held or ""
    assert not _is_carried_out(hub, "R1", "R2", "R3", "R4")
    release_hold(hub, partner_of(province), held, reason="江苏确认", actor="test")
    assert _is_carried_out(hub, "R1", "R2", "R3", "R4")


class Recorded(Asked):
    """A line on which somebody plays back what was answered before."""

    former: bytes = b""

    def ask_digests(self, question: DigestQuestion) -> bytes:
        return self.former or super().ask_digests(question)


def test_an_answer_that_was_recorded_before_is_refused(hub: Services, province: Services) -> None:
    line = Recorded(province, "hub")
    line.former = line.ask_digests(DigestQuestion(0, "another"))
    with pytest.raises(HeldBatchError, match="another question"):
        reconcile_partner(hub, partner_of(province), line)


def test_an_answer_signed_by_another_key_is_refused_and_the_run_says_so(hub: Services, province: Services) -> None:
    forged = Partner("32", "feed", keys=(b"\x01" * 32,))
    with pytest.raises(HeldBatchError):
        reconcile_partner(hub, forged, Asked(province, "hub"))
    assert [(row.work, row.outcome, row.fault) for row in rows(hub, exchange_run)][-1] == (
        "reconcile", "failed", "unknown_key",
    )  # fmt: skip


def test_a_partner_whose_transport_brings_no_digests_is_refused(hub: Services, province: Services) -> None:
    with pytest.raises(ConflictError):
        reconcile_partner(hub, partner_of(province), object())  # type: ignore[arg-type]


def test_sides_that_leave_statements_for_each_other_come_to_the_same(hub: Services, province: Services) -> None:
    box: dict[str, bytes] = {}

    def at_hub() -> Reconciled:
        return reconcile_partner(hub, partner_of(province), Box("hub", box))

    def at_province() -> Reconciled:
        return reconcile_partner(province, partner_of(hub), Box("32", box))

    assert not at_hub().complete
    assert at_province().equal
    assert at_hub().equal
    behind_the_back(hub, *ALTERATIONS["payload swapped"])
    behind_the_back(province, "UPDATE list_record SET version = 8 WHERE record_no = 'Z3'")
    for side in (at_hub, at_province, at_hub, at_province, at_hub, at_province):
        side()
    settle(hub, province)
    assert hub_compares(hub, province).equal
    assert province_compares(hub, province).equal


def test_whatever_was_altered_on_either_side_both_hold_the_same_after_three_rounds(
    hub: Services, province: Services
) -> None:
    chance = random.Random(20251121)
    before = bans(hub)
    for number in chance.sample(range(12), 6):
        column = chance.choice(("version = 7", "state = 'withdrawn'", "document_no = 'x'"))
        side, prefix = chance.choice(((hub, "R"), (province, "Z")))
        behind_the_back(side, f"UPDATE list_record SET {column} WHERE record_no = '{prefix}{number}'")  # noqa: S608
    for _ in range(3):
        hub_compares(hub, province)
        province_compares(hub, province)
        settle(hub, province)
    assert hub_compares(hub, province).equal
    assert province_compares(hub, province).equal
    assert bans(hub) == before == bans(province)


def test_the_log_verifies_after_a_repair(hub: Services, province: Services) -> None:
    behind_the_back(hub, *ALTERATIONS["payload swapped"])
    hub_compares(hub, province)
    sequence_log(hub.store)
    assert {fault.kind for fault in verify_log(hub.store).faults} <= {FaultKind.RULE_ALTERED}  # an empty ledger's own
