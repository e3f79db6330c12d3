"""Exchange tables on SQLite and PostgreSQL: what is new is read once, whole, in order, and marked when it was taken."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    select,
    update,
)

from registry.errors import PartnerUnavailableError, SettingsError
from registry.exchange.adapter import Acknowledgement
from registry.exchange.batch import BatchKind, Item, ItemOperation
from registry.exchange.exchange_table import ForeignTableAdapter
from registry.exchange.foreign_tables import ForeignTables
from tests.registry.exchange.partners_at_hand import (
    BEGINNING,
    Receiver,
    batch_of,
    item,
    partner_of,
    penalty,
)
from tests.registry.exchange.tables_at_hand import opened

FOREIGN = """\
partner = "33"
adapter = "table"
signed = false
[table]
database = "{url}"
status = "ZT"
batch = "pch"
row = "id"
message = "cwxx"
{more}
[[table.incoming]]
name = "pj_in"
kind = "conviction"
[[table.outgoing]]
name = "pj_out"
kind = "conviction"
[fields.conviction]
record_no = "bh"
source_region = "sf"
name = "xm"
sex = "xb"
id_type = "zjlx"
id_number = "zjhm"
birth_date = "csrq"
document_no = "ah"
court = "fy"
charge = "zm"
sentence = "xz"
sentence_months = "xq"
judgment_date = "pjrq"
version = "gxsj"
operation = "cz"
[codes.sex]
1 = "男"
2 = "女"
[codes.id_type]
01 = "resident_id"
[codes.operation]
I = "upsert"
U = "upsert"
D = "withdraw"
"""


class FrontEndDatabase:
    """A province's front-end database, and the hub that visits it."""

    def __init__(
        self, folder: Path, url: str, more: str = "", limits: str = "", *, numbers: type[Integer | String] = Integer
    ) -> None:
        self.engine: Engine = create_engine(url)
        metadata = MetaData()
        self.incoming, self.outgoing = (self._table(metadata, name, numbers) for name in ("pj_in", "pj_out"))
        metadata.create_all(self.engine)
        (folder / "address").write_text(url, "utf-8")
        self.partner = partner_of(folder, FOREIGN.format(url="file:address", more=more) + limits)
        self.hub = Receiver(ForeignTableAdapter(self.partner, "hub", opened(self.partner)))

    @staticmethod
    def _table(metadata: MetaData, name: str, numbers: type[Integer | String]) -> Table:
        texts = ("bh", "sf", "xm", "xb", "zjlx", "zjhm", "ah", "fy", "zm", "xz", "cz", "cwxx")
        return Table(
            name,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("PCH", String(20) if numbers is String else numbers),
            Column("zt", Integer, nullable=False),
            *(Column(column, String(200)) for column in texts),
            Column("csrq", Date),
            Column("pjrq", String(20)),
            Column("xq", Numeric(6, 2)),
            Column("gxsj", DateTime),
            Column("zs", Integer),
        )

    def put(self, batch: int | str, *rows: Mapping[str, Any]) -> None:
        with self.engine.begin() as connection:
            for row in rows:
                connection.execute(insert(self.incoming).values({"PCH": batch, "zt": 0, **ROW, **row}))

    def states(self) -> list[tuple[str, int, str | None]]:
        with self.engine.begin() as connection:
            of = select(self.incoming.c.bh, self.incoming.c.zt, self.incoming.c.cwxx).order_by(self.incoming.c.id)
            return [tuple(row) for row in connection.execute(of)]

    def written(self) -> Sequence[Mapping[str, Any]]:
        with self.engine.begin() as connection:
            of = select(self.outgoing).order_by(self.outgoing.c.id)
            return [dict(row) for row in connection.execute(of).mappings()]

    def records(self) -> list[str]:
        return [str(each.record_no) for batch in self.hub.taken for each in batch.items]


