"""The trail of acts as people read it, as a file, and the weekly sample that another unit reviews."""

from __future__ import annotations

import datetime
import hashlib
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, SamePersonError
from registry.ledger.acting_origin import NOWHERE, Origin, acts_from
from registry.ledger.events import EventKind
from registry.services.actor import Actor
from registry.services.context import Services
from registry.services.decide_case import add_note, find_other
from registry.services.export_trail import TrailForm, export_trail
from registry.services.list_index import ListIndex
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_cases import read_case
from registry.services.read_listed import read_listed
from registry.services.read_objections import read_objection
from registry.services.read_trail import read_trail
from registry.services.review_look_ups import (
    SAMPLED_AT_LEAST,
    Finding,
    draw,
    look_ups_to_review,
    review_look_up,
    sample_look_ups,
)
from registry.services.seal_record import seal_record
from registry.services.search_listed import LookUp, LookUpPurpose, search_listed
from registry.services.sequence_log import sequence_log
from registry.services.sign_in import Attempt, sign_in
from registry.store.account_repository import UserRole
from registry.store.tables import ledger_entry
from registry.store.trail_repository import TrailFilter
from tests.api.console.people import PASSWORD, person, person_with_password
from tests.api.rest.caller import applicant
from tests.invented_list import invented_id, report_fresh
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.cases_at_hand import FIRST, acting, list_somebody, match_of, office, reviewed
from tests.registry.services.register_under_test import rows, take

SEEN_BY_ALL = Actor(900, "auditor", UserRole.AUDITOR, None)


@pytest.fixture
def zhejiang(services: Services) -> Actor:
    return Actor(person(services, UserRole.REGULATOR, "33"), "z", UserRole.REGULATOR, "33")


@pytest.fixture
def jiangsu(services: Services) -> Actor:
    return Actor(person(services, UserRole.REGULATOR, "32"), "j", UserRole.REGULATOR, "32")


@pytest.fixture
def check_no(services: Services) -> str:
    list_somebody(services)
    return reviewed(office(services))


def kinds(services: Services, wanted: TrailFilter, actor: Actor = SEEN_BY_ALL) -> list[EventKind]:
    return [act.kind for act in read_trail(services, wanted, actor).acts]


def test_everything_about_one_application_is_found_by_its_number(
    services: Services, check_no: str, zhejiang: Actor
) -> None:
    read_case(services, check_no, zhejiang)
    add_note(services, acting(services, check_no, zhejiang), "看过")  # type: ignore[arg-type]
    found = read_trail(services, TrailFilter(application_no="339900-2025-000001"), SEEN_BY_ALL).acts
    assert [act.kind for act in found] == [EventKind.CASE_STEPPED, EventKind.CASE_READ, EventKind.CHECK_DECIDED]
    assert {act.application_no for act in found} == {"339900-2025-000001"}
    assert {act.about for act in found} == {check_no}


def test_the_answer_to_a_clear_check_is_found_by_its_application_before_and_after_it_has_its_place(
    services: Services,
) -> None:
    report_fresh(services)
    wanted = TrailFilter(application_no="339900-2025-000001")
    assert kinds(services, wanted) == []
    office(services).check(applicant("李无关", invented_id(77)))
    assert kinds(services, wanted) == [EventKind.CHECK_DECIDED]
    sequence_log(services.store)
    assert kinds(services, wanted) == [EventKind.CHECK_DECIDED]
    assert kinds(services, TrailFilter(application_no="339900-2025-000002")) == []


def test_a_check_is_found_with_its_answer_and_a_notice_with_its_making_by_their_numbers(
    services: Services, check_no: str, zhejiang: Actor
) -> None:
    find_other(services, acting(services, check_no, zhejiang), match_of(services, check_no).id, "不是同一人")  # type: ignore[arg-type]
    made = next(each for each in rows(services, ledger_entry) if each.kind == EventKind.NOTICE_MADE)
    notice_no = str(json.loads(made.facts)["notice_no"])
    assert kinds(services, TrailFilter(about=notice_no)) == [EventKind.NOTICE_MADE]
    assert kinds(services, TrailFilter(about=check_no))[-1] is EventKind.CHECK_DECIDED
    assert kinds(services, TrailFilter(about="N-1")) == []


