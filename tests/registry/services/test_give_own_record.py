"""What a person may know of their own record: all of theirs, nothing of others, and who looked by unit."""

from __future__ import annotations

import io
import secrets

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from registry.errors import InvalidInputError
from registry.ledger.events import EventKind
from registry.papers.own_record import OwnRecord, own_record_pdf
from registry.services.actor import Actor
from registry.services.context import Services
from registry.services.decide_case import find_same, withdraw_match
from registry.services.give_own_record import Asked, give_own_record
from registry.services.list_index import ListIndex
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_cases import read_case
from registry.store.account_repository import UserRole
from registry.store.tables import basis
from tests.api.console.people import person as console_user
from tests.api.rest.caller import applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import (
    FIRST,
    NAME,
    NUMBER,
    REASONS,
    acting,
    blocked,
    case_of,
    list_somebody,
    match_of,
    office,
    one_slip,
    reviewed,
    waive,
)

OTHER_NUMBER = invented_id(2)
ASKED = Asked(NAME, NUMBER, "本人申请书 2025-11-20", "某省市场监督管理局")


def regulator(services: Services) -> Actor:
    name = f"陈经办{secrets.token_hex(2)}"
    return Actor(console_user(services, UserRole.REGULATOR, "33", name), name, UserRole.REGULATOR, "33")


def given(services: Services, asked: Asked = ASKED) -> OwnRecord:
    index = ListIndex(services.settings.home, services.model)
    return give_own_record(services, index, asked, regulator(services))


def test_a_person_is_given_bans_statements_objections_and_who_looked_by_unit(services: Services) -> None:
    ban_no = list_somebody(services)
    check_no = blocked(office(services))
    read_case(services, check_no, FIRST)
    day = services.clock.today()
    lodge_objection(services, Lodging(ban_no, None, NAME, "我未在该公司任职", day, "某局"), FIRST)
    record = given(services)
    assert [ban.ban_no for ban in record.bans] == [ban_no]
    assert [each.text for each in record.statements] == ["我未在该公司任职"]
    assert [each.outcome for each in record.objections] == [None]
    assert (record.look_ups[0].unit, record.look_ups[0].purpose) == ("office 33", "许可核查")
    assert "办理待核申请" in {each.purpose for each in record.look_ups}
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(own_record_pdf(record))).pages)
    text = text.replace("\n", "").replace("\u200b", "")  # where lines may break
    assert ban_no in text
    assert "陈经办" not in text
    assert NUMBER not in text


def test_nothing_is_said_of_others_who_applied_under_a_like_number_or_objected_to_the_same_ban(
    services: Services,
) -> None:
    ban_no = list_somebody(services)
    reviewed(office(services))
    day = services.clock.today()
    lodge_objection(services, Lodging(ban_no, None, "李旁人", "与我无关", day, "某局"), FIRST)
    record = given(services)
    assert record.objections == []
    assert {each.purpose for each in record.look_ups} <= {"查阅"}
    other = given(services, Asked(NAME, one_slip(), "本人申请书", "某局"))
    assert other.bans == []
    assert [each.purpose for each in other.look_ups] == ["许可核查"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked("", NUMBER, "g", "u"), "name"),
        (Asked(NAME, "", "g", "u"), "id_number"),
        (Asked(NAME, NUMBER, " ", "u"), "ground"),
        (Asked(NAME, NUMBER, "g", ""), "unit"),
        (Asked(NAME, NUMBER[:10] + "****" + NUMBER[14:], "g", "u"), "id_number"),
    ],
)
def test_whoever_asks_must_be_named_whole_and_the_ground_stated(services: Services, asked: Asked, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        given(services, asked)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_every_copy_is_recorded_whether_or_not_anything_was_found(services: Services) -> None:
    record = given(services)
    with services.store.read() as uow:
        facts = [entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.OWN_RECORD_GIVEN]
    assert [(each["request_no"], each["found"]) for each in facts if each] == [(record.request_no, 0)]


def test_what_was_said_about_a_ban_that_stands_no_more_is_given_too(services: Services) -> None:
    ban_no = list_somebody(services)
    check_no = blocked(office(services))
    waive(services, check_no)
    find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)
    lodge_objection(services, Lodging(ban_no, None, NAME, "判决已撤销", services.clock.today(), "某局"), FIRST)
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(basis).values(ended_at=services.clock.now()))
        withdraw_match(services, uow, case_of(services, check_no), ban_no, "名单已更正", "worker:test")
    record = given(services)
    assert record.bans == []
    assert [each.text for each in record.statements] == ["判决已撤销"]


def test_a_ban_that_only_looked_like_theirs_and_was_lifted_is_not_theirs_to_read(services: Services) -> None:
    """The listed person bears the same name and a number one slip away; nobody found them to be the same."""
    ban_no = list_somebody(services)
    check_no = reviewed(office(services))
    lodge_objection(services, Lodging(ban_no, None, NAME, "别人的陈述", services.clock.today(), "某局"), FIRST)
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(basis).values(ended_at=services.clock.now()))
        withdraw_match(services, uow, case_of(services, check_no), ban_no, "名单已更正", "worker:test")
    record = given(services, Asked(NAME, one_slip(), "本人申请书", "某局"))
    assert (record.statements, record.objections) == ([], [])
    assert {each.purpose for each in record.look_ups} == {"许可核查"}


def test_of_others_who_applied_together_neither_ban_nor_objection_is_told(services: Services) -> None:
    report_fresh(services)
    own, theirs = put_on_list(services, Listing(person(NAME, NUMBER)), Listing(person("李旁人", OTHER_NUMBER)))
    two = (applicant(NAME, NUMBER), applicant("李旁人", OTHER_NUMBER, subject_no="2"))
    check_no = str(office(services).check(*two).get_json()["check_no"])
    waive(services, check_no)
    with services.store.read() as uow:
        (match,) = (each for each in uow.cases.matches(case_of(services, check_no).id) if each.ban_no == theirs)
    find_same(services, acting(services, check_no), match.id, REASONS)
    day = services.clock.today()
    for objector, said in ((NAME, "本人的话"), ("李旁人", "旁人的话")):
        lodge_objection(services, Lodging(None, check_no, objector, said, day, "某局"), FIRST)
    record = given(services)
    assert [ban.ban_no for ban in record.bans] == [own]
    assert [each.text for each in record.statements] == ["本人的话"]
    assert theirs not in repr(record)
