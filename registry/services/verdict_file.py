"""The file of verdicts: written beside its name and put in place whole, or not at all; its owner's alone to read."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from registry.errors import ConflictError, FieldFault, InvalidInputError
from registry.intake.formula_cells import disarmed

COLUMNS = ("request_no", "verdict", "ban_nos", "record_nos", "expected_coincidences", "reason")


def packed(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return rows of cells in the order of COLUMNS as lines of the file; what a spreadsheet would run is made text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell and disarmed(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


class VerdictFile:
    """A file of verdicts being written; UTF-8, one line a row, in the order of the applicants."""

    def __init__(self, part: Path, final: Path, stream: BinaryIO) -> None:
        self._part = part
        self._final = final
        self._stream = stream
        self._digest = hashlib.sha256()
        self.write(packed([COLUMNS]))

    def write(self, lines: bytes) -> None:
        """Append lines as `packed` gives them."""
        self._digest.update(lines)
        self._stream.write(lines)

    def digest(self) -> str:
        """Return the SHA-256 of what was written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def make_durable(self) -> None:
        """See that every byte is on the disk, before the run is recorded as done."""
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def put_in_place(self) -> None:
        """Give the file its name, in place of any older one."""
        self._part.replace(self._final)


@contextmanager
def open_verdict_file(final: Path) -> Iterator[VerdictFile]:
    """Open `final.part` to write in; it is removed again where the block fails.

    Raises InvalidInputError where the place cannot be written and ConflictError where another run writes there.
    """
    if final.is_dir():
        raise InvalidInputError([FieldFault("out", "not_writable", "is a directory")])
    part = final.with_name(final.name + ".part")
    with _locked(part) as stream:
        try:
            yield VerdictFile(part, final, stream)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _locked(part: Path) -> Iterator[BinaryIO]:
    try:
        stream = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        os.fchmod(stream.fileno(), 0o600)  # what a killed run left may have been readable by others
    except OSError as failure:
        reason = f"cannot be written: {failure.strerror}"
        raise InvalidInputError([FieldFault("out", "not_writable", reason)]) from None
    with stream:
        try:
            # A lock of this process alone: processes forked from it do not hold it when it is killed.
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise ConflictError("another run is writing this file") from None
        if not os.path.samestat(os.fstat(stream.fileno()), part.stat()):
            raise ConflictError("another run has just written this file")
        stream.truncate(0)  # what a killed run left behind
        yield stream
