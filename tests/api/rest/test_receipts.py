"""Every answer carries its receipt, and it fits what was asked, what was answered and what is in the ledger."""

from __future__ import annotations

import json
from typing import Any

import pytest

from registry.ledger.commitment import Entry
from registry.ledger.events import EventKind
from registry.ledger.leaf import leaf_hash
from registry.ledger.receipt import Stated, compact, request_digest, verify_receipt
from registry.services.context import Services
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

LISTED = invented_id(1)
BODY = application(
    applicant("王示例", LISTED),
    applicant("赵无关", invented_id(77), subject_no="110101199003074578"),
)


@pytest.fixture(autouse=True)
def listed(services: Services) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", LISTED)))


def proven(services: Services, answer: dict[str, Any]) -> Stated:
    """Return what an answer's receipt states, verified with the register's public keys."""
    keys = services.keyring.signing
    assert keys is not None
    return verify_receipt(compact(answer["receipt"]), [key.public for key in keys.keys.values()])


def decided_entries(services: Services) -> list[tuple[Entry, bytes]]:
    """Return the ledger's check decisions with their commitments."""
    with services.store.read() as uow:
        found = [(entry, commitment) for _, entry, _, commitment in uow.ledger.entries()]
    return [each for each in found if each[0].kind is EventKind.CHECK_DECIDED]


def test_a_receipt_states_what_was_asked_and_answered_and_names_nobody(services: Services, licensing: Caller) -> None:
    answer = licensing.post("/v1/checks", BODY).get_json()
    stated = proven(services, answer)
    assert stated.request_digest == request_digest(BODY)
    assert (stated.check_no, stated.decided_at) == (answer["check_no"], answer["decided_at"])
    assert (stated.verdict, list(stated.subjects)) == ("block", ["block", "clear"])
    rules = {"version": stated.list_version, "model": stated.model_version, "policy": stated.policy_version}
    assert rules | {"coverage": stated.coverage} == answer["list"]
    written = json.dumps(stated.as_json(), ensure_ascii=False)
    for personal in (LISTED, "王示例", "110101199003074578", BODY["application_no"]):
        assert personal not in written


def test_the_leaf_in_a_receipt_is_that_of_the_entry_committed_with_the_answer(
    services: Services, licensing: Caller
) -> None:
    answers = [licensing.post("/v1/checks", BODY).get_json() for _ in range(2)]
    answers.append(licensing.post("/v1/checks", BODY, Idempotency_Key="k").get_json())
    entries = decided_entries(services)
    assert [entry.facts["check_no"] for entry, _ in entries] == [answer["check_no"] for answer in answers]
    assert [leaf_hash(*each).hex() for each in entries] == [proven(services, answer).leaf_hash for answer in answers]


def test_the_answer_is_shown_again_with_the_same_receipt(services: Services, licensing: Caller) -> None:
    given = licensing.post("/v1/checks", BODY, Idempotency_Key="k")
    answer = given.get_json()
    assert licensing.post("/v1/checks", BODY, Idempotency_Key="k").data == given.data
    again = licensing.get(f"/v1/checks/{answer['check_no']}").get_json()
    assert again["receipt"] == answer["receipt"]
    assert proven(services, again).check_no == answer["check_no"]


def test_each_answer_of_a_batch_has_the_receipt_of_its_own_request(services: Services, licensing: Caller) -> None:
    first, refused, last = BODY, BODY | {"subjects": []}, application(applicant("赵无关", invented_id(77)))
    results = licensing.post("/v1/checks/batch", {"requests": [first, refused, last]}).get_json()["results"]
    assert [result["status"] for result in results] == [200, 422, 200]
    stated = [proven(services, results[place]["answer"]) for place in (0, 2)]
    assert [each.request_digest for each in stated] == [request_digest(first), request_digest(last)]
    assert [each.verdict for each in stated] == ["block", "clear"]
    assert {leaf_hash(*each).hex() for each in decided_entries(services)} == {each.leaf_hash for each in stated}


def test_what_is_sent_is_digested_as_sent_and_not_as_read(services: Services, licensing: Caller) -> None:
    # The same application to the register, but with a field stated as null that the other leaves out.
    stated_null = BODY | {"subjects": [BODY["subjects"][0] | {"birth_date": None}]}
    left_out = BODY | {"subjects": [BODY["subjects"][0]]}
    digests = [proven(services, licensing.post("/v1/checks", body).get_json()) for body in (stated_null, left_out)]
    assert [each.request_digest for each in digests] == [request_digest(stated_null), request_digest(left_out)]
    assert digests[0].request_digest != digests[1].request_digest
