"""Certificates of effect: told from judgments, read with their quotes, and silent where they can mean two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.certificate_text import is_certificate
from tests.registry.intake.invented_certificates import CASE, DAY, FORM, LETTER, NOTICE, read
from tests.registry.intake.invented_judgments import HEAD, SENTENCE, appeal, codes, judgment

COURT = "浙江省德川县人民法院"
TOLD = "已于二〇二〇年三月二十日发生法律效力"


@pytest.mark.parametrize(
    ("text", "number"),
    [(LETTER, "（2020）浙0599刑证12号"), (FORM, None), (NOTICE, "（2020）浙0599刑执通字第8号")],
)
def test_a_certificate_says_which_case_took_effect_when_by_whose_word_each_with_its_quote(
    text: str, number: str | None
) -> None:
    told = read(text)
    values = [told[name] for name in ("case_number", "effective_date", "court", "number")]
    assert values == [CASE, DAY, COURT, number]
    assert told["warnings"] == []
    quotes = {name: text[slice(*span)].replace("\n", "") for name, span in told["quotes"].items()}
    assert (quotes["case_number"], quotes["court"]) == (CASE, COURT)
    assert quotes["effective_date"] in {"二〇二〇年三月二十日", "2020年3月20日"}


@pytest.mark.parametrize("text", [LETTER, FORM, NOTICE])
def test_a_certificate_is_told_from_a_judgment_by_its_title(text: str) -> None:
    assert is_certificate(text)
    assert is_certificate("附件\n" + text)


def test_a_judgment_is_no_certificate_even_where_it_speaks_of_one() -> None:
    speaking = "公诉机关出示了（2019）浙0599刑初3号判决的生效证明、执行通知书。\n"
    assert not is_certificate(judgment(SENTENCE))
    assert not is_certificate(judgment(SENTENCE, trial=speaking + "判决如下：\n"))
    assert not is_certificate(appeal("驳回上诉，维持原判。", kind="裁定"))


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        ("尚未发生法律效力", "not_effective"),
        ("已发生法律效力", "not_read"),
        ("已于2020年 月 日发生法律效力", "not_read"),
        ("已于2020年3月32日发生法律效力", "not_read"),
        ("上诉期于2020年3月20日届满，现已发生法律效力", "not_read"),
        ("对周明远于2020年3月20日发生法律效力，对许云于2020年3月25日发生法律效力", "several_days"),
        ("已于2020年5月20日发生法律效力", "day_after_issue"),
    ],
)
def test_a_day_that_is_not_said_once_and_plainly_is_null_with_a_warning(instead: str, code: str) -> None:
    told = read(LETTER.replace(TOLD, instead))
    assert told["effective_date"] is None
    assert {"field": "effective_date", "code": code} in told["warnings"]
    assert told["case_number"] == CASE


def test_the_day_a_judgment_was_given_is_never_taken_for_that_of_its_effect() -> None:
    assert read(FORM.replace("生效日期　2020年3月20日\n", ""))["effective_date"] is None
    squeezed = "浙江省德川县人民法院\n生效证明\n作出日期2020年3月5日\n生效日期2020年3月20日\n" + CASE
    assert read(squeezed)["effective_date"] == DAY


def test_of_several_cases_the_one_in_the_sentence_of_effect_is_meant_or_none() -> None:
    former = LETTER.replace("特此证明", "周明远曾因（2015）浙0599刑初1号判决被判处罚金。特此证明")
    assert read(former)["case_number"] == CASE
    both = LETTER.replace(f"{CASE}刑事判决书", f"{CASE}刑事判决书、（2020）浙05刑终12号刑事裁定书")
    assert read(both)["case_number"] is None
    assert "several_case_numbers" in codes(read(both))


def test_two_courts_on_one_paper_are_a_doubt() -> None:
    other = LETTER.replace("特此证明。\n浙江省德川县人民法院", "特此证明。\n浙江省吴兴市人民法院")
    assert read(other)["court"] is None
    assert "courts_differ" in codes(read(other))


@pytest.mark.parametrize("day", ["二○二○年三月二十日", "2020.3.20", "2020-03-20", "２０２０年３月２０日"])
def test_days_are_read_in_every_form_courts_print(day: str) -> None:
    assert read(LETTER.replace("二〇二〇年三月二十日", day))["effective_date"] == DAY


@given(st.text(alphabet="浙江省法院生效证明书刑初字第号（）2020年3月日已于发生法律力，。\n 〇一二", max_size=200))
def test_whatever_is_printed_every_quote_leads_into_the_text(text: str) -> None:
    told = read(HEAD[:9] + text)
    for start, end in told["quotes"].values():
        assert 0 <= start < end <= len(HEAD[:9] + text)
