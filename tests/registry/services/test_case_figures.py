"""What cases add up to, told the day."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from registry.services.case_figures import (
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
from registry.store.case_values import CaseState
from registry.store.figure_repository import CountedCase

EQUAL, SLIP = "id_number/equal", "id_number/one_slip"
RULES = st.sampled_from([EQUAL, SLIP, ONLY_STALE])
AT = st.integers(0, 178 * 24).map(
    lambda hours: datetime.datetime(2026, 6, 2, tzinfo=datetime.UTC) + datetime.timedelta(hours=hours)
)


def case(
    state: CaseState = CaseState.OPEN, opened: str = "2026-11-02", settled: str | None = None, **said: str
) -> CountedCase:
    """Return a case opened and settled at noon, due a week after it was opened."""

    def noon(day: str) -> datetime.datetime:
        return datetime.datetime.fromisoformat(f"{day}T04:00:00+00:00")

    due_on = noon(opened).date() + datetime.timedelta(days=7)
    settled_at = noon(settled or opened) if state.is_settled else None
    return CountedCase(said.get("region", "33"), said.get("rule", EQUAL), state, noon(opened), due_on, settled_at)


def test_a_share_of_false_holds_counts_what_was_decided_and_leaves_out_what_only_an_old_list_held() -> None:
    cases = [
        case(CaseState.CONFIRMED),
        case(CaseState.RELEASED),
        case(CaseState.RELEASED, rule=SLIP, region="32"),
        case(CaseState.RELEASED, rule=ONLY_STALE),
        case(CaseState.WITHDRAWN),
        case(),
    ]
    assert [(each.name, each.false, each.decided) for each in false_by_rule(cases)] == [
        (rule_in_words(EQUAL), 1, 2),
        (rule_in_words(SLIP), 1, 1),
    ]
    assert [(each.name, each.percent) for each in false_by_region(cases)] == [("浙江省", 50.0), ("江苏省", 100.0)]


def test_a_false_hold_belongs_to_the_month_it_was_settled_in_and_an_empty_month_stays() -> None:
    cases = [case(CaseState.RELEASED, "2026-09-29", "2026-10-09"), case(CaseState.CONFIRMED, "2026-10-12")]
    shares = false_by_month(cases, ("2026-09", "2026-10"))
    assert [(each.name, each.false, each.decided) for each in shares] == [("2026-09", 0, 0), ("2026-10", 1, 2)]


def test_an_instant_late_in_the_evening_belongs_to_shanghais_next_month() -> None:
    late = datetime.datetime(2026, 10, 31, 17, 0, tzinfo=datetime.UTC)
    opened = CountedCase("33", EQUAL, CaseState.OPEN, late, datetime.date(2026, 11, 9), None)
    assert [each.open for each in outcomes_by_month([opened], ("2026-10", "2026-11"))] == [0, 1]


def test_open_cases_are_aged_in_working_days_and_late_ones_counted() -> None:
    # Over the National Day week of 2026 only 8, 9 and Saturday 10 October are worked.
    cases = [case(opened="2026-09-30"), case(opened="2026-08-03"), case(CaseState.ASKED, "2026-10-09")]
    bands = open_ages([*cases, case(CaseState.RELEASED, "2026-01-05")], datetime.date(2026, 10, 10))
    assert [(each.label, each.cases, each.overdue) for each in bands] == [
        ("0至5个工作日", 2, 1),
        ("6至10个工作日", 0, 0),
        ("11至20个工作日", 0, 0),
        ("21个工作日以上", 1, 1),
    ]


def test_reasons_are_words_the_most_frequent_first() -> None:
    reasons = top_reasons([case(rule=SLIP), case(), case(rule=SLIP), case(rule="gone/gone")])
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
            lambda state, at, rule: CountedCase("33", rule, state, at, at.date(), at if state.is_settled else None),
            st.sampled_from(CaseState),
            AT,
            RULES,
        )
    )
)
def test_no_case_is_lost_or_counted_twice(cases: list[CountedCase]) -> None:
    months = months_before(datetime.date(2026, 11, 30), 6)
    outcomes = outcomes_by_month(cases, months)
    assert sum(each.confirmed + each.released + each.withdrawn + each.open for each in outcomes) == len(cases)
    decided = sum(each.decided for each in false_by_rule(cases))
    assert decided == sum(each.decided for each in false_by_region(cases))
    assert decided == sum(each.decided for each in false_by_month(cases, months))
    still = sum(not each.state.is_settled for each in cases)
    assert sum(each.cases for each in open_ages(cases, datetime.date(2026, 11, 30))) == still
