"""Whatever is altered in the store behind the program's back shows in the digests."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.exchange.reconciliation import Difference, Standing, bucket_of, differences
from registry.services.context import Services
from registry.services.digest_members import Sides, bucket_digests, contradictions, members_of_buckets
from registry.services.retain import apply_retention
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.altered_store import ALTERATIONS, behind_the_back
from tests.registry.services.register_under_test import take

HUB = Sides("hub", "33")
ALL = range(1_024)


def _rows(count: int = 6) -> list[dict[str, str]]:
    return [
        conviction(f"R{n}", document_no=f"（2021）浙0106刑初{n}号", id_number=id_number(sequence=f"{n + 100}"))
        for n in range(count)
    ]


def _altered(services: Services, *statements: str) -> list[Difference]:
    with services.store.read() as uow:
        before = members_of_buckets(uow, HUB, ALL)
    behind_the_back(services, *statements)
    with services.store.read() as uow:
        return list(differences(members_of_buckets(uow, HUB, ALL), before))


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_altered_row_shows_and_no_other_does(services: Services, what: str) -> None:
    take(services, *_rows())
    assert [each.key for each in _altered(services, *ALTERATIONS[what])] == [("33", "R1")]


@pytest.mark.parametrize("what", sorted(set(ALTERATIONS) - {"row", "finding"}))
def test_an_altered_row_contradicts_itself_and_a_sound_one_does_not(services: Services, what: str) -> None:
    take(services, *_rows())
    behind_the_back(services, *ALTERATIONS[what])
    with services.store.read() as uow:
        found = {row.record_no: list(contradictions(row)) for row in uow.members.held(HUB.owns, lambda _: True)}
    assert found.pop("R1")
    assert set(map(tuple, found.values())) == {()}


def test_the_whole_and_its_buckets_tell_the_same(services: Services) -> None:
    take(services, *_rows(40))
    with services.store.read() as uow:
        whole = bucket_digests(uow, HUB).digests()
        members = members_of_buckets(uow, HUB, [bucket_of(("33", "R7"))])
    assert sum(bucket.count for bucket in whole) == 40
    assert ("33", "R7") in [member.key for member in members]
    assert len(members) == whole[bucket_of(("33", "R7"))].count


def test_a_row_taken_back_is_a_member_and_one_that_never_barred_anybody_is_not(services: Services) -> None:
    take(services, *_rows(2), conviction("W", charge="生产、销售伪劣产品罪", document_no="（2021）浙0106刑初9号"))
    take(services, {**_rows(1)[0], "version": "2", "operation": "withdraw", "withdraw_reason": "撤销"})
    own = Sides("33", "hub")
    with services.store.read() as uow:
        members = members_of_buckets(uow, own, ALL)
    assert [(each.record_no, each.version, each.standing) for each in members] == [
        ("R0", 2, Standing.WITHDRAW),
        ("R1", 1, Standing.UPSERT),
    ]


def test_a_correction_that_bars_nobody_is_a_member_because_the_row_had_listed_somebody(services: Services) -> None:
    take(services, *_rows(1))
    take(services, {**_rows(1)[0], "version": "2", "sentence": "免予刑事处罚", "sentence_months": ""})
    with services.store.read() as uow:
        (member,) = members_of_buckets(uow, Sides("33", "hub"), ALL)
    assert (member.version, member.standing) == (2, Standing.UPSERT)


def test_a_row_erased_when_its_time_came_is_said_to_be(services: Services, clock: FixedClock) -> None:
    take(services, *_rows(1))
    take(services, {**_rows(1)[0], "version": "2", "operation": "withdraw", "withdraw_reason": "撤销"})
    clock.advance(datetime.timedelta(days=365 * 40))
    apply_retention(services, actor="test")
    with services.store.read() as uow:
        (member,) = members_of_buckets(uow, HUB, ALL)
    assert member.standing is Standing.ERASED
