"""A person decides about a held batch: releases, corrects or refuses it; each is recorded and ends the alarm."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from registry.clock import FixedClock
from registry.errors import ConflictError, HeldBatchError, InvalidInputError, NotFoundError
from registry.exchange.adapter import Arrival
from registry.exchange.batch import BatchKind, Item
from registry.exchange.partner import ExchangeLimits, Partner
from registry.ledger.events import EventKind
from registry.privacy.signing_keys import SigningKey
from registry.services.context import Services
from registry.services.decide_hold import correct_hold, look_at_hold, read_holds, refuse_hold, release_hold
from registry.services.retain import apply_retention
from registry.services.rotate_keys import key_states
from registry.services.take_batch import take_arrival
from registry.store.exchange_tables import held_batch
from registry.store.tables import ledger_entry
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, id_number
from tests.registry.services.exchange_at_hand import arrival_of, made, partner_of, standing
from tests.registry.services.register_under_test import bans, rows, version
from tests.registry.services.test_take_batch import gone, item, people

WHY = "与浙江核实无误"


@pytest.fixture
def partner(zhejiang: Services) -> Partner:
    return partner_of(zhejiang, ExchangeLimits())


def recorded(services: Services, kind: EventKind) -> list[dict[str, Any]]:
    return [json.loads(row.facts) for row in rows(services, ledger_entry) if row.kind == kind]


def mass_withdrawal(hub: Services, zhejiang: Services, partner: Partner) -> tuple[str, Arrival]:
    """Ten people are listed, and a batch that would take four of them back is held."""
    first = made(zhejiang, "hub", *people(10))
    take_arrival(hub, partner, first)
    digest = first.batch.digest if first.batch else ""
    four = [gone(number, f"R{401 + number - 10}") for number in range(11, 15)]
    arrival = made(zhejiang, "hub", *four, first=11, previous=digest)
    held = take_arrival(hub, partner, arrival).hold_no
    assert held is not None
    return held, arrival


def alarms(hub: Services) -> int:
    with hub.store.read() as uow:
        return len(uow.alarms.open())


def taken_to(hub: Services) -> int:
    with hub.store.read() as uow:
        return uow.exchange.state("33").taken_to


def test_a_released_batch_is_taken_and_nothing_of_it_is_kept_beside_the_list(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    hold, arrival = mass_withdrawal(hub, zhejiang, partner)
    assert alarms(hub) == 1
    decided = release_hold(hub, partner, hold, reason=WHY, actor="test")
    assert (decided.counts, decided.taken_to, decided.held.state) == ({"withdrawn": 4}, 14, "released")
    assert len(bans(hub)) == 6
    assert alarms(hub) == 0
    (row,) = rows(hub, held_batch)
    assert (row.content_enc, row.data_key, row.decided_by) == (None, None, "test")
    assert [facts["hold_no"] for facts in recorded(hub, EventKind.BATCH_RELEASED)] == [hold]
    assert take_arrival(hub, partner, arrival).outcome == "known"
    with pytest.raises(ConflictError, match="released before"):
        refuse_hold(hub, partner, hold, reason=WHY, actor="test")


def test_a_refused_batch_is_passed_over_and_its_rows_stay_as_they_were(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    hold, arrival = mass_withdrawal(hub, zhejiang, partner)
    decided = refuse_hold(hub, partner, hold, reason=WHY, actor="test")
    assert (decided.taken_to, decided.held.state) == (14, "refused")
    assert len(bans(hub)) == 10
    (facts,) = recorded(hub, EventKind.BATCH_REFUSED)
    assert facts["moved_to"] == 14
    assert take_arrival(hub, partner, arrival).outcome == "known"
    digest = arrival.batch.digest if arrival.batch else ""
    following = made(zhejiang, "hub", item(15, "R500", name="钱一"), first=15, previous=digest)
    assert take_arrival(hub, partner, following).outcome == "taken"


def test_a_corrected_batch_is_taken_with_the_rows_of_a_file(
    hub: Services, zhejiang: Services, partner: Partner, tmp_path: Path
) -> None:
    hold, _ = mass_withdrawal(hub, zhejiang, partner)
    stays = conviction("R402", name="赵1", id_number=id_number(sequence="402"), version="2", sentence_months="15")
    file = csv_file(tmp_path, [stays])
    decided = correct_hold(hub, partner, hold, file, reason=WHY, actor="test")
    assert decided.counts == {"in_force": 1, "withdrawn": 3}
    assert len(bans(hub)) == 7
    assert standing(hub)["33", "R402"][2]["sentence_months"] == "15"
    (facts,) = recorded(hub, EventKind.BATCH_CORRECTED)
    assert facts["replaced"] == 1
    assert len(facts["file_digest"]) == len(facts["batch_digest"]) == 64


def test_a_correction_must_be_sound_and_about_rows_of_the_batch(
    hub: Services, zhejiang: Services, partner: Partner, tmp_path: Path
) -> None:
    hold, _ = mass_withdrawal(hub, zhejiang, partner)
    before = version(hub)
    for row in (conviction("R999"), conviction("R402", version="2", effective_date="2021-02-30")):
        with pytest.raises(InvalidInputError):
            correct_hold(hub, partner, hold, csv_file(tmp_path, [row]), reason=WHY, actor="test")
    assert version(hub) == before
    assert alarms(hub) == 1


def test_a_forged_batch_can_only_be_refused_and_moves_nothing(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    good = made(zhejiang, "hub", item(1))
    forged = arrival_of(good.content.replace("王建国".encode(), "王建设".encode()), partner, "hub")
    hold = take_arrival(hub, partner, forged).hold_no or ""
    with pytest.raises(HeldBatchError, match="not over what the batch says"):
        release_hold(hub, partner, hold, reason=WHY, actor="test")
    assert refuse_hold(hub, partner, hold, reason=WHY, actor="test").taken_to == 0
    assert take_arrival(hub, partner, forged).outcome == "known"
    assert standing(hub) == {}
    assert take_arrival(hub, partner, good).outcome == "taken"


def test_a_batch_by_a_new_key_is_released_once_the_configuration_names_it(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    good = made(zhejiang, "hub", item(1))
    old = dataclasses.replace(partner, keys=(SigningKey.generate(1).public,))
    hold = take_arrival(hub, old, arrival_of(good.content, old, "hub")).hold_no or ""
    with pytest.raises(HeldBatchError):
        release_hold(hub, old, hold, reason=WHY, actor="test")
    assert release_hold(hub, partner, hold, reason=WHY, actor="test").counts == {"in_force": 1}


def test_a_gap_that_was_closed_lets_go_of_what_was_held_for_it(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    first = made(zhejiang, "hub", item(1))
    digest = first.batch.digest if first.batch else ""
    second = made(zhejiang, "hub", item(2, "R002", name="赵二"), first=2, previous=digest)
    assert take_arrival(hub, partner, second).outcome == "held"
    take_arrival(hub, partner, first)
    assert alarms(hub) == 1
    # The same batch again, now in turn.
    assert take_arrival(hub, partner, second).outcome == "taken"
    assert alarms(hub) == 0
    assert [row.state for row in rows(hub, held_batch)] == ["released"]


def full_file(zhejiang: Services, number: int, *items: Item) -> Arrival:
    unnumbered = [dataclasses.replace(each, number=None, version=None) for each in items]
    return made(zhejiang, "hub", *unnumbered, kind=BatchKind.FULL, first=number, last=number)


def held_full_file(hub: Services, zhejiang: Services, partner: Partner) -> str:
    """Ten people are listed by a full file, and the next, which leaves four of them out, is held."""
    take_arrival(hub, partner, full_file(zhejiang, 1, *people(10)))
    hold = take_arrival(hub, partner, full_file(zhejiang, 2, *people(10)[:6])).hold_no
    assert hold is not None
    return hold


def test_a_held_full_file_shows_whom_it_would_take_off_the_list(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    hold = held_full_file(hub, zhejiang, partner)
    view = look_at_hold(hub, hold, actor="test")
    missing = people(10)[6:]
    assert view.taken_back == tuple(f"33:{each.record_no}" for each in missing)
    assert view.standing == ()
    shown = look_at_hold(hub, hold, actor="test", content=True)
    assert [row["name"] for row in shown.standing] == [each.columns["name"] for each in missing]
    release_hold(hub, partner, hold, reason=WHY, actor="test")
    assert look_at_hold(hub, hold, actor="test").taken_back == ()


def test_rows_a_full_file_left_out_by_mistake_stay_where_a_person_states_them(
    hub: Services, zhejiang: Services, partner: Partner, tmp_path: Path
) -> None:
    hold = held_full_file(hub, zhejiang, partner)
    kept = [each.columns for each in people(10)[6:8]]
    file = csv_file(tmp_path, kept)
    decided = correct_hold(hub, partner, hold, file, reason=WHY, actor="test")
    assert decided.counts == {"known": 8, "withdrawn": 2}
    assert len(bans(hub)) == 8


def test_looking_at_the_rows_is_recorded_and_the_records_alone_are_not(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    hold, _ = mass_withdrawal(hub, zhejiang, partner)
    view = look_at_hold(hub, hold, actor="test")
    assert view.operations == {"withdraw": 4}
    assert view.records == ("33:R402", "33:R403", "33:R404", "33:R405")
    assert (view.rows, recorded(hub, EventKind.BATCH_READ)) == ((), [])
    assert len(look_at_hold(hub, hold, actor="test", content=True).rows) == 4
    assert recorded(hub, EventKind.BATCH_READ) == [{"hold_no": hold}]
    assert [held.hold_no for held in read_holds(hub)] == [hold]


def test_a_decision_needs_its_reason_and_a_hold_that_exists(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    hold, _ = mass_withdrawal(hub, zhejiang, partner)
    with pytest.raises(InvalidInputError):
        release_hold(hub, partner, hold, reason=" ", actor="test")
    with pytest.raises(NotFoundError):
        release_hold(hub, partner, "H0", reason=WHY, actor="test")


def test_what_nobody_decided_about_is_erased_after_its_time(
    hub: Services, zhejiang: Services, partner: Partner, clock: FixedClock
) -> None:
    hold, _ = mass_withdrawal(hub, zhejiang, partner)
    clock.advance(datetime.timedelta(days=181))
    apply_retention(hub, actor="test")
    (row,) = rows(hub, held_batch)
    assert (row.state, row.content_enc) == ("refused", None)
    assert recorded(hub, EventKind.BATCH_ERASED) == [{"hold_no": hold, "partner": "33"}]
    assert alarms(hub) == 0


def test_held_batches_count_among_what_the_master_key_holds(
    hub: Services, zhejiang: Services, partner: Partner
) -> None:
    mass_withdrawal(hub, zhejiang, partner)
    (master, _) = key_states(hub)
    assert dict(master.held["held_batch"]) == {1: 1}


def test_items_that_say_nothing_are_passed_over(hub: Services, zhejiang: Services, partner: Partner) -> None:
    outcome = take_arrival(hub, partner, made(zhejiang, "hub", Item(1, item(1).operation.OWN), item(2)))
    assert outcome.counts == {"in_force": 1, "own": 1}
    assert taken_to(hub) == 2
