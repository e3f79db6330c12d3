"""The log's door: whoever watches needs no key, proofs lead to signed heads, and nobody learns of another's check."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.errors import LogInDoubtError
from registry.ledger.checkpoint import Checkpoint, cosign, open_checkpoint, with_cosignatures
from registry.ledger.log_proof import LogProof
from registry.ledger.merkle import proves_consistency, proves_inclusion
from registry.ledger.signed_note import KeyKind, Note, SignerKey, VerifierKey
from registry.services.add_client import add_client
from registry.services.add_witness import add_witness
from registry.services.context import Services
from registry.services.sequence_log import doubt, log_keys, sequence_log, verifier_keys
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import invented_id, report_fresh

WITNESS = SignerKey("zhejiang.example", bytes(range(32)), KeyKind.COSIGNATURE_V1)


def ask(app: Flask, path: str) -> TestResponse:
    """Ask without a key."""
    return app.test_client().get(path)


def give(app: Flask, note: str) -> TestResponse:
    """Hand in a cosigned head."""
    return app.test_client().post("/v1/log/cosignatures", data=note.encode(), content_type="text/plain")


def checked(services: Services, caller: Caller) -> dict[str, Any]:
    """Make a check and place it."""
    report_fresh(services)
    answer: dict[str, Any] = caller.check(applicant("王示例", invented_id(7))).get_json()
    sequence_log(services.store)
    return answer


def head(app: Flask, services: Services) -> Checkpoint:
    keys = log_keys(services.store)
    return open_checkpoint(ask(app, "/v1/log/checkpoint").text, verifier_keys(keys), keys.log)


def test_the_head_the_keys_and_the_growth_are_open_to_everybody(
    app: Flask, services: Services, licensing: Caller
) -> None:
    assert ask(app, "/v1/log/checkpoint").status_code == 404
    checked(services, licensing)
    first = head(app, services)
    checked(services, licensing)
    second = head(app, services)
    grown = ask(app, f"/v1/log/consistency?first={first.size}&second={second.size}").get_json()
    hashes = [bytes.fromhex(each) for each in grown["hashes"]]
    assert proves_consistency(first.size, second.size, hashes, first.root, second.root)
    keys = ask(app, "/v1/log/keys").get_json()
    assert keys["origin"] == first.origin
    assert [VerifierKey.parse(key["verifier"]) for key in keys["keys"]] == verifier_keys(log_keys(services.store))
    assert [key["signs"] for key in keys["keys"]] == [True]


def test_a_check_is_proven_by_its_number_and_by_the_leaf_its_decision_names(
    app: Flask, services: Services, licensing: Caller, court: Caller
) -> None:
    answer = checked(services, licensing)
    proof = licensing.get(f"/v1/log/inclusion?check_no={answer['check_no']}").get_json()
    signed = head(app, services)
    leaf, hashes = bytes.fromhex(proof["leaf_hash"]), [bytes.fromhex(each) for each in proof["hashes"]]
    assert proves_inclusion(leaf, proof["leaf_index"], signed.size, hashes, signed.root)
    assert LogProof.parse(proof["proof"]) == LogProof(proof["leaf_index"], tuple(hashes), proof["checkpoint"])
    assert court.get(f"/v1/log/inclusion?leaf={proof['leaf_hash']}").get_json() == proof
    checked(services, licensing)
    earlier = licensing.get(f"/v1/log/inclusion?check_no={answer['check_no']}&size={signed.size}").get_json()
    assert earlier == proof


def test_a_proof_needs_a_key_and_by_number_the_right_to_the_check(
    app: Flask, services: Services, licensing: Caller, regulator: Caller
) -> None:
    path = f"/v1/log/inclusion?check_no={checked(services, licensing)['check_no']}"
    other = Caller(app, add_client(services, "other 33", ClientRole.LICENSING, "33", "test").key)
    assert ask(app, path).status_code == 401
    assert regulator.get(path).status_code == 200
    assert other.get(path).status_code == 404
    assert other.get("/v1/log/inclusion?check_no=C0").status_code == 404


def test_an_act_that_is_not_placed_yet_has_no_proof_yet(services: Services, licensing: Caller) -> None:
    checked(services, licensing)
    report_fresh(services)
    number = licensing.check(applicant("王示例", invented_id(8))).get_json()["check_no"]
    assert licensing.get(f"/v1/log/inclusion?check_no={number}").status_code == 404
    sequence_log(services.store)
    assert licensing.get(f"/v1/log/inclusion?check_no={number}").status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("inclusion", "leaf"),
        ("inclusion?leaf=xyz", "leaf"),
        ("inclusion?leaf=" + "A" * 64, "leaf"),
        ("inclusion?check_no=C0&size=0", "size"),
        ("consistency?first=1", "second"),
        ("consistency?second=1", "first"),
        ("consistency?first=-1&second=1", "first"),
        ("consistency?first=1&second=" + "9" * 17, "second"),
    ],
)
def test_what_cannot_be_proven_is_refused_by_its_field(licensing: Caller, path: str, field: str) -> None:
    refused = licensing.get("/v1/log/" + path)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == [field]


def test_sizes_no_head_was_signed_at_are_not_found(app: Flask, services: Services, licensing: Caller) -> None:
    checked(services, licensing)
    size = head(app, services).size
    assert ask(app, f"/v1/log/consistency?first={size}&second={size + 1}").status_code == 404
    assert ask(app, f"/v1/log/consistency?first={size}&second={size}").get_json()["hashes"] == []
    assert licensing.get(f"/v1/log/inclusion?leaf={'0' * 64}").status_code == 404


@pytest.mark.parametrize("path", ["/v1/log/inclusion?check_no=%00", "/v1/checks/C%00"])
def test_a_number_with_a_sign_that_no_store_holds_is_not_found(licensing: Caller, path: str) -> None:
    assert licensing.get(path).status_code == 404


def test_a_witness_hands_in_its_cosignature_and_the_head_shows_it(
    app: Flask, services: Services, licensing: Caller
) -> None:
    checked(services, licensing)
    add_witness(services, WITNESS.name, WITNESS.verifier().spelt(), "test")
    written = ask(app, "/v1/log/checkpoint").text
    text, now = Note.parse(written).text, int(services.clock.now().timestamp())
    cosigned = with_cosignatures(written, [cosign(text, WITNESS, now)])
    for _ in range(2):
        assert give(app, cosigned).get_json() == {"taken": [WITNESS.name]}
    assert ask(app, "/v1/log/checkpoint").text == cosigned
    assert ask(app, "/v1/log/keys").get_json()["witnesses"] == [
        {"name": WITNESS.name, "verifier": WITNESS.verifier().spelt()}
    ]


def test_what_is_no_cosignature_of_a_head_by_a_witness_is_refused(
    app: Flask, services: Services, licensing: Caller
) -> None:
    checked(services, licensing)
    written = ask(app, "/v1/log/checkpoint").text
    text, now = Note.parse(written).text, int(services.clock.now().timestamp())
    stranger = with_cosignatures(written, [cosign(text, WITNESS, now)])
    assert give(app, stranger).status_code == 422
    add_witness(services, WITNESS.name, WITNESS.verifier().spelt(), "test")
    forged = SignerKey(WITNESS.name, bytes(32), KeyKind.COSIGNATURE_V1)
    for note in (
        "",
        "no note",
        written,
        with_cosignatures(written, [cosign(text, forged, now)]),
        with_cosignatures(written, [cosign(text, WITNESS, now + 301)]),
        with_cosignatures(written, [cosign(text.replace("\n", "\n9", 1), WITNESS, now)]),
        stranger.replace("\n", "\n9", 1),
    ):
        assert give(app, note).status_code == 422, note
    assert give(app, stranger).status_code == 200
    assert give(app, "x" * 20_000).status_code == 413
    assert app.test_client().post("/v1/log/cosignatures", data=b"\xff").status_code == 400


def test_while_the_log_is_in_doubt_no_check_is_answered_and_heads_can_still_be_read(
    app: Flask, services: Services, licensing: Caller
) -> None:
    answer = checked(services, licensing)
    doubt(services.store, "something was altered")
    refused = licensing.check(applicant("王示例", invented_id(8)))
    assert (refused.status_code, refused.get_json()["code"]) == (503, LogInDoubtError.code)
    assert "Retry-After" in refused.headers
    batch = licensing.post("/v1/checks/batch", {"requests": []})
    assert batch.status_code != 200
    assert ask(app, "/readyz").status_code == 503
    assert ask(app, "/v1/log/checkpoint").status_code == 200
    assert licensing.get(f"/v1/log/inclusion?check_no={answer['check_no']}").status_code == 200
