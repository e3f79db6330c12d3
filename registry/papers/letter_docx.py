"""Writing a paper as docx: the same words as the PDF, in the typefaces of official papers, to edit and stamp.

Nothing in the file tells who or which machine wrote it, and when beyond the paper's own day; equal papers, equal bytes.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from registry.papers.paper import Block, Heading, Paper, Paragraph, Quotation, Table, chinese_day
from registry.papers.wording import wording

if TYPE_CHECKING:
    from docx.document import Document as DocumentOf
    from docx.text.paragraph import Paragraph as DocxParagraph

BODY, TITLE, HEADING = "仿宋", "宋体", "黑体"
_TABLE_SIZE: Final = Pt(12)
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_UNWRITABLE = re.compile("[^\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry."""


def paper_docx(paper: Paper) -> bytes:
    """Return the paper as a docx; a plot has no place in it and is left to its table.

    A character no XML carries (a control character) is written as its code point.
    """
    document = Document()
    _lay_out(document)
    _told_of(document, paper)
    for words, face, size in ((paper.title, TITLE, Pt(22)), (paper.number, BODY, Pt(14))):
        _write(document.add_paragraph(), words, face, size).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.addressee is not None:
        _write(document.add_paragraph(), f"{paper.addressee}：")
    for block in paper.blocks:
        _add(document, block)
    _sign(document, paper)
    return _without_time(document)


def _lay_out(document: DocumentOf) -> None:
    """Set page, typeface and page numbers as GB/T 9704-2012 has them."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    normal.font.name = "Times New Roman"
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), BODY)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(28)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(footer: DocxParagraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    # A reader that reckons no fields shows what stands in it.
    field.append(footer.add_run("1")._r)
    footer._p.append(field)  # python-docx has no word for a field
    footer.add_run(" —")


def _told_of(document: DocumentOf, paper: Paper) -> None:
    """Say in the file's properties what it is and of which day, and nothing of who made it with what."""
    told, day = document.core_properties, paper.signature.day
    told.title, told.language, told.author = _writable(paper.title), "zh-CN", ""
    told.last_modified_by = told.comments = told.keywords = told.subject = told.category = ""
    told.created = told.modified = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    told.revision = 1
    # What the library's template brings along: the program and the machine it was once made with, and a picture of it.
    relations = document.part.package.rels
    for name in [name for name, each in relations.items() if each.reltype in {RT.EXTENDED_PROPERTIES, RT.THUMBNAIL}]:
        del relations[name]


def _add(document: DocumentOf, block: Block) -> None:
    match block:
        case Heading():
            _indented(_write(document.add_paragraph(), block.text, HEADING)).paragraph_format.keep_with_next = True
        case Paragraph():
            _indented(_write(document.add_paragraph(), block.text))
        case Quotation():
            quoted = _indented(_write(document.add_paragraph(), block.text, BODY, Pt(14)))
            quoted.paragraph_format.left_indent = Pt(28)
        case Table():
            _add_table(document, block)


def _add_table(document: DocumentOf, table: Table) -> None:
    caption = _write(document.add_paragraph(), table.caption, HEADING, _TABLE_SIZE)
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    for row in (table.head, *table.rows):
        for cell, text, share in zip(grid.add_row().cells, row, table.shares, strict=True):
            cell.width = Mm(156 * share / sum(table.shares))
            _write(cell.paragraphs[0], text, BODY, _TABLE_SIZE).paragraph_format.line_spacing = 1.0
    repeated = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)  # python-docx has no word for it


def _sign(document: DocumentOf, paper: Paper) -> None:
    signature = paper.signature
    seal = [wording("paper").say("seal")] if signature.sealed else []
    lines: Sequence[str] = (*signature.lines, chinese_day(signature.day), *seal)
    document.add_paragraph()
    for line in lines:
        written = _write(document.add_paragraph(), line)
        written.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        written.paragraph_format.right_indent = Pt(64)
        written.paragraph_format.keep_with_next = line is not lines[-1]


def _write(paragraph: DocxParagraph, text: str, face: str = BODY, size: Pt | None = None) -> DocxParagraph:
    run = paragraph.add_run(_writable(text))
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # the Chinese face of a run
    if size is not None:
        run.font.size = size
    return paragraph


def _indented(paragraph: DocxParagraph) -> DocxParagraph:
    """Indent the first line by two characters, however large they are."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()  # python-docx counts in lengths only
    indent.set(qn("w:firstLineChars"), "200")
    return paragraph


def _writable(text: str) -> str:
    return _UNWRITABLE.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)


def _without_time(document: DocumentOf) -> bytes:
    """Return the file with its parts in the same order and without the hour it was packed at."""
    packed, plain = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as rewritten:
        for name in parts.namelist():
            rewritten.writestr(zipfile.ZipInfo(name, _FIRST_DAY), parts.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()
