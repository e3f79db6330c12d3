"""The page on which decisions are made again: what differs in words, faults by their fields, each region its own."""

from __future__ import annotations

import html

import pytest
from werkzeug.test import TestResponse

from api.rest.app import create_app
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.account_repository import UserRole
from registry.store.client_repository import ClientRole
from registry.store.list_values import ChangeKind, EndReason, ListWrites, NewChange
from tests.api.console.conftest import SignInAs
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

PERIOD = {"what": "period", "first_day": "2025-11-21", "last_day": "2025-11-21"}


def checked_then_lifted(services: Services) -> str:
    """A check that came to block by a ban lifted since."""
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    app = create_app(services)
    caller = Caller(app, add_client(services, "office", ClientRole.LICENSING, "33", "test").key)
    check_no = str(caller.check(applicant("王示例", invented_id(1))).get_json()["check_no"])
    with services.store.write() as uow:
        change = NewChange(1, ChangeKind.LIFTED, "33", 1)
        uow.lists.write(ListWrites(ended_records={1: EndReason.WITHDRAWN}, changes=[change]))
    return check_no


@pytest.fixture
def check_no(services: Services) -> str:
    return checked_then_lifted(services)


def words(response: TestResponse) -> str:
    return html.unescape(response.get_data(as_text=True))


def test_a_check_is_equal_by_its_own_list_and_differs_by_todays_with_the_reason(
    services: Services, sign_in_as: SignInAs, check_no: str
) -> None:
    auditor = sign_in_as(UserRole.AUDITOR)
    assert "与当时答复完全一致" in words(auditor.post("/replay", what="check", check_no=check_no, as_of="own"))
    today = words(auditor.post("/replay", what="check", check_no=check_no, as_of="today"))
    assert "对象 1 的结论由“拦截”变为“未发现”。" in today
    assert "两版名单之间，该人记录有变更" in today
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.CHECK_REPLAYED]
    assert [(entry.actor, entry.facts["equal"]) for entry in entries] == [
        (f"user:{auditor.user_id}", "yes"),
        (f"user:{auditor.user_id}", "no"),
    ]


def test_a_period_is_counted_and_every_differing_check_listed(sign_in_as: SignInAs, check_no: str) -> None:
    shown = words(sign_in_as(UserRole.REGULATOR, None).post("/replay", as_of="today", **PERIOD))
    assert "重演 1 次核查，1 次不同，0 次不能重演。" in shown
    assert check_no in shown


def test_a_user_of_another_region_finds_neither_check_nor_period(sign_in_as: SignInAs, check_no: str) -> None:
    elsewhere = sign_in_as(UserRole.REGULATOR, "31")
    refused = elsewhere.post("/replay", what="check", check_no=check_no, as_of="own")
    assert refused.status_code == 422
    assert "本地区没有这一编号的核查" in words(refused)
    counted = words(elsewhere.post("/replay", as_of="today", region="33", **PERIOD))
    assert "重演 0 次核查" in counted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": "check"}, "请填写核查号。"),
        ({"what": "check", "check_no": "C0"}, "本地区没有这一编号的核查"),
        ({"as_of": "version", "list_version": "x"}, "请填写名单版本号"),
        ({"as_of": "version", "list_version": "9"}, "现有版本为 0 至 2"),
        ({"as_of": "day", "day": "2025-02-30"}, "请填写日期"),
        ({"model": "never"}, "没有保存这一版本"),
        ({"last_day": "2025-11-20"}, "最后一天不能早于第一天"),
        ({"first_day": ""}, "请填写日期"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    sign_in_as: SignInAs, check_no: str, typed: dict[str, str], said: str
) -> None:
    assert check_no
    answer = sign_in_as(UserRole.REGULATOR).post("/replay", **(PERIOD | typed))
    assert answer.status_code == 422
    assert said in words(answer)
