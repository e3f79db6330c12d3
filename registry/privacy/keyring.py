"""The keys of the register: versioned master keys that wrap record keys, and keys of the equality index.

Callers wrap, unwrap and compute with a key and never see its secret, so that a key may as well live in a hardware
module (registry.privacy.token_keys). Software keys come as a JSON document, from a file readable by its owner alone
or from the environment (registry.privacy.key_providers). Losing it loses every name and number in the store; nothing
here ever shows a secret, neither in a text nor in an error.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as openssl_hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import KeysExposedError, KeysMismatchError, KeysMissingError
from registry.privacy.signing_keys import SigningKeys
from registry.privacy.suites import BY_CODE, Aead
from registry.settings import CipherName

Mac = Callable[[bytes], bytes]

SECRET_BYTES: Final = 32
FORMAT: Final = 1
# The hash of the equality index belongs to the key version: changing it would lose every stored value.
INDEX_ALGORITHM: Final = {CipherName.AES_256_GCM: "hmac-sha-256", CipherName.SM4_GCM: "hmac-sm3"}


class KeyKind(StrEnum):
    """The two keys that come in versions and are rotated: one wraps record keys, one makes the equality index."""

    MASTER = "master"
    INDEX = "index"


class WrappingKey(Protocol):
    """One version of the master key, wherever it lives: wraps record keys without showing itself."""

    @property
    def version(self) -> int:
        """The number of this version."""

    @property
    def fingerprint(self) -> str:
        """What names this key without telling anything about it."""

    def wrap(self, code: int, nonce: bytes, secret: bytes, place: bytes) -> bytes:
        """Return a record key of the cipher `code` encrypted and authenticated, with its tag, bound to a place."""

    def unwrap(self, code: int, nonce: bytes, wrapped: bytes, place: bytes) -> bytes:
        """Return the record key; InvalidTag where anything differs from what was wrapped."""


class ComputingKey(Protocol):
    """One version of the index key, wherever it lives: computes keyed values without showing itself."""

    @property
    def version(self) -> int:
        """The number of this version."""

    @property
    def fingerprint(self) -> str:
        """What names this key without telling anything about it."""

    def mac(self, purpose: str) -> Mac:
        """Return the function that computes the 32-byte values of one purpose."""


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

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that name the key."""
        return fingerprint(self.secret)

    def wrap(self, code: int, nonce: bytes, secret: bytes, place: bytes) -> bytes:
        """Return a record key encrypted under the key derived for its cipher."""
        return self.aeads[code].encrypt(nonce, secret, place)

    def unwrap(self, code: int, nonce: bytes, wrapped: bytes, place: bytes) -> bytes:
        """Return a record key; InvalidTag where it was altered, moved or wrapped by another key."""
        return self.aeads[code].decrypt(nonce, wrapped, place)


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One version of the key of the equality index and its algorithm."""

    version: int
    algorithm: str
    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that name the key."""
        return fingerprint(self.secret)

    def mac(self, purpose: str) -> Mac:
        """Return HMAC-SHA-256 (RFC 2104, FIPS 198-1) or HMAC-SM3 (GB/T 32905) under a key derived for the purpose."""
        info = f"food-ban-registry/index/{purpose}".encode()
        if self.algorithm == "hmac-sm3":
            return _sm3_mac(HKDF(hashes.SM3(), 32, None, info).derive(self.secret))
        derived = HKDF(hashes.SHA256(), 32, None, info).derive(self.secret)
        return _sha256_mac(derived)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All key versions and which of them are used for new records."""

    masters: Mapping[int, WrappingKey]
    indexes: Mapping[int, ComputingKey]
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
        return cls.parse(read_guarded(path))

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read a key document (JSON); KeysMismatchError where it is altered or of another format."""
        return _parse(text)

    def master(self, version: int) -> WrappingKey:
        """Return one master key; KeysMismatchError names the version where it is not here."""
        found = self.masters.get(version)
        if found is None:
            raise KeysMismatchError(f"master key version {version} is not at hand")
        return found

    def using(self, master: int, index: int) -> Keyring:
        """Return these keys with other versions for new records; KeysMismatchError where one is not here."""
        if index not in self.indexes:
            raise KeysMismatchError(f"index key version {index} is not at hand")
        self.master(master)
        return replace(self, current_master=master, current_index=index)

    def versions(self, kind: KeyKind) -> Mapping[int, WrappingKey | ComputingKey]:
        """Return the versions at hand of one kind."""
        return self.masters if kind is KeyKind.MASTER else self.indexes

    def current(self, kind: KeyKind) -> int:
        """Return the version of one kind that is used for new records."""
        return self.current_master if kind is KeyKind.MASTER else self.current_index

    def write_new(self, path: Path) -> None:
        """Write software keys to a new file of mode 600; FileExistsError where there is one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_in_place(path, self.as_json(), replacing=False)

    def as_json(self) -> str:
        """Return the key document of software keys; TypeError for keys that live elsewhere and cannot be written."""
        document: dict[str, object] = {
            "format": FORMAT,
            "current": {"master": self.current_master, "index": self.current_index},
            "master": [entry_of(key) for key in self.masters.values()],
            "index": [entry_of(key) for key in self.indexes.values()],
        }
        if self.signing is not None:
            document["signing"] = self.signing.as_document()
        return json.dumps(document, indent=2) + "\n"


def entry_of(key: WrappingKey | ComputingKey) -> dict[str, str | int]:
    """Return what a key document says of a software key; TypeError for a key that lives elsewhere."""
    if not isinstance(key, MasterKey | IndexKey):
        raise TypeError("a key that lives elsewhere cannot be written down")
    encoded = base64.b64encode(key.secret).decode()
    entry: dict[str, str | int] = {"version": key.version, "fingerprint": key.fingerprint, "secret": encoded}
    return entry | ({"algorithm": key.algorithm} if isinstance(key, IndexKey) else {})


def put_in_place(path: Path, text: str, *, replacing: bool) -> None:
    """Put a whole key file of mode 600 in place; FileExistsError where there is one that may not be replaced.

    Written beside, forced to disk, then linked or moved into place: a reader or a crash never meets half a file.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replacing:
            draft.replace(path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _force_directory(path.parent)


def fingerprint(secret: bytes) -> str:
    """Return 16 hex digits that name a key without telling anything about it."""
    return hashlib.sha256(b"food-ban-registry/fingerprint/" + secret).hexdigest()[:16]


def _force_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def read_guarded(path: Path) -> str:
    """Return the text of a key file; raises as `Keyring.load` does."""
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
        document = orjson.loads(text)
        if document["format"] != FORMAT:
            raise KeysMismatchError("the key file has a format this program does not know")
        masters = [(key.version, key) for key in (MasterKey.of(*_secret(entry)) for entry in document["master"])]
        indexes = [(key.version, key) for key in map(_index_key, document["index"])]
        current, signing = document["current"], document.get("signing")
        keyring = Keyring(
            dict(masters),
            dict(indexes),
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


def _sha256_mac(secret: bytes) -> Mac:
    # A copy of what has the key already costs half of hmac.digest (5 and 10 µs): OpenSSL looks nothing up again.
    keyed = hmac.new(secret, digestmod="sha256")

    def mac(message: bytes) -> bytes:
        ours = keyed.copy()
        ours.update(message)
        return ours.digest()

    return mac


def _sm3_mac(key: bytes) -> Mac:
    keyed = openssl_hmac.HMAC(key, hashes.SM3())

    def mac(message: bytes) -> bytes:
        run = keyed.copy()
        run.update(message)
        return run.finalize()

    return mac
