"""Punishments as courts write them into one cell of a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.sentence_cell import Unit, months_value, sentence_values, yuan_value
from tests.registry.intake.invented_judgments import SENTENCE, executed, judgment, read


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("有期徒刑一年六个月", ("有期徒刑", 18, None, None)),
        ("判处有期徒刑1年6个月，缓刑二年，并处罚金人民币五万元。", ("有期徒刑", 18, 24, 50_000)),
        ("拘役 四个月，宣告缓刑六个月，并处罚金5000元", ("拘役", 4, 6, 5_000)),
        ("单处罚金2万元", ("罚金", None, None, 20_000)),
        ("免予刑事处罚", ("免予刑事处罚", None, None, None)),
        ("无期徒刑，剥夺政治权利终身，并处没收个人全部财产", ("无期徒刑", None, None, None)),
        ("死刑，缓期二年执行", ("死刑缓期二年执行", None, None, None)),
        ("管制一年", ("管制", 12, None, None)),
    ],
)  # fmt: skip
def test_a_whole_punishment_is_taken_apart(cell: str, values: tuple[str, int | None, int | None, int | None]) -> None:
    found = sentence_values(cell)
    assert found is not None
    assert (
        found["sentence"],
        *(found.get(name) for name in ("sentence_months", "probation_months", "fine_yuan")),
    ) == values


@pytest.mark.parametrize(
    "cell",
    ["有期徒刑", "有期徒刑三年O个月", "有期徒刑一百年", "盗窃", "", "有期徒刑一年，有期徒刑二年", "有期徒刑一年等",
     "缓刑一年", "免予刑事处罚，缓刑一年", "拘役二年", "罚金若干元"],
)  # fmt: skip
def test_a_punishment_of_which_any_part_is_not_understood_is_not_taken(cell: str) -> None:
    assert sentence_values(cell) is None


@pytest.mark.parametrize(
    ("cell", "unit", "months"),
    [("一年六个月", None, 18), ("18个月", None, 18), ("18", Unit.MONTHS, 18), ("1.5", Unit.YEARS, 18),
     ("18", None, None), ("四个月十五日", None, 4.5), ("若干", Unit.MONTHS, None)],
)  # fmt: skip
def test_a_bare_number_is_a_length_only_where_its_unit_is_known(
    cell: str, unit: Unit | None, months: float | None
) -> None:
    assert months_value(cell, unit) == months


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [("5万元", None, 50_000), ("伍万元整", None, 50_000), ("50,000", None, 50_000),
     ("5", Unit.TEN_THOUSAND_YUAN, 50_000), ("人民币3,000元", None, 3_000), ("无", None, None)],
)  # fmt: skip
def test_an_amount_is_read_in_yuan(cell: str, unit: Unit | None, yuan: float | None) -> None:
    assert yuan_value(cell, unit) == yuan


@given(st.text(alphabet="有期徒刑拘役缓罚金一二三年月个并处万元，0123.0 死无免", max_size=30))
def test_any_cell_is_either_understood_in_known_values_or_not_at_all(cell: str) -> None:
    found = sentence_values(cell)
    assert found is None or {"sentence"} <= found.keys() <= {
        "sentence",
        "sentence_months",
        "probation_months",
        "fine_yuan",
    }
    for unit in (None, *Unit):
        assert months_value(cell, unit) is None or (months_value(cell, unit) or 0) >= 0
        assert yuan_value(cell, unit) is None or (yuan_value(cell, unit) or 0) >= 0


def test_a_run_of_digits_that_is_no_amount_is_told_at_once_however_long() -> None:
    """A pattern that tries every way to cut a run would never end: it doubles with each digit."""
    run = "1" * 400
    assert yuan_value(f"{run}件", None) is None
    assert yuan_value(f"{run}元", None) is None
    assert yuan_value(run, None) is None
    assert months_value(run, Unit.YEARS) is None
    assert yuan_value("九" * 400 + "元", None) is None
    assert months_value(f"{run}件", None) is None
    assert sentence_values(f"罚金{run}件") is None
    fined = judgment(SENTENCE.replace("三万元", f"{run}件"))
    assert executed(read(fined)["defendants"][0])[3] is None
