"""The two files of a witness: its private key, and the last head it saw; each is written whole or not at all."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.errors import ConflictError, KeysExposedError, KeysMissingError, SettingsError
from registry.ledger.checkpoint import Checkpoint
from registry.ledger.merkle import EMPTY_ROOT
from registry.ledger.signed_note import SEED_BYTES, KeyKind, Note, SignatureError, SignerKey
from witness.configuration import Configuration

_KEY_WORDS = "PRIVATE+KEY"


def make_own_files(configuration: Configuration, name: str) -> SignerKey:
    """Make a fresh key under a name and a memory that has seen nothing yet.

    Raises ConflictError where either file is there: a key or a memory that is lost is never replaced unasked.
    """
    key = SignerKey(name, secrets.token_bytes(SEED_BYTES), KeyKind.COSIGNATURE_V1)
    for path in (configuration.key_file, configuration.state_file):
        if path.exists():
            raise ConflictError(f"{path} is there already")
    _write(configuration.key_file, _spelt(key) + "\n")
    remember(configuration, Checkpoint(configuration.origin, 0, EMPTY_ROOT).text())
    return key


def read_key(configuration: Configuration) -> SignerKey:
    """Return the witness's key; KeysMissingError, KeysExposedError or SettingsError where it cannot be used."""
    path = configuration.key_file
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KeysExposedError(f"{path} may be read by others: chmod 600 it, and consider its key known")
            return _key(file.read())
    except FileNotFoundError:
        raise KeysMissingError(f"there is no key file {path}: `registry witness init` makes one") from None
    except (UnicodeDecodeError, SignatureError, ValueError):
        raise SettingsError(f"{path} is not a witness's key file") from None


def last_seen(configuration: Configuration) -> Checkpoint:
    """Return the last head that was seen and found consistent with all before.

    Raises SettingsError where the memory is missing or damaged: beginning anew would hide a log that was exchanged.
    """
    path = configuration.state_file
    try:
        seen = Checkpoint.parse(path.read_text("utf-8").partition("\n\n")[0].rstrip("\n") + "\n")
    except FileNotFoundError:
        raise SettingsError(f"there is no {path}: bring it back; without it nothing that was seen is known") from None
    except (UnicodeDecodeError, SignatureError):
        raise SettingsError(f"{path} is damaged: bring back a copy of it") from None
    if seen.origin != configuration.origin:
        raise SettingsError(f"{path} is about another log")
    return seen


def remember(configuration: Configuration, written: str) -> None:
    """Keep a head durably; only then may it be signed, so that nothing older is ever signed after it."""
    _write(configuration.state_file, written)


def keep_evidence(configuration: Configuration, seen: Checkpoint, refused: str) -> Path:
    """Keep a signed head that contradicts what was seen: the log's own signature convicts it. Return the file."""
    named = hashlib.sha256(Note.parse(refused).text.encode()).hexdigest()[:16]
    path = configuration.state_file.with_name(f"{configuration.state_file.name}.refused-{named}")
    _write(path, f"seen before:\n{seen.text()}\nrefused:\n{refused}")
    return path


@contextmanager
def alone(configuration: Configuration) -> Iterator[None]:
    """Let one process of a witness work at a time; ConflictError where another does."""
    with configuration.key_file.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError("this witness is already running") from None
        yield


def _write(path: Path, text: str) -> None:
    """Put a whole file of mode 600 in place and force it to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _spelt(key: SignerKey) -> str:
    material = base64.b64encode(bytes((key.kind,)) + key.seed).decode()
    return f"{_KEY_WORDS}+{key.name}+{key.verifier().key_id.hex()}+{material}"


def _key(text: str) -> SignerKey:
    private, public, name, key_id, encoded = text.strip().split("+", 4)
    try:
        material = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        material = b""
    if f"{private}+{public}" != _KEY_WORDS or len(material) != 1 + SEED_BYTES:
        raise SignatureError("no key of a witness")
    key = SignerKey(name, material[1:], KeyKind(material[0]))
    if key.kind is not KeyKind.COSIGNATURE_V1 or key.verifier().key_id.hex() != key_id:
        raise SignatureError("no key of a witness")
    return key
