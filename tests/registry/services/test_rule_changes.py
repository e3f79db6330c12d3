"""The second person sees every value that differs, where it stands, and what was taken away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.services.rule_changes import RuleChange, rule_changes

BEFORE = """
version = "1"
[freshness.31]
valid_until_days = 7
when_stale = "review"
[freshness.32]
valid_until_days = 30
when_stale = "clear"
"""
LEVELS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=3)


def test_a_line_that_stands_elsewhere_already_is_a_change_where_it_is_new() -> None:
    swapped = BEFORE.replace("valid_until_days = 7", "valid_until_days = 30").replace('"review"', '"clear"')
    assert rule_changes(BEFORE, swapped) == [
        RuleChange("freshness.31.valid_until_days", "7", "30"),
        RuleChange("freshness.31.when_stale", '"review"', '"clear"'),
    ]


def test_what_is_taken_away_and_what_is_added_is_shown() -> None:
    without = BEFORE.partition("[freshness.32]")[0] + "[desk]\ndecide_block = 5\nnames = []\n"
    assert rule_changes(BEFORE, without) == [
        RuleChange("freshness.32.valid_until_days", "30", None),
        RuleChange("freshness.32.when_stale", '"clear"', None),
        RuleChange("desk.decide_block", None, "5"),
        RuleChange("desk.names", None, "[]"),
    ]


def test_words_about_a_value_and_its_place_in_the_file_change_nothing() -> None:
    head, _, tail = BEFORE.partition("[freshness.32]")
    version, _, first = head.partition("[freshness.31]")
    moved = f"# said otherwise\n{version}[freshness.32]{tail}[freshness.31]{first}"
    assert rule_changes(BEFORE, moved) == []


def test_without_a_former_wording_everything_is_new() -> None:
    assert [each.before for each in rule_changes(None, BEFORE)] == [None] * 5


@given(st.dictionaries(st.sampled_from("xyz"), LEVELS), st.dictionaries(st.sampled_from("xyz"), LEVELS))
def test_the_changes_alone_lead_from_the_one_to_the_other(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> None:
    values = flat(before)
    for change in rule_changes(written(before), written(after)):
        assert values.get(change.place) == change.before
        values[change.place] = change.after
    assert {place: value for place, value in values.items() if value is not None} == flat(after)


def written(tables: dict[str, dict[str, int]]) -> str:
    return "\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in table.items()) for name, table in tables.items()
    )


def flat(tables: dict[str, dict[str, int]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {f"{name}.{k}": str(v) for name, table in tables.items() for k, v in table.items()}
    return found | {name: "{}" for name, table in tables.items() if not table}
