"""A sealing order leaves nothing of a record anywhere in the register, keeps it out, and says who had it."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from api.rest.app import create_app
from registry.clock import FixedClock
from registry.errors import InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.actor import Actor
from registry.services.add_client import add_client
from registry.services.apply_sealing_orders import apply_sealing_orders
from registry.services.client_notices import acknowledge_notice, read_notices
from registry.services.close_finding import close_finding
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.export_list import export_list
from registry.services.import_list import import_list
from registry.services.list_index import ListIndex
from registry.services.log_report import FaultKind
from registry.services.look_back import look_back
from registry.services.reach_sealed import SETTLED_AFTER, reach_sealed
from registry.services.seal_record import SealedRecord, seal_record
from registry.services.tell_late_bans import tell_late_bans
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store.account_repository import UserRole
from registry.store.case_tables import hold_match
from registry.store.client_repository import Client, ClientRole
from registry.store.key_tables import sealed_record
from registry.store.look_back_repository import FindingFilter, FindingOutcome
from registry.store.notice_repository import StoredNotice
from registry.store.tables import (
    basis,
    decision,
    idempotency_key,
    ledger_entry,
    list_record,
    listed_identity,
    quarantine_row,
)
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, id_number
from tests.registry.services.cases_at_hand import acting, match_of
from tests.registry.services.register_under_test import listed, outcomes, rows, take, version

SEALED = conviction("R1", name="濮阳静芸", id_number=id_number("20010309", "402"), birth_date="2001-03-09")
MASKED = SEALED["id_number"][:6] + "*" * 8 + SEALED["id_number"][14:]
REGULATOR = Actor(1, "周监管", UserRole.REGULATOR, "33")
OTHER = conviction("R2", name="方知远", id_number=id_number("19760309", "404"), document_no="（2021）浙0106刑初2号")


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key)


def _asked(row: dict[str, str]) -> dict[str, object]:
    return application(applicant(row["name"], row["id_number"]))


def _seal(services: Services, record: str = "33:R1") -> SealedRecord:
    return seal_record(services, record, reason="封存决定", order_no="（2025）浙0106封1号", actor="operator:test")


def test_nothing_of_a_sealed_record_is_left_in_any_table(services: Services, caller: Caller) -> None:
    take(services, SEALED, OTHER)
    assert caller.post("/v1/checks", _asked(SEALED), Idempotency_Key="k1").get_json()["verdict"] == "block"
    sealed = _seal(services)
    assert (sealed.reached.answers, sealed.reached.responses) == (1, 1)
    assert rows(services, decision) == rows(services, idempotency_key) == []
    left = rows(services, list_record)
    assert [(row.record_no, row.state, row.document_no, row.subject_id is None) for row in left] == [
        ("R1", "withdrawn", None, True),
        ("R2", "active", left[1].document_no, False),
    ]
    with services.store.read() as uow:
        assert uow.lists.payload(left[0].id) == {}
    for table in (listed_identity, basis):
        assert {row.record_id for row in rows(services, table)} == {left[1].id}


def test_the_ban_ends_for_every_reader_at_the_next_check(services: Services, caller: Caller) -> None:
    take(services, SEALED, OTHER)
    before = version(services)
    assert caller.post("/v1/checks", _asked(SEALED)).get_json()["verdict"] == "block"
    _seal(services)
    assert caller.post("/v1/checks", _asked(SEALED)).get_json()["verdict"] == "clear"
    assert caller.post("/v1/checks", _asked(OTHER)).get_json()["verdict"] == "block"
    with services.store.read() as uow:
        assert [change.kind for change in uow.changes.page(before, 10)] == ["lifted"]


def test_an_answer_that_had_shown_it_is_no_longer_found_and_others_are(services: Services, caller: Caller) -> None:
    take(services, SEALED, OTHER)
    shown = caller.post("/v1/checks", _asked(SEALED)).get_json()["check_no"]
    kept = caller.post("/v1/checks", _asked(OTHER)).get_json()["check_no"]
    _seal(services)
    assert caller.get(f"/v1/checks/{shown}").status_code == 404
    assert caller.get(f"/v1/checks/{kept}").status_code == 200


def test_a_sealed_record_is_never_taken_again_and_nobody_is_told_why(services: Services) -> None:
    take(services, SEALED)
    _seal(services)
    for again in (SEALED, SEALED | {"version": "2", "name": "濮阳静芸芸"}, SEALED | {"version": "3", "name": ""}):
        report = take(services, again)
        assert outcomes(report) == {"refused": 1}
        assert "濮阳" not in json.dumps(report.as_json(), ensure_ascii=False)
    assert rows(services, quarantine_row) == []
    assert listed(services) == []


def test_an_answer_that_named_the_ban_as_one_a_clearance_left_out_goes_too(services: Services, caller: Caller) -> None:
    take(services, SEALED | {"id_number": MASKED})
    check_no = caller.post("/v1/checks", _asked(SEALED)).get_json()["check_no"]
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：照片与出生地不同")
    again = caller.post("/v1/checks", _asked(SEALED)).get_json()
    assert again["subjects"][0]["cleared"]
    assert _seal(services).reached.answers == 2
    assert rows(services, decision) == []


def test_a_held_answer_whose_case_was_given_the_ban_since_goes_too(services: Services, caller: Caller) -> None:
    other = {"record_no": "R2", "document_no": "（2021）浙0106刑初2号", "id_number": MASKED}
    take(services, SEALED | other)
    check_no = caller.post("/v1/checks", _asked(SEALED)).get_json()["check_no"]
    take(services, SEALED)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：照片与出生地不同")
    assert len(rows(services, hold_match)) == 2
    assert _seal(services).reached.answers == 1
    assert rows(services, hold_match) == []


def test_nothing_tells_that_a_clear_answer_came_before_the_sealed_ban(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    told, other = (str(caller.post("/v1/checks", _asked(row)).get_json()["check_no"]) for row in (SEALED, OTHER))
    take(services, SEALED, OTHER)
    clock.advance(datetime.timedelta(days=1))
    look_back(services)
    assert tell_late_bans(services) == 2
    with services.store.read() as uow:
        (first, _) = uow.look_backs.page(FindingFilter(), 0, 10)
    acknowledge_notice(services, _client(services), _notices(services)[0].notice_no)
    close_finding(services, first.id, FindingOutcome.NOT_ISSUED, "没有发证", REGULATOR)
    _seal(services)
    assert [each.check_no for each in _notices(services)] == [other]
    opened = [row.facts for row in rows(services, ledger_entry) if row.facts]
    assert not [facts for facts in opened if told in facts and "late_ban" in facts]
    assert [other in facts for facts in opened if "late_ban" in facts] == [True]
    assert not [facts for facts in opened if "outcome" in facts]
    assert {fault.kind for fault in verify_log(services.store).faults} <= {FaultKind.RULE_ALTERED}  # the test's store


def _client(services: Services) -> Client:
    with services.store.read() as uow:
        return uow.clients.listed()[0].client


def _notices(services: Services) -> list[StoredNotice]:
    return read_notices(services, _client(services), 0, 10)


def test_its_quarantined_originals_go_with_it(services: Services) -> None:
    take(services, SEALED)
    take(services, SEALED | {"name": ""})
    assert len(rows(services, quarantine_row)) == 1
    assert _seal(services).erased.quarantined == 1
    assert rows(services, quarantine_row) == []


def test_whoever_was_given_the_record_is_named(services: Services, caller: Caller, tmp_path: Path) -> None:
    export_list(services, tmp_path / "before", actor="operator:early")
    take(services, SEALED, OTHER)
    export_list(services, tmp_path / "out", actor="operator:exporter")
    add_client(services, "province 32", ClientRole.PROVINCE, "32", "test")
    caller.post("/v1/checks", _asked(SEALED))
    sealed = _seal(services)
    assert [(each.what, each.who) for each in sealed.handed_out] == [
        ("export", "operator:exporter"),
        ("answer", "licensing"),
    ]
    assert sealed.erased.feed == ("province 32",)


def test_further_records_of_the_person_are_named_and_keep_their_ban(services: Services, caller: Caller) -> None:
    again = SEALED | {"record_no": "R3", "document_no": "（2022）浙0106刑初3号"}
    take(services, SEALED, again)
    first = caller.post("/v1/checks", _asked(SEALED)).get_json()["check_no"]
    sealed = _seal(services)
    assert sealed.erased.others == ("33:R3",)
    assert caller.get(f"/v1/checks/{first}").status_code == 404
    later = caller.post("/v1/checks", _asked(SEALED)).get_json()
    assert later["verdict"] == "block"
    reach_sealed(services, "test")
    assert caller.get(f"/v1/checks/{later['check_no']}").status_code == 200


def test_the_entries_of_erased_answers_open_no_more_and_keep_their_leaves(services: Services, caller: Caller) -> None:
    take(services, SEALED)
    number = caller.post("/v1/checks", _asked(SEALED)).get_json()["check_no"]
    _seal(services)
    told = [row for row in rows(services, ledger_entry) if row.kind == EventKind.CHECK_DECIDED]
    assert [(row.salt, row.facts, row.erased_by is None) for row in told] == [(None, None, False)]
    assert not [row for row in rows(services, ledger_entry) if number in (row.facts or "")]


def test_the_order_is_recorded_without_naming_anybody(services: Services) -> None:
    take(services, SEALED)
    _seal(services)
    with services.store.read() as uow:
        sealed = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == EventKind.RECORD_SEALED]
    assert [(entry.actor, entry.facts["records"]) for entry in sealed] == [("operator:test", 1)]
    assert "封1号" not in repr(sealed)


def test_sealing_again_changes_nothing(services: Services) -> None:
    take(services, SEALED)
    _seal(services)
    before = version(services)
    assert _seal(services).reached.answers == 0
    assert version(services) == before
    assert len(rows(services, sealed_record)) == 1


def test_an_answer_that_was_on_its_way_is_erased_by_a_later_run(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    take(services, SEALED)
    caller.post("/v1/checks", _asked(SEALED))
    late = dict(rows(services, decision)[0]._mapping)
    assert _seal(services).reached.open_orders == 1
    with services.store.write() as uow:
        uow.transaction.connection.execute(decision.insert(), late)
    later = dataclasses.replace(services, clock=FixedClock(clock.now() + SETTLED_AFTER))
    again = reach_sealed(later, "job")
    assert (again.answers, again.open_orders) == (1, 0)
    assert rows(services, decision) == []


def test_a_juvenile_record_found_at_a_later_import_is_sealed_too(services: Services, caller: Caller) -> None:
    take(services, SEALED)
    caller.post("/v1/checks", _asked(SEALED))
    take(services, SEALED | {"version": "2", "offence_from": "2018-01-01", "offence_to": "2018-02-01"})
    with services.store.read() as uow:
        assert [order.key for order in uow.sealing.orders(unreached=True)] == [("33", "R1")]
    assert reach_sealed(services, "job").answers == 1
    assert rows(services, decision) == []


def test_a_backup_brought_back_is_sealed_again(services: Services, caller: Caller) -> None:
    """What a restored store looks like: the record is there again, with its answers, and the order is not."""
    take(services, SEALED, OTHER)
    _seal(services)
    with services.store.write() as uow:
        uow.transaction.connection.execute(sealed_record.delete())
    take(services, SEALED | {"version": "2"})
    caller.post("/v1/checks", _asked(SEALED))
    assert len(listed(services)) == 2
    assert apply_sealing_orders(services, "operator:test") == 1
    assert [subject.faces[0].record_no for subject in listed(services)] == ["R2"]
    assert rows(services, decision) == []
    assert apply_sealing_orders(services, "operator:test") == 0


def test_no_snapshot_of_the_list_outlives_a_sealing(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.services.list_index.WORTH_PUTTING_AWAY", 1)
    take(services, SEALED, OTHER)
    with services.store.read() as uow:
        assert ListIndex(settings.home).put_away(uow)
    _seal(services)
    assert not (settings.home / "index.snapshot").exists()


def test_an_order_without_reason_or_record_is_refused(services: Services) -> None:
    take(services, SEALED)
    with pytest.raises(InvalidInputError, match="reason"):
        seal_record(services, "33:R1", reason=" ", order_no=None, actor="test")
    with pytest.raises(NotFoundError):
        seal_record(services, "33:R9", reason="x", order_no=None, actor="test")
    with services.store.read() as uow:
        assert uow.transaction.connection.execute(select(sealed_record)).all() == []


def test_an_export_after_the_order_holds_it_no_more(services: Services, tmp_path: Path) -> None:
    import_list(services, csv_file(tmp_path, [SEALED, OTHER]), actor="test")
    _seal(services)
    export_list(services, tmp_path / "out", actor="test")
    written = (tmp_path / "out" / "convictions.csv").read_text("utf-8")
    assert "濮阳" not in written
    assert "方知远" in written
