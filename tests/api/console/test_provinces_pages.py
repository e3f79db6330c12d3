"""The pages of the exchange: how each partner stands; held batches, looked at with masks and decided with a reason."""

from __future__ import annotations

import datetime
import html
import io
import re

import pytest

from registry.clock import FixedClock
from registry.errors import HeldBatchError
from registry.exchange.adapter import Arrival
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.partner import Partner
from registry.exchange.wire import batch_bytes
from registry.intake.headings import ListKind
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.hold_batch import hold
from registry.services.read_lag import worst_by_day
from registry.store.account_repository import UserRole
from registry.store.tables import ledger_entry
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.registry.exchange.test_partner_file import DROP, FIELDS
from tests.registry.intake.list_rows_at_hand import conviction, csv_text
from tests.registry.services.register_under_test import listed, rows

JIANGSU = DROP.partition('[[drop.files]]\nname = "b_')[0] + FIELDS


@pytest.fixture
def configured(services: Services) -> Services:
    """A centre whose one partner is Jiangsu, by a folder."""
    folder = services.settings.partner_files
    folder.mkdir()
    (folder / "32.toml").write_text(JIANGSU, encoding="utf-8")
    return services


def held(services: Services, reason: str = "mass_withdrawal", name: str = "王建国") -> str:
    """Hold a batch that lists one person."""
    columns = conviction("J1", source_region="32", name=name)
    item = Item(1, ItemOperation.UPSERT, "32", "J1", 1, "conviction", columns)
    batch = Batch("32", "hub", "e" * 32, BatchKind.CHANGES, 1, 1, NO_BATCH, 1, (item,), digest="")
    content = batch_bytes(batch, "")
    with services.store.write() as uow:
        return hold(
            uow, Partner("32", "drop", signed=False), Arrival(content, batch), HeldBatchError(reason, "for a test")
        )


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def test_every_partner_stands_in_a_line_and_leads_to_its_page(configured: Services, sign_in_as: SignInAs) -> None:
    regulator = sign_in_as(UserRole.REGULATOR, None)
    shown = words(regulator, "/provinces")
    assert 'href="/provinces/32"' in shown
    assert "从未成功" in shown
    assert "没有留置的批次" in shown
    assert regulator.get("/provinces/32").status_code == 200
    assert regulator.get("/provinces/99").status_code == 404


def test_a_visit_shows_in_the_line_in_the_runs_and_in_the_plot(
    configured: Services, sign_in_as: SignInAs, clock: FixedClock
) -> None:
    with configured.store.write() as uow:
        run = uow.exchange.begin_run("32", "pull")
        uow.exchange.end_run(run, "done", items=7)
        uow.exchange.keep("32", last_success_at=clock.now())
    clock.advance(datetime.timedelta(hours=5))
    auditor = sign_in_as(UserRole.AUDITOR, None)
    assert "5 小时" in words(auditor, "/provinces")
    page = words(auditor, "/provinces/32")
    assert page.count('<rect class="bar') == 1
    assert re.search(r'<th scope="row">11-21</th><td>5.0</td>', page)
    assert re.search(r'<th scope="row">接收</th>', page)


def test_a_held_batch_is_shown_masked_and_that_it_was_seen_is_recorded(
    configured: Services, sign_in_as: SignInAs
) -> None:
    hold_no = held(configured)
    shown = words(sign_in_as(UserRole.AUDITOR, None), f"/provinces/held/{hold_no}")
    assert "王**" in shown
    assert "王建国" not in shown
    assert conviction()["id_number"] not in shown
    assert "撤回过多" in shown
    assert '<form method="post" enctype' not in shown
    assert [row.kind for row in rows(configured, ledger_entry)].count(EventKind.BATCH_READ) == 1


def test_a_regulator_releases_with_a_reason_and_the_rows_are_in_force(
    configured: Services, sign_in_as: SignInAs
) -> None:
    hold_no = held(configured)
    regulator = sign_in_as(UserRole.REGULATOR, "32")
    without = regulator.post(f"/provinces/held/{hold_no}", decision="release", reason=" ")
    assert without.status_code == 422
    assert "请写明理由" in html.unescape(without.get_data(as_text=True))
    assert listed(configured) == []
    answer = regulator.post(f"/provinces/held/{hold_no}", decision="release", reason="已向江苏核实")
    assert answer.location == f"/provinces/held/{hold_no}"
    assert "已放行" in words(regulator, f"/provinces/held/{hold_no}")
    assert len(listed(configured)) == 1


def test_a_correction_takes_the_rows_of_the_file_and_a_faulty_file_is_refused(
    configured: Services, sign_in_as: SignInAs
) -> None:
    hold_no = held(configured)
    regulator = sign_in_as(UserRole.REGULATOR, "32")

    def sent(text: str) -> int:
        fields = {"csrf": regulator.csrf(), "decision": "correct", "reason": "更正姓名"}
        file = (io.BytesIO(text.encode()), "rows.csv")
        return regulator.client.post(f"/provinces/held/{hold_no}", data={**fields, "file": file}).status_code

    assert sent("nonsense") == 422
    assert sent(csv_text([conviction("J9", source_region="32")], ListKind.CONVICTION)) == 422
    assert sent(csv_text([conviction("J1", source_region="32", name="王建军")], ListKind.CONVICTION)) == 303
    assert {face.identity.name for subject in listed(configured) for face in subject.faces} == {"王建军"}


def test_a_refused_batch_leaves_the_list_and_is_decided_once(configured: Services, sign_in_as: SignInAs) -> None:
    hold_no = held(configured)
    regulator = sign_in_as(UserRole.REGULATOR, "32")
    assert regulator.post(f"/provinces/held/{hold_no}", decision="refuse", reason="误发").status_code == 303
    assert listed(configured) == []
    assert regulator.post(f"/provinces/held/{hold_no}", decision="release", reason="再放行").status_code == 422


def test_a_regulator_of_another_region_and_an_administrator_only_look(
    configured: Services, sign_in_as: SignInAs
) -> None:
    hold_no = held(configured)
    for visitor in (sign_in_as(UserRole.REGULATOR, "33"), sign_in_as(UserRole.ADMIN, None)):
        assert "须由本地区的监管人员处理" in words(visitor, f"/provinces/held/{hold_no}")
        assert visitor.post(f"/provinces/held/{hold_no}", decision="release", reason="x").status_code == 403
    assert listed(configured) == []


def test_what_does_not_exist_is_not_found(configured: Services, sign_in_as: SignInAs) -> None:
    regulator = sign_in_as(UserRole.REGULATOR, None)
    assert regulator.get("/provinces/held/H0").status_code == 404
    assert regulator.get("/provinces/disagreements/1").status_code == 404


DAY = datetime.datetime(2025, 11, 21, 4, 0, tzinfo=datetime.UTC)  # noon in Shanghai
HOUR = datetime.timedelta(hours=1)


def test_the_lag_of_a_day_is_the_longest_time_without_a_success_it_saw() -> None:
    successes = [DAY - 40 * HOUR, DAY - 10 * HOUR, DAY - 3 * HOUR]
    worst = {each.day.day: each.worst for each in worst_by_day(successes, DAY, 3)}
    assert worst == {19: 4 * HOUR, 20: 28 * HOUR, 21: 30 * HOUR}


def test_of_a_day_before_the_first_success_nothing_is_known() -> None:
    assert [each.worst for each in worst_by_day([DAY - HOUR], DAY, 2)] == [None, HOUR]
    assert [each.worst for each in worst_by_day([], DAY, 1)] == [None]
