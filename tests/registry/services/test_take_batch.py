"""What a batch may not be: it is held whole, once, with an alarm, and the list as it was stays in force."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from registry.errors import FieldFault
from registry.exchange.adapter import Arrival
from registry.exchange.batch import Item, ItemOperation
from registry.exchange.partner import ExchangeLimits
from registry.privacy.signing_keys import SigningKey
from registry.services.context import Services
from registry.services.take_batch import Taken, take_arrival
from registry.store.alarm_repository import AlarmKind
from registry.store.exchange_tables import exchange_batch, held_batch
from registry.store.tables import ledger_entry, list_record, listed_subject, quarantine_row, refused_row
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.exchange_at_hand import arrival_of, made, partner_of, pull, standing
from tests.registry.services.register_under_test import bans, rows, take, version

OTHER = "f" * 64
EVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
UPSERT, WITHDRAW = ItemOperation.UPSERT, ItemOperation.WITHDRAW
JUVENILE: dict[str, Any] = {"birth_date": "2004-03-09", "id_number": id_number("20040309"), "name": "柳小冬"}


def item(number: int | None, record_no: str = "R001", row_version: int | None = 1, **changes: str) -> Item:
    row = conviction(record_no, **changes)
    columns = {column: cell for column, cell in row.items() if cell}
    return Item(number, UPSERT, "33", record_no, row_version, "conviction", columns)


def people(count: int, start: int = 401) -> list[Item]:
    return [
        item(place, f"R{start + place}", name=f"赵{place}", id_number=id_number(sequence=f"{start + place:03d}"))
        for place in range(1, count + 1)
    ]


def gone(number: int | None, record_no: str, row_version: int = 2) -> Item:
    return Item(number, WITHDRAW, "33", record_no, row_version, "conviction", reason="再审改判无罪", authority="33")


def taken(hub: Services, zhejiang: Services, arrival: Arrival, **limits: Any) -> Taken:
    return take_arrival(hub, partner_of(zhejiang, ExchangeLimits(**limits)), arrival)


def reason(hub: Services, outcome: Taken) -> str:
    assert outcome.outcome == "held"
    assert outcome.acknowledgement is None
    with hub.store.read() as uow:
        assert [(alarm.kind, alarm.subject) for alarm in uow.alarms.open()] == [(AlarmKind.BATCH_HELD, "33")]
        (held,) = uow.holds.open("33")
    assert held.hold_no == outcome.hold_no
    return held.reason_code


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("gap", {"first": 3}),
    ("broken_chain", {"previous": OTHER}),
    ("epoch_changed", {"epoch": "a" * 32}),
    ("wrong_addressee", {"addressee": "31"}),
    ("wrong_sender", {"region": "34"}),
]


@pytest.mark.parametrize(("code", "stated"), WRONG)
def test_a_batch_that_does_not_follow_on_or_is_not_ours_is_held_whole_and_once(
    hub: Services, zhejiang: Services, code: str, stated: dict[str, Any]
) -> None:
    first = made(zhejiang, "hub", item(1))
    assert taken(hub, zhejiang, first).outcome == "taken"
    before = bans(hub), version(hub)
    follows: dict[str, Any] = {"first": 2, "previous": first.batch.digest if first.batch else ""}
    number = stated.get("first", 2)
    bad = made(zhejiang, "hub", item(number, "R002", name="赵二"), **{**follows, **stated})
    assert reason(hub, taken(hub, zhejiang, bad)) == code
    assert reason(hub, taken(hub, zhejiang, bad)) == code
    assert (bans(hub), version(hub)) == before
    assert len(rows(hub, list_record)) == 1
    good = made(zhejiang, "hub", item(2, "R002", name="赵二"), **follows)
    assert taken(hub, zhejiang, good).outcome == "taken"


def test_a_row_of_another_region_holds_the_whole_batch(hub: Services, zhejiang: Services) -> None:
    foreign = dataclasses.replace(item(2, "R002", source_region="31"), source_region="31")
    assert reason(hub, taken(hub, zhejiang, made(zhejiang, "hub", item(1), foreign))) == "foreign_region"
    assert standing(hub) == {}


def test_a_row_whose_columns_claim_another_region_is_quarantined_alone(hub: Services, zhejiang: Services) -> None:
    claims = item(2, "R002", source_region="31", name="赵二")
    outcome = taken(hub, zhejiang, made(zhejiang, "hub", item(1), claims))
    assert outcome.counts == {"in_force": 1, "quarantined": 1}
    assert outcome.acknowledgement is not None
    assert outcome.acknowledgement.outcomes == [("1", "in_force", ""), ("2", "quarantined", "other_region")]


def test_a_bad_signature_a_strange_key_and_none_are_told_apart(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    good = made(zhejiang, "hub", item(1))
    altered = good.content.replace("王建国".encode(), "王建设".encode())
    assert altered != good.content
    partner = partner_of(zhejiang)
    strange = dataclasses.replace(partner, keys=(SigningKey.generate(1).public,))
    unsigned = good.content[: good.content.rindex(b'"signatures":')] + b'"signatures":[]}'
    faults = [
        arrival_of(altered, partner, "hub").fault,
        arrival_of(good.content, strange, "hub").fault,
        arrival_of(unsigned, partner, "hub").fault,
        arrival_of(good.content[:-40], partner, "hub").fault,
        arrival_of(good.content, partner, "31").fault,
        arrival_of(good.content, partner_of(shanghai, keys=partner.keys), "hub").fault,
        arrival_of(good.content, partner, "hub").fault,
    ]
    wrong = ["bad_signature", "unknown_key", "unsigned", "unreadable", "wrong_addressee", "wrong_sender"]
    assert faults == [*wrong, None]
    assert reason(hub, take_arrival(hub, partner, arrival_of(altered, partner, "hub"))) == "bad_signature"
    assert standing(hub) == {}


def test_either_of_two_keys_is_good_while_keys_are_exchanged(hub: Services, zhejiang: Services) -> None:
    new = SigningKey.generate(2).public
    partner = partner_of(zhejiang)
    both = dataclasses.replace(partner, keys=(new, *partner.keys))
    good = made(zhejiang, "hub", item(1))
    assert arrival_of(good.content, both, "hub").batch == good.batch


def test_a_batch_that_comes_twice_changes_nothing_and_is_acknowledged_again(hub: Services, zhejiang: Services) -> None:
    arrival = made(zhejiang, "hub", item(1))
    assert taken(hub, zhejiang, arrival).outcome == "taken"
    before = version(hub), len(rows(hub, ledger_entry))
    again = taken(hub, zhejiang, arrival)
    assert (again.outcome, again.counts) == ("known", {"known": 1})
    assert again.acknowledgement is not None
    assert again.acknowledgement.outcomes == [("1", "known", "")]
    assert (version(hub), len(rows(hub, ledger_entry))) == before


def test_numbers_taken_already_may_come_again_in_front_of_new_ones(hub: Services, zhejiang: Services) -> None:
    first = made(zhejiang, "hub", item(1))
    taken(hub, zhejiang, first)
    anew = made(zhejiang, "hub", item(1), item(2, "R002", name="赵二", id_number=id_number(sequence="403")))
    outcome = taken(hub, zhejiang, anew)
    assert outcome.counts == {"in_force": 1, "known": 1}
    with hub.store.read() as uow:
        assert uow.exchange.state("33").taken_to == 2


def test_a_bad_item_is_quarantined_alone_with_field_and_reason(hub: Services, zhejiang: Services) -> None:
    faulty = item(2, "R002", effective_date="2021-02-30", name="赵二")
    mapped = dataclasses.replace(
        item(3, "R003", name="赵三", id_number=id_number(sequence="405")),
        faults=(FieldFault("sex", "unmapped_code", "code 9 means nothing"),),
    )
    arrival = made(zhejiang, "hub", item(1), faulty, mapped)
    # Faults found while a foreign row was mapped do not travel in JSON.
    assert arrival.batch is not None
    foreign = dataclasses.replace(arrival, batch=dataclasses.replace(arrival.batch, items=(item(1), faulty, mapped)))
    outcome = taken(hub, zhejiang, foreign)
    assert outcome.counts == {"in_force": 1, "quarantined": 2}
    waiting = rows(hub, quarantine_row)
    assert [(row.record_no, row.field, row.reason_code) for row in waiting] == [
        ("R002", "effective_date", "impossible_date"),
        ("R003", "sex", "unmapped_code"),
    ]
    assert "赵二".encode() not in waiting[0].original_enc


def test_a_sealed_juvenile_record_is_refused_and_nothing_of_it_kept(hub: Services, zhejiang: Services) -> None:
    outcome = taken(hub, zhejiang, made(zhejiang, "hub", item(1), item(2, "R002", **JUVENILE)))
    assert outcome.counts == {"in_force": 1, "refused": 1}
    assert outcome.acknowledgement is not None
    assert outcome.acknowledgement.outcomes[1] == ("2", "refused", "sealed_juvenile")
    assert len(rows(hub, list_record)) == 1
    assert [(row.line, row.code) for row in rows(hub, refused_row)] == [(2, "sealed_juvenile")]


def test_the_same_version_with_other_content_is_quarantined(hub: Services, zhejiang: Services) -> None:
    first = made(zhejiang, "hub", item(1))
    taken(hub, zhejiang, first)
    digest = first.batch.digest if first.batch else ""
    outcome = taken(hub, zhejiang, made(zhejiang, "hub", item(2, name="王建设"), first=2, previous=digest))
    assert outcome.acknowledgement is not None
    assert outcome.acknowledgement.outcomes == [("2", "quarantined", "other_content")]
    assert standing(hub)["33", "R001"][2]["name"] == "王建国"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_withdrawal_beats_an_upsert_of_a_lower_version_whichever_comes_first(
    hub: Services, zhejiang: Services, order: tuple[int, int]
) -> None:
    both = [item(None), gone(None, "R001")]
    batch = [dataclasses.replace(both[place], number=number) for number, place in enumerate(order, 1)]
    taken(hub, zhejiang, made(zhejiang, "hub", *batch), withdrawals_percent=100.0)
    assert bans(hub) == []
    assert standing(hub)["33", "R001"][:2] == (2, "gone")


def test_more_withdrawals_than_one_percent_wait_for_a_person(hub: Services, zhejiang: Services) -> None:
    first = made(zhejiang, "hub", *people(10))
    assert taken(hub, zhejiang, first).counts == {"in_force": 10}
    digest = first.batch.digest if first.batch else ""
    four = [gone(number, f"R{401 + number - 10}") for number in range(11, 15)]
    many = made(zhejiang, "hub", *four, first=11, previous=digest)
    assert reason(hub, taken(hub, zhejiang, many)) == "mass_withdrawal"
    # Asked again, the sender makes the same batch anew: it is still one hold.
    again = made(zhejiang, "hub", *four, first=11, previous=digest, head=99)
    assert reason(hub, taken(hub, zhejiang, again)) == "mass_withdrawal"
    assert len(rows(hub, held_batch)) == 1
    assert len(bans(hub)) == 10
    three = made(zhejiang, "hub", *four[:3], first=11, previous=digest)
    assert taken(hub, zhejiang, three).counts == {"withdrawn": 3}


def test_what_many_small_batches_take_back_within_a_day_counts_together(hub: Services, zhejiang: Services) -> None:
    arrival = made(zhejiang, "hub", *people(40))
    taken(hub, zhejiang, arrival)
    outcomes = []
    for number in range(41, 41 + 36, 3):
        digest = arrival.batch.digest if arrival.batch else ""
        three = [gone(place, f"R{401 + place - 40}") for place in range(number, number + 3)]
        arrival = made(zhejiang, "hub", *three, first=number, previous=digest)
        outcomes.append(str(taken(hub, zhejiang, arrival).outcome))
    assert outcomes == ["taken"] * 10 + ["held", "held"]


LIFTED: list[dict[str, str]] = [
    {"sentence": "免予刑事处罚", "sentence_months": ""},
    {"food_related": "no", "charge": "生产、销售伪劣产品罪"},
    {"charge": "生产、销售伪劣产品罪"},
]


@pytest.mark.parametrize("changes", LIFTED)
def test_bans_lifted_by_a_next_version_that_bars_nobody_count_as_taken_back(
    hub: Services, zhejiang: Services, changes: dict[str, str]
) -> None:
    first = made(zhejiang, "hub", *people(10))
    taken(hub, zhejiang, first)
    digest = first.batch.digest if first.batch else ""
    anew = [
        dataclasses.replace(each, number=place, version=2, columns={**each.columns, **changes})
        for place, each in enumerate(people(4), 11)
    ]
    assert reason(hub, taken(hub, zhejiang, made(zhejiang, "hub", *anew, first=11, previous=digest))) == (
        "mass_withdrawal"
    )
    assert len(bans(hub)) == 10
    three = made(zhejiang, "hub", *anew[:3], first=11, previous=digest)
    assert taken(hub, zhejiang, three).outcome == "taken"
    with hub.store.read() as uow:
        (counts, *_) = [each for each in uow.exchange.counts_since("33", EVER) if "withdrawn_of_33" in each]
    assert counts["withdrawn_of_33"] == 3


ANOTHER: list[dict[str, str]] = [
    {"id_number": id_number(sequence="900")},
    {"id_number": "", "id_type": ""},
]


@pytest.mark.parametrize("changes", ANOTHER)
def test_rows_whose_next_version_names_somebody_else_count_as_taken_back(
    hub: Services, zhejiang: Services, changes: dict[str, str]
) -> None:
    first = made(zhejiang, "hub", *people(10))
    taken(hub, zhejiang, first)
    digest = first.batch.digest if first.batch else ""
    anew = [
        dataclasses.replace(each, number=place, version=2, columns={**each.columns, **changes})
        for place, each in enumerate(people(4), 11)
    ]
    assert reason(hub, taken(hub, zhejiang, made(zhejiang, "hub", *anew, first=11, previous=digest))) == (
        "mass_withdrawal"
    )


def test_corrections_that_still_bar_are_not_counted(hub: Services, zhejiang: Services) -> None:
    first = made(zhejiang, "hub", *people(10))
    taken(hub, zhejiang, first)
    anew = [
        dataclasses.replace(each, number=place, version=2, columns={**each.columns, "sentence_months": "15"})
        for place, each in enumerate(people(10), 11)
    ]
    digest = first.batch.digest if first.batch else ""
    assert taken(hub, zhejiang, made(zhejiang, "hub", *anew, first=11, previous=digest)).counts == {"in_force": 10}


def test_a_ban_number_somebody_has_already_is_not_taken_over(hub: Services, zhejiang: Services) -> None:
    number = "B0123456789ABCDEF0123"
    one = dataclasses.replace(item(1), ban_nos={"person": number})
    other = item(2, "R002", name="赵二", id_number=id_number(sequence="403"), document_no="（2021）浙0106刑初2号")
    strange = item(3, "R003", name="赵三", id_number=id_number(sequence="405"), document_no="（2021）浙0106刑初3号")
    other = dataclasses.replace(other, ban_nos={"person": number})
    strange = dataclasses.replace(strange, ban_nos={"person": "B1<script>"})
    taken(hub, zhejiang, made(zhejiang, "hub", one, other, strange))
    numbers = [row.ban_no for row in rows(hub, listed_subject)]
    assert numbers[0] == number
    assert len(set(numbers)) == 3
    assert all(len(each) == len(number) for each in numbers)


def test_unreadable_batches_are_not_held_without_end(hub: Services, zhejiang: Services) -> None:
    for place in range(15):
        taken(hub, zhejiang, Arrival(b"\x00" * (place + 1), None, "unreadable", "no JSON"))
    assert len(rows(hub, held_batch)) == 10


def test_what_is_held_is_not_readable_in_the_store(hub: Services, zhejiang: Services) -> None:
    taken(hub, zhejiang, made(zhejiang, "hub", item(5), first=5))
    (held,) = rows(hub, held_batch)
    assert "王建国".encode() not in held.content_enc
    assert "王" not in held.detail


def test_an_interrupted_commit_leaves_nothing(
    hub: Services, zhejiang: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(zhejiang, conviction())

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("registry.services.take_batch.close_overtaken", broken)
    with pytest.raises(RuntimeError):
        pull(hub, zhejiang)
    assert rows(hub, list_record) == rows(hub, exchange_batch) == []
    monkeypatch.undo()
    assert pull(hub, zhejiang).items == 1
    assert standing(hub) == standing(zhejiang)
