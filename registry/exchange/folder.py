"""A partner's folder: a directory of this machine, SFTP, or whatever else fsspec reaches.

What is written appears whole or not at all: under a hidden name first, then renamed. Hidden files and those that end in
`.part`, `.tmp` or `.filepart` are somebody's half-written ones and are never seen. Below a directory of this machine no
link is followed (registry.exchange.local_files).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncssh
import fsspec
from fsspec.implementations.local import LocalFileSystem
from sshfs import SSHFileSystem

from registry.errors import PartnerUnavailableError, SettingsError
from registry.exchange.credentials import resolved
from registry.exchange.drop_settings import SSH
from registry.exchange.local_files import LocalFiles

_HALF_WRITTEN: Final = (".part", ".tmp", ".filepart")
_FAULTS: Final = (OSError, asyncssh.Error)


class Folder:
    """A file system and the path below which everything stands; unreachable, it is a PartnerUnavailableError."""

    def __init__(self, files: Any, root: str) -> None:
        self._files: Final = files
        self._root: Final = root.rstrip("/")

    @classmethod
    def open(cls, url: str, login: Mapping[str, str], beside: Path, seconds: float) -> Folder:
        """Open the folder a configuration names; `beside` is where the configuration stands.

        Raises SettingsError (no such kind of address, no known_hosts, a credential that is not there) and
        PartnerUnavailableError.
        """
        scheme = urlsplit(url).scheme if "://" in url else ""
        with _translated():
            if scheme in SSH:
                return cls(_over_ssh(url, login, beside, seconds), urlsplit(url).path or "/")
            return cls(*_by_fsspec(url if scheme else str(beside / url)))

    def has(self, folder: str) -> bool:
        """Tell whether there is such a folder."""
        with _translated():
            self._files.invalidate_cache()
            return bool(self._files.isdir(self._path(folder)))

    def names(self, folder: str) -> list[str]:
        """Return the names of the whole files of a folder, sorted; none where there is no such folder."""
        with _translated():
            self._files.invalidate_cache()
            path = self._path(folder)
            if not self._files.isdir(path):
                return []
            found = [entry for entry in self._files.ls(path, detail=True) if entry["type"] != "directory"]
        names = (str(entry["name"]).rpartition("/")[2] for entry in found)
        return sorted(name for name in names if not name.startswith(".") and not name.endswith(_HALF_WRITTEN))

    def size(self, folder: str, name: str) -> int:
        """Return how many bytes a file has."""
        with _translated():
            return int(self._files.info(self._path(folder, name))["size"] or 0)

    def read(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file."""
        with _translated():
            return bytes(self._files.cat_file(self._path(folder, name)))

    def write(self, folder: str, name: str, data: bytes) -> None:
        """Put a whole file in place of whatever is there, durably where this machine keeps it."""
        with _translated():
            self._files.makedirs(self._path(folder), exist_ok=True)
            if isinstance(self._files, LocalFiles):
                self._files.pipe_file(self._path(folder, name), data)
                return
            draft = self._path(folder, f".{name}.part")
            with self._files.open(draft, "wb") as file:
                file.write(data)
            self._replace(draft, self._path(folder, name))

    def move(self, folder: str, name: str, target: str) -> None:
        """Move a file to another folder; beside one of its name there, with a number behind the name."""
        with _translated():
            self._files.makedirs(self._path(target), exist_ok=True)
            self._replace(self._path(folder, name), self._free(target, name))

    def close(self) -> None:
        """Let go of the connection, where there is one."""
        client = getattr(self._files, "client", None)
        if client is not None:
            client.close()

    def _free(self, folder: str, name: str) -> str:
        """Return the path of a name nothing has yet in a folder: pj_1.csv, else pj_1.csv.2, pj_1.csv.3 and so on."""
        names = itertools.chain([name], (f"{name}.{number}" for number in itertools.count(2)))
        paths = (self._path(folder, each) for each in names)
        return next(path for path in paths if not self._files.lexists(path))

    def _replace(self, path: str, target: str) -> None:
        self._files.mv(path, target)
        self._files.invalidate_cache()

    def _path(self, *parts: str) -> str:
        return "/".join((self._root, *parts))


def _over_ssh(url: str, login: Mapping[str, str], beside: Path, seconds: float) -> SSHFileSystem:
    """Connect, to no machine but one whose key stands in the file of known hosts."""
    parts = urlsplit(url)
    if "known_hosts" not in login:
        raise SettingsError("a drop over SFTP needs known_hosts: the file with the key of the partner's machine")
    options: dict[str, Any] = {"known_hosts": str(beside / login["known_hosts"]), "login_timeout": seconds}
    options |= {"keepalive_interval": max(seconds / 4, 1), "keepalive_count_max": 3, "connect_timeout": seconds}
    options |= {"config": None, "agent_path": None, "client_keys": None}
    if "password" in login:
        options["password"] = resolved(login["password"], beside)
    if "private_key" in login:
        options["client_keys"] = [asyncssh.import_private_key(resolved(login["private_key"], beside) + "\n")]
    user = login.get("user") or parts.username
    return SSHFileSystem(
        parts.hostname or "", port=parts.port or 22, username=user, skip_instance_cache=True, **options
    )


def _by_fsspec(url: str) -> tuple[Any, str]:
    try:
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ValueError, ImportError):
        raise SettingsError("the address of the drop is of a kind that nothing installed here reaches") from None
    return (LocalFiles(Path(root)), "") if isinstance(files, LocalFileSystem) else (files, str(root))


@contextmanager
def _translated() -> Iterator[None]:
    """Say that the partner cannot be reached; names of files are said, what is in them is not."""
    try:
        yield
    except _FAULTS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise PartnerUnavailableError("unreachable", f"the drop cannot be reached or read: {reason}") from error
