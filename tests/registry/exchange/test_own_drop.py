"""Between two systems of ours a folder carries batches without loss, signed, whole or not at all, in order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import AcknowledgementPost, Position
from registry.exchange.adapters import open_adapter
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.digest_statement import DigestPost
from registry.exchange.drop import DropAdapter
from registry.exchange.folder import Folder
from registry.exchange.own_drop import acknowledgement_name, read_acknowledgement
from registry.exchange.own_items import item_of_object, item_of_row, own_headings, own_object, own_row
from registry.exchange.part_files import PartFormat, read_part, written_part
from registry.exchange.partner import Partner
from registry.exchange.signature import sign_batch
from registry.intake.headings import ListKind
from registry.privacy.keyring import Keyring
from registry.settings import Role, Settings
from tests.registry.exchange.partners_at_hand import (
    BEGINNING,
    HUB_KEY,
    OTHER_KEY,
    Receiver,
    batch_of,
    chained,
    item,
    keyed,
    partner_of,
    penalty,
)

HUB_SIDE = """\
partner = "32"
adapter = "drop"
signed = false
[drop]
url = "{url}"
outbox = "from-hub"
format = "{form}"
encoding = "gb18030"
"""
PROVINCE_SIDE = """\
partner = "hub"
adapter = "drop"
signed = false
[drop]
url = "{url}"
inbox = "from-hub"
done = "done"
acknowledgements = "acks"
"""
KEYS = Keyring.generate()
HUB_SETTINGS = Settings(Path(), "sqlite:///unused", Path("unused"))
NODE_SETTINGS = Settings(Path(), "sqlite:///unused", Path("unused"), role=Role.PROVINCE, region="32")
SEAL = Item(3, ItemOperation.SEAL, "33", "R7", 2, None, {}, reason="犯罪记录封存", authority="杭州中院")
OWN = Item(2, ItemOperation.OWN)


def opened(partner: Partner, own: str, key: object = HUB_KEY) -> DropAdapter:
    drop = partner.options["drop"]
    folder = Folder.open(drop.url, drop.login, partner.options["folder"], 10.0)
    return DropAdapter(partner, own, folder, key)  # type: ignore[arg-type]


@pytest.fixture(params=["directory", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "directory":
        return str(tmp_path / "drop")
    fsspec.filesystem("memory").store.clear()
    return f"memory://{tmp_path.name}"


class Sides:
    """The hub writes, Jiangsu reads."""

    def __init__(self, folder: Path, url: str, form: str = "csv", key: object = HUB_KEY) -> None:
        giver = keyed(partner_of(folder, HUB_SIDE.format(url=url, form=form), "32.toml"))
        taker = keyed(partner_of(folder, PROVINCE_SIDE.format(url=url), "hub.toml"))
        self.hub = opened(giver, "hub", key)
        self.province = Receiver(opened(taker, "32"))
        self.folder = Folder.open(url, {}, folder, 10.0)

    def deliver(self, *batches: Batch) -> None:
        for batch in batches:
            self.hub.deliver(batch, b"")


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_batch_arrives_with_everything_it_says(form: str, url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url, form)
    sent = batch_of(
        [item(1, other_names="曾用名:王小军;绰号:老五"), OWN, SEAL, penalty(4)], coverage={"33": "2026-01-01"}
    )
    sides.deliver(sent)
    assert sides.province.visit() == [replace(sent, signed_by=HUB_KEY.thumbprint)]


def test_batches_come_in_order_whatever_order_they_were_written_in(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    first, second, third = chained(batch_of([item(1)]), batch_of([OWN], 2), batch_of([item(3, "R3")], 3))
    sides.deliver(third, first, second)
    assert [batch.first for batch in sides.province.visit()] == [1, 2, 3]
    assert sides.province.visit() == []


def test_a_batch_that_is_missing_between_is_waited_for_and_said(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    first, second, third = chained(batch_of([item(1)]), batch_of([OWN], 2), batch_of([item(3, "R3")], 3))
    sides.deliver(first, third)
    with pytest.raises(PartnerUnavailableError) as missing:
        sides.province.visit()
    assert missing.value.fault == "gap"
    assert [batch.first for batch in sides.province.taken] == [1]
    sides.deliver(second)
    assert [batch.first for batch in sides.province.visit()] == [2, 3]


def test_what_was_taken_is_acknowledged_and_moved_away(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sent = batch_of([item(1)])
    sides.deliver(sent)
    sides.province.visit()
    assert sides.folder.names("from-hub") == []
    assert len(sides.folder.names("done")) == 2
    [name] = sides.folder.names("acks")
    told = json.loads(sides.folder.read("acks", name))
    assert name == f"batch-000000000001-000000000001-{sent.digest[:12]}.ack.json"
    assert (told["batch"], told["from"], told["to"], told["accepted"]) == (sent.digest, 1, 1, True)
    assert told["outcomes"] == [["R1", "in_force", ""]]


def test_a_visit_killed_before_it_acknowledged_finds_the_batch_known(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    sides.province.acknowledging = False
    sides.province.visit()
    sides.province.acknowledging = True
    assert sides.province.visit() == []
    assert sides.province.known == 1
    assert sides.folder.names("from-hub") == []


def test_a_batch_delivered_again_takes_its_own_place_and_is_taken_once(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sent = batch_of([item(1)])
    sides.deliver(sent, sent)
    assert len(sides.province.visit()) == 1
    sides.deliver(sent)
    assert sides.province.visit() == []
    assert sides.province.known == 1
    assert sides.folder.names("from-hub") == []


def test_a_batch_made_anew_with_more_in_it_is_offered_as_well(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    one, more = batch_of([item(1)]), batch_of([item(1), item(2, "R2")])
    after = batch_of([item(3, "R3")], 3, more.digest)
    sides.deliver(one)
    sides.province.visit()
    sides.deliver(more, after)
    offered = [arrival.batch for arrival in sides.province.adapter.receive(sides.province.position)]
    assert [batch.digest for batch in offered if batch is not None] == [more.digest, after.digest]


def test_batches_that_only_say_how_fresh_others_are_follow_each_other(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    first = batch_of([item(1)])
    told = [batch_of([], 2, first.digest, coverage={"33": "2026-01-01T00:00:00Z"})]
    told.append(batch_of([], 2, told[0].digest, coverage={"33": "2026-01-02T00:00:00Z"}))
    sides.deliver(first, told[1], told[0])
    assert [batch.digest for batch in sides.province.visit()] == [first.digest, told[0].digest, told[1].digest]


def test_files_without_their_manifest_are_not_touched(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    manifest = next(name for name in sides.folder.names("from-hub") if name.endswith(".json"))
    data = sides.folder.read("from-hub", manifest)
    sides.folder.move("from-hub", manifest, "elsewhere")
    assert sides.province.visit() == []
    assert len(sides.folder.names("from-hub")) == 1
    sides.folder.write("from-hub", manifest, data)
    assert len(sides.province.visit()) == 1


def test_a_manifest_whose_file_is_missing_is_said_and_waited_for(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    data = next(name for name in sides.folder.names("from-hub") if name.endswith(".csv"))
    sides.folder.move("from-hub", data, "elsewhere")
    with pytest.raises(PartnerUnavailableError, match="is not there"):
        sides.province.visit()
    sides.folder.move("elsewhere", data, "from-hub")
    assert len(sides.province.visit()) == 1


def test_a_file_altered_on_the_way_is_held_whole(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    name = next(name for name in sides.folder.names("from-hub") if name.endswith(".csv"))
    sides.folder.write("from-hub", name, sides.folder.read("from-hub", name).replace(b"14", b"15"))
    sides.province.visit()
    assert [arrival.fault for arrival in sides.province.held] == ["digest_mismatch"]
    assert sides.province.taken == []


def test_a_manifest_signed_by_another_key_is_held(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url, key=OTHER_KEY)
    sides.deliver(batch_of([item(1)]))
    sides.province.visit()
    assert [arrival.fault for arrival in sides.province.held] == ["unknown_key"]


def test_a_manifest_altered_after_it_was_signed_is_held(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    name = next(name for name in sides.folder.names("from-hub") if name.endswith(".json"))
    altered = sides.folder.read("from-hub", name).replace(b'\\"head\\": 1', b'\\"head\\": 2')
    sides.folder.write("from-hub", name, altered)
    sides.province.visit()
    assert [arrival.fault for arrival in sides.province.held] == ["bad_signature"]


def restated(sides: Sides, **stated: Any) -> None:
    """Let the manifest say something else, signed by whoever wrote it."""
    name = next(name for name in sides.folder.names("from-hub") if name.endswith(".json"))
    text = json.dumps(json.loads(json.loads(sides.folder.read("from-hub", name))["manifest"]) | stated)
    one = sign_batch(f"food-ban-drop/1\n{text}".encode(), HUB_KEY)
    signature = {"key": one.key, "algorithm": one.algorithm, "value": one.value}
    sides.folder.write("from-hub", name, json.dumps({"manifest": text, "signatures": [signature]}).encode())


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        ({"to": 2_000_000, "count": 2_000_000}, "too_many_items"),
        ({"to": 10**12}, "count"),
        ({"to": 10**30, "count": 10**30}, "unreadable"),
        ({"from": float("inf")}, "unreadable"),
        ({"head": -1}, "unreadable"),
        ({"epoch": "e" * 33}, "unreadable"),
        ({"previous": "0"}, "unreadable"),
        ({"kind": "snapshot", "page": {"after": None, "next": "k" * 301}}, "unreadable"),
        ({"kind": "snapshot", "page": {"after": 7, "next": None}}, "unreadable"),
    ],
)
def test_a_manifest_that_counts_or_names_beyond_what_may_come_is_held_before_anything_is_made_of_it(
    stated: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    sides = Sides(tmp_path, str(tmp_path / "drop"))
    sides.deliver(batch_of([item(1)]))
    restated(sides, **stated)
    assert sides.province.visit() == []
    assert [arrival.fault for arrival in sides.province.held] == [fault]


def test_a_manifest_or_statement_beyond_its_size_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = Sides(tmp_path, str(tmp_path / "drop"))
    sides.folder.write("from-hub", "batch-1.manifest.json", b" " * ((1 << 20) + 1))
    small = PROVINCE_SIDE.format(url=tmp_path / "drop") + 'acknowledged = "acks"\n[limits]\nbytes_per_batch = 2000000\n'
    node = open_adapter(keyed(partner_of(tmp_path, small, "hub.toml")), NODE_SETTINGS, KEYS)
    given = batch_of([item(1)])
    for folder, name in (("from-hub", "digests-hub-to-32.json"), ("acks", acknowledgement_name(given))):
        sides.folder.write(folder, name, b" " * 2_000_001)
    monkeypatch.setattr(Folder, "read", lambda *_: pytest.fail("it was read"))
    [arrival] = node.receive(BEGINNING)
    assert (arrival.fault, arrival.place) == ("too_large", "batch-1")
    assert isinstance(node, DigestPost)
    assert isinstance(node, AcknowledgementPost)
    for read in (node.collect_statement, lambda: list(node.collect_acknowledgements([given]))):
        with pytest.raises(PartnerUnavailableError) as large:
            read()
        assert large.value.fault == "too_large"


def test_an_acknowledgement_with_numbers_beyond_all_is_none() -> None:
    body = b'{"epoch": "e", "batch": "d", "from": Infinity, "to": 1, "accepted": true, "outcomes": []}'
    with pytest.raises(PartnerUnavailableError, match="is no acknowledgement"):
        read_acknowledgement("a.ack.json", body)


@pytest.mark.parametrize("stated", [{"number": 10**15}, {"version": -1}])
def test_an_item_with_a_number_beyond_those_of_the_protocol_is_none(stated: dict[str, int]) -> None:
    line = json.dumps({**own_object(OWN), **stated}).encode() + b"\n"
    with pytest.raises(HeldBatchError, match="no item of the protocol"):
        item_of_object(read_part(line, PartFormat.JSON_LINES)[0])


def test_a_batch_for_somebody_else_is_held(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)], addressee="31"))
    sides.province.visit()
    assert [arrival.fault for arrival in sides.province.held] == ["wrong_addressee"]


def test_a_manifest_that_names_a_file_elsewhere_is_not_followed(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.deliver(batch_of([item(1)]))
    name = next(name for name in sides.folder.names("from-hub") if name.endswith(".json"))
    data = sides.folder.read("from-hub", name).replace(b"batch-0", b"../b-0", 1)
    sides.folder.write("from-hub", name, data)
    sides.province.visit()
    assert [arrival.fault for arrival in sides.province.held] == ["unreadable"]


def test_another_epoch_is_taken_up_by_the_whole_list_page_by_page(url: str, tmp_path: Path) -> None:
    sides = Sides(tmp_path, url)
    sides.province.position = Position("f" * 32, 70, "a" * 64)
    page: dict[str, Any] = {"kind": BatchKind.SNAPSHOT, "first": 9, "last": 9, "head": 9}
    one = batch_of([item(None)], page_next="33:R1", digest="1" * 64, previous=NO_BATCH, **page)
    two = batch_of([item(None, "R2")], page_after="33:R1", digest="2" * 64, previous="1" * 64, **page)
    after = batch_of([item(10, "R3")], 10, previous="2" * 64)
    sides.deliver(after, two, one)
    assert [batch.digest for batch in sides.province.visit()] == [one.digest, two.digest, after.digest]
    assert sides.province.position.number == 10


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).map(str.strip).filter(bool)


@given(st.dictionaries(st.sampled_from(["name", "charge", "ban_text", "other_names"]), texts), texts)
def test_whatever_an_item_says_survives_a_table_and_json(columns: dict[str, str], reason: str) -> None:
    sent = Item(5, ItemOperation.WITHDRAW, "33", "R1", 2, "conviction", columns, reason=reason)
    table = written_part(PartFormat.CSV, own_headings(ListKind.CONVICTION), [own_row(sent)])
    [row] = read_part(table, PartFormat.CSV)
    assert item_of_row(row) == sent
    line = (json.dumps(own_object(sent), ensure_ascii=False) + "\n").encode()
    [stated] = read_part(line, PartFormat.JSON_LINES)
    assert item_of_object(stated) == sent


def test_a_statement_of_digests_is_left_for_the_other_side_and_is_no_batch(url: str, tmp_path: Path) -> None:
    hub = keyed(
        partner_of(tmp_path, HUB_SIDE.format(url=url, form="csv") + 'inbox = "to-hub"\ndone = "x"\n', "32.toml")
    )
    node = keyed(partner_of(tmp_path, PROVINCE_SIDE.format(url=url) + 'outbox = "to-hub"\n', "hub.toml"))
    one, other = (open_adapter(each, side, KEYS) for each, side in ((hub, HUB_SETTINGS), (node, NODE_SETTINGS)))
    assert isinstance(one, DigestPost)
    assert isinstance(other, DigestPost)
    assert other.collect_statement() is None
    one.leave_statement(b"first")
    one.leave_statement(b"second")
    assert other.collect_statement() == b"second"
    assert list(other.receive(BEGINNING)) == []
    other.leave_statement(b"theirs")
    assert one.collect_statement() == b"theirs"
