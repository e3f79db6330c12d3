"""What a partner's file says of a drop: where the folders are, what files are called, and what closes a parcel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from registry.exchange.batch import BatchKind
from registry.exchange.feed_settings import credential
from registry.exchange.part_files import ENCODINGS, PartFormat, format_of
from registry.exchange.row_mapping import RowMapping
from registry.exchange.toml_lines import LocatedTable
from registry.intake.headings import ListKind

OURS: Final = "ours"
SSH: Final = frozenset({"sftp", "ssh"})
"""The kinds of address that are reached over SSH."""
_NUMBER: Final = "{number}"
_MARKERS: Final = ("{file}", "{stem}", _NUMBER)
_WRITTEN: Final = {"conviction": "convictions_{number}", "revocation": "revocations_{number}"}
_WRITTEN_MANIFEST: Final = "batch_{number}.sha256"


class Numbers(StrEnum):
    """Whether a missing number is a missing file (contiguous), or numbers such as days only grow (ascending)."""

    CONTIGUOUS = "contiguous"
    ASCENDING = "ascending"


@dataclass(frozen=True, slots=True)
class FilePattern:
    """What files of one sort are called, the kind of their rows, and whether they are increments or the whole list."""

    name: str
    kind: ListKind
    content: BatchKind

    def number_of(self, file: str) -> int | None:
        """Return a file's number; None where it is called otherwise."""
        found = re.fullmatch(_expression(self.name), file)
        return None if found is None else int(found["number"])


@dataclass(frozen=True, slots=True)
class DropSettings:
    """One drop. Folders are below `url`; `done` and `acknowledgements` may be absent: files stay, nothing is told.

    `acknowledged`: where the partner leaves what became of our batches; absent: that is not read.

    `manifest`: ours, or what a foreign file is called that says that a file (`{file}`, `{stem}`) or all files of a
    number (`{number}`) are whole. `written`: what the files we write for a foreign partner are called, by kind.
    """

    url: str
    inbox: str | None = None
    outbox: str | None = None
    done: str | None = None
    acknowledgements: str | None = None
    acknowledged: str | None = None
    manifest: str = OURS
    files: tuple[FilePattern, ...] = ()
    numbers: Numbers = Numbers.CONTIGUOUS
    form: PartFormat = PartFormat.CSV
    encoding: str = "utf-8"
    written: Mapping[str, str] = field(default_factory=dict)
    login: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of SFTP: user, and password or private_key by reference, and the file of known_hosts."""

    @property
    def is_ours(self) -> bool:
        """Tell whether the other side runs this program, so that manifests carry the protocol's header."""
        return self.manifest == OURS

    def pattern_of(self, file: str) -> tuple[FilePattern, int] | None:
        """Return which sort of file this is and its number; None for any other file."""
        for pattern in self.files:
            number = pattern.number_of(file)
            if number is not None:
                return pattern, number
        return None


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(re.escape(_NUMBER), r"(?P<number>\d{1,18})").replace(r"\*", r"[^/]*")


def number_in(pattern: str, file: str) -> int | None:
    """Return the number in a file's name by a pattern; None where it is called otherwise."""
    found = re.fullmatch(_expression(pattern), file)
    return None if found is None else int(found["number"])


def read_drop(table: LocatedTable, rows: RowMapping, *, signed: bool) -> DropSettings:
    """Read the settings of a drop. Raises SettingsError naming the line."""
    manifest = _manifest(table)
    ours = manifest == OURS
    settings = DropSettings(
        url=_url(table),
        inbox=_folder(table, "inbox"),
        outbox=_folder(table, "outbox"),
        done=_folder(table, "done"),
        acknowledgements=_folder(table, "acknowledgements"),
        acknowledged=_folder(table, "acknowledged"),
        manifest=manifest,
        numbers=table.choice("numbers", Numbers, Numbers.CONTIGUOUS),
        form=table.choice("format", PartFormat, PartFormat.CSV),
        encoding=_encoding(table),
        files=() if ours else tuple(_pattern(each) for each in table.tables("files")),
        written={} if ours else _written(table.table("written")),
        login=_login(table),
    )
    if not settings.inbox and not settings.outbox:
        raise table.fault("inbox", "a drop needs a folder to read from (inbox), to write to (outbox), or both")
    table.finish()
    _require_fitting(table, settings, rows, signed=signed)
    return settings


