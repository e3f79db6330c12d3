"""The ciphers are the standards' own: published test vectors."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from registry.privacy.suites import AES_256_GCM, SM4_GCM, Sm4Gcm

# RFC 8998, appendix A.1.
KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes.fromhex("00001234567800000000abcd")
ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
PLAIN = bytes.fromhex(
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
)
SEALED = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec"
)


def test_sm4_gcm_seals_as_rfc_8998_says() -> None:
    assert Sm4Gcm(KEY).encrypt(NONCE, PLAIN, ASSOCIATED) == SEALED
    assert Sm4Gcm(KEY).decrypt(NONCE, SEALED, ASSOCIATED) == PLAIN


def test_sm4_gcm_refuses_what_is_shorter_than_its_tag() -> None:
    with pytest.raises(InvalidTag):
        Sm4Gcm(KEY).decrypt(NONCE, b"short", None)


def test_aes_256_gcm_seals_as_nist_says() -> None:
    """NIST GCM specification (McGrew and Viega), test case 14: zero key, zero nonce, one zero block."""
    expected = bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    assert AES_256_GCM.aead(bytes(32)).encrypt(bytes(12), bytes(16), None) == expected


def test_each_use_and_each_cipher_has_a_key_of_its_own() -> None:
    secret, nonce = bytes(range(32)), bytes(12)
    sealed = {
        suite.derive(secret, label).encrypt(nonce, b"x" * 16, None)
        for suite in (AES_256_GCM, SM4_GCM)
        for label in ("wrap", "other")
    }
    assert len(sealed) == 4
