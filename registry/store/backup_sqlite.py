"""Copy a SQLite store while it is in use, and put a copy in place where there is no store yet."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from registry.errors import ConflictError, UnavailableError

_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_WAIT_SECONDS: Final = 30.0


def database_file(url: str) -> Path:
    """Return the file of a SQLite store; ConflictError for PostgreSQL, which has tools of its own for this."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise ConflictError("the store is PostgreSQL: back it up with pg_dump (docs/runbooks/database-restored.md)")
    return Path(address.database)


def copy_online(source: Path, copy: Path) -> None:
    """Copy a store as it is at one instant, while others read and write it, into a new file that is on the disk.

    One step of SQLite's online backup reads one snapshot. Raises UnavailableError where it cannot be copied.
    """
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        address = f"{source.resolve().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)) as live,
            closing(sqlite3.connect(copy)) as whole,
        ):
            live.backup(whole, pages=-1)
    except (OSError, sqlite3.Error):
        raise UnavailableError("the store cannot be copied there") from None
    settle(copy)


def settle(file: Path) -> None:
    """Bring a store nobody uses into one whole file on the disk; UnavailableError where it is damaged."""
    try:
        with closing(sqlite3.connect(file)) as whole:
            sound = whole.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            whole.execute("PRAGMA journal_mode = delete").close()
    except sqlite3.Error:
        sound = False
    if not sound:
        raise UnavailableError("the copy of the store is damaged")
    file.with_name(f"{file.name}-turn").unlink(missing_ok=True)
    force(file)


def copy_for_restoring(backup: Path, target: Path) -> Path:
    """Copy a backup beside the place where it is to be put, and return the copy.

    Raises ConflictError where there is a store in that place already, UnavailableError where it cannot be copied.
    """
    require_nothing_at(target)
    draft = target.with_name(f".{target.name}.restoring")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        discard(draft)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(backup, draft)
    except OSError:
        raise UnavailableError("the backup cannot be copied there") from None
    return draft


def require_nothing_at(target: Path) -> None:
    """Raise ConflictError where there is a store, or what is left of one."""
    if any(target.with_name(target.name + end).exists() for end in _BESIDE):
        raise ConflictError(f"there is a store at {target.name} already: move it away first, it is never overwritten")


def put_in_place(draft: Path, target: Path) -> None:
    """Give a settled copy its name, which no other file may bear; ConflictError where one does by now."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise ConflictError(f"there is a store at {target.name} already") from None
    discard(draft)
    force(target.parent)


def discard(draft: Path) -> None:
    """Remove a draft and what lies beside it."""
    for end in (*_BESIDE, "-turn"):
        draft.with_name(draft.name + end).unlink(missing_ok=True)


def force(path: Path) -> None:
    """Return once a file, or the names in a directory, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
