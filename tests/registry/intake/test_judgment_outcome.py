"""What a court decided: counts, sentences, what is executed; on appeal and retrial too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry.intake.invented_judgments import (
    CHARGE,
    LYU,
    XU,
    ZHOU,
    appeal,
    codes,
    counts,
    executed,
    judgment,
    read,
)

BEGUN = f"被告人周明远犯{CHARGE}，"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("判处有期徒刑一年二个月，并处罚金人民币三万元", ("有期徒刑", 14, None, 30000)),
        ("判处有期徒刑1年2个月缓刑1年6个月并处罚金3万元", ("有期徒刑", 14, 18, 30000)),
        ("判处有期徒刑一年半，并处罚金人民币3,000元", ("有期徒刑", 18, None, 3000)),
        ("判处有期徒刑一\n- 3 -\n年零二个月，宣告缓刑二年，并处罚\n金人民币3\n0000元", ("有期徒刑", 14, 24, 30000)),
        ("判处有期徒刑 一 年 ，并处 罚金 人民币 叁 万 伍 仟 元 整", ("有期徒刑", 12, None, 35000)),
        ("判处拘役四个月十五日，缓刑六个月，并处罚金人民币二千元", ("拘役", 4.5, 6, 2000)),
        ("判处管制一年三个月，并处罚金人民币1.5万元", ("管制", 15, None, 15000)),
        ("单处罚金人民币十二万三千四百五十六元", ("罚金", None, None, 123456)),
        ("判处罚金人民币（以下币种同）伍万元，上缴国库", ("罚金", None, None, 50000)),
        ("判处罚金￥50，000．00元（已缴纳10000元）", ("罚金", None, None, 50000)),
        ("免于刑事处罚", ("免予刑事处罚", None, None, None)),
        ("判处死刑，缓期二年执行，剥夺政治权利终身，并处没收个人全部财产", ("死刑缓期二年执行", None, None, None)),
        ("判处无期徒刑，剥夺政治权利终身，并处没收财产人民币二十万元", ("无期徒刑", None, None, None)),
        ("判处有期徒刑十五年，剥夺政治权利三年，并处罚金人民币一百五十万元", ("有期徒刑", 180, None, 1500000)),
        ("判处被告人周明远有期徒刑一年（刑期自2020年1月8日起至2021年1月7日止）", ("有期徒刑", 12, None, None)),
    ],
)
def test_a_sentence_is_read_however_the_court_writes_it(words: str, expected: tuple[Any, ...]) -> None:
    only = read(judgment(f"{BEGUN}{words}。\n"))["defendants"][0]
    assert executed(only) == expected
    assert counts(only) == [(CHARGE, expected[0], expected[1], expected[3])]


@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        ("判处有期徒刑三年O六个月，并处罚金三万元", "months", "length_not_read"),
        ("判处拘役六年，并处罚金三万元", "months", "length_not_read"),
        ("判处有期徒刑一年，并处罚金人民币5OOO元", "fine_yuan", "fine_not_read"),
    ],
)
def test_a_doubtful_value_is_left_empty_with_a_warning(words: str, field: str, code: str) -> None:
    reading = read(judgment(f"{BEGUN}{words}。\n"))
    assert reading["defendants"][0]["executed"][field] is None
    assert code in codes(reading)


def test_several_counts_keep_their_own_sentences_and_what_is_executed_is_what_the_court_decides() -> None:
    decision = (
        f"{BEGUN}判处有期徒刑三年，并处罚金人民币五万元；犯非法经营罪，判处拘役五个月，并处罚金人民币一万元。"
        "数罪并罚，决定执行有期徒刑三年，缓刑四年，并处罚金人民币六万元。\n"
    )
    only = read(judgment(decision))["defendants"][0]
    assert counts(only) == [(CHARGE, "有期徒刑", 36, 50000), ("非法经营罪", "拘役", 5, 10000)]
    assert executed(only) == ("有期徒刑", 36, 48, 60000)


def test_counts_in_items_of_their_own_are_combined_by_the_item_that_decides() -> None:
    decision = (
        f"一、{BEGUN}判处有期徒刑一年，并处罚金人民币三万元；\n二、被告人周明远犯诈骗罪，判处有期徒刑二年；\n"
        "三、数罪并罚，对被告人周明远决定执行有期徒刑二年六个月，并处罚金人民币三万元。\n"
    )
    assert executed(read(judgment(decision))["defendants"][0]) == ("有期徒刑", 30, None, 30000)


def test_a_former_sentence_that_is_joined_is_not_this_one() -> None:
    decision = (
        "一、撤销德川县人民法院（2019）浙0599刑初3号刑事判决书中对被告人周明远宣告缓刑二年的执行部分；\n"
        f"二、{BEGUN}判处有期徒刑八个月，并处罚金人民币一万元；与前罪有期徒刑一年六个月，并处罚金人民币五千元并罚，"
        "决定执行有期徒刑二年，并处罚金人民币一万五千元。\n三、责令被告人周明远退赔人民币九万元。\n"
    )
    only = read(judgment(decision))["defendants"][0]
    assert counts(only) == [(CHARGE, "有期徒刑", 8, 10000)]
    assert executed(only) == ("有期徒刑", 24, None, 15000)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("均判处有期徒刑一年，并处罚金人民币各五千元", [("有期徒刑", 12, None, 5000)] * 3),
        (
            "分别判处有期徒刑一年、十个月、八个月，缓刑二年、一年、一年，并处罚金人民币三万元、二万元、一万元",
            [("有期徒刑", 12, 24, 30000), ("有期徒刑", 10, 12, 20000), ("有期徒刑", 8, 12, 10000)],
        ),
        (
            "判处周明远有期徒刑一年，缓刑二年；判处许云拘役三个月；判处吕望罚金人民币一万元",
            [("有期徒刑", 12, 24, None), ("拘役", 3, None, None), ("罚金", None, None, 10000)],
        ),
        (
            "对被告人周明远判处有期徒刑一年，对被告人许云判处管制六个月，对被告人吕望免予刑事处罚",
            [("有期徒刑", 12, None, None), ("管制", 6, None, None), ("免予刑事处罚", None, None, None)],
        ),
        ("分别判处有期徒刑一年、十个月，并处罚金人民币三万元", [(None, None, None, None)] * 3),
    ],
)
def test_people_convicted_together_get_each_their_own(words: str, expected: list[tuple[Any, ...]]) -> None:
    decision = f"被告人周明远、许云、吕望犯{CHARGE}，{words.replace('；', '，')}。\n"
    reading = read(judgment(decision, ZHOU + XU + LYU))
    assert [executed(each) for each in reading["defendants"]] == expected
    assert {each["counts"][0]["charge"] for each in reading["defendants"]} == {CHARGE}
    assert ("share_of_the_sentence_unclear" in codes(reading)) == (expected[0][0] is None)


@pytest.mark.parametrize(
    ("decision", "charge"),
    [
        ("一、周明远犯销售有毒、有害食品罪，判处有期徒刑一年。\n", CHARGE),
        (f"以{CHARGE}判处被告人周明远有期徒刑一年。\n", CHARGE),
        ("判处被告人周明远有期徒刑一年。\n", None),
        (f"被告人周明远等人犯{CHARGE}，判处有期徒刑一年\n二、扣押物品予以没收\n", CHARGE),
    ],
)
def test_other_wordings_of_a_conviction_are_understood(decision: str, charge: str | None) -> None:
    reading = read(judgment(decision))
    assert counts(reading["defendants"][0]) == [(charge, "有期徒刑", 12, None)]
    assert ("charge_not_read" in codes(reading)) == (charge is None)


def test_one_is_acquitted_beside_another_who_is_not() -> None:
    reading = read(judgment(f"一、{BEGUN}判处有期徒刑一年；\n二、被告人许云无罪。\n", ZHOU + XU))
    assert [counts(each) for each in reading["defendants"]] == [
        [(CHARGE, "有期徒刑", 12, None)],
        [(None, "无罪", None, None)],
    ]


def test_money_owed_to_others_is_no_fine() -> None:
    decision = (
        f"一、{BEGUN}判处有期徒刑一年；\n二、被告人周明远支付惩罚性赔偿金人民币二十一万元，上缴国库；\n"
        "三、被告人周明远在省级媒体上公开赔礼道歉；\n四、追缴违法所得人民币一万元。\n"
    )
    only = read(judgment(decision))["defendants"][0]
    assert executed(only) == ("有期徒刑", 12, None, None)
    assert only["bans"] == []


@pytest.mark.parametrize("trial", ["……之规定，判决：\n", "……之规定，作出如下判决：\n", "……之规定判决如下\n"])
def test_the_decision_is_found_however_it_is_announced(trial: str) -> None:
    told = "德川县人民检察院指控被告人周明远犯销售有毒、有害食品罪。本院认为……依照第一百四十四条"
    reading = read(judgment(f"{BEGUN}判处有期徒刑一年。\n", trial=told + trial))
    assert executed(reading["defendants"][0]) == ("有期徒刑", 12, None, None)


@pytest.mark.parametrize(
    "decision",
    [
        "驳回上诉，维持原判。",
        "准许上诉人周明远撤回上诉。",
        "一、撤销德川县人民法院（2020）浙0599刑初7号刑事判决；\n二、发回德川县人民法院重新审判。",
    ],
)
def test_an_appeal_that_sentences_nobody_has_no_counts(decision: str) -> None:
    reading = read(appeal(decision, "裁定"))
    assert (reading["instance"], reading["case_number"]) == ("second", "（2020）浙05刑终12号")
    assert [(each["name"], each["counts"]) for each in reading["defendants"]] == [("周明远", []), ("许云", [])]


def test_an_appeal_that_changes_a_sentence_is_read_for_the_new_one() -> None:
    decision = (
        "一、维持德川县人民法院（2020）浙0599刑初7号刑事判决第二项，即被告人许云犯销售有毒、有害食品罪，判处拘役三个月；\n"
        "二、撤销德川县人民法院（2020）浙0599刑初7号刑事判决第一项，即被告人周明远犯销售有毒、有害食品罪，判处有期徒刑一年；\n"
        f"三、上诉人（原审被告人）周明远犯{CHARGE}，判处拘役五个月，缓刑六个月，并处罚金人民币八千元。"
    )
    zhou, xu = read(appeal(decision))["defendants"]
    assert executed(zhou) == ("拘役", 5, 6, 8000)
    assert executed(xu) == ("拘役", 3, None, None)


def test_a_retrial_that_acquits_is_read_as_such() -> None:
    decision = "一、撤销本院（2018）浙05刑终3号刑事裁定；\n二、原审上诉人周明远无罪。"
    reading = read(appeal(decision, number="（2020）浙05刑再12号", party="原审上诉人"))
    assert reading["instance"] == "retrial"
    assert executed(reading["defendants"][0]) == ("无罪", None, None, None)
