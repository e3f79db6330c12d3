"""A connection to a partner ends every request in its time and size, whatever the other side does with it."""

from __future__ import annotations

import datetime
import gzip
import socket
import ssl
import struct
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from api.rest.app import create_app
from registry.clock import FixedClock, SystemClock
from registry.errors import PartnerUnavailableError
from registry.exchange.feed_connection import Access, Answer, FeedConnection, Question
from registry.privacy.signing_keys import SigningKey
from registry.services.add_client import Limits, Wanted, add_limited_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.registry.exchange.scripted_server import Script, answer, scripted

CHANGES = Question("GET", "/v1/changes", {"after": 0})
MOST = 1_000_000
BOMB = 40 * MOST


def asked(
    address: str, question: Question = CHANGES, *, seconds: float = 20.0, authorities: Path | None = None
) -> Answer:
    connection = FeedConnection(Access(address, "k" * 40, None, authorities), SystemClock(), seconds, MOST)
    try:
        return connection.ask(question)
    finally:
        connection.close()


def fault_of(script: Script, seconds: float = 20.0) -> str:
    with scripted(script) as address, pytest.raises(PartnerUnavailableError) as raised:
        asked(address, seconds=seconds)
    return raised.value.fault


def saying(text: bytes) -> Script:
    return lambda line, _request: line.sendall(text)


def dripping(text: bytes, gone: threading.Event) -> Script:
    def script(line: socket.socket, _request: bytes) -> None:
        with suppress(OSError):
            for position in range(len(text)):
                line.sendall(text[position : position + 1])
                if gone.wait(0.05):
                    return
        gone.set()

    return script


def reset_after(text: bytes) -> Script:
    def script(line: socket.socket, _request: bytes) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(text)

    return script


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_that_comes_byte_by_byte_is_given_up_when_its_time_is_over(part: str) -> None:
    whole = answer(b"{" + b" " * 5_000)
    head = whole.index(b"\r\n\r\n") + 4
    gone = threading.Event()
    slow = dripping(whole if part == "head" else whole[head:], gone)

    def script(line: socket.socket, request: bytes) -> None:
        if part == "body":
            line.sendall(whole[:head])
        slow(line, request)

    assert fault_of(script, seconds=0.6) == "too_slow"
    assert gone.wait(30), "the connection was left open"


def test_a_partner_that_answers_nothing_is_given_up_when_its_time_is_over() -> None:
    over = threading.Event()

    def script(_line: socket.socket, _request: bytes) -> None:
        over.wait(30)

    assert fault_of(script, seconds=0.3) == "too_slow"
    over.set()


def test_nobody_listening_is_told_apart_from_an_answer_that_breaks_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(PartnerUnavailableError) as raised:
        asked(address)
    assert raised.value.fault == "unreachable"
    whole = answer(b"{}" * 500)
    assert fault_of(saying(whole[:-1])) == "broken_off"
    assert fault_of(saying(whole[:40])) == "broken_off"
    assert fault_of(reset_after(whole[:-300])) == "broken_off"


def test_an_answer_whose_end_only_the_connection_would_tell_is_not_believed() -> None:
    assert fault_of(saying(answer(b"{}", Content_Length=""))) == "unframed"


@pytest.mark.parametrize("length", [str(BOMB), ""])
def test_a_large_answer_is_given_up_before_all_of_it_was_read(length: str) -> None:
    sent = [0]

    def script(line: socket.socket, _request: bytes) -> None:
        chunked = "" if length else "chunked"
        # What waits in the kernel is counted as sent: up to ten megabytes, unless the sender's share is bounded.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        line.sendall(answer(b"", Content_Length=length, Transfer_Encoding=chunked))
        with suppress(OSError):
            for _ in range(BOMB // 100_000):
                line.sendall(b" " * 100_000 if length else b"186a0\r\n" + b" " * 100_000 + b"\r\n")
                sent[0] += 100_000

    assert fault_of(script) == "too_large"
    assert sent[0] < BOMB / 4


def test_a_packed_answer_is_unpacked_and_a_bomb_is_given_up_at_the_limit() -> None:
    body = b'{"a": 1}' * 1_000
    with scripted(saying(answer(gzip.compress(body), Content_Encoding="gzip"))) as address:
        assert asked(address) == Answer(200, body)
    bomb = gzip.compress(bytes(BOMB), 9)
    assert len(bomb) < MOST
    tracemalloc.start()
    assert fault_of(saying(answer(bomb, Content_Encoding="gzip"))) == "too_large"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < BOMB / 4


def test_a_packed_answer_that_is_damaged_or_packed_otherwise_is_no_answer() -> None:
    packed = gzip.compress(b"{}" * 1_000)
    assert fault_of(saying(answer(packed[:-8], Content_Encoding="gzip"))) == "damaged"
    assert fault_of(saying(answer(b"\0" + packed[1:], Content_Encoding="gzip"))) == "damaged"
    assert fault_of(saying(answer(packed, Content_Encoding="br"))) == "encoding_unknown"


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else() -> None:
    asked_elsewhere: list[bytes] = []
    with (
        scripted(lambda _line, request: asked_elsewhere.append(request)) as elsewhere,
        scripted(saying(answer(b"", "302 Found", Location=f"{elsewhere}/v1/changes"))) as address,
    ):
        assert asked(address).status == 302
    assert asked_elsewhere == []


def test_a_proxy_named_by_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with scripted(saying(answer(b"{}"))) as address:
        assert asked(address).status == 200


def certificate(directory: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that signs itself; return its file and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = directory / f"{name}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    with_key = directory / f"{name}-key.pem"
    private = serialization.PrivateFormat.PKCS8
    with_key.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, with_key)
    return file, context


def test_a_certificate_is_verified_with_its_name_and_by_the_authority_named(tmp_path: Path) -> None:
    own, context = certificate(tmp_path, "localhost")
    with scripted(saying(answer(b"{}")), context) as address:
        assert asked(address, authorities=own).status == 200
        with pytest.raises(PartnerUnavailableError) as untrusted:
            asked(address)
        with pytest.raises(PartnerUnavailableError) as misnamed:
            asked(address.replace("localhost", "127.0.0.1"), authorities=own)
    assert untrusted.value.fault == misnamed.value.fault == "certificate_refused"


@contextmanager
def at_the_door(services: Services) -> Iterator[str]:
    """Serve the REST door on loopback for the block."""
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("skew", [0, -1, 1])
def test_our_requests_are_what_a_door_that_demands_signatures_admits_even_a_day_out(
    services: Services, skew: int
) -> None:
    """The door asks the time the clock of the test gives, the connection one that is a day out."""
    signing = SigningKey.generate(1)
    wanted = Wanted("hub", ClientRole.PROVINCE, "33", Limits(signing_key=signing.public))
    key = add_limited_client(services, wanted, "test").key
    served = replace(services, clock=SystemClock())
    clock = FixedClock(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=skew))
    with at_the_door(served) as address:
        connection = FeedConnection(Access(address, key, signing), clock, 20.0, MOST)
        plain = FeedConnection(Access(address, key, None), clock, 20.0, MOST)
        for _ in range(2):
            assert connection.ask(CHANGES).status == 200
        body = b'{"region": "33"}'
        assert connection.ask(Question("POST", "/v1/checks", {}, body)).status == 403
        assert plain.ask(CHANGES).code == "signature_refused"
        connection.close()
        plain.close()
