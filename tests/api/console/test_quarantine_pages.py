"""The pages of rows in quarantine: shown with masks, decided by a regulator of their region with a reason."""

from __future__ import annotations

import html
import io

import pytest

from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.decide_quarantine import read_quarantine
from registry.store.account_repository import UserRole
from registry.store.tables import ledger_entry
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.registry.intake.list_rows_at_hand import conviction, csv_text
from tests.registry.services.register_under_test import listed, rows, take


@pytest.fixture
def number(services: Services) -> int:
    """A faulty row of Jiangsu that waits."""
    take(services, conviction("J1", source_region="32", effective_date="2021-02-30"))
    return read_quarantine(services)[0].id


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def test_a_waiting_row_stands_in_the_list_and_is_shown_masked_on_record(
    services: Services, sign_in_as: SignInAs, number: int
) -> None:
    auditor = sign_in_as(UserRole.AUDITOR, None)
    assert f'href="/provinces/quarantine/{number}"' in words(auditor, "/provinces/quarantine")
    shown = words(auditor, f"/provinces/quarantine/{number}")
    assert "王**" in shown
    assert conviction()["name"] not in shown
    assert conviction()["id_number"] not in shown
    assert '<form method="post" enctype' not in shown
    assert [row.kind for row in rows(services, ledger_entry)].count(EventKind.QUARANTINE_READ) == 1


def test_a_regulator_corrects_it_by_a_file_of_the_same_row(
    services: Services, sign_in_as: SignInAs, number: int
) -> None:
    regulator = sign_in_as(UserRole.REGULATOR, "32")

    def sent(text: str, **fields: str) -> int:
        stated = {"csrf": regulator.csrf(), "decision": "correct", "reason": "法院来函", **fields}
        file = (io.BytesIO(text.encode()), "row.csv")
        return regulator.client.post(f"/provinces/quarantine/{number}", data={**stated, "file": file}).status_code

    sound = csv_text([conviction("J1", source_region="32")])
    assert sent("nonsense") == 422
    assert sent(csv_text([conviction("J9", source_region="32")])) == 422
    assert sent(sound, reason=" ") == 422
    assert sent(sound, decision="") == 422
    assert listed(services) == []
    assert sent(sound) == 303
    assert len(listed(services)) == 1
    assert "没有隔离的记录" in words(regulator, "/provinces/quarantine")
    assert "已处理" in words(regulator, f"/provinces/quarantine/{number}")


def test_a_row_tried_again_says_what_is_wrong_still_and_may_be_refused(
    services: Services, sign_in_as: SignInAs, number: int
) -> None:
    regulator = sign_in_as(UserRole.REGULATOR, None)
    again = regulator.post(f"/provinces/quarantine/{number}", decision="retry", reason="再试")
    assert again.status_code == 422
    assert "仍不能接收：effective_date" in html.unescape(again.get_data(as_text=True))
    assert regulator.post(f"/provinces/quarantine/{number}", decision="refuse", reason="误报").status_code == 303
    assert read_quarantine(services) == []
    assert regulator.post(f"/provinces/quarantine/{number}", decision="refuse", reason="误报").status_code == 422


def test_a_regulator_of_another_region_only_looks(services: Services, sign_in_as: SignInAs, number: int) -> None:
    other = sign_in_as(UserRole.REGULATOR, "33")
    assert "须由本地区的监管人员处理" in words(other, f"/provinces/quarantine/{number}")
    assert other.post(f"/provinces/quarantine/{number}", decision="refuse", reason="x").status_code == 403
    assert len(read_quarantine(services)) == 1