ROW = {
    "bh": "R1",
    "xm": "赵一鸣",
    "xb": "1",
    "zjlx": "01",
    "zjhm": "339900197603094014",
    "csrq": datetime.date(1976, 3, 9),
    "ah": "（2021）浙0106刑初9号",
    "fy": "某法院",
    "zm": "生产、销售有毒、有害食品罪",
    "xz": "有期徒刑",
    "xq": Decimal("14.00"),
    "pjrq": "二〇二一年五月十八日",
    "gxsj": datetime.datetime(2026, 3, 1, 12, 0),  # noqa: DTZ001 -- as a front-end database keeps it
    "cz": "I",
}


Front = Callable[..., FrontEndDatabase]


@pytest.fixture
def front(tables_address: str, tmp_path: Path) -> Iterator[Front]:
    made: list[FrontEndDatabase] = []

    def make(more: str = "", limits: str = "", numbers: type[Integer | String] = Integer) -> FrontEndDatabase:
        made.append(FrontEndDatabase(tmp_path, tables_address, more, limits, numbers=numbers))
        return made[-1]

    yield make
    for one in made:
        one.hub.adapter.close()
        one.engine.dispose()


def test_new_rows_become_items_and_are_marked_once_they_were_taken(front: Front) -> None:
    database = front()
    database.put(1, {}, {"bh": "R2", "cz": "D"})
    [batch] = database.hub.visit()
    assert (batch.region, batch.kind, batch.first, batch.last) == ("33", BatchKind.CHANGES, 1, 2)
    listed, withdrawn = batch.items
    assert (listed.source_region, listed.record_no, listed.version) == ("33", "R1", 1772366400)
    assert listed.columns["sex"] == "男"
    assert listed.columns["birth_date"] == "1976-03-09"
    assert float(str(listed.columns["sentence_months"])) == 14
    assert withdrawn.operation is ItemOperation.WITHDRAW
    assert database.states() == [("R1", 1, None), ("R2", 1, None)]
    assert database.hub.visit() == []


def test_rows_that_were_not_taken_are_marked_as_failed_with_the_reason(front: Front) -> None:
    database = front()
    database.put(1, {}, {"bh": "R2"})
    [arrival] = database.hub.adapter.receive(BEGINNING)
    assert arrival.batch is not None
    told = database.hub.acknowledgement(arrival.batch)
    outcomes = [("R1", "in_force", ""), ("R2", "quarantined", "impossible_date")]
    database.hub.adapter.acknowledge(arrival, type(told)(told.epoch, told.digest, 1, 2, outcomes))
    assert database.states() == [("R1", 1, None), ("R2", 2, "impossible_date")]


def test_batches_come_in_the_order_of_their_numbers(front: Front) -> None:
    database = front()
    database.put(11, {"bh": "R3"})
    database.put(9, {"bh": "R1"}, {"bh": "R2"})
    assert [(batch.first, batch.last) for batch in database.hub.visit()] == [(1, 2), (3, 3)]
    assert database.records() == ["R1", "R2", "R3"]


def test_a_visit_killed_before_it_marked_finds_the_rows_known(front: Front) -> None:
    database = front()
    database.put(1, {})
    database.hub.acknowledging = False
    database.hub.visit()
    database.hub.acknowledging = True
    assert database.hub.visit() == []
    assert (database.hub.known, database.states()) == (1, [("R1", 1, None)])


def test_rows_that_come_late_into_a_batch_are_a_batch_of_their_own(front: Front) -> None:
    database = front()
    database.put(1, {})
    database.hub.visit()
    database.put(1, {"bh": "R2"})
    database.hub.visit()
    assert database.records() == ["R1", "R2"]


def test_a_batch_that_comes_after_a_later_one_is_not_taken_but_said(front: Front) -> None:
    database = front()
    database.put(2, {})
    database.hub.visit()
    database.put(1, {"bh": "R0"})
    database.put(3, {"bh": "R3"})
    with pytest.raises(PartnerUnavailableError) as late:
        database.hub.visit()
    assert late.value.fault == "late_batch"
    assert database.records() == ["R1", "R3"]


