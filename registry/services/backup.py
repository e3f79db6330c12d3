"""Back a SQLite store up while it is in use: one file, and a manifest that says what it is and how far its log goes.

Keys are never in it: without them a backup tells nothing, and with the store alone they are lost.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.ledger.leaf import spell_instant
from registry.store.backup_sqlite import copy_online, database_file, force, settle

if TYPE_CHECKING:
    from registry.services.context import Services

FORMAT: Final = 1
DATABASE: Final = "registry.sqlite3"
MANIFEST: Final = "manifest.json"
_PART: Final = 1 << 20

OpenOn = Callable[[str], "Services"]
"""Opens a register on the store at an address, as `registry.bootstrap.build` does."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: made when and by which program, its size and SHA-256, the list version it holds, and its log.

    `checkpoint` is the last signed head (C2SP checkpoint), empty where none was signed yet; `keys` names the versions
    it needs, nothing secret.
    """

    made_at: str
    program: str
    bytes: int
    sha256: str
    list_version: int
    checkpoint: str
    keys: dict[str, list[int]]
    format: int = FORMAT

    @classmethod
    def read(cls, backup: Path) -> Manifest:
        """Read the manifest of a backup; ConflictError where it is none of this program's."""
        try:
            stated: dict[str, Any] = orjson.loads((backup / MANIFEST).read_text("utf-8"))
            found = cls(**stated)
        except (OSError, ValueError, TypeError):
            raise ConflictError("this is no backup: it has no manifest that can be read") from None
        if found.format != FORMAT:
            raise ConflictError("the backup has a format this program does not know")
        return found

    def require_fit(self, backup: Path) -> None:
        """Raise ConflictError where the file is not the one the manifest was written for."""
        file = backup / DATABASE
        if not file.is_file() or file.stat().st_size != self.bytes or digest_of(file) != self.sha256:
            raise ConflictError("the backup was damaged or altered: its digest is not that of its manifest")


def back_up(services: Services, out: Path, open_on: OpenOn, actor: str) -> Manifest:
    """Write a backup into a new directory and record it; nothing half written stays under its name.

    Raises ConflictError (PostgreSQL, or there is something at `out`) and UnavailableError.
    """
    source = database_file(services.settings.database_url)
    if out.exists():
        raise ConflictError("there is something at that place already: a backup is never overwritten")
    draft = out.with_name(f".{out.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        copy_online(source, draft / DATABASE)
        manifest = _described(draft / DATABASE, open_on, spell_instant(services.clock.now()))
        (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
        force(draft / MANIFEST)
        force(draft)
        draft.rename(out)
        force(out.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    with services.store.write() as uow:
        facts: dict[str, str | int] = {"sha256": manifest.sha256, "of_list_version": manifest.list_version}
        uow.ledger.record(EventKind.STORE_BACKED_UP, actor, facts)
    return manifest


def _described(file: Path, open_on: OpenOn, made_at: str) -> Manifest:
    """Say what a copy holds, read from the copy itself: the store it was made of has moved on since."""
    copied = open_on(f"sqlite:///{file.resolve()}")
    try:
        with copied.store.read() as uow:
            version, head = uow.head.version(), uow.log.newest()
        keyring = copied.store.keyring
    finally:
        copied.store.close()
    settle(file)
    return Manifest(
        made_at=made_at,
        program=metadata.version("food-ban-registry"),
        bytes=file.stat().st_size,
        sha256=digest_of(file),
        list_version=version,
        checkpoint="" if head is None else head.checkpoint,
        keys={"master": sorted(keyring.masters), "index": sorted(keyring.indexes)},
    )


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while part := stream.read(_PART):
            digest.update(part)
    return digest.hexdigest()
