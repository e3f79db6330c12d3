"""Whatever breaks, nobody is told `clear`: store, keys and list are broken one by one."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.rest.app import create_app
from registry.privacy.keyring import Keyring
from registry.services import check_applicants
from registry.services.admit_applicants import SubjectRequest
from registry.services.answer_check import Circumstances, SubjectAnswer
from registry.services.context import Services
from registry.services.list_index import IndexView
from registry.settings import CipherName
from registry.store.engine import open_store
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

STRANGER = application(applicant("赵无关", invented_id(9)))
READ_BY_A_CHECK = ["api_client", "list_head", "region_coverage", "listed_identity", "basis"]
WRITTEN_BY_A_CHECK = ["decision", "ledger_entry"]


@contextmanager
def broken(services: Services, table: str) -> Iterator[None]:
    """Take a table away for the block."""
    rename(services, table, "lost")
    try:
        yield
    finally:
        rename(services, "lost", table)


def rename(services: Services, table: str, to: str) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


@pytest.mark.parametrize("table", [*READ_BY_A_CHECK, *WRITTEN_BY_A_CHECK])
def test_a_check_without_its_tables_is_unavailable_and_never_clear(
    services: Services, licensing: Caller, table: str
) -> None:
    report_fresh(services)
    with broken(services, table):
        single = licensing.post("/v1/checks", STRANGER)
        batch = licensing.post("/v1/checks/batch", {"requests": [STRANGER]})
    for response in (single, batch):
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.content_type == "application/problem+json"
        assert "verdict" not in response.get_json()
        assert "clear" not in str(response.get_json().get("next_step"))
    assert licensing.post("/v1/checks", STRANGER).get_json()["verdict"] == "clear"


def test_a_claim_is_needed_before_an_idempotent_answer(services: Services, licensing: Caller) -> None:
    with broken(services, "idempotency_key"):
        assert licensing.post("/v1/checks", STRANGER, Idempotency_Key="k").status_code == 503
    assert licensing.post("/v1/checks", STRANGER, Idempotency_Key="k").status_code == 200


def test_changes_that_cannot_be_read_make_the_check_unavailable_until_they_can(
    services: Services, licensing: Caller
) -> None:
    report_fresh(services)
    newly = application(applicant("王示例", invented_id(1)))
    assert licensing.post("/v1/checks", newly).get_json()["verdict"] == "clear"
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    with broken(services, "list_change"):
        assert licensing.post("/v1/checks", newly).status_code == 503
    assert licensing.post("/v1/checks", newly).get_json()["verdict"] == "block"


def test_a_list_that_does_not_open_with_the_keys_is_unavailable(services: Services, licensing: Caller) -> None:
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    store = services.store
    address = services.settings.database_url
    other = open_store(address, Keyring.generate(CipherName.AES_256_GCM), clock=services.clock, versions=store.versions)
    stranger_keys = dataclasses.replace(services, store=other, keyring=other.keyring)
    caller = Caller(create_app(stranger_keys), licensing.key)
    response = caller.post("/v1/checks", STRANGER)
    ready = caller.get("/readyz")
    other.close()
    assert (response.status_code, response.get_json()["code"]) == (503, "keys_mismatch")
    assert ready.status_code == 503


def test_an_altered_record_of_the_list_makes_the_whole_list_unavailable(services: Services, licensing: Caller) -> None:
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE listed_identity SET name_enc = id_number_enc")
    assert licensing.post("/v1/checks", STRANGER).status_code == 503


def test_an_unforeseen_fault_is_unavailable_too_and_keeps_its_text_to_itself(
    services: Services, licensing: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("王示例")

    monkeypatch.setattr("registry.services.check_applicants.judge_check", fails)
    licensing.app.testing = False
    response = licensing.post("/v1/checks", STRANGER)
    assert (response.status_code, response.get_json()["code"]) == (503, "unavailable")
    assert response.get_json()["next_step"]["code"] == "retry"
    assert int(response.headers["Retry-After"]) > 0
    assert "王示例" not in response.get_data(as_text=True)


@pytest.fixture
def one_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subject of one name breaks the judgement, as nobody foresaw."""
    judge = check_applicants.judge

    def breaks(services: Services, view: IndexView, subject: SubjectRequest, about: Circumstances) -> SubjectAnswer:
        if subject.identity.name == "钱示例":
            raise ZeroDivisionError("钱示例")
        return judge(services, view, subject, about)

    monkeypatch.setattr(check_applicants, "judge", breaks)


@pytest.mark.usefixtures("one_breaks")
def test_in_a_batch_only_the_request_that_breaks_is_without_an_answer(
    services: Services, licensing: Caller, log: io.StringIO
) -> None:
    report_fresh(services)
    breaking = application(applicant("钱示例", invented_id(8)))
    response = licensing.post("/v1/checks/batch", {"requests": [STRANGER, breaking, STRANGER]})
    first, broken_one, last = response.get_json()["results"]
    assert first["answer"]["verdict"] == last["answer"]["verdict"] == "clear"
    assert broken_one["status"] == broken_one["problem"]["status"] == 503
    assert broken_one["problem"]["next_step"]["code"] == "retry"
    (told,) = [line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "unforeseen"]
    assert told["error"] == "ZeroDivisionError"
    assert any("check_applicants.py" in call and "_decide" in call for call in told["where"])
    assert "钱示例" not in log.getvalue()


@pytest.mark.usefixtures("one_breaks")
def test_a_request_that_broke_can_be_made_again_at_once_under_its_key(
    services: Services, licensing: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking = application(applicant("钱示例", invented_id(8)))
    assert licensing.post("/v1/checks", breaking, Idempotency_Key="k").status_code == 503
    monkeypatch.undo()
    assert licensing.post("/v1/checks", breaking, Idempotency_Key="k").status_code == 200


def test_a_failure_behind_the_judgement_gives_the_key_back_too(
    licensing: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("api.rest.checks.keep_answers", fails)
    licensing.app.testing = False
    assert licensing.post("/v1/checks", STRANGER, Idempotency_Key="k").status_code == 503
    monkeypatch.undo()
    assert licensing.post("/v1/checks", STRANGER, Idempotency_Key="k").status_code == 200


def test_an_answer_that_no_longer_opens_is_unavailable_rather_than_wrong(services: Services, licensing: Caller) -> None:
    number = licensing.post("/v1/checks", STRANGER).get_json()["check_no"]
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET answer_enc = data_key")
    assert licensing.get(f"/v1/checks/{number}").status_code == 503