def test_everything_that_speaks_of_a_ban_is_found_by_its_number_and_nothing_of_another(
    services: Services, zhejiang: Actor
) -> None:
    report_fresh(services)
    row = conviction()
    masked = row | {"id_number": row["id_number"][:6] + "*" * 8 + row["id_number"][14:]}
    take(
        services,
        masked,
        conviction(record_no="R002", name="李示例", id_number=id_number("19620303", "405")),
    )
    sequence_log(services.store)
    with services.store.read() as uow:
        one, other = sorted(ban_no for _, ban_no, _ in uow.lists.ban_numbers([1, 2]))
        (ban_no,) = (each for _, each, _ in uow.lists.ban_numbers([1]))
    check_no = str(office(services).check(applicant("王建国", row["id_number"])).get_json()["check_no"])
    read_listed(services, ban_no, actor=zhejiang, look_up=LookUp(LookUpPurpose.CASE, "1"))
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "不是同一人")
    lodging = Lodging(ban_no, None, "王建国", "不是我", services.clock.today(), "某局")
    read_objection(services, lodge_objection(services, lodging, FIRST).objection_no, zhejiang)
    assert kinds(services, TrailFilter(ban_no=ban_no)) == [
        *(EventKind.OBJECTION_READ, EventKind.OBJECTION_LODGED),
        *(EventKind.NOTICE_MADE, EventKind.CASE_SETTLED, EventKind.CLEARANCE_GIVEN, EventKind.CASE_STEPPED),
        *(EventKind.LIST_SEARCHED, EventKind.CHECK_DECIDED, EventKind.LIST_CHANGED),
    ]
    unread = one if other == ban_no else other
    assert kinds(services, TrailFilter(ban_no=unread)) == [EventKind.LIST_CHANGED]
    assert kinds(services, TrailFilter(ban_no="B0")) == []


def test_each_change_of_a_listed_person_is_found_among_the_changes_of_many(services: Services) -> None:
    take(services, conviction())
    for number in range(2, 6):
        take(services, conviction(record_no=f"R00{number}", name="李示例", id_number=id_number("19620303", "405")))
    take(services, conviction(version="2", court="杭州市中级人民法院"))
    with services.store.read() as uow:
        ((_, ban_no, _),) = uow.lists.ban_numbers([1])
    found = read_trail(services, TrailFilter(ban_no=ban_no), SEEN_BY_ALL).acts
    spans = [(act.facts or {})["first_version"] for act in found if act.kind == EventKind.LIST_CHANGED]
    with services.store.read() as uow:
        versions = [change.version for change in uow.changes.page(0, 100) if change.ban_no == ban_no]
    assert sorted(int(span) for span in spans) == versions


def test_answers_to_checks_are_shown_only_where_they_are_asked_for(services: Services, check_no: str) -> None:
    assert EventKind.CHECK_DECIDED not in kinds(services, TrailFilter())
    assert kinds(services, TrailFilter(kinds=(EventKind.CHECK_DECIDED,))) == [EventKind.CHECK_DECIDED]


def test_whoever_works_for_one_region_sees_what_its_people_did(
    services: Services, check_no: str, zhejiang: Actor, jiangsu: Actor
) -> None:
    read_case(services, check_no, zhejiang)
    assert kinds(services, TrailFilter(kinds=(EventKind.CASE_READ,)), zhejiang) == [EventKind.CASE_READ]
    assert kinds(services, TrailFilter(kinds=(EventKind.CASE_READ,)), jiangsu) == []


