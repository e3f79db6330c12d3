"""Files to text: encodings, Word, PDF, archives, and files made to do harm."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pypdf
import pytest

from registry.intake import parser_limits
from registry.intake.document_text import UnreadableDocumentError, document_text, read_documents
from registry.intake.radicals import _MEANT, without_radicals
from tests.registry.intake.invented_judgments import SENTENCE, judgment

TEXT = judgment(SENTENCE)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/d.xml"/>'
    "</Relationships>"
)


def archive(members: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def word(body: str, before: str = "") -> bytes:
    document = f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return archive({"[Content_Types].xml": "", "_rels/.rels": RELATIONS, "word/d.xml": document, "word/v.bin": "M"})


def altered_inside(package: bytes) -> bytes:
    """Return a package whose relations' bytes were altered, so that they do not unpack."""
    at = package.index(b"_rels/.rels") + len("_rels/.rels")
    return package[:at] + b"\xff" * 40 + package[at + 40 :]


ALTERED = altered_inside(word("<w:p/>"))
HALF_A_PDF = (
    b"%PDF-1.3\n2 0 obj<<3 0 obj\n<</Type/Catalog/Pages 2 0 R> o\n///Resources<</<<<>>>>\n/Contents 5 0 R>5 0 obj<<>\n"
    b"stream\n2 0 R>Tjendstreamtrailer<</Size 6>\nstartxref4\n%"
)
"""What a fuzzer found: the library's own assertion fails over it."""


def fault_of(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        document_text(data)
    return caught.value.fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_every_chinese_encoding(encoding: str) -> None:
    assert document_text(TEXT.replace("　", "").encode(encoding)) == (TEXT.replace("　", ""), False)


def test_a_traditional_text_in_big5_is_not_taken_for_another() -> None:
    told = "臺灣的人民法院刑事判決書，被告人犯罪，判處有期徒刑。" * 3
    assert document_text(told.encode("big5hkscs")) == (told, False)


def test_lines_end_alike_whatever_they_ended_with() -> None:
    assert document_text("判决\r\n如下\r一".encode())[0] == "判决\n如下\n一"


def test_a_text_that_lost_a_few_characters_is_read_and_said_to_be_damaged() -> None:
    data = TEXT.encode()
    text, damaged = document_text(data[:400] + b"\xff" + data[400:])
    assert damaged
    assert "被告人周明远" in text


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (bytes(range(128, 256)) * 20, "encoding"),
        (b"\xd0\xcf\x11\xe0 old", "old_word"),
        (b"{\\rtf1 old}", "rich_text"),
        (b" \n ", "empty"),
        (b"%PDF-1.7 torn", "broken"),
        (b"PK\x03\x04 torn", "broken"),
        (ALTERED, "broken"),
        (HALF_A_PDF, "broken"),
        ("一".encode() * 1_000_001, "too_long"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, fault: str) -> None:
    assert fault_of(data) == fault


def test_a_word_file_gives_paragraphs_and_tables_in_their_order() -> None:
    made = docx.Document()
    made.add_paragraph("浙江省德川县人民法院")
    made.add_table(1, 2).cell(0, 1).text = "被告人周明远"
    made.add_paragraph("判决如下：")
    out = io.BytesIO()
    made.save(out)
    assert document_text(out.getvalue())[0].split() == ["浙江省德川县人民法院", "被告人周明远", "判决如下："]


def test_words_inserted_under_tracked_changes_count_and_words_struck_out_do_not() -> None:
    inserted = "<w:ins><w:r><w:t>二</w:t></w:r></w:ins>"
    struck = "<w:moveFrom><w:r><w:t>一</w:t></w:r></w:moveFrom>"
    assert document_text(word(f"<w:p><w:r><w:t>判处</w:t></w:r>{inserted}{struck}</w:p>"))[0] == "判处二\n"


def test_entities_made_to_fill_memory_are_refused() -> None:
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    assert fault_of(word("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", entities)) == "broken"


def test_elements_nested_beyond_reason_are_refused() -> None:
    assert fault_of(word("<w:p>" * 200_000)) in {"broken", "too_much_memory", "too_slow"}


def pdf(words: str | None) -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    if words is not None:
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(b"BT /F 12 Tf 10 100 Td <" + words.encode("utf-16-be").hex().encode() + b"> Tj ET")
        font = pypdf.generic.DictionaryObject()
        for name, value in (
            ("Type", "Font"),
            ("Subtype", "Type0"),
            ("BaseFont", "Song"),
            ("Encoding", "UniGB-UTF16-H"),
        ):
            font[pypdf.generic.NameObject(f"/{name}")] = pypdf.generic.NameObject(f"/{value}")
        fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F"): font})
        page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/Font"): fonts}
        )
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_with_text_is_read() -> None:
    assert document_text(pdf("被告人周明远无罪"))[0].strip() == "被告人周明远无罪"


def test_parts_of_characters_are_read_as_the_characters_they_look_like() -> None:
    printed = "浙江省杭州市⻄湖区⼈⺠法院 犯⽣产、销售有毒、有害⾷品罪 ⼤⼒ ⻓⻔⻋⻅⻢⻩⻰"
    meant = "浙江省杭州市西湖区人民法院 犯生产、销售有毒、有害食品罪 大力 长门车见马黄龙"
    assert document_text(printed.encode())[0].strip() == meant
    assert without_radicals(meant) == meant
    assert all(len(whole) == 1 and without_radicals(whole) == whole for whole in _MEANT.values())
    assert all(unicodedata.name(whole).startswith("CJK UNIFIED") for whole in _MEANT.values())


def test_a_scan_says_that_it_has_no_text() -> None:
    assert fault_of(pdf(None)) == "scan"


def test_an_archive_gives_its_files_by_their_last_names_and_each_its_own_fault(tmp_path: Path) -> None:
    made = archive(
        {"../../etc/一.txt": TEXT.encode("gb18030"), "b/": "", "b/torn.pdf": b"%PDF-", "__MACOSX/x": b"x",
         "inner.zip": archive({"a.txt": "x"}), "d.docx": word("<w:p><w:r><w:t>判决</w:t></w:r></w:p>")}
    )  # fmt: skip
    (tmp_path / "many.zip").write_bytes(made)
    found = list(read_documents(tmp_path / "many.zip"))
    prefix = f"{tmp_path}/many.zip/"
    assert [each.name.removeprefix(prefix) for each in found] == ["一.txt", "torn.pdf", "inner.zip", "d.docx"]
    assert [each.fault.fault if each.fault else None for each in found] == [None, "broken", "archive_in_archive", None]
    assert (found[0].text, found[3].text) == (TEXT, "判决\n")
    assert list(tmp_path.iterdir()) == [tmp_path / "many.zip"]


def test_archives_beyond_their_limits_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", b"\0" * 1000)
        packed.filelist[0].file_size = parser_limits.LARGEST_UNPACKED + 1
    (tmp_path / "many.zip").write_bytes(archive({f"{number}.txt": b"" for number in range(501)}))
    faults = [next(read_documents(tmp_path / name)).fault for name in ("bomb.zip", "many.zip")]
    assert [fault.fault for fault in faults if fault] == ["too_large_unpacked", "too_many_files"]


def test_a_parser_that_dies_is_one_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.intake.document_text.sys.executable", "/bin/false")
    assert fault_of(pdf("被告人")) == "too_much_memory"
