"""A judgment's way from a Word file to a hold: two people, one commit, and every check from then on."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from api.rest.app import create_app
from registry.errors import ChangedMeanwhileError, ConflictError, RegistryError
from registry.services.add_client import add_client
from registry.services.attach_appeal import attach_appeal
from registry.services.confirm_judgment import Confirmed, confirm_judgment
from registry.services.context import Services
from registry.services.correct_judgment import withdraw_judgment
from registry.services.file_documents import FileOutcome, file_documents
from registry.services.file_effect import file_effect
from registry.services.log_report import FaultKind
from registry.services.read_desk import read_document
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.client_repository import ClientRole
from registry.store.desk_values import DeskState
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, appeal, judgment
from tests.registry.intake.list_rows_at_hand import id_number
from tests.registry.services.desk_at_hand import CLERK, CONFIRMER, again, certified, filed, in_force, laid_down
from tests.registry.services.register_under_test import version

ZHOU_NUMBER, XU_NUMBER = id_number("19810506", "401"), id_number("19820506", "402")
TWO = judgment(
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币一万元。\n",
    ZHOU.replace("出生，", f"出生，公民身份号码{ZHOU_NUMBER}，")
    + XU.replace("出生，", f"出生，公民身份号码{XU_NUMBER}，"),
)
PEOPLE = {"周明远": ZHOU_NUMBER, "许云": XU_NUMBER}


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key)


def _verdicts(caller: Caller) -> dict[str, str]:
    return {
        name: caller.post("/v1/checks", application(applicant(name, number))).get_json()["verdict"]
        for name, number in PEOPLE.items()
    }


def _word_file(directory: Path, text: str) -> Path:
    document, packed = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(packed)
    path = directory / "judgment.docx"
    path.write_bytes(packed.getvalue())
    return path


def test_a_word_file_with_two_defendants_becomes_two_holds_and_a_ruling_takes_one_away(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    (result,) = file_documents(services, [_word_file(tmp_path, TWO)], actor=CLERK)
    assert (result.outcome, result.faults, result.warnings) == (FileOutcome.FILED, (), ())
    number = str(result.document_no)
    assert confirm_judgment(services, number, number=1, actor=CONFIRMER).state is DeskState.PENDING
    assert set(_verdicts(caller).values()) == {"clear"}
    now = read_document(services, number, CLERK)
    step = file_effect(services, number, actor=CLERK, expected=now.row_version, effective_date="2020-03-20")
    assert set(_verdicts(caller).values()) == {"clear"}
    confirm_judgment(services, number, number=step.number, actor=CONFIRMER)
    assert set(_verdicts(caller).values()) == {"block"}
    retrial = appeal(
        "一、撤销（2020）浙0599刑初7号刑事判决第一项；二、原审上诉人周明远无罪。",
        number="（2022）浙05刑再1号",
        party="原审上诉人",
    )
    ruling = laid_down(services, retrial)
    step = attach_appeal(services, ruling.document_no, actor=CLERK, expected=ruling.row_version)
    confirm_judgment(services, number, number=step.number, actor=CONFIRMER)
    assert _verdicts(caller) == {"周明远": "clear", "许云": "block"}
    sequence_log(services.store)
    # A test's ledger begins without the entries of the shipped rules; all else is in order.
    assert {fault.kind for fault in verify_log(services.store).faults} == {FaultKind.RULE_ALTERED}


def test_an_answer_given_before_a_withdrawal_stays_as_it_was_given(services: Services, caller: Caller) -> None:
    document = in_force(services, TWO)
    given = caller.post("/v1/checks", application(applicant("周明远", ZHOU_NUMBER))).get_json()
    assert given["verdict"] == "block"
    step = withdraw_judgment(
        services, document.document_no, actor=CLERK, expected=document.row_version, reason="文书有误"
    )
    confirm_judgment(services, document.document_no, number=step.number, actor=CONFIRMER)
    assert _verdicts(caller)["周明远"] == "clear"
    later = caller.get(f"/v1/checks/{given['check_no']}").get_json()
    assert (later["verdict"], later["subjects"]) == (given["verdict"], given["subjects"])


def _at_once(count: int, act: Callable[[], object]) -> list[object]:
    found: list[object] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        try:
            found.append(act())
        except RegistryError as refused:
            found.append(refused)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_people_who_confirm_at_once_one_does_and_the_list_changes_once(services: Services) -> None:
    document = laid_down(services, TWO)
    step = filed(services, document, certified(document))
    found = _at_once(4, lambda: confirm_judgment(services, step.document_no, number=step.number, actor=CONFIRMER))
    assert sum(isinstance(each, Confirmed) for each in found) == 1
    assert sum(isinstance(each, ChangedMeanwhileError) for each in found) == 3
    assert version(services) == 2


def test_of_people_who_file_at_once_one_does(services: Services) -> None:
    document = laid_down(services, TWO)
    found = _at_once(4, lambda: filed(services, document, certified(document)))
    assert sum(isinstance(each, ConflictError) for each in found) == 3
    assert len(again(services, document).history) == 1
