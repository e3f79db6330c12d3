"""The files of one upload, told apart by content and taken apart by other processes with limits; none touches a disk.

An archive of archives, a bomb, a locked or broken file each cost one fault that says what to do. A file's name is only
shown: paths and endings mean nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from registry.intake.certificate_text import is_certificate
from registry.intake.document_text import (
    LARGEST_ARCHIVE,
    UnreadableDocumentError,
    as_lines,
    decoded,
    form_of,
    taken_apart,
)
from registry.intake.heading_suggestions import known_headings
from registry.intake.headings import ListKind
from registry.intake.parser_limits import LARGEST_FILE
from registry.intake.photographs import is_whole_photograph, photograph_form
from registry.intake.sheet_parser import separator_of

_LONGEST_NAME = 200
_FIRST_LINES = 10
_FEWEST_HEADINGS = 3


class FileForm(StrEnum):
    """What a file is, by its content."""

    TEXT = "text"
    WORD = "word"
    PDF = "pdf"
    WORKBOOK = "workbook"
    CSV = "csv"
    JPEG = "jpeg"
    PNG = "png"


SPREADSHEETS = frozenset({FileForm.WORKBOOK, FileForm.CSV})
PHOTOGRAPHS = frozenset({FileForm.JPEG, FileForm.PNG})


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of an upload: its own name, its form and bytes; a judgment's text, or why it cannot be read."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)
    form: FileForm | None = None
    text: str | None = field(default=None, repr=False)
    damaged: bool = False
    fault: UnreadableDocumentError | None = None

    @property
    def certifies(self) -> bool:
        """Say whether it is a certificate of effect."""
        return self.text is not None and is_certificate(self.text)


def open_upload(data: bytes, name: str) -> list[UploadedFile]:
    """Return the files of an upload: one, or those of an archive. Never raises over what is in them."""
    shown = shown_name(name)
    if len(data) > LARGEST_ARCHIVE:
        return [UploadedFile(shown, b"", fault=UnreadableDocumentError("too_large"))]
    if form_of(data) != "packed":
        return [_file(shown, data)]
    try:
        found = taken_apart("upload", data)
    except UnreadableDocumentError as fault:
        return [UploadedFile(shown, b"", fault=fault)]
    if "members" not in found:
        return [_office_file(shown, data, found.get("text"))]
    members = [(shown_name(inner), base64.b64decode(content)) for inner, content in found["members"]]
    return [_file(inner, content) for inner, content in members] or [
        UploadedFile(shown, b"", fault=UnreadableDocumentError("empty"))
    ]


def shown_name(name: str) -> str:
    """Return the last part of a file's name, as far as it can be printed; what is before it is nobody's business."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME] or "unnamed"


def _file(name: str, data: bytes) -> UploadedFile:
    try:
        return _read(name, data)
    except UnreadableDocumentError as fault:
        return UploadedFile(name, b"", fault=fault)


def _read(name: str, data: bytes) -> UploadedFile:
    if len(data) > LARGEST_FILE:
        raise UnreadableDocumentError("too_large")
    photograph = photograph_form(data)
    if photograph is not None:
        return _photograph(name, data, FileForm(photograph))
    form = form_of(data)
    if form == "packed":
        return _office_file(name, data, taken_apart("packed", data).get("text"))
    if form == "pdf":
        return UploadedFile(name, data, FileForm.PDF, as_lines(taken_apart("pdf", data)["text"]))
    if form != "text":
        raise UnreadableDocumentError(form)
    text, damaged = decoded(data)
    if "\0" in text:
        raise UnreadableDocumentError("broken")
    if is_table(text):
        return UploadedFile(name, data, FileForm.CSV)
    return UploadedFile(name, data, FileForm.TEXT, as_lines(text), damaged)


def _photograph(name: str, data: bytes, form: FileForm) -> UploadedFile:
    if not is_whole_photograph(data):
        raise UnreadableDocumentError("broken")
    return UploadedFile(name, data, form)


def _office_file(name: str, data: bytes, text: str | None) -> UploadedFile:
    if len(data) > LARGEST_FILE:
        return UploadedFile(name, b"", fault=UnreadableDocumentError("too_large"))
    if text is None:
        return UploadedFile(name, data, FileForm.WORKBOOK)
    try:
        return UploadedFile(name, data, FileForm.WORD, as_lines(text))
    except UnreadableDocumentError as fault:
        return UploadedFile(name, b"", fault=fault)


def is_table(text: str) -> bool:
    """Say whether a text is a table: one of its first lines has headings of a list, three of them at least."""
    separator = separator_of(text)
    return any(_is_heading_line(line.split(separator)) for line in text.split("\n", _FIRST_LINES)[:_FIRST_LINES])


def _is_heading_line(cells: list[str]) -> bool:
    if not _FEWEST_HEADINGS <= len(cells) <= 500:
        return False
    names = {cell.strip(' "\r\ufeff') for cell in cells}
    return any(known_headings(names, kind) >= _FEWEST_HEADINGS for kind in ListKind)