def test_an_act_says_from_which_session_it_came(services: Services, check_no: str, zhejiang: Actor) -> None:
    with services.store.write() as uow:
        session = uow.accounts.open_session(zhejiang.user_id, b"d" * 32, "192.0.2.7", "Firefox")
    acts_from(Origin(session_id=session))
    try:
        read_case(services, check_no, zhejiang)
    finally:
        acts_from(NOWHERE)
    (act,) = read_trail(services, TrailFilter(kinds=(EventKind.CASE_READ,)), SEEN_BY_ALL).acts
    assert (act.address, act.device) == ("192.0.2.7", "Firefox")


def test_signing_in_says_from_where(services: Services) -> None:
    person_with_password(services, "invented")
    sign_in(services, Attempt("invented", PASSWORD, "192.0.2.7", "Firefox"))
    (act,) = read_trail(services, TrailFilter(kinds=(EventKind.SIGNED_IN,)), SEEN_BY_ALL).acts
    assert (act.address, act.device) == ("192.0.2.7", "Firefox")


def test_reading_the_trail_and_taking_it_away_are_acts_themselves(services: Services) -> None:
    read_trail(services, TrailFilter(), SEEN_BY_ALL)
    export_trail(services, TrailFilter(), TrailForm.CSV, SEEN_BY_ALL)
    assert kinds(services, TrailFilter())[:2] == [EventKind.TRAIL_READ, EventKind.TRAIL_EXPORTED]


def test_every_form_of_the_trail_holds_the_same_acts_and_no_formula(services: Services, check_no: str) -> None:
    with services.store.write() as uow:
        facts: dict[str, str | int] = {"check_no": '=HYPERLINK("http://x")', "client_id": 1}
        uow.ledger.record(EventKind.CHECK_READ, "client:1", facts)
    wanted = TrailFilter(kinds=(EventKind.CHECK_READ,))
    lines = export_trail(services, wanted, TrailForm.JSON_LINES, SEEN_BY_ALL).content.splitlines()
    assert [json.loads(line)["about"] for line in lines] == ['=HYPERLINK("http://x")']
    text = export_trail(services, wanted, TrailForm.CSV, SEEN_BY_ALL).content.decode("utf-8-sig")
    assert ",\"'=HYPERLINK(" in text
    book = openpyxl.load_workbook(io.BytesIO(export_trail(services, wanted, TrailForm.XLSX, SEEN_BY_ALL).content))
    cells = [cell.value for cell in list(book.active.iter_rows())[1]]  # type: ignore[union-attr]
    assert '\'=HYPERLINK("http://x")' in cells
    assert '核查号：=HYPERLINK("http://x")；接入系统：1' in cells
    assert json.loads(lines[0])["says"] == '核查号：=HYPERLINK("http://x")；接入系统：1'