def test_batch_numbers_that_are_texts_are_ordered_by_what_their_digits_count(front: Front) -> None:
    database = front('complete = "next"', numbers=String)
    database.put("PC-9", {"bh": "R9"})
    database.put("PC-10", {"bh": "R10"})
    database.put("PC-11", {"bh": "R11"})
    database.hub.visit()
    assert database.records() == ["R9", "R10"]
    database.put("PC-8", {"bh": "R8"})
    with pytest.raises(PartnerUnavailableError, match="PC-8"):
        database.hub.visit()


def test_a_batch_that_counts_its_rows_is_read_once_all_are_there(front: Front) -> None:
    database = front('count = "zs"')
    database.put(1, {"zs": 2})
    database.put(2, {"bh": "R3", "zs": 1})
    assert database.hub.visit() == []
    database.put(1, {"bh": "R2", "zs": 2})
    database.hub.visit()
    assert database.records() == ["R1", "R2", "R3"]


@pytest.mark.parametrize("rows", [[{"fy": "院" * 190, "zm": "罪" * 190}] * 200, [{}] * 500])
def test_a_batch_beyond_its_size_is_counted_at_the_database_and_not_read(
    rows: list[dict[str, str]], front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = front(limits="[limits]\nbytes_per_batch = 65536")
    database.put(1, *rows)
    monkeypatch.setattr(ForeignTables, "_read", lambda *_: pytest.fail("it was read"))
    assert database.hub.visit() == []
    [held] = database.hub.held
    assert held.fault == "too_large"
    database.hub.adapter.acknowledge(held, Acknowledgement("", "", 0, 0, accepted=False))
    assert {state for _, state, _ in database.states()} == {2}


def test_where_only_the_next_batch_ends_one_the_last_is_waited_for(front: Front) -> None:
    database = front('complete = "next"')
    database.put(1, {})
    assert database.hub.visit() == []
    database.put(2, {"bh": "R2"})
    database.hub.visit()
    assert database.records() == ["R1"]


def test_our_rows_are_inserted_with_codes_types_and_status(front: Front) -> None:
    database = front()
    withdrawn = Item(3, ItemOperation.WITHDRAW, "34", "R9", 4, "conviction", {"record_no": "R9"}, reason="再审改判")
    batch = batch_of([item(1), penalty(2), withdrawn], first=5)
    database.hub.adapter.deliver(batch, b"")
    database.hub.adapter.deliver(batch, b"")
    listed, gone = database.written()
    assert (listed["PCH"], listed["zt"], listed["bh"], listed["sf"], listed["xb"]) == (7, 0, "R1", "33", "1")
    assert (listed["csrq"], listed["xq"], listed["cz"]) == (datetime.date(1976, 3, 9), Decimal(14), "I")
    assert listed["gxsj"] is None  # our version is no time
    assert (gone["bh"], gone["sf"], gone["cz"]) == ("R9", "34", "D")


def test_rows_they_have_read_already_are_not_inserted_again(front: Front) -> None:
    database = front()
    database.hub.adapter.deliver(batch_of([item(1)]), b"")
    with database.engine.begin() as connection:
        connection.execute(update(database.outgoing).values(zt=1))
    database.hub.adapter.deliver(batch_of([item(1)]), b"")
    assert [row["zt"] for row in database.written()] == [1]


def test_a_column_or_table_that_is_not_there_is_named(front: Front, tmp_path: Path) -> None:
    database = front('count = "anzahl"')
    database.put(1, {})
    with pytest.raises(PartnerUnavailableError, match="pj_in has no column anzahl"):
        database.hub.visit()


def test_a_database_that_is_not_there_is_a_partner_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("postgresql+psycopg://hub:hunter2@127.0.0.1:1/none", "utf-8")
    partner = partner_of(tmp_path, FOREIGN.format(url="file:address", more=""))
    adapter = ForeignTableAdapter(partner, "hub", opened(partner))
    with pytest.raises(PartnerUnavailableError) as gone:
        list(adapter.receive(BEGINNING))
    assert "hunter2" not in str(gone.value)


def test_an_address_that_is_none_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("hunter2", "utf-8")
    partner = partner_of(tmp_path, FOREIGN.format(url="file:address", more=""))
    with pytest.raises(SettingsError) as wrong:
        opened(partner)
    assert "hunter2" not in str(wrong.value)
