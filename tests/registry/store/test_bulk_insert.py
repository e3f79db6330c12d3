"""Many rows at once are the same rows as one by one, and fail in the register's own words."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from registry.errors import ConflictError
from registry.store.bulk_insert import WORTH_IT, insert_rows
from registry.store.engine import Store
from registry.store.tables import list_record

NOON = datetime.datetime(2025, 11, 21, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
AWKWARD = 'R\t1\\N\n甲,"乙"\'\\.'


def row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "source_region": "33",
        "record_no": f"{AWKWARD}{number}",
        "version": 1,
        "kind": "conviction",
        "state": "active",
        "outcome": "in_force",
        "subject_id": None,
        "document_no": "",
        "data_key": bytes(range(256)),
        "payload": b"\x00\\x00\n\\.",
        "content_digest": bytes(32),
        "index_version": 1,
        "food_related": number % 2 == 0,
        "received_at": NOON,
    }


@pytest.mark.parametrize("count", [1, WORTH_IT, 3 * WORTH_IT])
def test_rows_come_back_as_they_were_given(store: Store, count: int) -> None:
    given = [row(number) for number in range(1, count + 1)]
    with store.write() as uow:
        insert_rows(uow.transaction.connection, list_record, given)
    with store.read() as uow:
        found = uow.transaction.connection.execute(select(list_record).order_by(list_record.c.id)).mappings()
        kept = [{name: each[name] for name in given[0]} for each in found]
    assert kept == given


def test_a_row_that_is_there_already_is_a_conflict_and_nothing_of_the_rest_is_kept(store: Store) -> None:
    with pytest.raises(ConflictError), store.write() as uow:
        insert_rows(uow.transaction.connection, list_record, [*map(row, range(1, 40)), row(7)])
    with store.read() as uow:
        assert uow.transaction.connection.execute(select(list_record.c.id)).all() == []


def test_an_instant_without_a_time_zone_is_refused(store: Store) -> None:
    rows = [{**row(number), "received_at": NOON.replace(tzinfo=None)} for number in range(1, 40)]
    with pytest.raises((ValueError, StatementError), match="time zone"), store.write() as uow:
        insert_rows(uow.transaction.connection, list_record, rows)
