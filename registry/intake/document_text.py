"""The text of an uploaded judgment: plain text in any Chinese encoding, Word, text PDF, or a zip of these.

Whatever has structure to attack is taken apart by another process with limits (registry.intake.document_parser); a
hostile file costs one error message.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import RegistryError
from registry.intake.parser_limits import LARGEST_FILE, SECONDS
from registry.intake.photographs import photograph_form
from registry.intake.radicals import without_radicals

LARGEST_ARCHIVE = 64 << 20
LONGEST_TEXT = 1_000_000
"""Characters; the longest judgments published, of gangs with dozens of accused, have a third of this."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_FREQUENT = frozenset("的一人民法院判决刑事被告公诉机关年月日有期罚金罪犯于在不如下本处并，。、決訴機關處")
_LEAST_FREQUENT_SHARE = 0.1
_MOST_DAMAGED_SHARE = 0.01
_SAYS = {
    "scan": "the PDF has pictures of pages but no text: turn it into text (OCR) first",
    "password": "the file is locked with a password",
    "broken": "the file is broken, or is not what its name says",
    "old_word": "this is an old Word file (.doc): save it as .docx first",
    "old_workbook": "this is an old spreadsheet (.xls): save it as .xlsx first",
    "spreadsheet": "this is a spreadsheet: its rows are imported as a list, not read as a judgment",
    "too_many_rows": "the spreadsheet has more rows or columns than one upload may have: split it, or let an operator "
    "import it",
    "no_rows": "the spreadsheet has no rows below its headings",
    "rich_text": "this is a rich-text file (.rtf): save it as .docx first",
    "photograph": "this is a photograph: turn it into text (OCR) first",
    "too_large": f"the file is larger than {LARGEST_FILE >> 20} MiB (an archive: {LARGEST_ARCHIVE >> 20} MiB)",
    "too_large_unpacked": "the file unpacks to more than a judgment or a batch of judgments can have",
    "too_many_files": "the archive holds more files than one upload may have",
    "too_many_pages": "the PDF has more pages than a judgment can have",
    "too_much_memory": "the file needs more memory to be read than a judgment can need",
    "too_slow": "the file takes longer to be read than a judgment can take",
    "too_long": f"the text has more than {LONGEST_TEXT:,} characters",
    "archive": "this is an archive of several files: send one judgment at a time",
    "archive_in_archive": "an archive inside an archive is not opened",
    "empty": "the file holds no text",
    "not_a_certificate": "this is no certificate of effect: its title does not say so",
    "encoding": "the text is in no Chinese encoding that is known (UTF-8, GB18030, Big5, UTF-16)",
}


_OLD_WORKBOOK = "Workbook".encode("utf-16-le")
"""The stream every .xls has, by its name in the file's directory ([MS-XLS] 2.1.2)."""


class UnreadableDocumentError(RegistryError):
    """A file's text cannot be had; `fault` is a stable code, the message says what to do, never what is in it."""

    code = "unreadable_document"

    def __init__(self, fault: str) -> None:
        super().__init__(_SAYS.get(fault, _SAYS["broken"]))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document's name and its text, or what kept the text from being read; `damaged` where bytes were lost."""

    name: str
    text: str = ""
    damaged: bool = False
    fault: UnreadableDocumentError | None = None


def read_documents(path: Path) -> Iterator[DocumentText]:
    """Yield each document of a file: one, or those of an archive, which bear the archive's name before their own.

    Never raises over what is in a file; raises OSError where the file itself cannot be opened.
    """
    if path.stat().st_size > LARGEST_ARCHIVE:
        yield DocumentText(str(path), fault=UnreadableDocumentError("too_large"))
        return
    data = path.read_bytes()
    if form_of(data) != "packed":
        yield _document(str(path), data)
        return
    with tempfile.TemporaryDirectory(prefix="registry-upload-") as directory:
        try:
            found = taken_apart("packed", data, directory)
        except UnreadableDocumentError as fault:
            yield DocumentText(str(path), fault=fault)
            return
        if "workbook" in found:
            yield DocumentText(str(path), fault=UnreadableDocumentError("spreadsheet"))
        if "text" in found:
            yield _checked(str(path), found["text"])
        for name, place in found.get("members", ()):
            yield _document(f"{path}/{name}", (Path(directory) / place).read_bytes())


