"""Whatever is sent as a document's content is taken in its shape or refused by field, and made rows or faults."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import InvalidInputError
from registry.intake.desk_content import checked_judgment, checked_revocation, from_reading
from registry.intake.judgment_rows import judgment_rows
from registry.intake.revocation_rows import revocation_rows
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, judgment, read

SENTENCED = (
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处拘役三个月。\n"
)
CONTENT = from_reading(read(judgment(SENTENCED, ZHOU + XU)), "33")
REVOCATION = {"case_number": "甲罚〔2024〕1号", "organisation": "示例公司", "people": [{"name": "郭启明"}]}

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
_ANYTHING = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, each in steps for place in _places(each, (*path, key))]


def _with(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _with(value[path[0]], path[1:], new)
    return copied


@given(st.sampled_from(_places(CONTENT)), _ANYTHING)
@settings(max_examples=150, deadline=None)
def test_anything_in_any_place_of_a_judgment_gives_rows_or_faults(place: tuple[Any, ...], value: object) -> None:
    try:
        content = checked_judgment(_with(CONTENT, place, value))
    except InvalidInputError:
        return
    assert orjson.loads(orjson.dumps(content)) is not None
    found = judgment_rows("J1", 1, content, everybody=True)
    assert len({filed.row.key for filed in found.rows if filed.row.key is not None}) == len(
        [filed for filed in found.rows if filed.row.key is not None]
    )


@given(st.sampled_from(_places(REVOCATION)), _ANYTHING)
@settings(max_examples=80, deadline=None)
def test_anything_in_any_place_of_a_revocation_gives_rows_or_faults(place: tuple[Any, ...], value: object) -> None:
    try:
        content = checked_revocation(_with(REVOCATION, place, value))
    except InvalidInputError:
        return
    assert orjson.loads(orjson.dumps(content)) is not None
    assert revocation_rows("J1", 1, content).rows


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "周明远",
        [],
        {"defendants": 7},
        {"defendants": [7]},
        {"court": {}},
        {"court": 10**30},
        {"court": "一" * 2_001},
    ],
)
def test_what_has_not_the_shape_is_refused_by_field(content: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_judgment(content)
    assert all(fault.field for fault in refused.value.faults)


def test_who_somebody_is_stays_whatever_is_added_or_left_out() -> None:
    added = {"name": "吕望", "kind": "person"}
    content = checked_judgment({**CONTENT, "defendants": [*CONTENT["defendants"][1:], added]})
    assert [(each["no"], each["name"]) for each in content["defendants"]] == [(2, "许云"), (3, "吕望")]


def test_somebody_new_never_takes_the_number_of_one_who_was_left_out() -> None:
    """Rows of that number may be sealed."""
    added = {"name": "吕望", "kind": "person"}
    content = checked_judgment({**CONTENT, "defendants": [CONTENT["defendants"][0], added]})
    assert [(each["no"], each["name"]) for each in content["defendants"]] == [(1, "周明远"), (3, "吕望")]
    first = checked_revocation(REVOCATION | {"people": [{"name": "甲乙"}, {"name": "丙丁"}]})
    later = checked_revocation(first | {"people": [first["people"][0], {"name": "戊己"}]})
    assert [each["no"] for each in later["people"]] == [1, 3]


def test_nothing_foreign_is_kept() -> None:
    content = checked_judgment({**CONTENT, "script": "x", "defendants": [CONTENT["defendants"][0] | {"extra": 1}]})
    assert "script" not in content
    assert "extra" not in content["defendants"][0]


def test_half_a_sign_is_no_sign() -> None:
    content = checked_judgment({**CONTENT, "court": "德川\ud83d县\x00"})
    assert content["court"] == "德川 县"


def test_a_second_order_of_the_court_makes_a_row_of_its_own() -> None:
    bans = [
        {"kind": "probation_injunction", "years": None, "text": "缓刑考验期内禁止从事食品生产、销售"},
        {"kind": "occupational_ban", "years": 3, "text": "三年内禁止从事食品生产经营"},
        {"kind": "other", "years": None, "text": "禁止进入市场"},
    ]
    content = checked_judgment({**CONTENT, "defendants": [CONTENT["defendants"][0] | {"bans": bans}]})
    rows = judgment_rows("J1", 2, content).rows
    kept = [(each.row.key.record_no, each.row.canonical["ban_kind"]) for each in rows if each.row.key is not None]
    assert kept == [("J1-1-1", "probation_injunction"), ("J1-1-1-2", "occupational_ban")]
    assert {each.row.key.version for each in rows if each.row.key is not None} == {2}
