"""Telling licensing systems: written with the act, delivered over real HTTP, tried again, and given up in sight."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, algorithms

from jobs.deliver_notices import deliver_notices as deliver_by_job
from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, NotFoundError, PartnerUnavailableError
from registry.exchange.request_signing import OutgoingRequest
from registry.exchange.webhook_address import AllowedAddresses
from registry.exchange.webhook_connection import WebhookConnection
from registry.ledger.events import EventKind
from registry.services.client_notices import (
    acknowledge_notice,
    end_webhook,
    read_notices,
    resend_notice,
    set_webhook,
    try_webhook,
)
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.deliver_notices import MOST_ATTEMPTS, Delivered, deliver_notices, open_connection
from registry.settings import Mode, Settings
from registry.store.alarm_repository import AlarmKind
from registry.store.client_repository import Client
from registry.store.notice_repository import NoticeKind, NoticeView, StoredNotice
from tests.registry.services.cases_at_hand import acting, list_somebody, match_of, office, reviewed
from tests.registry.services.listening_office import Office, listening

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def there() -> Iterator[Office]:
    with listening() as office_there:
        yield office_there


@pytest.fixture
def check_no(services: Services) -> str:
    """A near match that was released: its system is to be told."""
    list_somebody(services)
    number = reviewed(office(services))
    find_other(services, acting(services, number), match_of(services, number).id, "两人")
    return number


def asker(services: Services) -> Client:
    with services.store.read() as uow:
        return uow.clients.listed()[0].client


def notices(services: Services) -> list[StoredNotice]:
    return read_notices(services, asker(services), 0, 100)


def deliver(services: Services, seconds: float = 5.0) -> Delivered:
    signing = services.store.keyring.signing
    assert signing is not None
    with closing(WebhookConnection(services.settings, signing.signing, services.clock, seconds)) as connection:
        return deliver_notices(services, connection, lambda _failures, _seed: MINUTE)


def alarmed(services: Services) -> list[str]:
    with services.store.read() as uow:
        return [alarm.subject for alarm in uow.alarms.open(AlarmKind.NOTICES_DEAD)]


def counted(services: Services, view: NoticeView) -> int:
    with services.store.read() as uow:
        return uow.notices.count(view, services.clock.today(), "33")


def test_an_outcome_is_told_in_the_commit_that_makes_it_and_names_nobody(services: Services, check_no: str) -> None:
    (notice,) = notices(services)
    assert (notice.kind, notice.check_no, notice.number) == (NoticeKind.OUTCOME_RELEASED, check_no, 1)
    assert notice.content == {"outcome": "released", "former": "open"}
    with pytest.raises(ConflictError):  # decided before: nothing is told twice
        find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人")
    assert len(notices(services)) == 1


def test_a_notice_waits_for_its_system_to_ask_until_that_names_an_address(
    services: Services, check_no: str, there: Office
) -> None:
    def waiting() -> tuple[int, int]:
        return counted(services, NoticeView.UNDELIVERED), counted(services, NoticeView.TO_BE_FETCHED)

    assert waiting() == (0, 1)
    set_webhook(services, asker(services), there.url)
    assert waiting() == (1, 0)
    end_webhook(services, asker(services))
    assert waiting() == (0, 1)


def test_a_notice_arrives_once_as_a_signed_cloud_event(services: Services, check_no: str, there: Office) -> None:
    set_webhook(services, asker(services), there.url)
    assert deliver(services) == Delivered(delivered=1)
    assert deliver(services) == Delivered()
    (event,) = there.events
    assert event["specversion"] == "1.0"
    assert event["type"] == "food-ban-registry.outcome_released"
    assert (event["id"], event["subject"]) == (notices(services)[0].notice_no, check_no)
    assert event["data"]["application_no"] == "339900-2025-000001"
    headers, body = there.received[0]
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert covered(services, there.url, headers, body) >= {"@method", "@authority", "content-digest", "content-type"}


def test_what_was_signed_for_one_address_or_body_holds_for_no_other(
    services: Services, check_no: str, there: Office
) -> None:
    set_webhook(services, asker(services), there.url)
    deliver(services)
    headers, body = there.received[0]
    with pytest.raises(InvalidSignature):
        covered(services, there.url.replace("127.0.0.1", "elsewhere.example"), headers, body)
    with pytest.raises(InvalidSignature):
        covered(services, there.url, headers, body.replace(b"released", b"withdrawn"))


def covered(services: Services, url: str, headers: dict[str, str], body: bytes) -> set[str]:
    """Verify as a licensing system does, with the public key alone; return what the signature covers."""
    keys = services.store.keyring.signing
    assert keys is not None

    class Published(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id: str) -> object:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

            assert keys is not None
            return Ed25519PublicKey.from_public_bytes(keys.signing.public)

    class Verifier(HTTPMessageVerifier):
        def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None:
            """The register's clock stands still in tests."""

    request = OutgoingRequest("POST", url, headers)
    verifier = Verifier(signature_algorithm=algorithms.ED25519, key_resolver=Published())
    (found,) = verifier.verify(request, max_age=None, body=body)
    return {name.strip('"') for name in found.covered_components}


