"""Signed requests: what is refused that was altered, old, replayed or another's, and what is kept as evidence."""

from __future__ import annotations

import base64
import datetime
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.test import TestResponse

from api.rest import signatures
from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import SignatureRefusedError
from registry.privacy.signing_keys import thumbprint
from registry.services.add_client import Limits, Wanted, add_limited_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import decision
from tests.api.rest.caller import applicant, application
from tests.invented_list import invented_id
from tests.registry.services.register_under_test import rows

CHECK = orjson.dumps(application(applicant("赵无关", invented_id(7))))
BATCH = orjson.dumps({"requests": [application(applicant("赵无关", invented_id(7)))] * 2})
PATH = "/v1/checks"
POSTED = ("@method", "@path", "content-digest")
_nonces = (f"nonce-{number:08}" for number in itertools.count())


@dataclass(frozen=True)
class Signer:
    """A client that signs, as another program would: the signature base is written out here, without the library."""

    key: str
    private: Ed25519PrivateKey
    keyid: str
    now: int

    def headers(self, method: str, path: str, body: bytes, covered: tuple[str, ...], **changed: Any) -> dict[str, str]:
        """Return the headers of a request; a parameter changed to None is left out."""
        whole = {"created": self.now, "nonce": next(_nonces), "keyid": self.keyid, "alg": "ed25519"} | changed
        stated = {name: value for name, value in whole.items() if value is not None}
        written = "".join(
            f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"' for name, value in stated.items()
        )
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        address, _, query = path.partition("?")
        values = {"@method": method, "@path": address, "@query": f"?{query}", "content-digest": digest}
        values |= {"@target-uri": f"http://localhost{path}", "@authority": "localhost"}
        inner = "(" + " ".join(f'"{name}"' for name in covered) + ")" + written
        lines = [f'"{name}": {values[name]}' for name in covered] + [f'"@signature-params": {inner}']
        signature = base64.b64encode(self.private.sign("\n".join(lines).encode())).decode()
        signed = {"Signature-Input": f"sig={inner}", "Signature": f"sig=:{signature}:"}
        return {"Authorization": f"Bearer {self.key}", **signed} | ({"Content-Digest": digest} if body else {})


def post(app: Flask, headers: Mapping[str, str], body: bytes = CHECK, path: str = PATH) -> TestResponse:
    return app.test_client().post(path, data=body, headers=dict(headers), content_type="application/json")


def fault(response: TestResponse) -> str:
    """Return what a refused signature is told to lack; nothing but a refusal has it."""
    assert (response.status_code, response.get_json()["code"]) == (401, "signature_refused")
    return str(response.get_json()["errors"][0]["code"])


@pytest.fixture
def signer(services: Services) -> Signer:
    return signing(services)


def signing(services: Services, **limits: Any) -> Signer:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    wanted = Wanted("signing", ClientRole.LICENSING, "33", Limits(signing_key=public, **limits))
    added = add_limited_client(services, wanted, "test")
    return Signer(added.key, private, thumbprint(public), int(services.clock.now().timestamp()))


