"""A foreign system's folder: files of one number, the digests that close them, and a whole list among them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Position
from registry.exchange.batch import BatchKind
from tests.registry.exchange.foreign_drop_at_hand import CONFIG, MOVED, ROW, Drop, one, text_of


def test_a_marker_with_a_digest_is_compared(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put(
        {"pj_1.csv": one()}, "pj_1.ok", f"{hashlib.md5(one(), usedforsecurity=False).hexdigest()}  pj_1.csv\n".encode()
    )
    drop.put({"pj_2.csv": one("R2")}, "pj_2.ok", f"{'0' * 64} *pj_2.csv\n".encode())
    drop.hub.visit()
    assert drop.records() == ["R1"]
    assert [(arrival.fault, arrival.place) for arrival in drop.hub.held] == [("digest_mismatch", "pj_2.csv")]


def sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()).encode()


REVOCATION = "编号,企业,文号,机关,种类,日期\r\nP1,某公司,某文号,某局,吊销许可证,2024-06-18\r\n".encode()


def test_files_of_one_number_are_one_batch_closed_by_their_digests(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address, manifest="batch_{number}.sha256")
    files = {"pj_1.csv": one(), "cf_1.csv": REVOCATION}
    drop.put(files, "batch_1.sha256", sums(files))
    [batch] = drop.hub.visit()
    assert [(each.kind, each.record_no) for each in batch.items] == [("conviction", "R1"), ("revocation", "P1")]


def test_a_file_its_digests_name_is_waited_for_and_one_they_do_not_name_is_held(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place, manifest="batch_{number}.sha256")
    files = {"pj_1.csv": one(), "cf_1.csv": REVOCATION}
    drop.put({"pj_1.csv": one()}, "batch_1.sha256", sums(files))
    with pytest.raises(PartnerUnavailableError, match=r"cf_1\.csv is not there"):
        drop.hub.visit()
    drop.put(files, "batch_1.sha256", sums({"pj_1.csv": one()}))
    drop.hub.visit()
    assert [arrival.fault for arrival in drop.hub.held] == ["digest_missing"]


def test_a_full_file_says_of_which_kind_it_is_the_whole(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.put({"all_1.csv": text_of(ROW.format("R1", ""), ROW.format("R2", ""))}, "all_1.ok")
    drop.put_one(2, one("R3"))
    increments, full, after = drop.hub.visit()
    assert (full.kind, full.covers, full.first, full.last) == (BatchKind.FULL, ("conviction",), 2, 2)
    assert [each.number for each in full.items] == [None, None]
    assert (increments.last, after.first) == (1, 3)


WHOLE = {"pj_1.csv": one(), "cf_1.csv": REVOCATION, "all_1.csv": text_of(ROW.format("R1", ""), ROW.format("R2", ""))}


def with_a_whole_list(folder_address: str, tmp_path: Path) -> Drop:
    """Increments of both kinds and the whole list, all of one number and closed by one file of digests."""
    drop = Drop(tmp_path, folder_address, more=f'{MOVED}\nnumbers = "ascending"', manifest="batch_{number}.sha256")
    drop.put(WHOLE, "batch_1.sha256", sums(WHOLE))
    return drop


def test_a_whole_list_of_the_number_of_increments_is_taken_after_them(folder_address: str, tmp_path: Path) -> None:
    drop = with_a_whole_list(folder_address, tmp_path)
    assert [batch.kind for batch in drop.hub.visit()] == [BatchKind.CHANGES, BatchKind.FULL]
    assert drop.folder.names("in") == []
    assert drop.folder.names("done") == ["all_1.csv", "batch_1.sha256", "cf_1.csv", "pj_1.csv"]
    assert drop.hub.visit() == []


def first_of(drop: Drop) -> None:
    """Take the increments alone, as a visit does that is killed behind them."""
    arrivals = drop.hub.adapter.receive(drop.hub.position)
    arrival = next(iter(arrivals))
    assert arrival.batch is not None
    drop.hub.position = Position(arrival.batch.epoch, arrival.batch.last, arrival.batch.digest)


@pytest.mark.parametrize("moved", [[], ["cf_1.csv"], ["cf_1.csv", "pj_1.csv"]])
def test_a_visit_killed_between_increments_and_whole_list_goes_on_with_the_list(
    moved: list[str], place: str, tmp_path: Path
) -> None:
    drop = with_a_whole_list(place, tmp_path)
    first_of(drop)
    for name in moved:
        drop.folder.move("in", name, "done")
    assert [batch.kind for batch in drop.hub.visit()] == [BatchKind.FULL]
    assert drop.folder.names("in") == []


def test_files_whose_marker_alone_was_moved_are_left_where_they_were_not_taken(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.hub.visit()
    drop.put_one(2, one("R2"))
    drop.folder.move("in", "pj_2.ok", "done")
    assert drop.hub.visit() == []
    assert drop.folder.names("in") == ["pj_2.csv"]


def test_a_marker_of_two_files_of_one_stem_stays_until_both_were_taken(place: str, tmp_path: Path) -> None:
    config = CONFIG.replace('name = "cf_{{number}}.csv"', 'name = "pj_{{number}}.jsonl"')
    drop = Drop(tmp_path, place, config=config)
    drop.put({"pj_1.csv": one(), "pj_1.jsonl": b'{"\xe7\xbc\x96\xe5\x8f\xb7": "P1"}\n', "pj_1.log": b""}, "pj_1.ok")
    assert [batch.items[0].record_no for batch in drop.hub.visit()] == ["R1", "P1"]
    assert drop.folder.names("in") == ["pj_1.log"]
