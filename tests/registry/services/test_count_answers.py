"""Answers counted by day once a day is over: the same figures as counting them all, whenever it is asked."""

from __future__ import annotations

import datetime

from registry.clock import FixedClock
from registry.services.context import Services
from registry.services.count_answers import answers_by_day, count_answers
from tests.api.rest.caller import applicant
from tests.invented_list import invented_id
from tests.registry.services.cases_at_hand import blocked, list_somebody, office, reviewed

DAY = datetime.timedelta(days=1)
STRANGER = invented_id(77, birth="19880115")


def counted(services: Services, region: str | None = None) -> dict[tuple[datetime.date, str], int]:
    today = services.clock.today()
    with services.store.read() as uow:
        return answers_by_day(uow, today - 5 * DAY, today, region, today)


def test_days_that_are_over_are_counted_once_and_today_is_counted_anew(services: Services, clock: FixedClock) -> None:
    list_somebody(services)
    caller = office(services)
    first = clock.today()
    blocked(caller)
    reviewed(caller)
    clock.advance(DAY)
    caller.check(applicant("赵无关", STRANGER))
    live = counted(services)
    assert live == {(first, "block"): 1, (first, "review"): 1, (first + DAY, "clear"): 1}
    assert count_answers(services) == 1
    assert count_answers(services) == 0
    assert counted(services) == live
    assert counted(services, "33") == live
    assert counted(services, "31") == {key: 0 for key in live if key[0] > first}


def test_a_day_without_any_answer_is_counted_too_and_holds_up_no_later_one(
    services: Services, clock: FixedClock
) -> None:
    list_somebody(services)
    first = clock.today()
    blocked(office(services))
    clock.advance(3 * DAY)
    assert count_answers(services) == 3
    assert counted(services)[first, "block"] == 1


def test_a_day_is_not_counted_before_its_last_answers_are_in_the_store(services: Services, clock: FixedClock) -> None:
    list_somebody(services)
    blocked(office(services))
    midnight = datetime.datetime.combine(
        clock.today() + DAY, datetime.time(), datetime.timezone(datetime.timedelta(hours=8))
    )
    clock.advance(midnight - clock.now() + datetime.timedelta(minutes=5))
    assert count_answers(services) == 0
    clock.advance(datetime.timedelta(minutes=5))
    assert count_answers(services) == 1
