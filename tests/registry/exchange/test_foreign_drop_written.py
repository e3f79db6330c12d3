"""What a foreign system is handed: our rows under its headings, codes, days and units, closed by their digests."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest

from registry.exchange.batch import Item, ItemOperation
from tests.registry.exchange.foreign_drop_at_hand import CONFIG, Drop, folder_url
from tests.registry.exchange.partners_at_hand import batch_of, item, penalty


@pytest.fixture(params=["directory", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return folder_url(request.param, tmp_path)


def written_rows(drop: Drop, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(drop.folder.read("out", name).decode("gb18030"))))


def test_our_rows_are_written_under_their_headings_codes_days_and_units(url: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, url)
    withdrawn = Item(3, ItemOperation.WITHDRAW, "33", "R9", 4, "conviction", {"record_no": "R9"}, reason="再审改判")
    sealed = Item(4, ItemOperation.SEAL, "33", "R8", 2, None)
    drop.hub.adapter.deliver(batch_of([item(1), penalty(2), withdrawn, sealed, Item(5, ItemOperation.OWN)]), b"")
    listed, gone, erased = written_rows(drop, "convictions_000000000005.csv")
    assert (listed["编号"], listed["性别"], listed["证件类型"], listed["刑期"]) == ("R1", "1", "111", "1.166667")
    assert (listed["判决日期"], listed["操作"], listed["省份"], listed["版本"]) == ("20210518", "U", "33", "1")
    assert (gone["编号"], gone["操作"], gone["版本"]) == ("R9", "D", "4")
    assert (erased["编号"], erased["操作"]) == ("R8", "D")
    assert [row["企业"] for row in written_rows(drop, "revocations_000000000005.csv")] == ["杭州示例香满园食品有限公司"]
    told = drop.folder.read("out", "batch_000000000005.sha256").decode()
    for line in told.splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(drop.folder.read("out", name)).hexdigest() == digest


def test_a_batch_that_says_nothing_to_them_is_not_written(url: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, url)
    drop.hub.adapter.deliver(batch_of([Item(1, ItemOperation.OWN)]), b"")
    assert drop.folder.names("out") == []


ENDED = Item(1, ItemOperation.END, "33", "R7", 3, "conviction", {"record_no": "R7", "name": "赵一鸣"})
SEALED = Item(2, ItemOperation.SEAL, "33", "R8", None, None, reason="sealed")


def operations(drop: Drop) -> list[str]:
    drop.hub.adapter.deliver(batch_of([ENDED, SEALED]), b"")
    return [row["操作"] for row in written_rows(drop, "convictions_000000000002.csv")]


def test_a_row_a_court_has_undone_is_told_by_the_code_that_deletes_it(tmp_path: Path) -> None:
    assert operations(Drop(tmp_path, folder_url("directory", tmp_path))) == ["D", "D"]


def test_codes_of_their_own_for_sealed_and_undone_rows_are_written(tmp_path: Path) -> None:
    config = CONFIG.replace("[written.operation]", '[written.operation]\nseal = "F"\nend = "Z"')
    drop = Drop(tmp_path, folder_url("directory", tmp_path), config=config)
    assert operations(drop) == ["Z", "F"]


def test_without_a_mapping_whatever_takes_a_row_off_is_a_withdrawal_with_its_reason(tmp_path: Path) -> None:
    config = CONFIG.partition("[fields.conviction]")[0]
    drop = Drop(tmp_path, folder_url("directory", tmp_path), config=config)
    drop.hub.adapter.deliver(batch_of([ENDED, SEALED]), b"")
    ended, sealed = written_rows(drop, "convictions_000000000002.csv")
    assert (ended["operation"], ended["withdraw_reason"]) == ("withdraw", "ended by a court's decision")
    assert (ended["record_no"], ended["version"], ended["name"]) == ("R7", "3", "赵一鸣")
    assert (sealed["operation"], sealed["withdraw_reason"]) == ("withdraw", "sealed")


def test_a_code_table_without_a_word_for_withdrawing_gets_our_own(tmp_path: Path) -> None:
    config = CONFIG.replace('D = "withdraw"\n', "")
    drop = Drop(tmp_path, folder_url("directory", tmp_path), config=config)
    assert operations(drop) == ["withdraw", "withdraw"]