@pytest.mark.parametrize("status", [500, 302, 404])
def test_whatever_is_no_success_is_tried_again_later_and_no_redirect_is_followed(
    services: Services, clock: FixedClock, check_no: str, there: Office, status: int
) -> None:
    set_webhook(services, asker(services), there.url)
    there.status, there.location = status, there.url
    assert deliver(services) == Delivered(failed=1)
    assert deliver(services) == Delivered(), "not before its wait is over"
    assert len(there.received) == 1
    assert (notices(services)[0].last_fault, notices(services)[0].attempts) == (f"http_{status}", 1)
    clock.advance(MINUTE)
    there.status = 200
    assert deliver(services) == Delivered(delivered=1)
    assert notices(services)[0].attempts == 2


def test_a_system_that_is_too_slow_is_left_after_its_time(services: Services, check_no: str, there: Office) -> None:
    set_webhook(services, asker(services), there.url)
    there.answers.clear()
    assert deliver(services, seconds=0.3) == Delivered(failed=1)
    assert notices(services)[0].last_fault == "too_slow"


def test_what_never_arrives_is_given_up_in_sight_and_can_be_sent_again(
    services: Services, clock: FixedClock, check_no: str, there: Office
) -> None:
    set_webhook(services, asker(services), there.url)
    there.status = 503
    for _ in range(MOST_ATTEMPTS):
        deliver(services)
        clock.advance(MINUTE)
    assert (counted(services, NoticeView.DEAD), counted(services, NoticeView.UNDELIVERED)) == (1, 0)
    assert deliver(services) == Delivered()
    there.status = 204
    with pytest.raises(NotFoundError):
        resend_notice(services, notices(services)[0].notice_no, "user:9", region="32")
    resend_notice(services, notices(services)[0].notice_no, "user:1", region="33")
    assert deliver(services) == Delivered(delivered=1)
    assert counted(services, NoticeView.DEAD) == 0


def test_an_address_that_says_it_is_gone_is_not_tried_again(services: Services, check_no: str, there: Office) -> None:
    set_webhook(services, asker(services), there.url)
    there.status = 410
    assert deliver(services) == Delivered(failed=1, dead=1)


def test_a_system_without_an_address_asks_by_itself_and_what_it_has_seen_is_not_sent(
    services: Services, check_no: str, there: Office
) -> None:
    client = asker(services)
    assert deliver(services) == Delivered()
    assert [each.check_no for each in read_notices(services, client, 0, 10)] == [check_no]
    assert read_notices(services, client, 1, 10) == []
    acknowledge_notice(services, client, notices(services)[0].notice_no)
    set_webhook(services, client, there.url)
    assert deliver(services) == Delivered()
    assert counted(services, NoticeView.UNDELIVERED) == 0


def test_another_systems_notice_is_nobodys_to_acknowledge(services: Services, check_no: str) -> None:
    other = replace(asker(services), id=asker(services).id + 1)
    with pytest.raises(NotFoundError):
        acknowledge_notice(services, other, notices(services)[0].notice_no)
    assert read_notices(services, other, 0, 10) == []


def test_an_address_can_be_tried_and_taken_back(services: Services, check_no: str, there: Office) -> None:
    client = asker(services)
    set_webhook(services, client, there.url)
    with closing(open_connection(services)) as connection:
        assert try_webhook(services, client, connection) is None
        there.status = 500
        assert try_webhook(services, client, connection) == "http_500"
    assert [event["type"] for event in there.events] == ["food-ban-registry.test"] * 2
    end_webhook(services, client)
    with pytest.raises(NotFoundError):
        end_webhook(services, client)
    assert deliver_by_job(services) == {"delivered": 0, "failed": 0, "dead": 0}


