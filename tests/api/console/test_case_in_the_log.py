"""A reason read a year later is the reason the log recorded, or the page says that it is not."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from registry.services.compare_steps import Agreement, RecordedSteps
from registry.services.context import Services
from registry.services.decide_case import add_note, find_other
from registry.services.log_report import FaultKind
from registry.services.read_cases import read_case
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.account_repository import UserRole
from registry.store.case_values import StepKind
from tests.api.console.conftest import SignInAs
from tests.api.console.test_cases_pages import words
from tests.registry.services.cases_at_hand import FIRST, acting, case_of, list_somebody, match_of, office, reviewed


@pytest.fixture
def check_no(services: Services) -> str:
    """A case with two notes and a finding, all in the log."""
    list_somebody(services)
    number = reviewed(office(services))
    for said in ("来电说明", "已去函"):
        add_note(services, acting(services, number), said)
    find_other(services, acting(services, number), match_of(services, number).id, "指纹不符")
    sequence_log(services.store)
    return number


def recorded(services: Services, check_no: str) -> RecordedSteps:
    return read_case(services, check_no, FIRST).recorded


def run(services: Services, statement: str) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.execute(text(statement))


def test_every_step_stands_in_the_log_as_it_was_taken(services: Services, check_no: str) -> None:
    seen = recorded(services, check_no)
    assert [step.agreement for step in seen.steps.values()] == [Agreement.SAME] * 3
    leaves = {step.leaf for step in seen.steps.values()}
    assert (None in leaves, len(leaves), seen.altered, seen.lost) == (False, 3, (), ())


def test_a_step_taken_just_now_agrees_and_waits_for_its_leaf(services: Services, check_no: str) -> None:
    add_note(services, acting(services, check_no), "补记")
    last = recorded(services, check_no).steps[4]
    assert (last.agreement, last.leaf) == (Agreement.SAME, None)


@pytest.mark.parametrize("column", ["actor = 'user:9'", "kind = 'answered'"])
def test_a_step_said_to_be_somebody_elses_or_another_is_found(services: Services, check_no: str, column: str) -> None:
    run(services, f"UPDATE case_step SET {column} WHERE number = 2")  # noqa: S608 -- the test's own words
    assert recorded(services, check_no).altered == (2,)


def test_words_put_in_place_of_others_are_found_even_where_they_were_sealed_with_the_keys(
    services: Services, check_no: str
) -> None:
    from registry.store.case_tables import case_step  # noqa: PLC0415 -- only who holds the keys comes this far

    with services.store.write() as uow:
        row = uow.transaction.connection.execute(case_step.select().where(case_step.c.number == 3)).one()
        key = uow.transaction.cipher.open_record(case_step.name, row.id, row.data_key)
        forged = key.seal("content_enc", '{"reason":"照片不符"}')
        uow.transaction.connection.execute(update(case_step).where(case_step.c.id == row.id).values(content_enc=forged))
    assert recorded(services, check_no).altered == (3,)


def test_a_deleted_step_is_missed_and_the_page_says_so(services: Services, check_no: str, sign_in_as: SignInAs) -> None:
    run(services, "DELETE FROM case_step WHERE number = 1")
    assert recorded(services, check_no).lost == (1,)
    assert "日志记有办理经过第 1 步，这里却没有" in words(sign_in_as(UserRole.AUDITOR), f"/cases/{check_no}")


def test_a_step_that_nothing_recorded_is_named(services: Services, check_no: str, sign_in_as: SignInAs) -> None:
    with services.store.write() as uow:
        uow.cases.add_step(case_of(services, check_no), StepKind.NOTED, "user:1", {"text": "无事"})
    assert recorded(services, check_no).altered == (4,)
    shown = words(sign_in_as(UserRole.AUDITOR), f"/cases/{check_no}")
    assert "办理经过第 4 步与日志不一致" in shown
    assert "日志没有记录" in shown


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE case_step SET kind = 'answered' WHERE number = 2", "is not as recorded"),
        ("UPDATE case_step SET content_enc = data_key WHERE number = 2", "is not as recorded"),
        ("DELETE FROM case_step WHERE number = 2", "is not there"),
        ("UPDATE case_step SET number = 9 WHERE number = 2", "is not there"),
    ],
)
def test_verifying_the_log_finds_a_step_that_was_altered_or_deleted_with_what_leads_to_it(
    services: Services, check_no: str, statement: str, says: str
) -> None:
    def faults() -> list[str]:
        return [each.says for each in verify_log(services.store).faults if each.kind is FaultKind.STEP_ALTERED]

    assert faults() == []
    run(services, statement)
    run(services, "UPDATE ledger_entry SET about = NULL WHERE kind = 'case_stepped'")
    assert f"step 2 of check {check_no} {says}" in faults()
