"""The keys of the register: versioned master keys that wrap record keys, and keys of the equality index.

The key file is JSON, readable by its owner alone. Losing it loses every name and number in the store; nothing
here ever shows a secret, neither in a text nor in an error.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from registry.errors import KeysExposedError, KeysMismatchError, KeysMissingError
from registry.privacy.signing_keys import SigningKeys
from registry.privacy.suites import BY_CODE, Aead
from registry.settings import CipherName

SECRET_BYTES: Final = 32
FORMAT: Final = 1
# The hash of the equality index belongs to the key version: changing it would lose every stored value.
INDEX_ALGORITHM: Final = {CipherName.AES_256_GCM: "hmac-sha-256", CipherName.SM4_GCM: "hmac-sm3"}


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One version of the key that wraps record keys; one ready cipher object per cipher."""

    version: int
    secret: bytes = field(repr=False)
    aeads: Mapping[int, Aead] = field(repr=False, compare=False)

    @classmethod
    def of(cls, version: int, secret: bytes) -> MasterKey:
        """Derive the wrapping keys of all ciphers once, so that opening a record derives nothing."""
        return cls(version, secret, {code: suite.derive(secret, "wrap") for code, suite in BY_CODE.items()})


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One version of the key of the equality index and its algorithm."""

    version: int
    algorithm: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All key versions and which of them are used for new records."""

    masters: Mapping[int, MasterKey]
    indexes: Mapping[int, IndexKey]
    current_master: int
    current_index: int
    signing: SigningKeys | None = None
    """None in a key file made before receipts were; `registry init` adds them."""

    @classmethod
    def generate(cls, cipher: CipherName = CipherName.AES_256_GCM) -> Keyring:
        """Make fresh keys, version 1 of each; the index hash is the cipher's companion."""
        master = MasterKey.of(1, secrets.token_bytes(SECRET_BYTES))
        index = IndexKey(1, INDEX_ALGORITHM[cipher], secrets.token_bytes(SECRET_BYTES))
        return cls({1: master}, {1: index}, 1, 1, SigningKeys.generate())

    @classmethod
    def create(cls, path: Path, cipher: CipherName = CipherName.AES_256_GCM) -> Keyring:
        """Write fresh keys to a new file of mode 600, whole or not at all, and return them.

        Raises FileExistsError where a key file is already there; it is never overwritten.
        """
        keyring = cls.generate(cipher)
        keyring.write_new(path)
        return keyring

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read the key file.

        Raises KeysMissingError (no file), KeysExposedError (others may read it), KeysMismatchError (altered).
        """
        return _parse(_read_guarded(path))

    def master(self, version: int) -> MasterKey:
        """Return one master key; KeysMismatchError names the version where it is not here."""
        found = self.masters.get(version)
        if found is None:
            raise KeysMismatchError(f"master key version {version} is not in the key file")
        return found

    def write_new(self, path: Path) -> None:
        """Write to a new file of mode 600; FileExistsError where there is one.

        Written beside, forced to disk, then linked into place: a reader or a crash never meets half a file.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(self._as_json())
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _force_directory(path.parent)

    def _as_json(self) -> str:
        document: dict[str, object] = {
            "format": FORMAT,
            "current": {"master": self.current_master, "index": self.current_index},
            "master": [_entry(key.version, key.secret) for key in self.masters.values()],
            "index": [_entry(key.version, key.secret) | {"algorithm": key.algorithm} for key in self.indexes.values()],
        }
        if self.signing is not None:
            document["signing"] = self.signing.as_document()
        return json.dumps(document, indent=2) + "\n"


def _entry(version: int, secret: bytes) -> dict[str, str | int]:
    encoded = base64.b64encode(secret).decode()
    return {"version": version, "fingerprint": fingerprint(secret), "secret": encoded}


def fingerprint(secret: bytes) -> str:
    """Return 16 hex digits that name a key without telling anything about it."""
    return hashlib.sha256(b"food-ban-registry/fingerprint/" + secret).hexdigest()[:16]


def _force_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read_guarded(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            # The mode of the open file, not of the name: it cannot be exchanged in between.
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KeysExposedError("the key file may be read by others: chmod 600 it, and consider its keys known")
            return file.read()
    except FileNotFoundError:
        raise KeysMissingError("the key file is missing: set REGISTRY_KEYS, or run `registry init` to begin") from None
    except (OSError, UnicodeDecodeError):
        raise KeysMismatchError("the key file cannot be read") from None


def _parse(text: str) -> Keyring:
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise KeysMismatchError("the key file has a format this program does not know")
        masters = [MasterKey.of(*_secret(entry)) for entry in document["master"]]
        indexes = [_index_key(entry) for entry in document["index"]]
        current, signing = document["current"], document.get("signing")
        keyring = Keyring(
            {key.version: key for key in masters},
            {key.version: key for key in indexes},
            *_current(current),
            None if signing is None else SigningKeys.parse(signing),
        )
    except (ValueError, KeyError, TypeError):
        # Not chained: a JSON error quotes the text it stumbled over.
        raise KeysMismatchError("the key file is damaged") from None
    if keyring.current_master not in keyring.masters or keyring.current_index not in keyring.indexes:
        raise KeysMismatchError("the key file lacks the keys it calls current")
    return keyring


def _current(entry: Mapping[str, Any]) -> tuple[int, int]:
    return int(entry["master"]), int(entry["index"])


def _index_key(entry: Mapping[str, Any]) -> IndexKey:
    version, secret = _secret(entry)
    if entry["algorithm"] not in INDEX_ALGORITHM.values():
        raise KeysMismatchError("the key file names an index algorithm this program does not know")
    return IndexKey(version, entry["algorithm"], secret)


def _secret(entry: Mapping[str, Any]) -> tuple[int, bytes]:
    try:
        secret = base64.b64decode(entry["secret"], validate=True)
    except binascii.Error:
        raise KeysMismatchError("the key file is damaged") from None
    if len(secret) != SECRET_BYTES or fingerprint(secret) != entry["fingerprint"]:
        raise KeysMismatchError(f"key version {int(entry['version'])} in the key file was altered")
    return int(entry["version"]), secret
