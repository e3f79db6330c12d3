"""Tables between two systems of ours, on SQLite and PostgreSQL: signed batches in order and once, and statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    MetaData,
    Table,
    create_engine,
    select,
    update,
)

from registry.errors import PartnerUnavailableError
from registry.exchange.batch import NO_BATCH, BatchKind, Item, ItemOperation
from registry.exchange.exchange_table import OwnTableAdapter
from tests.registry.exchange.partners_at_hand import (
    HUB_KEY,
    OTHER_KEY,
    Receiver,
    batch_of,
    item,
    keyed,
    partner_of,
    penalty,
)
from tests.registry.exchange.tables_at_hand import opened

OURS = """\
partner = "{partner}"
adapter = "table"
signed = false
[table]
database = "{url}"
manifest = "ours"
inbox = "to_{to}"
outbox = "to_{of}"
"""


class Pair:
    """Zhejiang's own system and the hub, over tables of ours."""

    def __init__(self, folder: Path, url: str, key: object = HUB_KEY) -> None:
        (folder / "address").write_text(url, "utf-8")
        hub = keyed(partner_of(folder, OURS.format(partner="33", url="file:address", to="hub", of="33"), "33.toml"))
        node = keyed(partner_of(folder, OURS.format(partner="hub", url="file:address", to="33", of="hub"), "hub.toml"))
        self.hub = OwnTableAdapter(hub, "hub", opened(hub), key)  # type: ignore[arg-type]
        self.node = Receiver(OwnTableAdapter(node, "33", opened(node), OTHER_KEY))
        self.engine = create_engine(url)

    def close(self) -> None:
        self.hub.close()
        self.node.adapter.close()
        self.engine.dispose()


@pytest.fixture
def pair(tables_address: str, tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path, tables_address)
    yield made
    made.close()


def test_between_two_of_ours_tables_carry_signed_batches_in_order_and_once(pair: Pair) -> None:
    one = batch_of([item(1), Item(2, ItemOperation.OWN), penalty(3)], addressee="33")
    two = batch_of([item(4, "R4")], 4, one.digest, addressee="33")
    for batch in (two, one, one):
        pair.hub.deliver(batch, b"")
    taken = pair.node.visit()
    assert [batch.digest for batch in taken] == [one.digest, two.digest]
    assert taken[0].items == one.items
    assert {batch.signed_by for batch in taken} == {HUB_KEY.thumbprint}
    assert pair.node.visit() == []
    pair.hub.deliver(one, b"")
    assert pair.node.visit() == []
    with pair.engine.begin() as connection:
        told = Table("to_33", MetaData(), autoload_with=connection)
        acknowledged = [json.loads(text) for text in connection.scalars(select(told.c.acknowledgement))]
    assert {body["batch"] for body in acknowledged} == {one.digest, two.digest}


def test_what_is_left_in_the_tables_beyond_its_size_is_not_read(pair: Pair) -> None:
    given = batch_of([item(1)], addressee="33")
    pair.hub.deliver(given, b"")
    long = " " * ((32 << 20) + 1)
    with pair.engine.begin() as connection:
        told = Table("to_33", MetaData(), autoload_with=connection)
        connection.execute(update(told).values(manifest=long[: (1 << 20) + 1], acknowledgement=long))
    pair.hub.leave_statement(long.encode())
    assert pair.node.visit() == []
    assert [arrival.fault for arrival in pair.node.held] == ["too_large"]
    node = pair.node.adapter
    assert isinstance(node, OwnTableAdapter)
    for read in (node.collect_statement, lambda: list(pair.hub.collect_acknowledgements([given]))):
        with pytest.raises(PartnerUnavailableError) as large:
            read()
        assert large.value.fault == "too_large"


def test_a_row_altered_in_the_table_is_held_whole(pair: Pair) -> None:
    pair.hub.deliver(batch_of([item(1)], addressee="33"), b"")
    with pair.engine.begin() as connection:
        rows = Table("to_33_row", MetaData(), autoload_with=connection)
        connection.execute(update(rows).values(item='{"number": 1, "operation": "own"}'))
    assert pair.node.visit() == []
    assert [arrival.fault for arrival in pair.node.held] == ["digest_mismatch"]


def test_a_position_of_another_epoch_begins_with_the_whole_list(pair: Pair) -> None:
    page: dict[str, Any] = {"kind": BatchKind.SNAPSHOT, "first": 9, "last": 9, "head": 9, "addressee": "33"}
    whole = batch_of([item(None)], digest="1" * 64, previous=NO_BATCH, **page)
    pair.hub.deliver(whole, b"")
    assert [batch.digest for batch in pair.node.visit()] == [whole.digest]


def test_a_statement_of_digests_is_left_in_the_tables_and_is_no_batch(pair: Pair) -> None:
    node = pair.node.adapter
    assert isinstance(node, OwnTableAdapter)
    assert node.collect_statement() is None
    pair.hub.leave_statement(b"first")
    pair.hub.leave_statement(b"second")
    assert node.collect_statement() == b"second"
    assert pair.node.visit() == []
