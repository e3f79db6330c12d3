"""What holds of every PDF: letters are embedded, nothing said vanishes or runs over the edge, and it is tagged."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import typst

from registry.errors import PaperNotDrawnError
from registry.papers import typesetting
from registry.papers.missing_characters import coverage, printable
from registry.papers.notice import notice_pdf
from registry.papers.paper import Paper, Paragraph, Signature
from registry.papers.typesetting import Look, paper_pdf
from tests.registry.papers.papers_at_hand import NOTICE, read, words

RARE = "㼆䶮𬭊喆堃赟龘〇·"
"""Characters of names: Extensions A and C, the table of 2013, rarely used ones, and the dot."""


def paper(*texts: str, title: str = "题") -> Paper:
    """Return a paper of nothing but paragraphs."""
    return Paper(
        title, "编号：1", None, [Paragraph(text) for text in texts], Signature(["单位"], datetime.date(2026, 3, 1))
    )


def drawn_stretches(pdf: bytes) -> Iterator[tuple[float, float]]:
    """Yield where each stretch of letters begins and about where it ends, in points from the page's left edge."""
    found: list[tuple[float, float]] = []

    def visit(text: str, moved: Sequence[float], _line: Sequence[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((moved[4], moved[4] + size * sum(1 if ord(sign) > 0x2E80 else 0.56 for sign in text.strip())))

    for page in read(pdf).pages:
        page.extract_text(visitor_text=visit)
    yield from found


def test_every_typeface_is_embedded_and_nothing_of_the_machine_is_used() -> None:
    page: Any
    for page in read(notice_pdf(NOTICE)).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
        assert {font["/BaseFont"].partition("+")[2] for font in fonts} == {"RegisterPapersSans-Identity-H"}
        assert all("/FontFile3" in descriptor for descriptor in descriptors)


def test_rare_characters_of_a_name_are_drawn() -> None:
    drawn = words(paper_pdf(paper(RARE), Look.LETTER))
    assert RARE in drawn
    assert "U+" not in drawn


@pytest.mark.parametrize("character", ["\ue012", "😀", "\u0e01", "\u200d", "\x0b", "\ud800"])
def test_a_character_the_typeface_lacks_is_printed_as_its_code_with_a_note(character: str) -> None:
    drawn = words(paper_pdf(paper(f"方{character}远"), Look.REPORT))
    assert f"方〔U+{ord(character):04X}〕远" in drawn
    assert "请按编码核对原字" in drawn


def test_the_coverage_kept_beside_the_typeface_is_what_it_draws() -> None:
    everything = "".join(chr(code) for first, last in coverage() for code in range(first, last + 1))
    assert printable(everything) == everything
    # PDF/UA-1 refuses a text with a character that has no letter, so one line with them all is proof enough.
    source = '#set document(title: "x")\n#set text(font: "Register Papers Sans", fallback: false)\n'
    source += "#json(bytes(sys.inputs.all)).join(sym.zws)"
    whole = typst.compile(
        source.encode(),
        font_paths=typesetting._fonts(),
        sys_inputs={"all": json.dumps(list(everything[:: max(1, len(everything) // 4000)]))},
        pdf_standards=["ua-1"],
    )
    assert read(whole).pages


def test_the_same_paper_gives_the_same_bytes_and_bears_its_own_day() -> None:
    first, again = (paper_pdf(paper("同一份文书"), Look.LETTER) for _ in range(2))
    assert first == again
    told = read(first).metadata
    assert told is not None
    assert told.title == "题"
    assert told.author is None
    assert told.creation_date == datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def test_a_paper_is_tagged_and_says_its_language() -> None:
    root: Any = read(paper_pdf(paper("正文"), Look.REPORT)).trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_what_a_paper_says_is_never_read_as_commands() -> None:
    said = '#read("/etc/passwd") $x^2$ *粗* <a@b> \\u{41} "]'
    assert words(paper_pdf(paper(said, title="#panic()"), Look.LETTER)).count("".join(said.split())) == 1


def test_a_long_name_a_long_number_and_a_long_reason_stay_between_the_edges() -> None:
    notice = dataclasses.replace(
        NOTICE,
        applicant="阿卜杜热合曼·买买提吐尔逊" * 6,
        application_no="3" * 300,
        reasons="材料与判决书记载一致，" * 150,
    )
    drawn = notice_pdf(notice)
    left, right = 28 / 25.4 * 72, (210 - 26) / 25.4 * 72
    stretches = list(drawn_stretches(drawn))
    assert min(begins for begins, _ in stretches) >= left - 1
    # Marks of punctuation are set narrower than they are reckoned here.
    assert max(ends for _, ends in stretches) <= right + 3 * 16
    assert "3" * 300 in words(drawn)


def test_pages_are_numbered() -> None:
    pages = read(notice_pdf(dataclasses.replace(NOTICE, reasons="材料与判决书记载一致，" * 150))).pages
    assert len(pages) > 3
    assert all(f"— {number} —" in page.extract_text() for number, page in enumerate(pages, 1))
    report = read(paper_pdf(paper(*["正文"] * 80), Look.REPORT)).pages
    assert "第1页，共2页" in "".join(report[0].extract_text().split())


def test_a_signature_never_stands_alone_on_a_page() -> None:
    for lines in range(20, 26):
        last = read(paper_pdf(paper(*["一行"] * lines), Look.LETTER)).pages[-1].extract_text()
        assert "一行" in last


def test_what_the_typesetter_says_of_a_paper_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "printable", lambda text: text)
    with pytest.raises(PaperNotDrawnError) as raised:
        paper_pdf(paper("方\ue012远"), Look.LETTER)
    assert "方" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
