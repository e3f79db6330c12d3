"""A change of the list finds the past answers it would have changed, near matches too, each once and no other."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from jobs.tell_late_bans import tell_late_bans as tell_by_job
from registry.clock import FixedClock
from registry.errors import UnavailableError
from registry.ledger.events import EventKind
from registry.services import look_back as looking
from registry.services.context import Services
from registry.services.correct_answers import correct_answers
from registry.services.look_back import LookedBack, look_back
from registry.services.seal_record import seal_record
from registry.store.list_values import ChangeKind, EndReason, ListWrites, NewChange
from registry.store.look_back_repository import FindingFilter, FindingKind, FindingState, StoredFinding
from registry.store.notice_repository import NoticeView
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.cases_at_hand import NAME, NUMBER, office, one_slip
from tests.registry.services.register_under_test import take

LATER = datetime.timedelta(days=3)
LONG_AFTER = datetime.date(2999, 1, 1)


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    return office(services)


def ask(caller: Caller, name: str = NAME, number: str | None = NUMBER, **changed: object) -> str:
    return str(caller.check(applicant(name, number, **changed)).get_json()["check_no"])


def run(services: Services, clock: FixedClock) -> LookedBack:
    clock.advance(LATER)
    return look_back(services)


def found(services: Services, wanted: FindingFilter | None = None) -> list[StoredFinding]:
    with services.store.read() as uow:
        return uow.look_backs.page(wanted or FindingFilter(), 0, 100)


def lift(services: Services, subject: int = 1) -> None:
    with services.store.write() as uow:
        change = NewChange(subject, ChangeKind.LIFTED, "33", subject)
        uow.lists.write(ListWrites(ended_records={subject: EndReason.WITHDRAWN}, changes=[change]))


def test_a_ban_that_comes_later_finds_equal_and_near_clears_and_says_how_long_ago(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    equal, near = ask(caller), ask(caller, number=one_slip())
    ask(caller, "李无关", invented_id(77))
    ask(caller, role="staff")
    put_on_list(services, Listing(person(NAME, NUMBER)))
    done = run(services, clock)
    assert (done.from_version, done.to_version, done.checks, done.listed, done.lifted) == (0, 1, 4, 2, 0)
    assert [(each.check_no, each.verdict_then, each.verdict_now) for each in found(services)] == [
        (equal, "clear", "block"),
        (near, "clear", "review"),
    ]
    assert {each.days_ago(clock.now()) for each in found(services)} == {3}
    assert [each.application_no for each in found(services)] == ["339900-2025-000001"] * 2


def test_what_was_found_is_not_found_again_and_a_run_is_one_entry(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ask(caller)
    put_on_list(services, Listing(person(NAME, NUMBER)))
    run(services, clock)
    assert run(services, clock).checks == 0
    put_on_list(services, Listing(person("李示例", invented_id(2))))
    assert run(services, clock).listed == 0
    assert len(found(services)) == 1
    with services.store.read() as uow:
        entries = [e.facts for _, e, _, _ in uow.ledger.entries() if e.kind is EventKind.ANSWERS_LOOKED_BACK_AT]
    assert [(each["from_list_version"], each["to_list_version"], each["listed"]) for each in entries] == [
        (0, 1, 1),
        (1, 2, 0),
    ]


def test_an_answer_that_knew_the_change_is_left_alone(services: Services, caller: Caller, clock: FixedClock) -> None:
    put_on_list(services, Listing(person(NAME, NUMBER)))
    ask(caller)
    assert run(services, clock) == LookedBack(0, 1, 0, 0, 0)


def test_a_change_waits_until_no_answer_of_before_it_can_come(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ask(caller)
    put_on_list(services, Listing(person(NAME, NUMBER)))
    clock.advance(datetime.timedelta(minutes=1))
    assert look_back(services).to_version == 0
    clock.advance(datetime.timedelta(minutes=2))
    assert look_back(services).listed == 1


def test_only_a_stricter_answer_counts_and_only_because_of_the_change(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    """The first ban bars food sale no more strictly after its correction; another policy alone finds nothing."""
    put_on_list(services, Listing(person(NAME, NUMBER[:6] + "********" + NUMBER[14:])))
    lax = dataclasses.replace(services.policy.default_threshold, millibits=90_000)
    before = dataclasses.replace(services, policy=dataclasses.replace(services.policy, default_threshold=lax))
    assert office(before).check(applicant(NAME, one_slip())).get_json()["verdict"] == "clear"
    with services.store.write() as uow:
        uow.lists.write(ListWrites(changes=[NewChange(1, ChangeKind.CORRECTED, "33", 1)]))
    assert run(services, clock).listed == 0


def test_a_corrected_number_finds_whom_it_now_stops_and_whom_it_stops_no_more(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    wrong, right = id_number(), id_number(sequence="403")
    take(services, conviction(id_number=wrong))
    stopped, through = ask(caller, "王建国", wrong), ask(caller, "王建国", right)
    take(services, conviction(version="2", id_number=right))
    run(services, clock)
    assert {(each.check_no, each.kind, each.verdict_then, each.verdict_now) for each in found(services)} == {
        (stopped, FindingKind.LIFTED, "block", "clear"),
        (through, FindingKind.LISTED, "clear", "block"),
    }


def test_a_lifting_finds_the_blocks_and_reviews_that_named_the_ban(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ban_no = put_on_list(services, Listing(person(NAME, NUMBER)))[0]
    named = [ask(caller), ask(caller, number=one_slip())]
    lift(services)
    run(services, clock)
    assert [(each.check_no, each.kind, each.ban_no) for each in found(services)] == [
        (check_no, FindingKind.LIFTED, ban_no) for check_no in named
    ]


def test_a_ban_that_has_not_begun_is_found_with_its_first_day(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ask(caller)
    begins = clock.today() + datetime.timedelta(days=40)
    put_on_list(services, Listing(person(NAME, NUMBER), starts_on=begins))
    run(services, clock)
    assert [(each.verdict_now, each.bars_from) for each in found(services)] == [("block", begins)]


def test_answers_older_than_the_policy_says_are_left_alone(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ask(caller)
    clock.advance(datetime.timedelta(days=services.policy.desk.look_back_days))
    put_on_list(services, Listing(person(NAME, NUMBER)))
    assert run(services, clock).checks == 0


def test_a_run_that_was_cut_short_goes_on_and_finds_nothing_twice(
    services: Services, caller: Caller, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask(caller) for _ in range(3)]
    put_on_list(services, Listing(person(NAME, NUMBER)))
    monkeypatch.setattr(looking, "ANSWERS_AT_A_TIME", 1)

    def fail(done: int, _total: int | None) -> None:
        if done == 2:
            raise UnavailableError

    clock.advance(LATER)
    with pytest.raises(UnavailableError):
        look_back(services, progress=fail)
    put_on_list(services, Listing(person("李示例", invented_id(2))))
    done = look_back(services)
    assert (done.to_version, done.checks, done.listed) == (1, 3, 3)
    assert [each.check_no for each in found(services)] == asked


def test_findings_go_with_the_record_that_was_sealed(services: Services, caller: Caller, clock: FixedClock) -> None:
    ask(caller, "王建国", id_number())
    take(services, conviction())
    run(services, clock)
    assert len(found(services)) == 1
    seal_record(services, "33:R001", reason="封存决定", order_no="1", actor="test")
    assert found(services) == []


def test_findings_are_told_acknowledged_and_filtered(services: Services, caller: Caller, clock: FixedClock) -> None:
    ask(caller)
    put_on_list(services, Listing(person(NAME, NUMBER)))
    run(services, clock)
    with services.store.write() as uow:
        (untold,) = uow.look_backs.untold(10)
        uow.look_backs.told([untold.id])
        assert uow.look_backs.untold(10) == []
        uow.look_backs.acknowledged([untold.id])
    assert [each.state for each in found(services, FindingFilter(region="33"))] == ["acknowledged"]
    assert found(services, FindingFilter(region="31")) == []
    assert found(services, FindingFilter(kind=FindingKind.LIFTED)) == []


def test_the_system_that_was_answered_clear_is_told_once_how_long_ago_and_its_note_is_kept(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    check_no = ask(caller)
    put_on_list(services, Listing(person(NAME, NUMBER)))
    run(services, clock)
    assert [tell_by_job(services), tell_by_job(services)] == [{"told": 1}, {"told": 0}]
    assert [each.state for each in found(services)] == [FindingState.TOLD]
    (notice,) = caller.get("/v1/notices").get_json()["notices"]
    assert (notice["kind"], notice["check_no"], notice["content"]["days_ago"]) == ("late_ban", check_no, 3)
    assert (notice["content"]["subject_no"], notice["content"]["findings"]) == ("1", 1)
    assert notice["acknowledge_by"] is not None
    caller.post(f"/v1/notices/{notice['notice_no']}/acknowledge", {})
    assert [each.state for each in found(services)] == [FindingState.ACKNOWLEDGED]


def test_a_late_ban_that_is_lifted_before_it_was_told_is_told_no_more(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ask(caller)
    put_on_list(services, Listing(person(NAME, NUMBER)))
    run(services, clock)
    tell_by_job(services)
    with services.store.write() as uow:
        uow.notices.keep_webhook(1, "https://office.example/told")
    assert newest_to_send(services) is not None
    lift(services)
    correct_answers(services)
    assert newest_to_send(services) is None
    (notice,) = caller.get("/v1/notices").get_json()["notices"]
    assert (notice["content"]["lifted_on"], notice["acknowledge_by"]) == (clock.today().isoformat(), None)
    with services.store.read() as uow:
        assert [uow.notices.count(view, LONG_AFTER) for view in NoticeView] == [0] * len(NoticeView)


def newest_to_send(services: Services) -> int | None:
    with services.store.read() as uow:
        return uow.notices.newest_to_send()
