"""A judgment goes from one person to a second and from there, in one commit, to the list and every check."""

from __future__ import annotations

import pytest

from api.rest.app import create_app
from registry.errors import ChangedMeanwhileError, ConflictError, InvalidInputError, NotFoundError, SamePersonError
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import read_document
from registry.services.return_judgment import return_judgment
from registry.services.save_draft import save_draft
from registry.store.client_repository import ClientRole
from registry.store.desk_values import DeskState
from registry.store.tables import ledger_entry
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.services.desk_at_hand import (
    CLERK,
    CONFIRMER,
    ELSEWHERE,
    HEARD,
    NAME,
    NUMBER,
    again,
    certified,
    confirmed,
    edited,
    filed,
    laid_down,
)
from tests.registry.services.register_under_test import bans, rows, version


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key)


def _verdict(caller: Caller) -> str:
    answer: str = caller.post("/v1/checks", application(applicant(NAME, NUMBER))).get_json()["verdict"]
    return answer


def test_what_was_clear_before_the_second_person_confirmed_is_blocked_right_after(
    services: Services, caller: Caller
) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    assert _verdict(caller) == "clear"
    done = confirmed(services, step)
    assert _verdict(caller) == "block"
    assert (done.state, done.list_version) == (DeskState.IN_FORCE, version(services))
    shown = read_document(services, document.document_no, CONFIRMER)
    assert [row.ban_no is not None for row in shown.rows] == [True]
    assert (shown.history[0].first_version, shown.history[0].last_version) == (1, 1)


def test_whoever_filed_it_cannot_confirm_it(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    with pytest.raises(SamePersonError):
        confirm_judgment(services, document.document_no, number=step.number, actor=CLERK)
    assert bans(services) == []
    assert again(services, document).state is DeskState.FILED


def test_a_filing_is_confirmed_once(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    confirmed(services, step)
    with pytest.raises(ChangedMeanwhileError):
        confirmed(services, step)
    assert version(services) == 1


def test_a_judgment_without_effect_is_confirmed_and_pending(services: Services, caller: Caller) -> None:
    document = laid_down(services)
    done = confirmed(services, filed(services, document, edited(document)))
    assert done.state is DeskState.PENDING
    assert _verdict(caller) == "clear"


def test_a_difference_goes_back_with_a_note_and_the_work_is_kept(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    return_judgment(services, document.document_no, number=step.number, actor=CONFIRMER, note="罚金应为五万元")
    shown = again(services, document)
    assert (shown.state, shown.history[0].answer, shown.waiting) == (DeskState.RETURNED, "罚金应为五万元", None)
    assert shown.content is not None
    assert shown.content["effective_date"] == "2020-03-20"
    done = confirmed(services, filed(services, shown, shown.content))
    assert (done.number, done.state) == (2, DeskState.IN_FORCE)


def test_a_return_needs_its_note(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    with pytest.raises(InvalidInputError):
        return_judgment(services, document.document_no, number=step.number, actor=CONFIRMER, note=" ")


def test_what_waits_for_the_second_person_cannot_be_changed(services: Services) -> None:
    document = laid_down(services)
    filed(services, document, certified(document))
    now = again(services, document)
    with pytest.raises(ConflictError):
        save_draft(services, document.document_no, edited(document), expected=now.row_version, actor=CLERK)
    with pytest.raises(ConflictError):
        file_judgment(services, document.document_no, actor=CLERK, expected=now.row_version)


def test_two_people_on_one_draft_do_not_overwrite_each_other(services: Services) -> None:
    document = laid_down(services)
    save_draft(services, document.document_no, edited(document, court="甲"), expected=document.row_version, actor=CLERK)
    with pytest.raises(ChangedMeanwhileError):
        save_draft(
            services, document.document_no, edited(document, court="乙"), expected=document.row_version, actor=CONFIRMER
        )
    kept = again(services, document).content
    assert kept is not None
    assert kept["court"] == "甲"


def test_a_document_of_another_region_is_not_there(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    with pytest.raises(NotFoundError):
        read_document(services, document.document_no, ELSEWHERE)
    with pytest.raises(NotFoundError):
        confirm_judgment(services, document.document_no, number=step.number, actor=ELSEWHERE)


def test_every_fault_is_named_by_its_field_and_nothing_is_filed(services: Services) -> None:
    document = laid_down(services, HEARD)
    content = certified(document)
    content["defendants"][1]["counts"][0]["charge"] = None
    content["defendants"][0]["birth_date"] = "1981-02-31"
    content["court"] = ""
    with pytest.raises(InvalidInputError) as refused:
        filed(services, document, content)
    named = {fault.field for fault in refused.value.faults}
    assert named == {"court", "defendants[0].birth_date", "defendants[1].counts[0].charge"}
    assert again(services, document).row_version == document.row_version


def test_both_acts_are_recorded_with_who_did_them_and_nothing_of_whom(services: Services) -> None:
    document = laid_down(services)
    confirmed(services, filed(services, document, certified(document)))
    acts = [(row.kind, row.actor, row.facts) for row in rows(services, ledger_entry)]
    by = {kind: actor for kind, actor, _ in acts}
    assert by[EventKind.DOCUMENT_FILED] == CLERK.text
    assert by[EventKind.FILING_CONFIRMED] == CONFIRMER.text
    assert not any(NAME in facts or NUMBER in facts for _, _, facts in acts)
