"""Takes the text out of a Word file or a PDF, and files out of a zip, in a process of its own with limits.

Run by registry.intake.document_text as `python -m registry.intake.document_parser packed|pdf|upload [DIRECTORY]`, the
file on standard input, one JSON object on standard output: {"text": …}, {"workbook": true}, {"members": [[name, file],
…]} or {"fault": code}. A file is a name in the directory; of an upload, which must leave nothing on disk, it is Base64.
Whatever a hostile file does, it does here: this process has no keys, little memory and little time.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element

import pypdf
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from pypdf.errors import DependencyError, PyPdfError

from registry.intake.parser_limits import (
    BROKEN_PACKAGE,
    LARGEST_UNPACKED,
    LARGEST_UPLOAD_UNPACKED,
    MOST_MEMBERS,
    MOST_PAGES,
    HostileFileError,
    limit_process,
)

_FEWEST_CHARACTERS_OF_A_PAGE = 5

_OFFICE_DOCUMENT = "/officeDocument"
_GONE = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText"})
"""Words struck out under tracked changes, and what a text box repeats for old programs."""


def docx_text(package: zipfile.ZipFile) -> str:
    """Return the words of a Word file, paragraphs and tables as they stand; macros are not looked at.

    Read here and not by a Word library: courts' files hold tracked changes, whose inserted words the libraries leave
    out, and macros, with which they refuse the file. ECMA-376 part 1, 17.3 and 17.13.
    """
    if sum(member.file_size for member in package.infolist()) > LARGEST_UNPACKED:
        raise HostileFileError("too_large_unpacked")
    body = ElementTree.fromstring(package.read(_main_part(package)))
    return "".join(_words(body)).strip("\n") + "\n"


def _main_part(package: zipfile.ZipFile) -> str:
    for relation in ElementTree.fromstring(package.read("_rels/.rels")):
        if str(relation.get("Type", "")).endswith(_OFFICE_DOCUMENT):
            return str(relation.get("Target", "")).lstrip("/")
    raise HostileFileError("broken")


def _words(element: Element) -> Iterator[str]:
    kind = element.tag.rpartition("}")[2]
    if kind in _GONE:
        return
    if kind == "t":
        yield element.text or ""
    elif kind in {"br", "cr"}:
        yield "\n"
    elif kind == "tab":
        yield "\t"
    for child in element:
        yield from _words(child)
    if kind == "p":
        yield "\n"


def pdf_text(data: bytes) -> str:
    """Return the words of a PDF that has them; a scan has none and is refused."""
    document = pypdf.PdfReader(io.BytesIO(data))
    if document.is_encrypted and not document.decrypt(""):
        raise HostileFileError("password")
    if len(document.pages) > MOST_PAGES:
        raise HostileFileError("too_many_pages")
    pages = [page.extract_text() for page in document.pages]
    if sum(len("".join(page.split())) for page in pages) < _FEWEST_CHARACTERS_OF_A_PAGE * max(1, len(pages)):
        raise HostileFileError("scan")
    return "\n".join(pages)


def unpack(archive: zipfile.ZipFile, directory: Path) -> list[tuple[str, str]]:
    """Write a zip's files under numbers into a directory; their own paths are ignored but for the last name."""
    members = _members(archive, LARGEST_UNPACKED)
    return [(_name(member), _written(archive, member, directory / str(n))) for n, member in enumerate(members)]


def unpack_in_memory(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return a zip's files as Base64, each under the last part of its name."""
    members = _members(archive, LARGEST_UPLOAD_UNPACKED)
    return [(_name(member), base64.b64encode(_content(archive, member)).decode()) for member in members]


def _members(archive: zipfile.ZipFile, largest: int) -> list[zipfile.ZipInfo]:
    """Return the files of an archive; count and sizes are those it declares, and no more than that is unpacked."""
    members = [member for member in archive.infolist() if not member.is_dir() and not _is_furniture(member)]
    if len(members) > MOST_MEMBERS:
        raise HostileFileError("too_many_files")
    if sum(member.file_size for member in members) > largest:
        raise HostileFileError("too_large_unpacked")
    return members


def _is_furniture(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    return name.parts[:1] == ("__MACOSX",) or name.name in {".DS_Store", "Thumbs.db"}


def _name(member: zipfile.ZipInfo) -> str:
    """Return a file's own name; Windows packs Chinese names as GBK and says nothing of it."""
    name = member.filename
    if not member.flag_bits & 0x800 and not name.isascii():
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = member.filename
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable()) or "unnamed"


def _written(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    target.write_bytes(_content(archive, member))
    return target.name


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 0x1:
        raise HostileFileError("password")
    return archive.read(member)


def parsed(kind: str, data: bytes, directory: Path | None) -> dict[str, object]:
    """Return what a file holds, or the code of the fault that kept it from being read."""
    try:
        return {"text": pdf_text(data)} if kind == "pdf" else _unpacked(data, kind, directory)
    except HostileFileError as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {"fault": "too_much_memory"}
    except (
        PyPdfError,
        DependencyError,
        DefusedXmlException,
        struct.error,
        ArithmeticError,
        AssertionError,
        *BROKEN_PACKAGE,
    ):  # what libraries raise over broken files; this process has nothing else to protect
        return {"fault": "broken"}


def _unpacked(data: bytes, kind: str, directory: Path | None) -> dict[str, object]:
    """Tell Word files, workbooks and archives apart by what an Office file must hold (ECMA-376 part 2)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if "[Content_Types].xml" in package.namelist():
            return {"workbook": True} if _main_part(package).startswith("xl/") else {"text": docx_text(package)}
        if kind == "upload":
            return {"members": unpack_in_memory(package)}
        if directory is None:
            raise HostileFileError("archive_in_archive")
        return {"members": unpack(package, directory)}


def main() -> None:
    """Read one file from standard input under limits and print what it holds."""
    limit_process()
    kind, *directory = sys.argv[1:]
    found = parsed(kind, sys.stdin.buffer.read(), Path(directory[0]) if directory else None)
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


if __name__ == "__main__":
    main()
