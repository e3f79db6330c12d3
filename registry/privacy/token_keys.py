"""Keys that never leave a hardware module: the register asks a PKCS#11 token to wrap, unwrap and compute with them.

What a token must do is the protocol `Token`; the driver for one comes as a Python package of its own that names
itself under the entry point `food_ban_registry.tokens` and is chosen by a setting REGISTRY_KEYS that begins with
`pkcs11:` (the rest, an RFC 7512 address, is the driver's to read). Objects in the token are labelled
`registry-master-1`, `registry-index-1` and so on. Signing keys, which are read at every answer, are a private data
object of the token and are in the memory of the process while it runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Final, Protocol, cast

from registry.errors import KeysMissingError, SettingsError
from registry.privacy.keyring import KeyKind, Keyring, Mac
from registry.privacy.signing_keys import SigningKeys
from registry.settings import CipherName

DRIVERS: Final = "food_ban_registry.tokens"
_SIGNING: Final = "registry-signing"
_PREFIX: Final = "registry-"


class Token(Protocol):
    """What is asked of a PKCS#11 token; in brackets the mechanism. Keys are made sensitive and not extractable."""

    def labels(self) -> list[str]:
        """Return the labels of all keys in the token."""

    def encrypt(self, label: str, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """Return ciphertext and 16-byte tag of a few bytes (C_Encrypt, CKM_AES_GCM)."""

    def decrypt(self, label: str, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """Return what was encrypted; cryptography's InvalidTag where anything differs (C_Decrypt, CKM_AES_GCM)."""

    def mac(self, label: str, message: bytes) -> bytes:
        """Return 32 bytes (C_Sign, CKM_SHA256_HMAC)."""

    def generate(self, label: str, kind: KeyKind) -> None:
        """Make a key of 256 bits (CKM_AES_KEY_GEN or CKM_GENERIC_SECRET_KEY_GEN)."""

    def destroy(self, label: str) -> None:
        """Destroy a key (C_DestroyObject)."""

    def data(self, label: str) -> bytes | None:
        """Return a private data object (CKO_DATA), or None where there is none."""

    def put_data(self, label: str, value: bytes) -> None:
        """Keep a private data object in place of the one before."""


@dataclass(frozen=True, slots=True)
class TokenMasterKey:
    """One version of the master key in a token."""

    version: int
    token: Token = field(repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that name the key: of a value only the key gives, as its secret cannot be read."""
        known = self.token.encrypt(self._label, bytes(12), b"", b"fingerprint")
        return hashlib.sha256(known).hexdigest()[:16]

    def wrap(self, code: int, nonce: bytes, secret: bytes, place: bytes) -> bytes:
        """Return a record key encrypted in the token; the record's own cipher stands in what is authenticated."""
        return self.token.encrypt(self._label, nonce, secret, bytes((code,)) + place)

    def unwrap(self, code: int, nonce: bytes, wrapped: bytes, place: bytes) -> bytes:
        """Return a record key; InvalidTag where it was altered, moved or wrapped by another key."""
        return self.token.decrypt(self._label, nonce, wrapped, bytes((code,)) + place)

    @property
    def _label(self) -> str:
        return _label(KeyKind.MASTER, self.version)


@dataclass(frozen=True, slots=True)
class TokenIndexKey:
    """One version of the index key in a token."""

    version: int
    token: Token = field(repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that name the key."""
        return self.mac("fingerprint")(b"").hex()[:16]

    def mac(self, purpose: str) -> Mac:
        """Return the function that computes the values of one purpose: HMAC-SHA-256 over the purpose and the text."""
        label, leading = _label(KeyKind.INDEX, self.version), purpose.encode() + b"\x1f"
        return lambda message: self.token.mac(label, leading + message)


class TokenKeys:
    """The keys of a register in a PKCS#11 token."""

    def __init__(self, token: Token) -> None:
        self._token: Final = token

    @property
    def says(self) -> str:
        """Say that it is a token, not which."""
        return "the PKCS#11 token of REGISTRY_KEYS"

    def exists(self) -> bool:
        """Say whether the token holds keys of a register."""
        return all(self._versions(kind) for kind in KeyKind)

    def load(self) -> Keyring:
        """Return handles to the keys; the newest versions count as current until a store says which it uses."""
        masters, indexes = (self._versions(kind) for kind in KeyKind)
        if not masters or not indexes:
            raise KeysMissingError("the token of REGISTRY_KEYS holds no keys: run `registry init` to begin")
        return Keyring(
            {version: TokenMasterKey(version, self._token) for version in masters},
            {version: TokenIndexKey(version, self._token) for version in indexes},
            max(masters),
            max(indexes),
            self._signing(),
        )

    def create(self, cipher: CipherName) -> Keyring:
        """Make the first keys in the token; FileExistsError where it holds some."""
        if any(self._versions(kind) for kind in KeyKind):
            raise FileExistsError("the token holds keys already")
        self.add(KeyKind, cipher)
        self.keep_signing(SigningKeys.generate())
        return self.load()

    def add(self, kinds: Iterable[KeyKind], cipher: CipherName) -> None:  # noqa: ARG002 -- the token has its own
        """Make one more version of each kind in the token."""
        for kind in kinds:
            self._token.generate(_label(kind, max(self._versions(kind), default=0) + 1), kind)

    def remove(self, kind: KeyKind, version: int) -> None:
        """Destroy a version in the token."""
        if version in self._versions(kind):
            self._token.destroy(_label(kind, version))

    def keep_signing(self, signing: SigningKeys) -> None:
        """Keep the signing keys as a private data object of the token."""
        self._token.put_data(_SIGNING, json.dumps(signing.as_document()).encode())

    def _signing(self) -> SigningKeys | None:
        kept = self._token.data(_SIGNING)
        return None if kept is None else SigningKeys.parse(json.loads(kept))

    def _versions(self, kind: KeyKind) -> list[int]:
        prefix = f"{_PREFIX}{kind}-"
        return sorted(int(label.removeprefix(prefix)) for label in self._token.labels() if label.startswith(prefix))


def token_at(address: str) -> Token:
    """Return the token at an address (RFC 7512), through the driver that is installed.

    Raises SettingsError where there is none, or where the driver cannot reach the token.
    """
    drivers = list(entry_points(group=DRIVERS))
    if not drivers:
        raise SettingsError(f"REGISTRY_KEYS names a PKCS#11 token and no driver is installed (entry point {DRIVERS})")
    opened = cast("Callable[[str], Token]", drivers[0].load())
    try:
        return opened(address)
    except (OSError, ValueError, LookupError):
        raise SettingsError("REGISTRY_KEYS names a PKCS#11 token that cannot be opened") from None


def _label(kind: KeyKind, version: int) -> str:
    return f"{_PREFIX}{kind}-{version}"