def test_a_workbook_holds_fewer_acts_than_the_other_forms_and_says_how_many(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        read_trail(services, TrailFilter(), SEEN_BY_ALL)
    monkeypatch.setattr("registry.services.export_trail.MOST_ROWS_OF_A_WORKBOOK", 2)
    wanted = TrailFilter(kinds=(EventKind.TRAIL_READ,))
    rows = [export_trail(services, wanted, form, SEEN_BY_ALL).rows for form in TrailForm]
    assert rows == [2, 3, 3]
    with services.store.read() as uow:
        given_away = [e.facts["rows"] for _, e, _, _ in uow.ledger.entries() if e.kind is EventKind.TRAIL_EXPORTED]
    assert given_away == rows


def test_on_what_ground_somebody_was_looked_up_is_read_by_who_reviews_it_and_is_not_in_the_log(
    services: Services, clock: FixedClock, zhejiang: Actor, jiangsu: Actor
) -> None:
    ban_no, ground = list_somebody(services), "杭市监投〔2026〕7号，投诉人甲"
    for _ in range(2):
        read_listed(services, ban_no, actor=zhejiang, look_up=LookUp(LookUpPurpose.INSPECTION, f" {ground}"))
    page = read_trail(services, TrailFilter(ban_no=ban_no), SEEN_BY_ALL)
    digests = {str(act.facts["ground_digest"]) for act in page.acts if act.facts and "ground_digest" in act.facts}
    assert page.grounds == dict.fromkeys(digests, ground)
    assert all("投诉人" not in str(act.facts) for act in page.acts)
    sequence_log(services.store)
    clock.advance(datetime.timedelta(days=7))
    sample_look_ups(services)
    grounds = [each.ground for each in look_ups_to_review(services, jiangsu)]
    assert grounds == [ground, ground]


def test_a_number_of_an_identity_card_in_a_ground_is_not_kept_and_a_sealed_record_takes_its_grounds_with_it(
    services: Services, zhejiang: Actor
) -> None:
    report_fresh(services)
    take(services, conviction("R1"))
    with services.store.read() as uow:
        ((_, ban_no, _),) = uow.lists.ban_numbers([1])
    ground = f"举报{id_number('19620303', '405')}"
    read_listed(services, ban_no, actor=zhejiang, look_up=LookUp(LookUpPurpose.CASE, ground))
    (kept,) = read_trail(services, TrailFilter(ban_no=ban_no), SEEN_BY_ALL).grounds.values()
    assert kept.startswith("举报")
    assert "19620303" not in kept
    seal_record(services, "33:R1", reason="未成年人犯罪记录封存", order_no="封1", actor="test")
    with services.store.read() as uow:
        assert uow.grounds.of([hashlib.sha256(ground.encode()).hexdigest()]) == {}


def test_a_look_up_by_name_is_found_under_the_ban_of_everybody_it_showed(services: Services, zhejiang: Actor) -> None:
    ban_no = list_somebody(services)
    look_up = LookUp(LookUpPurpose.CASE, "1")
    search_listed(services, ListIndex(), actor=zhejiang, look_up=look_up, name="王示例")
    search_listed(services, ListIndex(), actor=zhejiang, look_up=look_up, name="赵无关")
    found = read_trail(services, TrailFilter(ban_no=ban_no, kinds=(EventKind.LIST_SEARCHED,)), SEEN_BY_ALL).acts
    assert [act.actor for act in found] == [zhejiang.text]


@given(st.lists(st.integers(1, 10_000), unique=True, max_size=400), st.text(max_size=8))
def test_a_root_draws_the_same_look_ups_whenever_it_is_asked(entries: list[int], root: str) -> None:
    drawn = draw(entries, root)
    assert drawn == draw(list(reversed(entries)), root)
    assert set(drawn) <= set(entries)
    assert len(drawn) >= min(len(entries), SAMPLED_AT_LEAST)


def test_a_weeks_look_ups_are_drawn_once_and_reviewed_by_another_unit(
    services: Services, clock: FixedClock, check_no: str, zhejiang: Actor, jiangsu: Actor
) -> None:
    read_case(services, check_no, zhejiang)
    sequence_log(services.store)
    clock.advance(datetime.timedelta(days=7))
    assert sample_look_ups(services).drawn == 1
    assert sample_look_ups(services).drawn == 0
    assert look_ups_to_review(services, zhejiang) == []
    (sampled,) = look_ups_to_review(services, jiangsu)
    with pytest.raises(SamePersonError):
        review_look_up(services, sampled.look_up.id, Finding.JUSTIFIED, "", zhejiang)
    with pytest.raises(InvalidInputError):
        review_look_up(services, sampled.look_up.id, Finding.UNJUSTIFIED, " ", jiangsu)
    review_look_up(services, sampled.look_up.id, Finding.UNJUSTIFIED, "与所办申请无关", jiangsu)
    with pytest.raises(ConflictError):
        review_look_up(services, sampled.look_up.id, Finding.JUSTIFIED, "", jiangsu)
    assert look_ups_to_review(services, jiangsu) == []