def test_the_job_has_news_as_long_as_something_new_is_to_be_sent(
    services: Services, check_no: str, there: Office
) -> None:
    set_webhook(services, asker(services), there.url)
    with services.store.read() as uow:
        assert uow.notices.newest_to_send() == notices(services)[0].id
    assert deliver_by_job(services) == {"delivered": 1, "failed": 0, "dead": 0}
    with services.store.read() as uow:
        assert uow.notices.newest_to_send() is None


def allowed(mode: Mode = Mode.PRODUCTION, networks: str = "") -> AllowedAddresses:
    env = {"REGISTRY_MODE": mode, "REGISTRY_KEYS": "env:K", "REGISTRY_WEBHOOK_NETWORKS": networks}
    return AllowedAddresses(Settings.from_environment(env))


@pytest.mark.parametrize(
    "url",
    [
        "http://office.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://user:secret@office.example/",
        "https:///nowhere",
        "ftp://office.example/",
        "https://office.example:99999/",
        "https://office.example/#part",
        f"https://office.example/{'x' * 500}",
    ],
)
def test_an_address_within_or_without_tls_is_refused_in_production(url: str) -> None:
    with pytest.raises(InvalidInputError):
        allowed().require(url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "0.0.0.0"])  # noqa: S104
def test_a_name_that_leads_within_is_refused_when_it_is_called(host: str) -> None:
    with pytest.raises(PartnerUnavailableError) as refused:
        allowed().address_of(host, 443)
    assert refused.value.fault == "address_refused"


@pytest.mark.parametrize(
    "host",
    [
        "64:ff9b::10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:a00:1::",
        "2002:7f00:1::1",
        "2001:0:a00:1::1",
        "::10.0.0.1",
        "fec0::1",
        "fe80::1",
        "fd00::1",
        "ff0e::1",
    ],
)
def test_an_ipv6_address_that_leads_within_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(InvalidInputError):
        allowed().require(f"https://[{host}]/told")
    with pytest.raises(PartnerUnavailableError):
        allowed().address_of(host, 443)


def test_public_addresses_are_called_translated_or_not() -> None:
    for host in ("93.184.215.14", "2606:4700::1111", "64:ff9b::93.184.215.14"):
        allowed().require(f"https://[{host}]/told" if ":" in host else f"https://{host}/told")


def test_a_network_the_operator_names_may_be_called_and_no_other() -> None:
    within = allowed(networks="10.1.0.0/16, fd00::/8")
    assert within.address_of("10.1.2.3", 443) == "10.1.2.3"
    within.require("https://[fd00::1]/told")
    with pytest.raises(PartnerUnavailableError):
        within.address_of("10.2.0.1", 443)


def test_a_host_without_an_address_is_a_fault_of_its_own() -> None:
    with pytest.raises(PartnerUnavailableError) as failed:
        allowed().address_of("nowhere.invalid", 443)
    assert failed.value.fault == "unresolved"


def test_a_private_authority_must_be_a_file(tmp_path: Path) -> None:
    from registry.errors import SettingsError  # noqa: PLC0415

    with pytest.raises(SettingsError, match="REGISTRY_WEBHOOK_CA"):
        Settings.from_environment({"REGISTRY_WEBHOOK_CA": str(tmp_path / "nothing.pem")})
    with pytest.raises(SettingsError, match="REGISTRY_WEBHOOK_NETWORKS"):
        Settings.from_environment({"REGISTRY_WEBHOOK_NETWORKS": "10.0.0.1/8"})


def test_a_system_whose_notices_were_given_up_has_an_alarm_until_none_is(
    services: Services, check_no: str, there: Office
) -> None:
    client = asker(services)
    set_webhook(services, client, there.url)
    there.status = 410
    assert deliver(services) == Delivered(failed=1, dead=1)
    assert alarmed(services) == [f"client:{client.id}"]
    deliver(services)
    assert alarmed(services) == [f"client:{client.id}"]
    there.status = 200
    resend_notice(services, notices(services)[0].notice_no, "operator")
    assert deliver(services) == Delivered(delivered=1)
    assert alarmed(services) == []
    with services.store.read() as uow:
        told = [entry.kind for _, entry, _, _ in uow.ledger.entries() if entry.facts.get("alarm") == "notices_dead"]
    assert told == [EventKind.ALARM_RAISED, EventKind.ALARM_CLEARED]
