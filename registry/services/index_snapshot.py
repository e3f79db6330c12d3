"""The list in memory, put away encrypted so that a restart need not read a million records one by one.

The file holds the flat arrays of index and bans as of one list version, sealed with a key of its own under the
master key, in parts bound to their place. It is a convenience: one that is missing, foreign, damaged, of another
model or of another history is passed over, and the list is read from the store.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from matching.model import Model
from matching.packed_rows import ROW
from matching.segment import Segment
from registry.errors import KeysMismatchError
from registry.privacy.envelope import RecordCipher, RecordKey
from registry.services.packed_bans import PackedBans
from registry.store.change_repository import ListChange

_log = logging.getLogger(__name__)

FILE_NAME = "index.snapshot"
_TABLE, _MAGIC = "index_snapshot", b"food-ban index 1\n"
_PART = 16 << 20
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot is of: the list version, a digest of the change that made it, and the matching model."""

    version: int
    change: str
    model: str

    @classmethod
    def of(cls, change: ListChange, model: Model) -> Stamp:
        """Return the stamp of the list as the change left it."""
        told = hashlib.sha256(repr(change).encode()).hexdigest()
        return cls(change.version, told, model.version)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The list as of a version: identities filed for comparison, and the bans."""

    stamp: Stamp
    segment: Segment
    bans: PackedBans


def save(path: Path, cipher: RecordCipher, snapshot: Snapshot) -> None:
    """Write the snapshot beside the old one and put it in its place; a killed process leaves the old one."""
    arrays = _named(snapshot)
    head = orjson.dumps({"stamp": asdict(snapshot.stamp), "arrays": [_described(*item) for item in arrays.items()]})
    key = cipher.new_record(_TABLE, FILE_NAME)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=FILE_NAME, delete=False) as file:
        file.write(_MAGIC + _framed(key.wrapped) + _framed(key.seal_bytes("head", head)))
        for name, array in arrays.items():
            for place, part in _parts(array):
                file.write(_framed(key.seal_bytes(f"{name} {place}", part)))
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def load(path: Path, cipher: RecordCipher, model: Model) -> Snapshot | None:
    """Return the snapshot at `path`, or None where there is none that opens with these keys and fits this model.

    One that is passed over is named in the log: a file that others may have touched is worth a look.
    """
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    try:
        snapshot = _read(data, cipher, model)
    except (KeysMismatchError, ValueError, KeyError) as fault:
        passed_over(type(fault).__name__)
        return None
    if snapshot is None:
        passed_over("of another model or format")
    return snapshot


def renew(path: Path, cipher: RecordCipher) -> bool:
    """Wrap the snapshot's key under the master key in use; one that cannot be is removed. Say whether one is left."""
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError:
        return False
    try:
        frames = _frames(data[len(_MAGIC) :])
        wrapped = bytes(next(frames))
        renewed = cipher.renewed(_TABLE, FILE_NAME, wrapped)
    except (KeysMismatchError, ValueError):
        path.unlink(missing_ok=True)
        return False
    if renewed != wrapped:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=FILE_NAME, delete=False) as file:
            file.write(_MAGIC + _framed(renewed))
            file.write(data[len(_MAGIC) + len(_framed(wrapped)) :])
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    return True


def passed_over(why: str) -> None:
    """Say in the log, once and without a value, that the list is read from the store instead, and why."""
    _log.warning("index snapshot passed over: %s", why)


def _read(data: memoryview, cipher: RecordCipher, model: Model) -> Snapshot | None:
    if bytes(data[: len(_MAGIC)]) != _MAGIC:
        return None
    frames = _frames(data[len(_MAGIC) :])
    key = cipher.open_record(_TABLE, FILE_NAME, bytes(next(frames)))
    head = orjson.loads(key.open_bytes("head", bytes(next(frames))))
    stamp = Stamp(**head["stamp"])
    if stamp.model != model.version:
        return None
    arrays = {each["name"]: _array(key, each, frames) for each in head["arrays"]}
    segment = Segment.of_arrays(model, _under("segment", arrays))
    return Snapshot(stamp, segment, PackedBans(_under("bans", arrays)))


def _named(snapshot: Snapshot) -> dict[str, npt.NDArray[Any]]:
    named = {f"segment {name}": array for name, array in snapshot.segment.arrays().items()}
    return named | {f"bans {name}": array for name, array in snapshot.bans.arrays().items()}


def _under(prefix: str, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{prefix} "): array for name, array in arrays.items() if name.startswith(f"{prefix} ")}


def _described(name: str, array: npt.NDArray[Any]) -> dict[str, str | int]:
    """Columns are rows of several fields; their layout belongs to the model's code and is checked by its size."""
    dtype = "row" if array.dtype == ROW else array.dtype.str
    return {"name": name, "dtype": dtype, "item": array.dtype.itemsize, "bytes": array.nbytes}


def _array(key: RecordKey, described: dict[str, Any], frames: Iterator[memoryview]) -> npt.NDArray[Any]:
    dtype = ROW if described["dtype"] == "row" else np.dtype(described["dtype"])
    if dtype.itemsize != described["item"]:
        raise ValueError("rows of another layout")
    whole = np.empty(described["bytes"], dtype=np.uint8)
    for place in range(0, len(whole), _PART):
        part = key.open_bytes(f"{described['name']} {place}", bytes(next(frames)))
        whole[place : place + _PART] = np.frombuffer(part, dtype=np.uint8)
    return whole.view(dtype)


def _parts(array: npt.NDArray[Any]) -> Iterator[tuple[int, bytes]]:
    whole = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    for place in range(0, len(whole), _PART):
        yield place, whole[place : place + _PART].tobytes()


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(_LENGTH) + part


def _frames(data: memoryview) -> Iterator[memoryview]:
    """Yield the parts of a file; a file that breaks off is no snapshot (ValueError)."""
    while data:
        length = int.from_bytes(data[:_LENGTH])
        part, data = data[_LENGTH : _LENGTH + length], data[_LENGTH + length :]
        if len(part) < length:
            raise ValueError("the file breaks off")
        yield part
    raise ValueError("the file breaks off")
