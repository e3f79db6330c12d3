"""The keys of one running process: read when it starts, and again, without a restart, when the store uses newer ones.

The store says which versions are used for new records (table key_in_use). Every transaction that writes asks it
first, and a record sealed under a version not known here sends this process back to its keys; so all processes
change over together, and none writes under a key that is about to be destroyed.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final, Protocol

from registry.errors import KeysMismatchError
from registry.privacy.keyring import Keyring, WrappingKey

GRACE_SECONDS: Final = 60.0
"""How long a process can still open records with a key that was retired: for what it had begun to read before."""


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """Which versions the store uses for new records; `generation` counts every change of keys, 0: none was used yet."""

    master: int
    index: int
    generation: int


class LoadsKeys(Protocol):
    """Whatever the keys of a process come from."""

    def load(self) -> Keyring:
        """Return all keys as they are now; raises KeysMissingError, KeysExposedError or KeysMismatchError."""


class KeysAtHand:
    """Gives the keys to use now; one object per process, shared by its threads."""

    def __init__(self, keyring: Keyring, source: LoadsKeys | None = None) -> None:
        self._keyring = keyring
        self._source: Final = source
        self._generation: int | None = None
        self._former: tuple[Keyring, float] | None = None
        self._lock: Final = threading.Lock()

    @property
    def keyring(self) -> Keyring:
        """The keys as this process knows them now."""
        return self._keyring

    def master(self, version: int) -> WrappingKey:
        """Return a master key, looking for it once more where it is not known here.

        Raises KeysMismatchError where it is nowhere, and as the provider does.
        """
        found = self._keyring.masters.get(version)
        if found is not None:
            return found
        with self._lock:
            if self._source is not None and version not in self._keyring.masters:
                self._exchange(self._source.load())
        return self._keyring.masters.get(version) or self._left(version) or self._keyring.master(version)

    def seek_index(self, version: int) -> None:
        """Read the keys again where an index key is not known here; whether it is to be had shows afterwards."""
        with self._lock:
            if self._source is not None and version not in self._keyring.indexes:
                self._exchange(self._source.load())

    def settle(self, use: KeysInUse) -> None:
        """Use what the store uses; reads the keys again where that has changed.

        Raises KeysMismatchError where a version the store uses is not to be had: then nothing may be written.
        """
        if use.generation <= (self._generation or 0):  # known, or what a reader of an earlier state saw
            return
        with self._lock:
            changed = self._generation is not None or not self._holds(use)
            if changed and self._source is not None:
                self._exchange(self._source.load())
            self._keyring = self._keyring.using(use.master, use.index)
            self._generation = use.generation

    def _holds(self, use: KeysInUse) -> bool:
        return use.master in self._keyring.masters and use.index in self._keyring.indexes

    def _exchange(self, loaded: Keyring) -> None:
        before = self._keyring
        try:
            loaded = loaded.using(before.current_master, before.current_index)
        except KeysMismatchError:
            self._generation = None  # what was used is gone: the next write asks the store what is used now
        self._keyring = loaded
        if not before.masters.keys() <= loaded.masters.keys():
            self._former = before, time.monotonic()

    def _left(self, version: int) -> WrappingKey | None:
        """Return a key that was retired so lately that reading with it may be under way."""
        if self._former is None or time.monotonic() > self._former[1] + GRACE_SECONDS:
            self._former = None
            return None
        return self._former[0].masters.get(version)


def at_hand(keys: KeysAtHand | Keyring) -> KeysAtHand:
    """Return keys that may be exchanged while the process runs; a plain keyring stays as it is."""
    return keys if isinstance(keys, KeysAtHand) else KeysAtHand(keys)
