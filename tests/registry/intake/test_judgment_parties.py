"""Whose judgment it is: court, number, day, and the accused with what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry.intake.invented_judgments import CHARGE, HEAD, SENTENCE, TAIL, ZHOU, codes, judgment, read


@pytest.mark.parametrize(
    "number",
    [
        "（2020）浙0599刑初7号",
        "(2020)浙0599刑初7号",
        "〔2014〕湖德刑初字第123号",
        "[2014]湖德刑初字第0123-1号",
        "【2019】浙0599刑初123号之一",
        "（二〇一四）德刑初字第7号",
        "2014年德刑初字第7号",
        "（2014）德刑二初字第7号",
    ],
)
def test_old_and_new_case_numbers_are_kept_as_printed(number: str) -> None:
    reading = read(judgment(SENTENCE, head=HEAD.replace("（2020）浙0599刑初7号", number)))
    assert (reading["case_number"], reading["instance"]) == (number, "first")


def test_the_court_is_the_one_of_the_title_and_not_one_told_of() -> None:
    on_one_line = "周明远销售有毒、有害食品罪一审刑事判决书德川县人民法院刑事判决书（2020）浙0599刑初7号："
    assert read(judgment(SENTENCE, head=on_one_line))["court"] == "德川县人民法院"
    assert read(judgment(SENTENCE))["court"] == "浙江省德川县人民法院"
    assert read(judgment(SENTENCE, head=HEAD.replace("德川县人", "德川县\n　人")))["court"] == "浙江省德川县人民法院"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("二〇一九年十二月三日", "2019-12-03"),
        ("二O一九年十二月三曰", "2019-12-03"),
        ("二零一九年 十二月 二十—日", "2019-12-21"),
        ("2019年12月3日", "2019-12-03"),
        ("..2019年十二月3日", "2019-12-03"),
        ("二〇一九年十二月  日", None),
        ("二〇一九年二月三十日", None),
    ],
)
def test_the_day_under_the_bench_is_read_or_left_empty(written: str, expected: str | None) -> None:
    tail = TAIL.replace("二〇二〇年三月五日", written).replace("附：", "附：本法自二〇一一年五月一日起施行。")
    reading = read(judgment(SENTENCE, tail=tail))
    assert reading["decided_on"] == expected
    assert ("not_read" in codes(reading)) == (expected is None)


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        (
            "被告人周明远，曾用名周大远、周小远，绰号“大周”、“远哥”，男，汉族。\n",
            ("周明远", ["周大远", "周小远", "大周", "远哥"]),
        ),
        ("被告人（自报）周明远，男，汉族。\n", ("周明远", [])),
        ("被告人自报周明远，又名周二，男，汉族。\n", ("周明远", ["周二"])),
        ("1、被告人：周明远，性别：男，民族：汉族。\n", ("周明远", [])),
        ("第一被告人周明远，男，汉族。\n", ("周明远", [])),
        ("被  告  人　周　明　远，男，汉　族。\n", ("周明远", [])),
        ("被告人（兼被告单位诉讼代表人）周明远，男，汉族。\n", ("周明远", [])),
        ("被告人暨附带民事公益诉讼被告周明远，男，汉族。\n", ("周明远", [])),
    ],
)
def test_a_name_is_told_from_labels_and_other_names(party: str, expected: tuple[str, list[str]]) -> None:
    only = read(judgment(SENTENCE, party))["defendants"][0]
    assert (only["name"], [other["name"] for other in only["other_names"]]) == expected
    assert (only["sex"], only["ethnic_group"]) == ("男", "汉族")


def test_names_of_minorities_and_in_latin_letters_stay_whole() -> None:
    parties = (
        "被告人买买提·艾力，男，维吾尔族，1990年1月1日出生。\n"
        "被告人NGUYEN VAN AN（中文名阮文安），男，1990年4月出生，持护照号码B1234567。\n"
    )
    decision = (
        f"一、被告人买买提·艾力犯{CHARGE}，单处罚金一万元。\n二、被告人NGUYEN VAN AN犯{CHARGE}，单处罚金一万元。\n"
    )
    first, second = read(judgment(decision, parties))["defendants"]
    assert (first["name"], first["ethnic_group"], first["birth_date"]) == ("买买提·艾力", "维吾尔族", "1990-01-01")
    assert (second["name"], second["birth_date"], second["id_number"]) == ("NGUYEN VAN AN", "1990-04", "B1234567")
    assert second["other_names"] == [{"kind": "中文名", "name": "阮文安"}]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("公民身份号码330599\n19810506\n0019", "330599198105060019"),
        ("身份证号码33××××××××××××1234", "33××××××××××××1234"),
        ("公民身份号码×××", None),
        ("身份证住址德川县", None),
    ],
)
def test_an_id_number_is_kept_as_printed_and_a_pure_mask_is_nothing(written: str, expected: str | None) -> None:
    assert read(judgment(SENTENCE, ZHOU.replace("汉族", written)))["defendants"][0]["id_number"] == expected


def test_a_number_that_does_not_add_up_or_does_not_fit_the_birth_is_warned_of() -> None:
    assert "id_number_unsound" in codes(
        read(judgment(SENTENCE, ZHOU.replace("汉族", "公民身份号码330599198105060011")))
    )


@pytest.mark.parametrize(("name", "shown"), [("周某某", "周某某"), ("周×", "周×"), ("×××", None)])
def test_a_masked_name_is_kept_as_printed_or_is_nothing_and_warned_of(name: str, shown: str | None) -> None:
    reading = read(judgment(SENTENCE.replace("周明远", name), ZHOU.replace("周明远", name)))
    only = reading["defendants"][0]
    assert (only["name"], len(reading["defendants"])) == (shown, 1)
    assert "name_masked" in codes(reading)
    assert only["executed"]["months"] == 12


def test_prior_convictions_and_births_of_others_are_not_this_persons() -> None:
    told = "汉族。2010年5月6日因犯盗窃罪被判处有期徒刑六年，并处罚金一千元。2012年6月1日出生一子"
    only = read(judgment(SENTENCE, ZHOU.replace("汉族", told)))["defendants"][0]
    assert (only["birth_date"], only["executed"]["months"], len(only["counts"])) == ("1981-05-06", 12, 1)


def test_a_unit_is_read_with_its_code_and_its_people_apart() -> None:
    parties = (
        "被告单位和顺县及时雨食品有限公司（以下简称及时雨公司），统一社会信用代码91330599MA2××××××X，"
        "住所地和顺县，法定代表人许云。\n诉讼代表人钱某，系该公司员工。\n"
    )
    decision = f"一、被告单位和顺县及时雨食品有限公司犯{CHARGE}，判处罚金人民币一百二十万元。\n二、{SENTENCE}"
    unit, person = read(judgment(decision, parties + ZHOU))["defendants"]
    assert (unit["kind"], unit["name"], unit["id_number"]) == ("unit", "和顺县及时雨食品有限公司", "91330599MA2××××××X")
    assert (unit["executed"]["sentence"], unit["executed"]["fine_yuan"]) == ("罚金", 1200000)
    assert (person["kind"], person["name"]) == ("person", "周明远")


def test_the_accused_are_taken_from_the_charge_where_the_source_cut_their_paragraphs() -> None:
    head = "周明远销售有毒、有害食品罪一审刑事判决书德川县人民法院刑事判决书（2020）浙0599刑初7号："
    trial = f"德川县人民检察院指控被告人周明远、许云犯{CHARGE}，向本院提起公诉。现已审理终结本院认为……判决如下"
    decision = f"一、被告人周明远、许云犯{CHARGE}，各判处有期徒刑一年。"
    reading = read(judgment(decision, "", head, trial))
    assert [each["name"] for each in reading["defendants"]] == ["周明远", "许云"]


def test_every_quote_leads_to_the_words_of_the_value() -> None:
    text = judgment(SENTENCE.replace("三万元", "3\n0000元"))
    quotes: dict[str, Any] = read(text)["quotes"]
    said = {path: text[start:end] for path, (start, end) in quotes.items()}
    assert said["court"] == "浙江省德川县人民法院"
    assert said["decided_on"] == "二〇二〇年三月五日"
    assert said["defendants[0].name"] == "周明远"
    assert said["defendants[0].birth_date"] == "1981年5月6日"
    assert said["defendants[0].counts[0].charge"] == CHARGE
    assert said["defendants[0].executed.months"] == "一年"
    assert said["defendants[0].executed.probation_months"] == "二年"
    assert said["defendants[0].executed.fine_yuan"] == "3\n0000"
