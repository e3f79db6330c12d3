"""Signing keys keep their versions: the current one signs, a former one verifies and can sign no more."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from registry.errors import KeysMismatchError
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import SigningKey, SigningKeys, thumbprint


def test_a_new_key_file_holds_a_signing_key_and_names_the_log(tmp_path: Path) -> None:
    made = Keyring.create(tmp_path / "keys.json").signing
    read = Keyring.load(tmp_path / "keys.json").signing
    assert made is not None
    assert read == made
    assert read.signing.seed is not None
    assert read.log.startswith("food-ban-registry/")
    assert Keyring.generate().signing != made


def test_a_key_file_from_before_receipts_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    Keyring.create(path)
    document = json.loads(path.read_text())
    del document["signing"]
    path.write_text(json.dumps(document))
    assert Keyring.load(path).signing is None


def test_after_a_rotation_the_former_key_verifies_and_its_secret_is_gone() -> None:
    first = SigningKeys.generate()
    second = first.rotated()
    assert second.log == first.log
    assert second.signing.version == 2
    assert second.signing.seed is not None
    assert second.keys[1] == SigningKey(1, first.signing.public)
    assert second.rotated().signing.version == 3
    kept = json.dumps(second.as_document())
    assert base64.b64encode(first.signing.seed or b"").decode() not in kept
    assert SigningKeys.parse(json.loads(kept)) == second


def test_no_secret_shows_in_a_text() -> None:
    keys = SigningKeys.generate()
    assert repr(keys.signing.seed) not in repr(keys)


@pytest.mark.parametrize(
    "altered",
    [
        {"current": 2},
        {"keys": []},
        {"log": "a name with blanks"},
        {"log": "a+b"},
        {"log": ""},
        {"keys": [{"version": 1, "public": base64.b64encode(bytes(32)).decode()}]},
        {"keys": [{"version": 1, "public": "!"}]},
        {"keys": [{"version": 1, "public": "AAAA"}]},
    ],
)
def test_altered_signing_keys_are_refused(altered: dict[str, object]) -> None:
    document = SigningKeys.generate().as_document()
    with pytest.raises(KeysMismatchError):
        SigningKeys.parse(document | altered)


def test_a_public_key_that_is_not_its_secrets_is_refused() -> None:
    document = SigningKeys.generate().as_document()
    document["keys"][0]["public"] = base64.b64encode(bytes(32)).decode()
    with pytest.raises(KeysMismatchError, match="version 1"):
        SigningKeys.parse(document)


@pytest.mark.parametrize("damaged", ["text", {}, {"log": "x", "current": "one", "keys": []}, []])
def test_a_damaged_key_file_is_refused_without_quoting_it(tmp_path: Path, damaged: object) -> None:
    path = tmp_path / "keys.json"
    Keyring.create(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"signing": damaged}))
    with pytest.raises(KeysMismatchError, match=r"damaged|lacks"):
        Keyring.load(path)


def test_the_thumbprint_is_that_of_the_standard() -> None:
    # RFC 8037, appendix A.3: the thumbprint of the key of appendix A.1.
    public = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
