"""Corrections reach past answers: by whichever door the list changes, once, and the licensing systems are told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from jobs.correct_answers import correct_answers as correct_by_job
from jobs.run_job import run_job
from jobs.schedule import JOBS
from registry.clock import FixedClock
from registry.errors import ChangedMeanwhileError, ConflictError
from registry.law.working_days import add_working_days
from registry.services import correct_answers as correcting
from registry.services import lifted_holds
from registry.services.context import Services
from registry.services.correct_answers import Corrected, correct_answers, news, tell_late_ban
from registry.services.decide_case import find_same, withdraw_match
from registry.services.decide_objection import Decision, decide_objection
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.look_back import look_back
from registry.store.alarm_repository import AlarmKind
from registry.store.case_values import CaseState, Finding, StoredCase
from registry.store.job_repository import Outcome
from registry.store.look_back_repository import FindingFilter, FindingKind
from registry.store.notice_repository import NoticeKind, NoticeView
from registry.store.unit_of_work import UnitOfWork
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import Row, conviction, id_number
from tests.registry.services.cases_at_hand import (
    FIRST,
    REASONS,
    SECOND,
    acting,
    case_of,
    match_of,
    office,
    one_slip,
    waive,
)
from tests.registry.services.register_under_test import take

ROW = conviction()
WITHDRAWN = ROW | {"version": "2", "operation": "withdraw", "withdraw_reason": "再审改判无罪"}
OTHER_NUMBER = ROW | {"version": "2", "id_number": id_number("19550101", "402"), "birth_date": "1955-01-01"}
OTHER_COURT = ROW | {"version": "2", "court": "杭州市中级人民法院"}


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    take(services, ROW)
    correct_answers(services)
    return office(services)


def held(caller: Caller, **stated: Any) -> str:
    answer = caller.check(applicant(ROW["name"], ROW["id_number"], **stated)).get_json()
    assert answer["verdict"] == "block"
    return str(answer["check_no"])


def change(services: Services, row: Row) -> Corrected:
    take(services, row)
    return correct_answers(services)


def confirm(services: Services, check_no: str) -> None:
    waive(services, check_no)
    find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)


def told(services: Services) -> list[NoticeKind]:
    with services.store.read() as uow:
        client = uow.clients.listed()[0].client
        return [each.kind for each in uow.notices.page(client.id, 0, 50)]


@pytest.mark.parametrize("row", [WITHDRAWN, OTHER_NUMBER])
def test_a_ban_that_ends_or_turns_out_to_be_somebody_elses_reaches_every_past_answer(
    services: Services, caller: Caller, row: Row
) -> None:
    open_one, decided = held(caller), held(caller)
    confirm(services, decided)
    assert change(services, row) == Corrected(bans=1, answers=2)
    for check_no in (open_one, decided):
        assert case_of(services, check_no).state is CaseState.WITHDRAWN
        assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "withdrawn"
    assert told(services).count(NoticeKind.ANSWER_CORRECTED) == 2


def test_what_follows_from_a_change_follows_once(services: Services, caller: Caller) -> None:
    held(caller)
    take(services, WITHDRAWN)
    assert correct_by_job(services) == {"bans": 1, "answers": 1, "objections": 0}
    before = told(services)
    assert correct_answers(services) == Corrected()
    assert told(services) == before
    with services.store.read() as uow:
        assert news(uow) is None
    with pytest.raises(ConflictError), services.store.write() as uow:
        uow.notices.correct_to(0, 1)


def test_a_lifting_is_found_once_by_whichever_job_comes_first_and_shown_where_looking_back_is(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    first = held(caller)
    change(services, WITHDRAWN)
    clock.advance(datetime.timedelta(days=3))
    assert look_back(services).lifted == 1
    with services.store.read() as uow:
        findings = uow.look_backs.page(FindingFilter(kind=FindingKind.LIFTED), 0, 10)
    assert [(each.check_no, each.verdict_then, each.verdict_now) for each in findings] == [(first, "block", "clear")]
    assert told(services).count(NoticeKind.ANSWER_CORRECTED) == 1


def test_a_hold_that_came_after_its_ban_was_looked_at_is_withdrawn_by_looking_back(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    """As an answer by the list of before does, whose commit came a moment after the change was followed."""
    late = held(caller)
    take(services, WITHDRAWN)
    with services.store.write() as uow:
        uow.notices.correct_to(uow.notices.corrected_to(), uow.head.version())
    assert correct_answers(services) == Corrected()
    clock.advance(datetime.timedelta(days=3))
    assert look_back(services).lifted == 1
    assert case_of(services, late).state is CaseState.WITHDRAWN
    assert told(services).count(NoticeKind.ANSWER_CORRECTED) == 1


def test_a_hold_that_would_be_a_review_now_stands_and_is_shown(services: Services, caller: Caller) -> None:
    check_no = held(caller)
    slip = one_slip(ROW["id_number"])
    assert change(services, ROW | {"version": "2", "id_number": slip}).answers == 0
    assert case_of(services, check_no).state is CaseState.OPEN
    with services.store.read() as uow:
        findings = uow.look_backs.page(FindingFilter(kind=FindingKind.LIFTED), 0, 10)
    assert [(each.check_no, each.verdict_then, each.verdict_now) for each in findings] == [
        (check_no, "block", "review")
    ]


def test_a_case_somebody_acts_in_holds_up_no_other_change_and_ends_in_an_alarm_where_it_goes_on(
    services: Services, caller: Caller, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = conviction(record_no="R002", name="李示例", id_number=id_number("19620303", "405"))
    take(services, other)
    correct_answers(services)
    kept = str(caller.check(applicant(other["name"], other["id_number"])).get_json()["check_no"])
    busy = held(caller)
    take(services, other | {"version": "2", "operation": "withdraw", "withdraw_reason": "再审改判无罪"})
    take(services, WITHDRAWN)

    def meanwhile(_services: Services, uow: UnitOfWork, case: StoredCase, *rest: Any) -> None:
        if case.check_no == busy:
            raise ChangedMeanwhileError("somebody else has taken a step")
        withdraw_match(services, uow, case, *rest)

    monkeypatch.setattr(lifted_holds, "withdraw_match", meanwhile)
    job = next(each for each in JOBS if each.name == "correct_answers")
    for failures in range(1, job.alarm_after + 1):
        assert run_job(services, job) is Outcome.FAILED
        with services.store.read() as uow:
            alarms = uow.alarms.open(AlarmKind.JOB_FAILED)
        assert bool(alarms) == (failures == job.alarm_after)
        clock.advance(datetime.timedelta(minutes=5))
    assert case_of(services, kept).state is CaseState.WITHDRAWN
    monkeypatch.setattr(lifted_holds, "withdraw_match", withdraw_match)
    assert run_job(services, job) is Outcome.DONE
    assert case_of(services, busy).state is CaseState.WITHDRAWN
    with services.store.read() as uow:
        assert uow.alarms.open(AlarmKind.JOB_FAILED) == []


def test_a_run_follows_so_many_versions_and_the_next_goes_on(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(caller)
    take(services, OTHER_COURT)
    take(services, ROW | {"version": "3", "operation": "withdraw", "withdraw_reason": "再审改判无罪"})
    monkeypatch.setattr(correcting, "VERSIONS_A_TIME", 1)
    monkeypatch.setattr(correcting, "PAGES_A_RUN", 1)
    followed = []
    for _ in range(2):
        correct_answers(services)
        with services.store.read() as uow:
            followed.append(uow.head.version() - uow.notices.corrected_to())
    assert followed == [1, 0]


def test_a_change_that_leaves_the_ban_standing_corrects_nothing(services: Services, caller: Caller) -> None:
    check_no = held(caller)
    assert change(services, OTHER_COURT).answers == 0
    assert match_of(services, check_no).finding is Finding.OPEN
    assert told(services) == []


def test_a_correction_is_to_be_acknowledged_in_working_days_and_is_seen_when_it_is_not(
    services: Services, caller: Caller
) -> None:
    check_no = held(caller)
    change(services, WITHDRAWN)
    with services.store.read() as uow:
        notice = next(each for each in uow.notices.of_check(check_no) if each.kind is NoticeKind.ANSWER_CORRECTED)
        due_on = add_working_days(services.clock.today(), services.policy.desk.tell_correction)
        assert notice.due_on == due_on
        assert notice.content == {"ban_no": match_of(services, check_no).ban_no, "outcome": "withdrawn"}
        late = add_working_days(due_on, 1)
        assert uow.notices.count(NoticeView.UNACKNOWLEDGED, due_on) == 0
        assert uow.notices.count(NoticeView.UNACKNOWLEDGED, late) == 1


def test_an_upheld_objection_is_met_when_the_list_changes(services: Services, caller: Caller) -> None:
    ban_no = match_of(services, held(caller)).ban_no
    day = services.clock.today()
    objection = lodge_objection(services, Lodging(ban_no, None, "王建国", "再审已改判", day, "某局"), FIRST)
    decide_objection(services, objection.objection_no, Decision(True, "再审判决书"), SECOND)
    assert change(services, WITHDRAWN).objections == 1
    with services.store.read() as uow:
        stored = uow.objections.find(objection.objection_no)
    assert stored is not None
    assert not stored.correction_pending


def test_a_change_of_before_an_objection_was_decided_does_not_meet_it_however_late_it_is_followed(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    ban_no = match_of(services, held(caller)).ban_no
    take(services, OTHER_COURT)
    clock.advance(datetime.timedelta(hours=1))
    day = services.clock.today()
    objection = lodge_objection(services, Lodging(ban_no, None, "王建国", "再审已改判", day, "某局"), FIRST)
    decide_objection(services, objection.objection_no, Decision(True, "再审判决书"), SECOND)
    assert correct_answers(services).objections == 0
    clock.advance(datetime.timedelta(hours=1))
    assert change(services, WITHDRAWN | {"version": "3"}).objections == 1


def test_a_system_is_told_of_a_late_ban_with_the_days_that_passed(services: Services, caller: Caller) -> None:
    check_no = str(caller.check(applicant("赵无关", id_number("19880115", "407"))).get_json()["check_no"])
    with services.store.write() as uow:
        client = uow.clients.listed()[0].client
        notice = tell_late_ban(services, uow, client.id, check_no, 12)
    assert (notice.kind, notice.content, notice.application_no) == (
        NoticeKind.LATE_BAN,
        {"days_ago": 12},
        "339900-2025-000001",
    )
    assert notice.due_on is not None
