"""A receipt is held against its answer, the request and the log; each says what it proves, and nothing false passes."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from registry.ledger.checkpoint import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from registry.ledger.examine_receipt import examine
from registry.ledger.log_proof import LogProof
from registry.ledger.merkle import hash_pair
from registry.ledger.public_keys import PublicKeys, public_keys_document
from registry.ledger.receipt import ReceiptSigner, Stated, compact, request_digest
from registry.ledger.signed_note import KeyKind, SignatureError, SignerKey
from registry.privacy.signing_keys import SigningKeys

SIGNING = SigningKeys.generate()
SEED = SIGNING.signing.seed or b""
LOG = SignerKey(SIGNING.log, SEED)
WITNESS = SignerKey("zhejiang.example", bytes(32), KeyKind.COSIGNATURE_V1)
REQUEST = {"application_no": "A-1", "subjects": [{"subject_no": "1", "name": "王示例", "birth_date": None}]}
LEAF = hashlib.sha256(b"leaf").digest()
BESIDE = hashlib.sha256(b"beside").digest()
COVERAGE = [{"region": "31", "as_of": None, "state": "never"}]
ANSWER: dict[str, Any] = {
    "check_no": "C1",
    "verdict": "review",
    "decided_at": "2025-11-21T02:00:00.000000Z",
    "list": {"version": 7, "model": "m", "policy": "p", "coverage": COVERAGE},
    "subjects": [{"subject_no": "1", "verdict": "review", "matches": []}],
    "next_step": {"code": "await_review", "says": "…"},
    "outcome": "open",
}
STATED = Stated(
    check_no="C1",
    coverage=COVERAGE,
    decided_at=ANSWER["decided_at"],
    leaf_hash=LEAF.hex(),
    list_version=7,
    log=SIGNING.log,
    model_version="m",
    policy_version="p",
    request_digest=request_digest(REQUEST),
    subjects=["review"],
    verdict="review",
)
ANSWER["receipt"] = ReceiptSigner(SIGNING.signing).sign(STATED)
KEYS = PublicKeys.parse(public_keys_document(SIGNING, [WITNESS.verifier().spelt()]))


def proof(log: SignerKey = LOG, hashes: tuple[bytes, ...] = (BESIDE,), witness: SignerKey = WITNESS) -> LogProof:
    """Return the proof of the leaf in a log of two."""
    head = Checkpoint(log.name, 2, hash_pair(LEAF, BESIDE))
    return LogProof(0, hashes, with_cosignatures(sign_checkpoint(head, log), [cosign(head.text(), witness, 5)]))


def test_everything_that_is_given_is_proven() -> None:
    found = examine(ANSWER, KEYS, REQUEST, proof())
    assert (found.answer, found.request, found.sound) == (True, True, True)
    assert found.standing is not None
    assert (found.standing.index, found.standing.head.size, found.standing.witnesses) == (0, 2, (WITNESS.name,))


def test_a_receipt_alone_says_so() -> None:
    for receipt in (ANSWER["receipt"], compact(ANSWER["receipt"])):
        found = examine(receipt, KEYS)
        assert (found.stated, found.answer, found.request, found.standing) == (STATED, None, None, None)
        assert found.sound


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict",), "clear"), (("subjects", 0, "verdict"), "clear"), (("subjects",), []), (("subjects",), "none"),
        (("check_no",), "C2"), (("decided_at",), "2025-11-22T02:00:00.000000Z"), (("list", "version"), 8),
        (("list", "model"), "n"), (("list", "policy"), "q"), (("list", "coverage", 0, "state"), "fresh"),
        (("list",), None), (("subjects", 0), "clear"),
    ],
)  # fmt: skip
def test_an_answer_altered_beside_its_receipt_is_noticed(path: tuple[Any, ...], value: object) -> None:
    altered = copy.deepcopy(ANSWER)
    place = altered
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found = examine(altered, KEYS)
    assert (found.answer, found.sound) == (False, False)


def test_another_request_is_noticed() -> None:
    found = examine(ANSWER, KEYS, {**REQUEST, "application_no": "A-2"})
    assert (found.request, found.sound) == (False, False)


def test_an_answer_without_a_receipt_proves_nothing() -> None:
    with pytest.raises(SignatureError, match="no receipt"):
        examine(ANSWER | {"receipt": None}, KEYS)


def test_a_receipt_of_another_register_is_refused() -> None:
    other = PublicKeys.of(SigningKeys.generate())
    with pytest.raises(SignatureError, match="not among"):
        examine(ANSWER, other)


def test_a_proof_that_does_not_lead_to_a_signed_head_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not lead"):
        examine(ANSWER, KEYS, None, proof(hashes=(LEAF,)))
    with pytest.raises(SignatureError, match="does not lead"):
        examine(ANSWER, KEYS, None, replace(proof(), index=1))
    with pytest.raises(SignatureError, match="known"):
        examine(ANSWER, KEYS, None, proof(log=SignerKey(LOG.name, bytes(range(32)))))
    with pytest.raises(SignatureError, match="known"):
        examine(ANSWER, KEYS, None, proof(log=SignerKey("other.example", SEED)))


def test_a_false_cosignature_is_refused_and_an_unknown_witness_passed_over() -> None:
    unknown = SignerKey("nobody.example", bytes(range(32)), KeyKind.COSIGNATURE_V1)
    found = examine(ANSWER, KEYS, None, proof(witness=unknown))
    assert found.standing is not None
    assert found.standing.witnesses == ()
    true = proof()
    head = Checkpoint.parse(true.checkpoint.partition("\n\n")[0] + "\n")
    elsewhere = cosign(Checkpoint(head.origin, 3, head.root).text(), WITNESS, 5)
    false = with_cosignatures(sign_checkpoint(head, LOG), [elsewhere])
    with pytest.raises(SignatureError, match=r"zhejiang\.example is false"):
        examine(ANSWER, KEYS, None, replace(true, checkpoint=false))


def test_the_public_keys_document_is_a_key_set_with_the_current_key_first() -> None:
    later = SIGNING.rotated()
    document = public_keys_document(later, [])
    assert [(key["version"], key["signs"]) for key in document["keys"]] == [(2, True), (1, False)]
    assert {key["kty"] + key["crv"] + key["use"] for key in document["keys"]} == {"OKPEd25519sig"}
    assert all("d" not in key for key in document["keys"])
    read = PublicKeys.parse(json.loads(json.dumps(document)))
    assert set(read.keys) == set(PublicKeys.of(later).keys)
    assert [key.spelt() for key in read.log_keys] == [key["verifier"] for key in document["keys"]]
    assert examine(ANSWER, read).sound


@pytest.mark.parametrize(
    "document",
    [
        None, [], {}, {"origin": "x"}, {"origin": "x", "keys": []}, {"origin": "x", "keys": [{}]},
        {"origin": "x", "keys": ["k"]},
        {"origin": "x", "keys": [{"crv": "Ed25519", "x": "AAAA"}]},
        {"origin": "x", "keys": [{"crv": "P-256", "x": "A" * 43}]},
        {"origin": "x", "keys": [{"crv": "Ed25519", "x": "食" * 43}]},
        {"origin": "x", "keys": [{"crv": "Ed25519", "x": "A" * 43}], "witnesses": ["nobody"]},
    ],
)  # fmt: skip
def test_what_is_no_public_keys_document_is_refused(document: object) -> None:
    with pytest.raises(SignatureError):
        PublicKeys.parse(document)