def _document(name: str, data: bytes) -> DocumentText:
    try:
        text, damaged = document_text(data)
    except UnreadableDocumentError as fault:
        return DocumentText(name, fault=fault)
    return DocumentText(name, text, damaged)


def _checked(name: str, text: str) -> DocumentText:
    try:
        return DocumentText(name, as_lines(text))
    except UnreadableDocumentError as fault:
        return DocumentText(name, fault=fault)


def document_text(data: bytes) -> tuple[str, bool]:
    """Return one document's text, and whether characters of it were lost.

    Lines end with a line feed. Raises UnreadableDocumentError.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableDocumentError("too_large")
    if photograph_form(data) is not None:
        raise UnreadableDocumentError("photograph")
    kind = form_of(data)
    if kind in {"old_word", "old_workbook", "rich_text"}:
        raise UnreadableDocumentError(kind)
    if kind == "text":
        text, damaged = decoded(data)
        return as_lines(text), damaged
    found = taken_apart(kind, data)
    if "text" not in found:
        raise UnreadableDocumentError("spreadsheet")
    return as_lines(found["text"]), False


def as_lines(text: str) -> str:
    """Return a text with its lines ended alike and its characters whole ones.

    Raises UnreadableDocumentError where it is empty or too long.
    """
    text = without_radicals(text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocumentError("too_long")
    if not text.strip():
        raise UnreadableDocumentError("empty")
    return text


def form_of(data: bytes) -> str:
    """Tell a file's form by its bytes (packed, pdf, old_word, old_workbook, rich_text, text); its name is not asked."""
    if data.startswith(b"PK\x03\x04"):
        return "packed"
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "old_workbook" if _OLD_WORKBOOK in data else "old_word"
    return "rich_text" if data.startswith(b"{\\rtf") else "text"


def taken_apart(
    kind: str, data: bytes, *directory: str, parser: str = "registry.intake.document_parser"
) -> dict[str, Any]:
    """Have a file taken apart by another process: no environment, little memory, little time.

    Raises UnreadableDocumentError, whatever a file does to that process.
    """
    command = [sys.executable, "-m", parser, kind, *directory]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        ended = subprocess.run(  # noqa: S603 -- our own module, no shell, nothing of the file in the command
            command, input=data, capture_output=True, env=environment, timeout=SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocumentError("too_slow") from None
    if ended.returncode != 0:
        raise UnreadableDocumentError("too_slow" if ended.returncode < 0 else "too_much_memory")
    found: dict[str, Any] = json.loads(ended.stdout)
    if "fault" in found:
        raise UnreadableDocumentError(found["fault"])
    return found


def decoded(data: bytes) -> tuple[str, bool]:
    """Return a text in whatever Chinese encoding it is, and whether bytes were lost; by marks, strictly, then likely.

    GB18030 and UTF-16 read nearly any bytes as characters, so where UTF-8 does not fit the text is taken that has most
    of the characters judgments have. Raises UnreadableDocumentError where none looks like Chinese.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _damaged_a_little(data.decode(encoding, "replace"))
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    read = [data.decode("utf-8", "replace"), *(data.decode(encoding, "replace") for encoding in _ENCODINGS)]
    return _damaged_a_little(max(read, key=_likeness))


def _likeness(text: str) -> float:
    return sum(sign in _FREQUENT for sign in text) / max(1, len(re.sub(r"\s", "", text)))


def _damaged_a_little(text: str) -> tuple[str, bool]:
    lost = text.count("\ufffd")
    if lost > _MOST_DAMAGED_SHARE * len(text) or (lost and _likeness(text) < _LEAST_FREQUENT_SHARE):
        raise UnreadableDocumentError("encoding")
    return text, bool(lost)
