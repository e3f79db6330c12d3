"""What cases add up to, told the day."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from registry.clock import start_of_day
from registry.law.working_days import working_days_between
from registry.services.case_figures import (
    AGES,
    band_ends,
    counted_months,
    false_by_month,
    false_by_region,
    false_by_rule,
    months_before,
    open_ages,
    outcomes_by_month,
    rule_in_words,
    top_reasons,
)
from registry.services.hold_application import ONLY_STALE
from registry.store.case_values import CaseState, ReleaseCause
from registry.store.figure_repository import CountedCases, OpenCases

EQUAL, SLIP = "id_number/equal", "id_number/one_slip"
MONTHS = months_before(datetime.date(2026, 11, 30), 6)


def cases(
    state: CaseState = CaseState.OPEN, number: int = 1, cause: ReleaseCause | None = None, **said: str
) -> CountedCases:
    """Return so many cases opened in November, and settled then, too, where they are."""
    settled = said.get("settled", "2026-11") if state.is_settled else None
    opened = said.get("opened", "2026-11")
    return CountedCases(said.get("region", "33"), said.get("rule", EQUAL), state, opened, settled, cause, number)


def test_a_share_of_false_holds_counts_what_was_decided_and_leaves_out_what_only_an_old_list_held() -> None:
    counted = [
        cases(CaseState.CONFIRMED, 3),
        cases(CaseState.RELEASED),
        cases(CaseState.RELEASED, 2, rule=SLIP, region="32"),
        cases(CaseState.RELEASED, rule=ONLY_STALE),
        cases(CaseState.WITHDRAWN),
        cases(),
    ]
    assert [(each.name, each.false, each.decided) for each in false_by_rule(counted)] == [
        (rule_in_words(EQUAL), 1, 4),
        (rule_in_words(SLIP), 2, 2),
    ]
    assert [(each.name, each.percent) for each in false_by_region(counted)] == [("浙江省", 25.0), ("江苏省", 100.0)]


def test_an_application_that_stated_somebody_elses_number_was_no_false_hold() -> None:
    counted = [
        cases(CaseState.CONFIRMED),
        cases(CaseState.RELEASED, 2),
        cases(CaseState.RELEASED, cause=ReleaseCause.WRONG_NUMBER),
    ]
    assert [(each.decided, each.false, each.misstated, each.percent) for each in false_by_rule(counted)] == [
        (4, 2, 1, 50.0)
    ]


def test_a_false_hold_belongs_to_the_month_it_was_settled_in_and_an_empty_month_stays() -> None:
    counted = [
        cases(CaseState.RELEASED, opened="2026-09", settled="2026-10"),
        cases(CaseState.CONFIRMED, opened="2026-10", settled="2026-10"),
    ]
    shares = false_by_month(counted, ("2026-09", "2026-10"))
    assert [(each.name, each.false, each.decided) for each in shares] == [("2026-09", 0, 0), ("2026-10", 1, 2)]


def test_months_begin_and_end_in_shanghai() -> None:
    months = counted_months(("2026-01", "2026-02"))
    assert [name for name, _ in months.begin] == ["2026-01", "2026-02"]
    assert months.begin[0][1] == datetime.datetime(2025, 12, 31, 16, tzinfo=datetime.UTC)
    assert months.until == datetime.datetime(2026, 2, 28, 16, tzinfo=datetime.UTC)


def test_open_cases_are_aged_in_working_days_and_an_empty_band_stays() -> None:
    bands = open_ages([OpenCases(0, 2, 1), OpenCases(3, 1, 1)])
    assert [(each.label, each.cases, each.overdue) for each in bands] == [
        ("0至5个工作日", 2, 1),
        ("6至10个工作日", 0, 0),
        ("11至20个工作日", 0, 0),
        ("21个工作日以上", 1, 1),
    ]


@given(st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 12, 31)), st.integers(0, 70))
def test_a_case_is_of_the_band_its_working_days_make(today: datetime.date, days: int) -> None:
    """National holidays and make-up days within the span count as they do everywhere else."""
    opened = today - datetime.timedelta(days=days)
    age = working_days_between(opened, today)
    band = sum(start_of_day(opened) < end for end in band_ends(today))
    assert band == sum(age >= begins for begins in AGES[1:])


def test_reasons_are_words_the_most_frequent_first() -> None:
    reasons = top_reasons([cases(rule=SLIP), cases(), cases(rule=SLIP, region="31"), cases(rule="gone/gone")])
    assert [(each.reason, each.count) for each in reasons] == [
        (rule_in_words(SLIP), 2),
        ("gone/gone", 1),
        ("身份证号码完全相同", 1),
    ]
    assert rule_in_words(ONLY_STALE).startswith("某省（市）名单数据过期")


def test_months_are_counted_back_over_the_year() -> None:
    assert months_before(datetime.date(2027, 2, 28), 4) == ("2026-11", "2026-12", "2027-01", "2027-02")


@given(
    st.lists(
        st.builds(
            lambda state, month, rule, number: cases(state, number, rule=rule, opened=month, settled=month),
            st.sampled_from(CaseState),
            st.sampled_from(MONTHS),
            st.sampled_from([EQUAL, SLIP, ONLY_STALE]),
            st.integers(1, 50),
        )
    )
)
def test_no_case_is_lost_or_counted_twice(counted: list[CountedCases]) -> None:
    outcomes = outcomes_by_month(counted, MONTHS)
    found = sum(each.confirmed + each.released + each.withdrawn + each.open for each in outcomes)
    assert found == sum(each.cases for each in counted)
    decided = sum(each.decided for each in false_by_rule(counted))
    assert decided == sum(each.decided for each in false_by_region(counted))
    assert decided == sum(each.decided for each in false_by_month(counted, MONTHS))
