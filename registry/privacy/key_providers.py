"""Where the keys come from: a file, an environment variable, or a hardware module, as the setting REGISTRY_KEYS says.

    /etc/registry/keys.json         a file of mode 600 (registry.privacy.keyring)
    env:NAME                        the same JSON document in the environment variable NAME
    pkcs11:token=…;…                keys that never leave a PKCS#11 token (registry.privacy.token_keys)

Errors name the setting, never its value or a key.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from registry.errors import ConflictError, KeysMissingError
from registry.privacy.keyring import (
    INDEX_ALGORITHM,
    SECRET_BYTES,
    IndexKey,
    KeyKind,
    Keyring,
    MasterKey,
    entry_of,
    put_in_place,
    read_guarded,
)
from registry.privacy.signing_keys import SigningKeys
from registry.settings import CipherName

Document = dict[str, Any]


class KeyProvider(Protocol):
    """Holds the keys of a register, and makes and destroys versions of them where it can."""

    @property
    def says(self) -> str:
        """Where the keys are, for an operator to read; no key and no value of a setting but a path."""

    def exists(self) -> bool:
        """Say whether there are keys already."""

    def load(self) -> Keyring:
        """Return all keys; raises KeysMissingError, KeysExposedError or KeysMismatchError."""

    def create(self, cipher: CipherName) -> Keyring:
        """Make the first keys; FileExistsError where there are some, KeysMissingError where none can be made."""

    def add(self, kinds: Iterable[KeyKind], cipher: CipherName) -> None:
        """Make a new version of each kind, not yet used; ConflictError where an operator has to do it elsewhere."""

    def remove(self, kind: KeyKind, version: int) -> None:
        """Destroy a version; one that is gone already is no error. ConflictError as for `add`."""

    def keep_signing(self, signing: SigningKeys) -> None:
        """Keep these signing keys in place of those before. ConflictError as for `add`."""


class FileKeys:
    """Keys in a file that is its owner's alone."""

    def __init__(self, path: Path) -> None:
        self._path: Final = path

    @property
    def says(self) -> str:
        """Name the file."""
        return str(self._path)

    def exists(self) -> bool:
        """Say whether the file is there."""
        return self._path.exists()

    def load(self) -> Keyring:
        """Read the file; raises as `Keyring.load` does."""
        return Keyring.load(self._path)

    def create(self, cipher: CipherName) -> Keyring:
        """Write a file of fresh keys; FileExistsError where there is one."""
        return Keyring.create(self._path, cipher)

    def add(self, kinds: Iterable[KeyKind], cipher: CipherName) -> None:
        """Write the file anew with one more version of each kind."""
        self.rewrite(lambda document: _added(document, kinds, cipher))

    def remove(self, kind: KeyKind, version: int) -> None:
        """Write the file anew without a version."""
        self.rewrite(lambda document: _removed(document, kind, version))

    def keep_signing(self, signing: SigningKeys) -> None:
        """Write the file anew with these signing keys."""
        self.rewrite(lambda document: document.update(signing=signing.as_document()))

    def rewrite(self, change: Callable[[Document], None]) -> None:
        """Change the document and put it in place whole; two operators at once come one after the other."""
        with _alone_in(self._path.parent):
            document = json.loads(_sound(read_guarded(self._path)))
            change(document)
            text = _sound(json.dumps(document, indent=2) + "\n")
            put_in_place(self._path, text, replacing=True)


class EnvironmentKeys:
    """Keys in an environment variable, as a secret store hands them to a process; they are changed there."""

    def __init__(self, variable: str, environment: Mapping[str, str] = os.environ) -> None:
        self._variable: Final = variable
        self._environment: Final = environment

    @property
    def says(self) -> str:
        """Name the variable."""
        return f"the environment variable {self._variable}"

    def exists(self) -> bool:
        """Say whether the variable is set."""
        return bool(self._environment.get(self._variable, "").strip())

    def load(self) -> Keyring:
        """Read the variable; KeysMissingError where it is not set, KeysMismatchError where it is damaged."""
        if not self.exists():
            raise KeysMissingError("REGISTRY_KEYS names an environment variable that is not set")
        return Keyring.parse(self._environment[self._variable])

    def create(self, cipher: CipherName) -> Keyring:  # noqa: ARG002 -- the protocol's
        """Refuse: a process cannot set the environment others start with."""
        raise KeysMissingError("REGISTRY_KEYS names an environment variable that is not set: put a key document there")

    def add(self, kinds: Iterable[KeyKind], cipher: CipherName) -> None:  # noqa: ARG002 -- the protocol's
        """Refuse, and say how it is done."""
        raise _elsewhere("add a version to the document in the variable of REGISTRY_KEYS and start the processes anew")

    def remove(self, kind: KeyKind, version: int) -> None:
        """Refuse where the version is there still, and say how it is done."""
        if self.exists() and version in self.load().versions(kind):
            raise _elsewhere(f"take {kind} key version {version} out of the document in the variable of REGISTRY_KEYS")

    def keep_signing(self, signing: SigningKeys) -> None:  # noqa: ARG002 -- the protocol's
        """Refuse, and say how it is done."""
        raise _elsewhere("put signing keys into the document in the variable of REGISTRY_KEYS")


def _elsewhere(what: str) -> ConflictError:
    return ConflictError(f"these keys are changed where they are kept: {what} (docs/runbooks/key-lost.md)")


def _added(document: Document, kinds: Iterable[KeyKind], cipher: CipherName) -> None:
    for kind in kinds:
        entries: list[dict[str, Any]] = document[kind]
        version, secret = max(int(entry["version"]) for entry in entries) + 1, secrets.token_bytes(SECRET_BYTES)
        fresh = (
            MasterKey.of(version, secret)
            if kind is KeyKind.MASTER
            else IndexKey(version, INDEX_ALGORITHM[cipher], secret)
        )
        entries.append(entry_of(fresh))
        document["current"][kind] = version


def _removed(document: Document, kind: KeyKind, version: int) -> None:
    document[kind] = [entry for entry in document[kind] if int(entry["version"]) != version]


def _sound(text: str) -> str:
    """Return a document that reads as keys; KeysMismatchError where it does not, so that no bad one is written."""
    Keyring.parse(text)
    return text


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        raise KeysMissingError("the directory of the key file is missing: see REGISTRY_KEYS") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
