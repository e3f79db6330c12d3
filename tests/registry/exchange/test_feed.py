"""The feed asks for the page it had come to, for what follows the last batch, or for a snapshot where told to."""

from __future__ import annotations

import base64
import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from registry.errors import PartnerUnavailableError, SettingsError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import HUB, NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.feed import FeedAdapter, open_feed
from registry.exchange.partner import Partner
from registry.exchange.partner_file import read_partner
from registry.exchange.signature import sign_batch
from registry.exchange.wire import batch_bytes, enveloped
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import SigningKey
from registry.settings import Role, Settings
from tests.registry.exchange.scripted_server import answer, scripted

EPOCH = "5f" * 16
HUB_KEY = SigningKey.generate(1)
MADE_AT = "2026-11-30T04:00:00.000000Z"


class Hub:
    """A hub that answers each request with what was laid down for it, and remembers what it was asked."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def script(self, line: socket.socket, request: bytes) -> None:
        """Answer one request."""
        head, _, body = request.partition(b"\r\n\r\n")
        method, target = head.split(b"\r\n")[0].decode().split(" ")[:2]
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((method, parts.path, query, body))
        line.sendall(self._answers.pop(0))


@contextmanager
def feed_of(hub: Hub, tmp_path: Path, keyring: Keyring) -> Iterator[FeedAdapter]:
    """Open the feed of a hub for the block."""
    with scripted(hub.script) as address:
        adapter = open_feed(partner_at(address, tmp_path), settings_in(tmp_path), keyring)
        yield adapter
        adapter.close()


def partner_at(address: str, tmp_path: Path) -> Partner:
    (tmp_path / "key").write_text("k" * 40 + "\n", "utf-8")
    options = {"url": address, "key": "file:key", "folder": tmp_path}
    return Partner(HUB, "feed", keys=(HUB_KEY.public,), options=options)


def settings_in(tmp_path: Path) -> Settings:
    return Settings(tmp_path, "sqlite:///x", tmp_path / "keys.json", role=Role.PROVINCE, region="33")


def signed(batch: Batch, key: SigningKey = HUB_KEY) -> tuple[bytes, str]:
    """Return the envelope of a batch and its digest."""
    text = batch_bytes(batch, MADE_AT)
    return enveloped(text, (sign_batch(text, key),)), hashlib.sha256(text).hexdigest()


def page(after: str | None, following: str | None, previous: str) -> Batch:
    """Return a page of the whole list, as of version 7."""
    item = Item(None, ItemOperation.SEAL, "31", f"R{after}", reason="封存", authority="上海市第一中级人民法院")
    changes = changes_to(7, previous)
    return replace(changes, kind=BatchKind.SNAPSHOT, first=7, items=(item,), page_after=after, page_next=following)


def changes_to(number: int, previous: str) -> Batch:
    """Return a batch of one number."""
    own = (Item(number, ItemOperation.OWN),)
    return Batch(HUB, "33", EPOCH, BatchKind.CHANGES, number, number, previous, 9, own, "")


def problem(status: str, code: str) -> bytes:
    return answer(orjson.dumps({"code": code}), status, Content_Type="application/problem+json")


NOTHING_NEW = answer(b"", "304 Not Modified", Content_Length="", Content_Type="")


def test_a_snapshot_is_fetched_page_by_page_and_followed_by_what_is_new(tmp_path: Path, keyring: Keyring) -> None:
    first, first_digest = signed(page(None, "31:R4", NO_BATCH))
    second, second_digest = signed(page("31:R4", None, first_digest))
    third, third_digest = signed(changes_to(8, second_digest))
    hub = Hub(answer(first), answer(second), answer(third), NOTHING_NEW)
    with feed_of(hub, tmp_path, keyring) as feed:
        arrivals = list(feed.receive(Position(None, 0, NO_BATCH)))
    assert [arrival.batch.digest for arrival in arrivals if arrival.batch] == [
        first_digest,
        second_digest,
        third_digest,
    ]
    assert [(path, query) for _, path, query, _ in hub.asked] == [
        ("/v1/snapshot", {"limit": "1000", "previous": NO_BATCH}),
        ("/v1/snapshot", {"limit": "1000", "previous": first_digest, "after": "31:R4", "at": "7"}),
        ("/v1/changes", {"after": "7", "limit": "1000", "epoch": EPOCH, "previous": second_digest}),
        ("/v1/changes", {"after": "8", "limit": "1000", "epoch": EPOCH, "previous": third_digest}),
    ]


def test_a_snapshot_broken_off_goes_on_at_its_page(tmp_path: Path, keyring: Keyring) -> None:
    digest = "d" * 64
    hub = Hub(answer(signed(page("31:R4", None, digest))[0])[:-1])
    with feed_of(hub, tmp_path, keyring) as feed, pytest.raises(PartnerUnavailableError):
        list(feed.receive(Position(EPOCH, 7, digest, "31:R4")))
    assert hub.asked[0][1:3] == (
        "/v1/snapshot",
        {"limit": "1000", "previous": digest, "after": "31:R4", "at": "7"},
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [("409 Conflict", "epoch_changed"), ("409 Conflict", "unknown_position"), ("410 Gone", "snapshot_needed")],
)
def test_where_the_position_is_not_known_any_more_the_whole_list_is_fetched_once(
    tmp_path: Path, keyring: Keyring, status: str, code: str
) -> None:
    whole = answer(signed(page(None, None, NO_BATCH))[0])
    hub = Hub(problem(status, code), whole, problem(status, code))
    arrivals: list[Arrival] = []
    with feed_of(hub, tmp_path, keyring) as feed, pytest.raises(PartnerUnavailableError) as raised:
        arrivals.extend(feed.receive(Position("e" * 32, 5, "d" * 64)))
    assert [path for _, path, _, _ in hub.asked] == ["/v1/changes", "/v1/snapshot", "/v1/changes"]
    assert raised.value.fault == "snapshot_in_vain"


@pytest.mark.parametrize(
    ("envelope", "fault"),
    [
        (b"{", "unreadable"),
        (b"[]", "unreadable"),
        (signed(changes_to(6, NO_BATCH), SigningKey.generate(1))[0], "unknown_key"),
        (signed(changes_to(6, NO_BATCH))[0].replace(b"food-ban-batch/1", b"food-ban-batch/3"), "bad_signature"),
    ],
)
def test_what_is_no_batch_of_the_partner_arrives_with_its_fault_and_ends_the_visit(
    tmp_path: Path, keyring: Keyring, envelope: bytes, fault: str
) -> None:
    with feed_of(Hub(answer(envelope)), tmp_path, keyring) as feed:
        (arrival,) = feed.receive(Position(EPOCH, 5, NO_BATCH))
    assert (arrival.batch, arrival.content, arrival.fault) == (None, envelope, fault)


def test_a_partner_that_gives_the_same_batch_again_is_not_asked_for_ever(tmp_path: Path, keyring: Keyring) -> None:
    old = answer(signed(changes_to(5, NO_BATCH))[0])
    with feed_of(hub := Hub(old), tmp_path, keyring) as feed:
        assert len(list(feed.receive(Position(EPOCH, 5, "d" * 64)))) == 1
    assert len(hub.asked) == 1


@pytest.mark.parametrize("status", ["302 Found", "400 Bad Request", "401 Unauthorized", "429 Too Many", "503 Busy"])
def test_any_other_answer_is_a_partner_that_cannot_be_reached(tmp_path: Path, keyring: Keyring, status: str) -> None:
    with (
        feed_of(Hub(answer(b"{}", status)), tmp_path, keyring) as feed,
        pytest.raises(PartnerUnavailableError) as raised,
    ):
        list(feed.receive(Position(EPOCH, 5, NO_BATCH)))
    assert raised.value.fault == f"answered_{status[:3]}"


def test_outcomes_and_news_are_told_in_the_protocols_words(tmp_path: Path, keyring: Keyring) -> None:
    hub = Hub(answer(b"{}"), answer(b"{}"), answer(b"{}", "404 Not Found"))
    done = Acknowledgement(EPOCH, "d" * 64, 4, 5, [("4", "in_force", ""), ("5", "quarantined", "not_a_date")])
    with feed_of(hub, tmp_path, keyring) as feed:
        feed.acknowledge(Arrival(b"", None), done)
        feed.announce(EPOCH, 5)
        feed.deliver(changes_to(5, NO_BATCH), b"")
        with pytest.raises(PartnerUnavailableError):
            feed.announce(EPOCH, 6)
    assert [(method, path, orjson.loads(body)) for method, path, _, body in hub.asked[:2]] == [
        (
            "POST",
            "/v1/acknowledgements",
            {
                "epoch": EPOCH,
                "batch": "d" * 64,
                "from": 4,
                "to": 5,
                "accepted": True,
                "outcomes": [["4", "in_force", ""], ["5", "quarantined", "not_a_date"]],
            },
        ),
        ("POST", "/v1/announcements", {"region": "33", "epoch": EPOCH, "up_to": 5}),
    ]


def test_a_batch_the_partner_knows_no_more_is_acknowledged_in_vain_and_the_visit_goes_on(
    tmp_path: Path, keyring: Keyring
) -> None:
    done = Acknowledgement(EPOCH, "d" * 64, 4, 5)
    with feed_of(Hub(answer(b"{}", "404 Not Found"), answer(b"{}", "403 Forbidden")), tmp_path, keyring) as feed:
        feed.acknowledge(Arrival(b"", None), done)
        with pytest.raises(PartnerUnavailableError):
            feed.acknowledge(Arrival(b"", None), done)


def test_the_key_is_fetched_from_where_the_partners_file_says(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(SettingsError, match="elsewhere"):
        open_feed(
            replace(partner_at("http://localhost", tmp_path), options={"url": "", "key": "file:elsewhere"}),
            settings_in(tmp_path),
            keyring,
        )


def test_an_address_that_would_carry_the_key_in_the_clear_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    text = 'partner = "hub"\nadapter = "feed"\nkeys = ["{}"]\n[feed]\nurl = "{}"\nkey = "env:HUB_KEY"\n'
    spelt = base64.b64encode(HUB_KEY.public).decode()
    for url in ("https://hub.example", "http://127.0.0.1:8080"):
        file.write_text(text.format(spelt, url), "utf-8")
        assert read_partner(file).options["url"] == url
    file.write_text(text.format(spelt, "http://hub.example"), "utf-8")
    with pytest.raises(SettingsError, match=r"line 5: feed\.url: must be https"):
        read_partner(file)
