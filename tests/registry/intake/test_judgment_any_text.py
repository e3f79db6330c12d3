"""Any text at all: reading never fails, and every quote lies inside the text."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.intake.judgment_text import read_judgment
from tests.registry.intake.invented_judgments import CHARGE, HEAD, SENTENCE, TAIL, TRIAL, XU, ZHOU, judgment, read

# fmt: off
PIECES = (
    HEAD, ZHOU, XU, TRIAL, SENTENCE, TAIL, CHARGE, "被告人", "被告单位", "犯", "罪，", "判处", "分别判处", "有期徒刑",
    "拘役",
    "一年", "十个月", "三万元", "罚金", "缓刑", "、", "。", "；", "（", "）", "禁止", "从事", "不得从事", "终身",
    "三年内",
    "决定执行", "数罪并罚", "判决如下：", "如不服", "审判长", "二〇二〇年", "三月", "五日", "刑初", "7号", "法院",
    "×××", "某",
    "\n", "\0", "\1", " ", "　", "第1页", "曾用名", "身份证号码", "无罪", "撤销", "即", "等三人", "以", "对",
    "①", "㈱", "ﷺ",
)
# fmt: on


def holds(text: str) -> None:
    reading = read_judgment(text).as_json("any.txt")
    for path, (start, end) in reading["quotes"].items():
        assert 0 <= start < end <= len(text), path


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text: str) -> None:
    holds(text)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join))
def test_any_mixture_of_the_words_of_judgments_is_read_without_failing(text: str) -> None:
    holds(text)


@given(st.data())
def test_a_judgment_with_pieces_torn_out_or_doubled_is_read_without_failing(data: st.DataObject) -> None:
    text = judgment(SENTENCE)
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    holds(text[:start] + text[end:])
    holds(text[:end] + text[start:])


@given(st.data())
def test_line_breaks_and_blanks_change_nothing_that_is_read(data: st.DataObject) -> None:
    text = judgment(SENTENCE)
    places = data.draw(st.lists(st.integers(len(HEAD), len(text)), max_size=20))
    broken = text
    for place in sorted(places, reverse=True):
        broken = broken[:place] + data.draw(st.sampled_from([" ", "　", "\n　　", "\u200b"])) + broken[place:]
    assert without_places(read(broken)) == without_places(read(text))


def without_places(reading: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reading.items() if name != "quotes"}


@pytest.mark.parametrize(
    "piece",
    [
        "被告人",
        "判决如下：",
        "禁止从事",
        "（",
        "一、",
        "犯罪",
        "三年",
        "终身不得",
        "曾用名甲、",
        "\n",
        " ",
        "\n　",
        "第\n",
        "-\n",
        "5\n\n",
        "PAGE",
    ],
)
def test_a_text_made_to_take_long_does_not(piece: str) -> None:
    begun = time.perf_counter()
    holds(judgment(SENTENCE + piece * (60_000 // len(piece))))
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("people", [200, 201, 2_000])
def test_nobody_is_read_where_more_are_named_than_any_court_tries_together(people: int) -> None:
    names = [f"{chr(0x4E00 + number)}小明" for number in range(people)]
    accused = "".join(f"被告人{name}，男，1980年1月1日出生。\n" for name in names)
    decided = "".join(f"被告人{name}犯诈骗罪，判处有期徒刑一年。\n" for name in names)
    for text in (f"刑事判决书\n{accused}判决如下：\n{decided}", f"刑事判决书\n判决如下：\n{decided}"):
        reading = read_judgment(text)
        assert len(reading.defendants) == (people if people <= 200 else 0)
        assert ("too_many_defendants" in {each.code for each in reading.warnings}) is (people > 200)
