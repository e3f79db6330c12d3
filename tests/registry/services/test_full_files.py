"""A full file: what is absent is withdrawn, what is in doubt is not, and every night's file brings the same rows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from registry.errors import ConflictError
from registry.exchange.adapter import Arrival
from registry.exchange.batch import BatchKind, Item
from registry.exchange.partner import ExchangeLimits
from registry.services.context import Services
from registry.services.decide_hold import correct_hold
from registry.services.decide_quarantine import read_quarantine, refuse_row, retry_row
from registry.services.take_batch import take_arrival
from registry.store.tables import quarantine_row
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, revocation
from tests.registry.services.exchange_at_hand import made, partner_of, standing
from tests.registry.services.register_under_test import bans, rows, take
from tests.registry.services.test_take_batch import item, people, taken


def test_a_full_file_withdraws_by_absence_and_counts_versions_itself(hub: Services, zhejiang: Services) -> None:
    def full(number: int, *items: Item) -> Arrival:
        return made(zhejiang, "hub", *items, kind=BatchKind.FULL, first=number, last=number)

    unversioned = [dataclasses.replace(each, number=None, version=None) for each in people(5)]
    taken(hub, zhejiang, full(1, *unversioned))
    assert len(bans(hub)) == 5
    # The same again changes nothing; one changed, one gone.
    changed = dataclasses.replace(unversioned[0], columns={**unversioned[0].columns, "effective_date": "2021-06-01"})
    outcome = taken(hub, zhejiang, full(2, changed, *unversioned[1:4]))
    assert outcome.counts == {"in_force": 1, "known": 3, "withdrawn": 1}
    assert len(bans(hub)) == 4
    # Back again: a new version of the same content; a row without a key makes no absence certain.
    nameless = dataclasses.replace(unversioned[1], record_no=None, columns={})
    outcome = taken(hub, zhejiang, full(3, unversioned[4], nameless))
    assert outcome.counts == {"in_force": 1, "quarantined": 1}
    assert len(bans(hub)) == 5
    assert standing(hub)["33", "R406"][0] == 3


def full(zhejiang: Services, number: int, *items: Item) -> Arrival:
    unversioned = [dataclasses.replace(each, number=None, version=None) for each in items]
    return made(zhejiang, "hub", *unversioned, kind=BatchKind.FULL, first=number, last=number)


def test_two_rows_of_a_full_file_with_one_number_drop_nobody_and_make_no_absence_certain(
    hub: Services, zhejiang: Services
) -> None:
    first, second, third = people(3)
    taken(hub, zhejiang, full(zhejiang, 1, first, second, third))
    before = bans(hub)
    mistyped = dataclasses.replace(second, record_no=first.record_no, columns={**second.columns, "record_no": "R402"})
    outcome = taken(hub, zhejiang, full(zhejiang, 2, first, mistyped))
    assert outcome.counts == {"quarantined": 2}
    assert bans(hub) == before
    assert {row.reason_code for row in rows(hub, quarantine_row)} == {"stated_twice"}
    # The same row twice is one row.
    assert taken(hub, zhejiang, full(zhejiang, 3, first, first, second)).counts == {"known": 3, "withdrawn": 1}


def test_absences_are_told_to_the_province(hub: Services, zhejiang: Services) -> None:
    taken(hub, zhejiang, full(zhejiang, 1, *people(3)))
    told = taken(hub, zhejiang, full(zhejiang, 2, *people(2))).acknowledgement
    assert told is not None
    assert (len(told.outcomes), told.absent) == (2, [("33:R404", "withdrawn", "absent")])


def test_a_bad_row_that_comes_every_night_waits_once_and_not_again_once_refused(
    hub: Services, zhejiang: Services
) -> None:
    good, bad = people(2)
    bad = dataclasses.replace(bad, columns={**bad.columns, "effective_date": "2021-02-30"})
    for number in (1, 2):
        counts = taken(hub, zhejiang, full(zhejiang, number, *people(5)[2:][:number], good, bad)).counts
        assert counts["quarantined"] == 1
    ((waiting, state),) = [(row.id, row.state) for row in rows(hub, quarantine_row)]
    assert state == "open"
    refuse_row(hub, waiting, reason="不予收录", actor="test")
    taken(hub, zhejiang, full(zhejiang, 3, *people(5)[2:], good, bad))
    assert [row.state for row in rows(hub, quarantine_row)] == ["resolved"]
    otherwise = dataclasses.replace(bad, columns={**bad.columns, "effective_date": "2021-02-31"})
    taken(hub, zhejiang, full(zhejiang, 4, *people(5)[2:], good, otherwise))
    assert [row.state for row in rows(hub, quarantine_row)] == ["resolved", "open"]


def test_a_row_that_waits_does_so_no_more_once_a_full_file_has_it_again_as_it_stands(
    hub: Services, zhejiang: Services
) -> None:
    good = item(1)
    bad = dataclasses.replace(good, columns={**good.columns, "effective_date": "2021-02-30"})
    taken(hub, zhejiang, full(zhejiang, 1, good))
    taken(hub, zhejiang, full(zhejiang, 2, bad))
    assert [row.state for row in rows(hub, quarantine_row)] == ["open"]
    assert taken(hub, zhejiang, full(zhejiang, 3, good)).counts == {"known": 1}
    assert [row.state for row in rows(hub, quarantine_row)] == ["resolved"]
    assert taken(hub, zhejiang, full(zhejiang, 4, bad)).counts == {"quarantined": 1}
    assert [row.state for row in rows(hub, quarantine_row)] == ["resolved", "open"]


def test_an_absence_of_one_kind_says_nothing_of_the_other(hub: Services, zhejiang: Services) -> None:
    take(hub, revocation())
    batch = made(zhejiang, "hub", *people(1), kind=BatchKind.FULL, first=1, last=1)
    assert batch.batch is not None
    convictions = dataclasses.replace(batch, batch=dataclasses.replace(batch.batch, covers=("conviction",)))
    assert taken(hub, zhejiang, convictions).counts == {"in_force": 1}


def twins(first: Item, second: Item) -> tuple[Item, Item]:
    """The second row under the number of the first."""
    number = str(first.record_no)
    return first, dataclasses.replace(second, record_no=number, columns={**second.columns, "record_no": number})


def test_correcting_one_of_two_doubted_rows_makes_no_absence_certain(
    hub: Services, zhejiang: Services, tmp_path: Path
) -> None:
    everybody = people(9)
    taken(hub, zhejiang, full(zhejiang, 1, *everybody))
    partner = partner_of(zhejiang, ExchangeLimits())
    short = {"sentence": "拘役", "sentence_months": "3"}
    mild = [dataclasses.replace(each, columns={**each.columns, **short}) for each in everybody[2:7]]
    held = take_arrival(hub, partner, full(zhejiang, 2, *twins(*everybody[:2]), *mild))
    assert held.outcome == "held"
    row = {column: str(cell) for column, cell in everybody[0].columns.items()}
    file = csv_file(tmp_path, [{**conviction(), **row, "version": "1"}])
    correct_hold(hub, partner, str(held.hold_no), file, reason="与浙江核对", actor="test")
    stands = {number for (_, number), (_, state, _) in standing(hub).items() if state == "stands"}
    assert stands == {f"R{number}" for number in range(402, 411)}


def test_a_doubted_row_is_not_tried_again_and_decides_nothing_of_the_other(hub: Services, zhejiang: Services) -> None:
    first, second = twins(*people(2))
    taken(hub, zhejiang, full(zhejiang, 1, first, second))
    one, other = (row.id for row in read_quarantine(hub))
    with pytest.raises(ConflictError):
        retry_row(hub, other, reason="再试", actor="test")
    refuse_row(hub, one, reason="编号有误", actor="test")
    assert [row.id for row in read_quarantine(hub)] == [other]
    for number in (2, 3):
        taken(hub, zhejiang, full(zhejiang, number, *people(5)[2:][:number], first, second))
    assert len(rows(hub, quarantine_row)) == 2
    # The file has it once again: nothing waits.
    taken(hub, zhejiang, full(zhejiang, 4, *people(5)[2:], first))
    assert read_quarantine(hub) == []


def test_of_list_files_every_faulty_row_is_given_back_with_its_own_file(services: Services) -> None:
    for sentence in ("14", "15"):
        faulty = conviction("R1", effective_date="2021-02-30")
        take(services, faulty, conviction(f"R{sentence}", sentence_months=sentence))
    assert len(rows(services, quarantine_row)) == 2
