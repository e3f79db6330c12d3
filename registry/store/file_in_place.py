"""Notice that the database's file was taken away or exchanged under a running process.

An open file stays open when its name is moved away, and so a process would go on answering from it, and keep decisions
in it, after another store was put in its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.errors import UnavailableError


class FileInPlace:
    """The file of a database as this process first saw it."""

    def __init__(self, path: Path) -> None:
        self._path: Final = path
        self._first: tuple[int, int] | None = None

    def require(self) -> None:
        """Raise UnavailableError unless the file under the database's name is still the first one."""
        try:
            found = self._path.stat()
        except OSError:
            raise UnavailableError("the file of the database is gone") from None
        if self._first is None:
            self._first = found.st_dev, found.st_ino
        if self._first != (found.st_dev, found.st_ino):
            raise UnavailableError("the file of the database was exchanged under this process: start it anew")
