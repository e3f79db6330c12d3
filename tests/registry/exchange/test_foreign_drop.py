"""A foreign system's folder: which files are taken, in which order, what they become, and what is told of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Position
from registry.exchange.batch import BatchKind, ItemOperation
from registry.exchange.folder import Folder
from registry.exchange.parcel import parcel_of
from registry.exchange.parcel_reading import foreign_epoch, read_parcel
from tests.registry.exchange.foreign_drop_at_hand import HEADINGS, MOVED, ROW, Drop, one, text_of
from tests.registry.exchange.partners_at_hand import BEGINNING


def test_foreign_rows_become_items_in_our_columns(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put_one(1, text_of(ROW.format("R1", "I"), "R2,,,,,,,,,,,D"))
    [batch] = drop.hub.visit()
    assert (batch.region, batch.addressee, batch.kind, batch.first, batch.last) == (
        "32",
        "hub",
        BatchKind.CHANGES,
        1,
        2,
    )
    assert batch.epoch == foreign_epoch(drop.partner)
    listed, withdrawn = batch.items
    assert (listed.number, listed.operation, listed.source_region, listed.record_no, listed.version) == (
        1,
        ItemOperation.UPSERT,
        "32",
        "R1",
        None,
    )
    assert listed.columns["sex"] == "男"
    assert listed.columns["sentence_months"] == 18
    assert (withdrawn.number, withdrawn.operation, withdrawn.reason) == (
        2,
        ItemOperation.WITHDRAW,
        "来源系统删除该记录",
    )


def test_numbers_go_on_from_file_to_file_and_each_is_taken_once(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put_one(2, one("R2"))
    drop.put_one(1, one("R1"))
    assert [(batch.first, batch.last) for batch in drop.hub.visit()] == [(1, 1), (2, 2)]
    assert drop.records() == ["R1", "R2"]
    assert drop.hub.visit() == []
    assert drop.folder.names("in") == []
    assert drop.folder.names("done") == ["pj_1.csv", "pj_1.ok", "pj_2.csv", "pj_2.ok"]


def test_a_file_without_its_marker_is_left_alone(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put({"pj_1.csv": one()})
    drop.put({".pj_2.csv.part": one(), "pj_3.csv.tmp": one()})
    assert drop.hub.visit() == []
    assert "pj_1.csv" in drop.folder.names("in")


def test_a_missing_number_is_waited_for_and_said(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.put_one(3, one("R3"))
    with pytest.raises(PartnerUnavailableError, match="number 2 is missing"):
        drop.hub.visit()
    assert drop.records() == ["R1"]
    drop.put_one(2, one("R2"))
    drop.hub.visit()
    assert drop.records() == ["R1", "R2", "R3"]


def test_days_as_numbers_only_grow_and_a_late_file_is_not_taken_but_said(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place, more=f'{MOVED}\nnumbers = "ascending"')
    drop.put_one(20260301)
    drop.put_one(20260303, one("R3"))
    drop.hub.visit()
    drop.put_one(20260302, one("R2"))
    drop.put_one(20260304, one("R4"))
    with pytest.raises(PartnerUnavailableError) as late:
        drop.hub.visit()
    assert late.value.fault == "late_file"
    assert drop.records() == ["R1", "R3", "R4"]


def test_a_visit_killed_before_it_acknowledged_finds_the_file_known(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put_one(1)
    drop.hub.acknowledging = False
    drop.hub.visit()
    drop.hub.acknowledging = True
    drop.put_one(2, one("R2"))
    drop.hub.visit()
    assert drop.hub.known == 1
    assert drop.records() == ["R1", "R2"]
    assert drop.folder.names("in") == []


def test_files_half_moved_by_a_visit_that_was_killed_are_moved(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.hub.acknowledging = False
    drop.hub.visit()
    drop.folder.move("in", "pj_1.ok", "done")
    drop.hub.acknowledging = True
    assert drop.hub.visit() == []
    assert drop.folder.names("in") == []


def test_files_left_in_place_are_taken_once(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address, more='acknowledgements = "acks"')
    drop.put_one(1)
    drop.hub.visit()
    assert drop.hub.visit() == []
    drop.put_one(2, one("R2"))
    drop.hub.visit()
    assert drop.records() == ["R1", "R2"]
    assert drop.hub.known == 0
    assert "pj_1.csv" in drop.folder.names("in")


def test_where_files_stay_the_last_one_may_not_vanish(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place, more="")
    drop.put_one(1)
    drop.hub.visit()
    drop.folder.move("in", "pj_1.csv", "away")
    drop.put_one(2)
    with pytest.raises(PartnerUnavailableError) as lost:
        drop.hub.visit()
    assert lost.value.fault == "position_unknown"


def test_a_file_sent_again_under_its_name_with_other_rows_is_neither_moved_nor_taken_but_said(
    folder_address: str, tmp_path: Path
) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put_one(1)
    drop.hub.visit()
    drop.put({"pj_1.csv": one("R2")})
    assert drop.hub.visit() == []
    assert drop.folder.read("done", "pj_1.csv") == one()
    drop.put({}, "pj_1.ok")
    with pytest.raises(PartnerUnavailableError) as late:
        drop.hub.visit()
    assert late.value.fault == "late_file"
    assert drop.folder.read("in", "pj_1.csv") == one("R2")
    assert drop.records() == ["R1"]


def test_a_file_sent_again_just_as_it_was_is_known_and_moved_beside_the_first(
    folder_address: str, tmp_path: Path
) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.put_one(1)
    drop.hub.visit()
    drop.put_one(1)
    assert (drop.hub.visit(), drop.hub.known) == ([], 1)
    assert drop.folder.names("done") == ["pj_1.csv", "pj_1.csv.2", "pj_1.ok", "pj_1.ok.2"]
    assert drop.folder.names("in") == []


def test_without_the_file_taken_last_no_older_one_is_taken(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.put_one(2, one("R2"))
    drop.hub.visit()
    drop.folder.move("done", "pj_2.csv", "away")
    drop.put_one(1)
    with pytest.raises(PartnerUnavailableError) as lost:
        drop.hub.visit()
    assert lost.value.fault == "position_unknown"
    assert drop.records() == ["R1", "R2"]


def test_a_file_too_large_to_have_been_taken_is_not_read_to_find_the_one_taken_last(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.hub.visit()
    drop.put_one(2, b" " * 100_001)
    monkeypatch.setattr(Folder, "read", reads_no("pj_2.csv", Folder.read))
    assert drop.hub.visit() == []
    assert [arrival.fault for arrival in drop.hub.held] == ["too_large"]
    for name in ("pj_2.csv", "pj_2.ok"):
        drop.folder.move("in", name, "done")
    assert drop.hub.visit() == []


def reads_no(forbidden: str, read: Callable[[Folder, str, str], bytes]) -> Callable[[Folder, str, str], bytes]:
    def reading(folder: Folder, where: str, name: str) -> bytes:
        assert name != forbidden
        return read(folder, where, name)

    return reading


def test_a_folder_that_takes_the_place_of_another_transport_begins_with_its_first_file(
    place: str, tmp_path: Path
) -> None:
    drop = Drop(tmp_path, place)
    drop.hub.position = Position("f" * 32, 70, "a" * 64)
    drop.put_one(1)
    assert [(batch.first, batch.previous) for batch in drop.hub.visit()] == [(71, "a" * 64)]
    drop.put_one(2, one("R2"))
    assert [batch.first for batch in drop.hub.visit()] == [72]


def test_a_file_that_says_nothing_is_news_too(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    drop.put_one(2, text_of())
    drop.put_one(3, one("R3"))
    assert [(batch.first, batch.last, len(batch.items)) for batch in drop.hub.visit()] == [
        (1, 1, 1),
        (2, 1, 0),
        (2, 2, 1),
    ]


def test_every_row_is_acknowledged_by_file_and_line(folder_address: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, folder_address)
    drop.hub.outcomes = {"R2": "quarantined"}
    drop.put_one(1, text_of(ROW.format("R1", "I"), "", ROW.format("R2", "I")))
    drop.hub.visit()
    told = drop.folder.read("acks", "pj_1.csv.ack.csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(told)))[1:] == [
        ["pj_1.csv", "2", "R1", "in_force", ""],
        ["pj_1.csv", "4", "R2", "quarantined", ""],
    ]


def test_a_full_file_with_a_row_that_could_be_anybody_is_held(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put({"all_1.csv": text_of(ROW.format("R1", ""), ROW.format("", ""))}, "all_1.ok")
    drop.hub.visit()
    [held] = drop.hub.held
    assert (held.fault, held.detail) == (
        "row_without_key",
        "all_1.csv, line 3: a row of a full file has no record number",
    )


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_and_json_lines_are_read_like_csv(place: str, tmp_path: Path) -> None:
    row = ROW.format("R1", "").split(",")
    drop = Drop(tmp_path, place, full="xlsx")
    drop.put({"all_1.xlsx": workbook(HEADINGS.split(","), [*row[:10], 44334, ""])}, "all_1.ok")
    [batch] = drop.hub.visit()
    assert batch.items[0].columns["judgment_date"] == 44334
    other = Drop(tmp_path, f"{place}-2", full="jsonl")
    line = json.dumps(dict(zip(HEADINGS.split(","), row, strict=True)), ensure_ascii=False)
    other.put({"all_1.jsonl": f"{line}\n".encode()}, "all_1.ok")
    [batch] = other.hub.visit()
    assert batch.items[0].columns["sex"] == "男"


def test_a_file_without_a_heading_the_configuration_names_is_held_for_every_row_would_lose_it(
    place: str, tmp_path: Path
) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1, one().decode("gb18030").replace("证件号码", "身份证号").encode("gb18030"))
    assert drop.hub.visit() == []
    [held] = drop.hub.held
    assert (held.fault, held.detail) == ("heading_missing", "pj_1.csv has no heading 证件号码 ([fields.conviction])")


def test_a_short_first_row_is_at_fault_itself_and_no_heading_is_missing_for_it(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1, text_of("R1,赵一鸣", ROW.format("R2", "I")))
    [batch] = drop.hub.visit()
    assert [[fault.code for fault in each.faults] for each in batch.items] == [["cells"], []]


def test_a_folder_that_is_not_there_is_no_empty_one(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    with pytest.raises(PartnerUnavailableError, match="there is no folder in below url") as refused:
        drop.hub.visit()
    assert refused.value.fault == "missing_folder"


def test_a_full_file_says_what_became_of_rows_it_has_no_more(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put({"all_1.csv": one()}, "all_1.ok")
    [arrival] = drop.hub.adapter.receive(drop.hub.position)
    gone = [("32:R9", "withdrawn", "absent")]
    told = Acknowledgement("e", "d", 1, 1, [("32:R1", "in_force", "")], absent=gone)
    drop.hub.adapter.acknowledge(arrival, told)
    written = drop.folder.read("acks", "all_1.csv.ack.csv").decode("utf-8-sig").splitlines()
    assert written[1:] == ["all_1.csv,2,32:R1,in_force,", ",,32:R9,withdrawn,absent"]


@pytest.mark.parametrize(
    ("data", "fault", "detail"),
    [
        (HEADINGS.encode() + b"\r\n\xff\xff\xff\r\n", "unreadable", "breaks in line 2"),
        (text_of('R1,"open'), "unreadable", "from line 2 on the file cannot be read as CSV"),
        (text_of(*[ROW.format(f"R{number}", "I") for number in range(1500)]), "too_large", "bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_held_whole_and_the_next_is_not_taken(
    data: bytes, fault: str, detail: str, place: str, tmp_path: Path
) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1, data)
    drop.put_one(2)
    assert drop.hub.visit() == []
    [held] = drop.hub.held
    assert held.fault == fault
    assert detail in held.detail


def test_a_row_with_too_few_cells_or_an_unknown_code_carries_its_fault_alone(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1, text_of(ROW.format("R1", "I"), "R2,钱二", ROW.format("R3", "X")))
    [batch] = drop.hub.visit()
    assert [[fault.code for fault in each.faults] for each in batch.items] == [[], ["cells"], ["unknown_word"]]


def test_a_kept_parcel_is_read_again_to_the_same_batch(place: str, tmp_path: Path) -> None:
    drop = Drop(tmp_path, place)
    drop.put_one(1)
    [arrival] = drop.hub.adapter.receive(BEGINNING)
    assert read_parcel(drop.partner, "hub", parcel_of(arrival.content), BEGINNING) == arrival.batch
