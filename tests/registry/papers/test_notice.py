"""The letters to licensing offices: whom they name, on what they rest, and what the applicant may do."""

from __future__ import annotations

import dataclasses
import datetime
import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document

from registry.papers.notice import Hearing, Notice, Remedies, Waiver, notice_docx, notice_pdf
from registry.papers.want_letter import want_letter_docx, want_letter_pdf
from tests.registry.papers.papers_at_hand import BASIS, NOTICE, WANT_LETTER, WORDS, words


def docx_words(content: bytes) -> str:
    """Return what a docx says, paragraphs first, then tables."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join("".join([*(each.text for each in document.paragraphs), *cells]).split())


FORMS: dict[str, Callable[[Notice], str]] = {
    "pdf": lambda notice: words(notice_pdf(notice)),
    "docx": lambda notice: docx_words(notice_docx(notice)),
}
in_both_forms = pytest.mark.parametrize("form", FORMS)


@in_both_forms
def test_a_notice_says_whom_it_is_about_and_on_what_the_ban_rests(form: str) -> None:
    said = FORMS[form](NOTICE)
    for wanted in (
        NOTICE.case_no,
        NOTICE.check_no,
        NOTICE.application_no,
        f"{NOTICE.licensing_office}：",
        NOTICE.applicant,
        NOTICE.applicant_id,
        NOTICE.ban_no,
        BASIS.document_no,
        BASIS.authority,
        WORDS,
        "自2023年6月1日起，终身",
        NOTICE.finding,
        NOTICE.reasons,
        NOTICE.unit,
        "经办人：监管员3302-017",
        "2026年11月30日",
    ):
        assert wanted in said, wanted


@in_both_forms
def test_a_notice_leaves_the_licence_to_the_licensing_office_and_names_the_remedies(form: str) -> None:
    said = FORMS[form](NOTICE)
    assert "暂停办理不是不予许可决定" in said
    assert "是否准予许可，由贵单位依法审查并决定" in said
    assert "有权进行陈述和申辩" in said
    assert "六十日内，向____________申请行政复议" in said
    assert "六个月内，依法向____________人民法院提起行政诉讼" in said


@in_both_forms
def test_remedies_that_are_known_fill_the_lines(form: str) -> None:
    said = FORMS[form](dataclasses.replace(NOTICE, remedies=Remedies("三楼12号窗口", "方圆市人民政府", "云岭区")))
    assert "内向三楼12号窗口提出" in said
    assert "向方圆市人民政府申请行政复议" in said
    assert "向云岭区人民法院提起" in said
    assert "____________" not in said


@pytest.mark.parametrize(
    ("heard", "wanted"),
    [
        (Hearing(datetime.date(2026, 11, 20), "当面", "承认判决属实。"), "2026年11月20日，以当面方式听取了"),
        (Hearing(datetime.date(2026, 11, 20), "电话", " "), "以电话方式听取了申请人员的意见，申请人员未作陈述"),
        (Waiver(datetime.date(2026, 11, 19), "书面声明"), "已于2026年11月19日明确放弃陈述和申辩。记载：书面声明"),
    ],
)
def test_a_notice_says_how_the_applicant_was_heard(heard: Hearing | Waiver, wanted: str) -> None:
    assert wanted in docx_words(notice_docx(dataclasses.replace(NOTICE, heard=heard)))


def test_a_term_that_ends_names_both_days_and_words_of_a_law_stand_once() -> None:
    basis = dataclasses.replace(BASIS, document_no="另一文书", until=datetime.date(2028, 6, 1))
    said = words(notice_pdf(dataclasses.replace(NOTICE, bases=(BASIS, basis))))
    assert "自2023年6月1日起至2028年6月1日止" in said
    assert said.count(WORDS) == 1


def test_words_of_a_law_not_compared_with_the_official_text_are_said_not_to_be() -> None:
    told = "尚未全部与官方文本核对"
    official = dataclasses.replace(BASIS, official=True)
    assert told in docx_words(notice_docx(dataclasses.replace(NOTICE, bases=(official, BASIS))))
    assert told not in docx_words(notice_docx(dataclasses.replace(NOTICE, bases=(official,))))


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_letter_that_asks_for_more_says_what_from_whom_and_by_when(form: str) -> None:
    said = words(want_letter_pdf(WANT_LETTER)) if form == "pdf" else docx_words(want_letter_docx(WANT_LETTER))
    for want in WANT_LETTER.wants:
        assert f"{want.what}{want.of_whom}" in said
    assert "请于2026年12月14日前（含当日）提交至：____________。" in said
    assert WANT_LETTER.reasons in said


def test_a_docx_tells_of_nobody_and_of_no_hour() -> None:
    content = notice_docx(NOTICE)
    told = Document(io.BytesIO(content)).core_properties
    assert (told.author, told.last_modified_by, told.comments) == ("", "", "")
    assert told.created == told.modified == datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
    assert content == notice_docx(NOTICE)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert b"Macintosh" not in everything
    assert b"python-docx" not in everything


def test_a_docx_keeps_rare_characters_and_writes_what_no_file_can_carry_as_its_code() -> None:
    said = docx_words(notice_docx(dataclasses.replace(NOTICE, applicant="方\ue012😀\x0b\ud800远")))
    assert "方\ue012😀〔U+000B〕〔U+D800〕远" in said
