"""A drop's directory on this machine, entered step by step: no link that somebody put below it is followed.

Whoever writes into a drop is a partner. A link in place of a folder or file would let it read or overwrite what belongs
to another partner or to the register, so every step is opened from the folder before it, and nothing but folders and
plain files is there. The directory itself is whatever the configuration names, a link or not.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from registry.errors import PartnerUnavailableError

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY
_STEP: Final = _FOLDER | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
"""Without waiting: a pipe in place of a file would have no end."""
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_NO_FOLDER: Final = (errno.ELOOP, errno.ENOTDIR)


class LocalFiles:
    """The operations a folder needs, on paths (`/inbox/pj_1.csv`) below one directory; named as fsspec names them.

    Raises OSError, and PartnerUnavailableError (`not_a_folder`) where a step of a path is a link or a file.
    """

    def __init__(self, root: Path) -> None:
        self._root: Final = root

    def invalidate_cache(self) -> None:
        """Do nothing: nothing is remembered."""

    def isdir(self, path: str) -> bool:
        """Tell whether there is such a folder."""
        try:
            with self._entered(_steps(path)):
                return True
        except FileNotFoundError:
            return False

    def ls(self, path: str, *, detail: bool) -> list[dict[str, Any]]:  # noqa: ARG002 -- as fsspec has it
        """Return the plain files of a folder: links, pipes and folders are passed over."""
        with self._entered(_steps(path)) as folder, os.scandir(folder) as entries:
            plain = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        return [{"name": name, "type": "file"} for name in plain]

    def info(self, path: str) -> dict[str, int]:
        """Return the size of a file in bytes."""
        *steps, name = _steps(path)
        with self._entered(steps) as folder:
            return {"size": os.stat(name, dir_fd=folder, follow_symlinks=False).st_size}

    def lexists(self, path: str) -> bool:
        """Tell whether anything has this name, a link that leads nowhere too."""
        try:
            self.info(path)
        except FileNotFoundError:
            return False
        return True

    def cat_file(self, path: str) -> bytes:
        """Return the bytes of a plain file."""
        *steps, name = _steps(path)
        with self._entered(steps) as folder, os.fdopen(os.open(name, _READ, dir_fd=folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "no plain file")
            return file.read()

    def makedirs(self, path: str, *, exist_ok: bool) -> None:
        """Make a folder and those above it."""
        self._root.mkdir(parents=True, exist_ok=exist_ok)
        with self._entered(_steps(path), make=True):
            pass

    def mv(self, path: str, target: str) -> None:
        """Give a file another place, in place of what is there."""
        (*steps, name), (*other_steps, other_name) = _steps(path), _steps(target)
        with self._entered(steps) as folder, self._entered(other_steps) as other:
            os.rename(name, other_name, src_dir_fd=folder, dst_dir_fd=other)

    def pipe_file(self, path: str, data: bytes) -> None:
        """Put a whole file in place of what is there, durably: under a name nobody can foresee first."""
        *steps, name = _steps(path)
        draft = f".{name}.{secrets.token_hex(8)}.part"
        with self._entered(steps) as folder:
            try:
                _write_new(folder, draft, data)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                with suppress(FileNotFoundError):
                    os.unlink(draft, dir_fd=folder)
                raise
            os.fsync(folder)

    @contextmanager
    def _entered(self, steps: Sequence[str], *, make: bool = False) -> Iterator[int]:
        """Open a folder below the directory, each step from the one before."""
        folder = os.open(self._root, _FOLDER)
        try:
            for step in steps:
                deeper = _enter(folder, step, make=make)
                os.close(folder)
                folder = deeper
            yield folder
        finally:
            os.close(folder)


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def _enter(folder: int, step: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(step, dir_fd=folder)
    try:
        return os.open(step, _STEP, dir_fd=folder)
    except OSError as error:
        if error.errno in _NO_FOLDER:
            reason = f"{step} is a link or a file where a folder of the drop is needed"
            raise PartnerUnavailableError("not_a_folder", reason) from None
        raise


def _write_new(folder: int, name: str, data: bytes) -> None:
    with os.fdopen(os.open(name, _NEW, 0o666, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