def _require_fitting(table: LocatedTable, settings: DropSettings, rows: RowMapping, *, signed: bool) -> None:
    if urlsplit(settings.url).scheme in SSH and "known_hosts" not in settings.login:
        raise table.fault("url", "SFTP needs known_hosts: the file with the key of the partner's machine")
    if settings.is_ours and rows.is_foreign:
        raise table.fault("manifest", "fields are mapped, so the partner has rows of its own: name its manifest")
    if not settings.is_ours and signed:
        raise table.fault("manifest", 'only manifests of ours are signed: state signed = false, or manifest = "ours"')
    if settings.is_ours and settings.inbox and not settings.done:
        raise table.fault("done", "is missing: what was taken of files of ours is moved there")
    if not settings.is_ours and settings.acknowledged:
        raise table.fault("acknowledged", "only acknowledgements of systems that run this program are read")
    if not settings.is_ours and settings.inbox and not settings.files:
        raise table.fault("files", "say what the partner's files are called ([[drop.files]])")
    if rows.is_foreign and any(pattern.kind not in rows.maps for pattern in settings.files):
        raise table.fault("files", "a kind of file has no fields: add [fields.conviction] or [fields.revocation]")


def _manifest(table: LocatedTable) -> str:
    manifest = table.text("manifest") if table.has("manifest") else OURS
    if manifest != OURS and sum(mark in manifest for mark in _MARKERS) != 1:
        raise table.fault("manifest", f'must be "ours", or a file name with one of {", ".join(_MARKERS)}')
    return manifest


def _url(table: LocatedTable) -> str:
    url = table.text("url")
    parts = table.parts_of("url", url) if "://" in url else None
    if parts is not None and parts.password:
        raise table.fault("url", "holds a password: name it under password = (env:NAME or file:PATH)")
    return url.rstrip("/") or "/"


def _folder(table: LocatedTable, entry: str) -> str | None:
    if not table.has(entry):
        return None
    folder = table.text(entry).strip("/")
    if ".." in folder.split("/") or not folder:
        raise table.fault(entry, "must be a folder below url")
    return folder


def _encoding(table: LocatedTable) -> str:
    name = table.text("encoding").lower() if table.has("encoding") else "utf-8"
    if name not in ENCODINGS:
        raise table.fault("encoding", f"must be one of {', '.join(ENCODINGS)} (what is read is recognised)")
    return ENCODINGS[name]


def _pattern(table: LocatedTable) -> FilePattern:
    name = table.text("name")
    if name.count(_NUMBER) != 1 or "/" in name:
        raise table.fault("name", "must be a file name with {number} where the file's number or day stands")
    if format_of(name) is None:
        raise table.fault("name", "must end in .csv, .txt, .xlsx or .jsonl")
    content = table.text("content") if table.has("content") else "changes"
    if content not in {"changes", "full"}:
        raise table.fault("content", "must be changes (increments) or full (the whole list)")
    pattern = FilePattern(name, table.choice("kind", ListKind), BatchKind(content))
    table.finish()
    return pattern


def _written(table: LocatedTable) -> dict[str, str]:
    names = {entry: table.text(entry) for entry in ("conviction", "revocation", "manifest") if table.has(entry)}
    for entry, name in names.items():
        if name.count(_NUMBER) != 1 or "/" in name:
            raise table.fault(entry, "must be a file name with {number}")
    table.finish()
    return names


def written_name(settings: DropSettings, entry: str, number: str) -> str:
    """Return what a file we write is called: `conviction`, `revocation` or `manifest`."""
    usual = _WRITTEN_MANIFEST if entry == "manifest" else f"{_WRITTEN[entry]}.{settings.form}"
    return settings.written.get(entry, usual).replace(_NUMBER, number)


def _login(table: LocatedTable) -> dict[str, str]:
    login = {entry: credential(table, entry) for entry in ("password", "private_key") if table.has(entry)}
    return login | {entry: table.text(entry) for entry in ("user", "known_hosts") if table.has(entry)}
