"""A row in quarantine is looked at, tried again, taken corrected or refused, each once and on record."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.decide_quarantine import correct_row, look_at_row, read_quarantine, refuse_row, retry_row
from registry.store.tables import ledger_entry, quarantine_row
from tests.registry.intake.list_rows_at_hand import conviction, csv_text, revocation
from tests.registry.services.register_under_test import listed, rows, take

FAULTY = {"effective_date": "2021-02-30"}


def waiting(services: Services, **changes: str) -> int:
    """Bring a faulty row, and give the number it waits under."""
    take(services, conviction("R1", **FAULTY, **changes))
    return read_quarantine(services)[-1].id


def corrected(services: Services, number: int, *stated: Mapping[str, str]) -> str:
    file = io.BytesIO(csv_text(list(stated)).encode())
    return correct_row(services, number, file, reason="法院来函", actor="test").outcome


def recorded(services: Services, kind: EventKind) -> int:
    return [row.kind for row in rows(services, ledger_entry)].count(kind)


def test_a_row_is_looked_at_without_its_cells_or_with_them_on_record(services: Services) -> None:
    number = waiting(services)
    assert look_at_row(services, number, actor="test").cells == {}
    assert recorded(services, EventKind.QUARANTINE_READ) == 0
    view = look_at_row(services, number, actor="test", content=True)
    assert view.cells["name"] == conviction()["name"]
    assert (view.row.record_no, view.row.field, view.row.reason_code) == ("R1", "effective_date", "impossible_date")
    assert recorded(services, EventKind.QUARANTINE_READ) == 1
    with pytest.raises(NotFoundError):
        look_at_row(services, 999, actor="test")


def test_a_corrected_row_is_in_force_and_waits_no_more(services: Services) -> None:
    number = waiting(services)
    assert corrected(services, number, conviction("R1")) == "in_force"
    assert len(listed(services)) == 1
    assert read_quarantine(services) == []
    assert recorded(services, EventKind.QUARANTINE_CORRECTED) == 1
    with pytest.raises(ConflictError):
        corrected(services, number, conviction("R1"))


@pytest.mark.parametrize(
    "stated",
    [
        [conviction("R2")],
        [conviction("R1", **FAULTY)],
        [conviction("R1"), conviction("R1", version="2")],
        [conviction("R1", source_region="32")],
    ],
    ids=["another row", "faulty still", "two rows", "another region"],
)
def test_a_correction_that_is_not_of_this_one_row_or_not_sound_changes_nothing(
    services: Services, stated: list[dict[str, str]]
) -> None:
    number = waiting(services)
    with pytest.raises(InvalidInputError):
        corrected(services, number, *stated)
    assert [row.id for row in read_quarantine(services)] == [number]
    assert listed(services) == []
    assert len(rows(services, quarantine_row)) == 1


def test_a_row_that_was_at_odds_with_what_stood_is_taken_once_it_is_not(services: Services) -> None:
    take(services, conviction("R1"))
    take(services, conviction("R1", name="王建军"))
    (row,) = read_quarantine(services)
    assert row.reason_code == "other_content"
    with pytest.raises(InvalidInputError):
        retry_row(services, row.id, reason="再试", actor="test")
    with services.store.write() as uow:  # what stood was set aside, as a repair does
        uow.transaction.connection.execute(text("UPDATE list_record SET version = -1"))
        uow.transaction.connection.execute(text("UPDATE list_record SET state = 'superseded'"))
    settled = retry_row(services, row.id, reason="已核实", actor="test")
    assert (settled.outcome, settled.row.state) == ("in_force", "retried")
    assert recorded(services, EventKind.QUARANTINE_RETRIED) == 1


def test_a_row_of_a_revocation_is_tried_again_as_one(services: Services) -> None:
    take(services, revocation(decided_on="2021-02-30"))
    (row,) = read_quarantine(services)
    with pytest.raises(InvalidInputError) as still:
        retry_row(services, row.id, reason="再试", actor="test")
    assert [fault.field for fault in still.value.faults] == ["decided_on"]


def test_a_word_of_the_senders_that_was_not_understood_is_not_passed_over_by_trying_again(services: Services) -> None:
    number = waiting(services)
    with services.store.write() as uow:
        uow.transaction.connection.execute(text("UPDATE quarantine_row SET reason_code = 'unit_unknown'"))
    with pytest.raises(ConflictError):
        retry_row(services, number, reason="再试", actor="test")


def test_a_refused_row_waits_no_more_and_needs_a_reason(services: Services) -> None:
    number = waiting(services)
    with pytest.raises(InvalidInputError):
        refuse_row(services, number, reason=" ", actor="test")
    assert refuse_row(services, number, reason="误报", actor="test").outcome == "refused"
    assert (read_quarantine(services), listed(services)) == ([], [])
    assert recorded(services, EventKind.QUARANTINE_REFUSED) == 1
    with pytest.raises(ConflictError):
        retry_row(services, number, reason="再试", actor="test")


def test_rows_are_listed_by_region(services: Services, tmp_path: Path) -> None:
    waiting(services)
    take(services, conviction("S1", source_region="31", **FAULTY))
    assert [row.record_no for row in read_quarantine(services, "31")] == ["S1"]
    assert len(read_quarantine(services)) == 2
