"""The list as it was at a version answers as it answered then, whatever has happened to it since."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from matching.identity import Identity
from matching.model import DEFAULT
from registry.clock import FixedClock
from registry.errors import InvalidInputError
from registry.services import list_as_of as as_of_module
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.list_as_of import FormerList, version_on
from registry.services.list_index import IndexView, ListIndex
from registry.services.seal_record import seal_record
from registry.store.tables import listed_identity
from tests.invented_list import person
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import take, version

NAMES = ("王建国", "王建业", "李秀兰")
NUMBERS = [id_number(sequence=sequence) for sequence in ("401", "403", "405")]
PEOPLE = [person(name, number) for name, number in zip(NAMES, NUMBERS, strict=True)]
WITHDRAWAL = {"operation": "withdraw", "withdraw_reason": "再审改判无罪"}
_EXAMPLE = itertools.count()

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(("state", "waiting", "withdraw", "yes", "no", "revoke")), *[st.integers(0, 2)] * 2),
    min_size=3,
    max_size=9,
)


def answers(view: IndexView, asked: Sequence[Identity]) -> list[Any]:
    """All an answer is made of: whom the list found for each, on which evidence and which bases."""
    return [
        [
            (view.subject(hit.subject), hit.identity, hit.comparison.millibits, hit.comparison.expected_coincidences)
            for hit in view.search(identity)
        ]
        for identity in asked
    ]


def now(services: Services) -> list[Any]:
    with services.store.read() as uow, ListIndex().caught_up(uow) as view:
        return answers(view, PEOPLE)


def then(services: Services, at: int) -> tuple[list[Any], int]:
    with services.store.read() as uow:
        return answers(FormerList(uow, DEFAULT).at(at), PEOPLE), uow.changes.erased_since(at)


class _Acts:
    """Changes of a few rows of the list, by whichever way."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._example = next(_EXAMPLE)
        self._versions = itertools.count(1)

    def take(self, step: Step) -> None:
        act, row, whom = step
        record_no = f"E{self._example}-{row}"
        named = {"name": NAMES[whom], "id_number": NUMBERS[whom], "birth_date": "1976-03-09"}
        stated = {**named, "document_no": f"（2021）浙9900刑初{self._example * 10 + row}号"}
        if act in {"yes", "no"}:
            self._decide(record_no, food_related=act == "yes")
            return
        if act == "revoke":
            take(self._services, revocation(f"P{self._example}-{row}", version=str(next(self._versions)), **named))
            return
        changes = {"withdraw": WITHDRAWAL, "waiting": {"charge": "诈骗罪"}}.get(act, {})
        take(self._services, conviction(record_no, version=str(next(self._versions)), **(stated | changes)))

    def _decide(self, record_no: str, *, food_related: bool) -> None:
        with self._services.store.read() as uow:
            waits = any(each.record_no == record_no for each in uow.lists.waiting_records(None, None, 100))
        if waits:
            decide_food_related(self._services, record_no, food_related=food_related, reason="查明", actor="test")


@given(steps=STEPS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_former_version_answers_as_it_did(services: Services, steps: list[Step]) -> None:
    acts, remembered = _Acts(services), {version(services): now(services)}
    for step in steps:
        acts.take(step)
        remembered[version(services)] = now(services)
    with services.store.read() as uow:
        former = FormerList(uow, DEFAULT)
        back_and_forth = [*reversed(remembered), *remembered]
        assert [(at, answers(former.at(at), PEOPLE)) for at in back_and_forth] == [
            (at, remembered[at]) for at in back_and_forth
        ]


def test_many_changed_subjects_are_put_back_part_by_part(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_of_module, "SUBJECTS_AT_A_TIME", 1)
    take(services, *(conviction(f"R{n}", name=NAMES[n], id_number=NUMBERS[n]) for n in range(3)))
    before, at = now(services), version(services)
    take(services, *(conviction(f"R{n}", version="2", **WITHDRAWAL) for n in range(3)))
    assert all(before)
    assert now(services) == [[], [], []]
    assert then(services, at) == (before, 0)


def test_who_a_row_named_is_read_from_the_row_where_the_identity_gave_way(services: Services) -> None:
    take(services, conviction())
    take(services, revocation(name=NAMES[1], id_number=NUMBERS[1], birth_date="1976-03-09"))
    before, at = now(services), version(services)
    take(services, conviction(version="2", **WITHDRAWAL))
    take(services, revocation(version="2", **WITHDRAWAL))
    with services.store.write() as uow:
        uow.transaction.connection.execute(delete(listed_identity))
    assert before[0]
    assert before[1]
    assert then(services, at)[0] == before


def test_what_was_sealed_since_stays_erased_and_is_counted(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", document_no="（2022）浙9900刑初2号"))
    at = version(services)
    take(services, conviction("R2", version="2", document_no="（2022）浙9900刑初2号", **WITHDRAWAL))
    seal_record(services, "R1", reason="封存决定", order_no="1", actor="test")
    found, erased = then(services, at)
    assert erased == 1
    assert [hit[0].record_nos for hit in found[0]] == [(("R2",),)]
    assert then(services, version(services))[1] == 0


def test_a_day_stands_for_the_version_at_its_end_in_shanghai(services: Services, clock: FixedClock) -> None:
    take(services, conviction("R1"))
    clock.advance(datetime.timedelta(hours=14))  # midnight in Shanghai
    take(services, conviction("R2", version="1", name="李秀兰", id_number=NUMBERS[2]))
    with services.store.read() as uow:
        days = [datetime.date(2025, 11, day) for day in (20, 21, 22)]
        assert [version_on(uow, day) for day in days] == [0, 1, 2]


def test_a_version_the_list_never_had_is_refused(services: Services) -> None:
    with services.store.read() as uow, pytest.raises(InvalidInputError, match="list_version"):
        FormerList(uow, DEFAULT).at(1)