@pytest.fixture
def second_worker(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    services = build(settings, clock)
    yield create_app(services)
    services.store.close()


def test_a_signed_request_is_answered_and_kept_with_what_proves_who_sent_it(
    app: Flask, services: Services, signer: Signer
) -> None:
    headers = signer.headers("POST", PATH, CHECK, POSTED)
    assert post(app, headers).status_code == 200
    (row,) = rows(services, decision)
    key = services.store.cipher.open_record("decision", row.check_no, row.data_key)
    kept = orjson.loads(key.open("signature_enc", row.signature_enc))
    assert kept["body"] == CHECK.decode()
    assert (kept["signature"], kept["signature_input"]) == (headers["Signature"], headers["Signature-Input"])
    assert kept["covered"]['"content-digest"'] == headers["Content-Digest"]
    assert CHECK not in row.signature_enc


def test_a_batch_keeps_the_signature_without_the_body_of_others(app: Flask, services: Services, signer: Signer) -> None:
    path = PATH + "/batch"
    assert post(app, signer.headers("POST", path, BATCH, POSTED), BATCH, path).status_code == 200
    cipher = services.store.cipher
    for row in rows(services, decision):
        key = cipher.open_record("decision", row.check_no, row.data_key)
        assert orjson.loads(key.open("signature_enc", row.signature_enc))["body"] is None


def test_who_must_sign_and_does_not_is_refused_wherever_it_asks(app: Flask, signer: Signer) -> None:
    bearer = {"Authorization": f"Bearer {signer.key}"}
    assert fault(post(app, bearer)) == "signature_missing"
    for path in ("/v1/checks/C0", "/v1/log/inclusion?leaf=" + "0" * 64):
        assert fault(app.test_client().get(path, headers=bearer)) == "signature_missing"


def test_a_reader_signs_address_and_query(app: Flask, signer: Signer) -> None:
    ask = app.test_client()
    alone = "/v1/checks/C0"
    signed = signer.headers("GET", alone, b"", ("@method", "@path"))
    assert ask.get(alone, headers=signed).status_code == 404
    path = "/v1/log/inclusion?leaf=" + "0" * 64
    assert fault(ask.get(path, headers=signer.headers("GET", path, b"", ("@method", "@path")))) == "signature_covers"
    signed = signer.headers("GET", path, b"", ("@method", "@path", "@query"))
    assert ask.get(path, headers=signed).status_code == 404
    signed = signer.headers("GET", path, b"", ("@method", "@path", "@query"))
    assert fault(ask.get(path.replace("00", "11"), headers=signed)) == "signature_wrong"


def test_the_target_may_stand_for_path_and_query(app: Flask, signer: Signer) -> None:
    covered = ("@method", "@target-uri", "content-digest")
    assert post(app, signer.headers("POST", PATH, CHECK, covered)).status_code == 200


@pytest.mark.parametrize("left_out", POSTED)
def test_what_must_be_covered_is_named_where_it_is_not(app: Flask, signer: Signer, left_out: str) -> None:
    covered = tuple(name for name in POSTED if name != left_out)
    response = post(app, signer.headers("POST", PATH, CHECK, covered))
    assert fault(response) == "signature_covers"
    assert left_out in response.get_json()["errors"][0]["says"]


def _without_digest(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Digest"}


def _input(old: str, new: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: headers | {"Signature-Input": headers["Signature-Input"].replace(old, new)}


def _twice(headers: dict[str, str]) -> dict[str, str]:
    return headers | {name: f"{headers[name]}, b{headers[name][3:]}" for name in ("Signature-Input", "Signature")}


ALTERED: Mapping[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "digest": lambda headers: headers | {"Content-Digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"},
    "no digest": _without_digest,
    "time": _input("created=1", "created=2"),
    "nonce": _input("nonce-", "other-"),
    "less covered": _input('"@path" ', ""),
    "algorithm": _input("ed25519", "hmac-sha256"),
    "bytes": lambda headers: headers | {"Signature": f"sig=:{base64.b64encode(bytes(64)).decode()}:"},
    "no structured field": _input("sig=(", "sig=((("),
    "two signatures": _twice,
    "no signature": lambda headers: headers | {"Signature": ""},
}


@pytest.mark.parametrize("what", ALTERED)
def test_whatever_is_altered_on_the_way_is_noticed(app: Flask, services: Services, signer: Signer, what: str) -> None:
    headers = ALTERED[what](signer.headers("POST", PATH, CHECK, POSTED))
    assert fault(post(app, headers)) == "signature_wrong"
    assert rows(services, decision) == []


def test_another_body_or_address_under_the_same_signature_is_noticed(app: Flask, signer: Signer) -> None:
    assert fault(post(app, signer.headers("POST", PATH, CHECK, POSTED), CHECK + b" ")) == "content_digest"
    assert fault(post(app, signer.headers("POST", PATH, BATCH, POSTED), BATCH, PATH + "/batch")) == "signature_wrong"


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)])
def test_a_request_holds_for_300_seconds_either_way(app: Flask, signer: Signer, seconds: int, status: int) -> None:
    response = post(app, signer.headers("POST", PATH, CHECK, POSTED, created=signer.now + seconds))
    assert response.status_code == status
    if status == 401:
        assert fault(response) == "signature_time"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"created": None}, "signature_time"),
        ({"created": 10**14}, "signature_time"),
        ({"expires": 1}, "signature_time"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "short"}, "nonce"),
        ({"keyid": "another"}, "signature_wrong"),
        ({"keyid": None}, "signature_wrong"),
        ({"alg": "rsa-pss-sha512"}, "signature_wrong"),
    ],
)
def test_wrong_parameters_are_named(app: Flask, signer: Signer, changed: dict[str, Any], said: str) -> None:
    assert fault(post(app, signer.headers("POST", PATH, CHECK, POSTED, **changed))) == said


def test_another_clients_signature_is_no_signature(app: Flask, services: Services, signer: Signer) -> None:
    foreign = replace(signing(services), key=signer.key)
    assert fault(post(app, foreign.headers("POST", PATH, CHECK, POSTED))) == "signature_wrong"
    posing = replace(foreign, keyid=signer.keyid)
    assert fault(post(app, posing.headers("POST", PATH, CHECK, POSTED))) == "signature_wrong"


def test_a_request_is_answered_once_on_whatever_worker(
    app: Flask, second_worker: Flask, services: Services, clock: FixedClock, signer: Signer
) -> None:
    headers = signer.headers("POST", PATH, CHECK, POSTED, created=signer.now + 290)
    assert post(app, headers).status_code == 200
    for _ in range(2):
        assert [fault(post(worker, headers)) for worker in (app, second_worker)] == ["nonce_used", "nonce_used"]
        clock.advance(datetime.timedelta(seconds=295))
    assert len(rows(services, decision)) == 1


def test_a_repeat_under_an_idempotency_key_is_signed_anew(app: Flask, signer: Signer) -> None:
    first = signer.headers("POST", PATH, CHECK, POSTED) | {"Idempotency-Key": "k"}
    answered = post(app, first)
    assert fault(post(app, first)) == "nonce_used"
    again = signer.headers("POST", PATH, CHECK, POSTED) | {"Idempotency-Key": "k"}
    assert post(app, again).data == answered.data


def test_the_example_of_the_standard_holds_and_not_when_changed() -> None:
    """RFC 9421, B.2.6."""
    public = base64.b64decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")[-32:]
    headers = {
        "Host": "example.com",
        "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "Content-Type": "application/json",
        "Content-Length": "18",
        "Signature-Input": 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
        "Signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w"
        "6vuQv5lIp5WPpBKRCw==:",
    }
    sent = signatures.SentRequest("POST", "https://example.com/foo?param=Value&Pet=dog", headers)
    names = frozenset({"test-key-ed25519"})
    assert signatures.verified(sent, public, names).parameters["created"] == 1618884473
    for changed in (
        replace(sent, method="PUT"),
        replace(sent, url="https://example.com/bar"),
        replace(sent, url="https://example.org/foo"),
        replace(sent, headers=headers | {"Content-Length": "19"}),
    ):
        with pytest.raises(SignatureRefusedError):
            signatures.verified(changed, public, names)
