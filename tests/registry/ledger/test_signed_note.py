"""Signed notes as others write them are read, and written as others read them; nothing false is taken.

The key, the note and the malformed messages are the published ones of Go's reference
implementation (golang.org/x/mod/sumdb/note, note_test.go) and of the specification (c2sp.org/signed-note).
"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.signed_note import Note, SignatureError, SignerKey, VerifierKey, open_note, sign_text

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
PETER_KEY = VerifierKey.parse(PETER)
ENOCH_KEY = VerifierKey.parse(ENOCH)
PETER_SIGNS = SignerKey("PeterNeumann", base64.b64decode(PETER_SECRET)[1:])


def test_the_published_note_is_written_to_the_byte() -> None:
    assert sign_text(TEXT, PETER_SIGNS).written() == TEXT + "\n" + PETER_LINE
    assert PETER_SIGNS.verifier().spelt() == PETER


def test_a_note_with_two_signatures_opens_with_either_key_and_shows_whose_were_verified() -> None:
    written = TEXT + "\n" + PETER_LINE + ENOCH_LINE
    assert [each.name for each in open_note(written, [PETER_KEY]).signatures] == ["PeterNeumann"]
    both = open_note(written, [PETER_KEY, ENOCH_KEY])
    assert both.text == TEXT
    assert [each.name for each in both.signatures] == ["PeterNeumann", "EnochRoot"]


def test_a_note_nobody_known_signed_is_refused() -> None:
    with pytest.raises(SignatureError, match="known"):
        open_note(TEXT + "\n" + PETER_LINE + ENOCH_LINE, [])
    with pytest.raises(SignatureError, match="known"):
        open_note(TEXT + "\n" + PETER_LINE, [ENOCH_KEY])


def test_one_false_signature_by_a_known_key_refuses_the_whole_note() -> None:
    # Peter's line moved below another text, beside Enoch's own.
    altered = TEXT.replace("answer", "question")
    with pytest.raises(SignatureError, match="PeterNeumann is false"):
        open_note(altered + "\n" + PETER_LINE, [PETER_KEY])
    with pytest.raises(SignatureError, match="false"):
        open_note(TEXT + "\n" + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:] + ENOCH_LINE, [PETER_KEY, ENOCH_KEY])


@pytest.mark.parametrize(
    "malformed",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        "\ud800" + TEXT + "\n" + PETER_LINE,
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"),
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE * 101,
        TEXT + "\n" + PETER_LINE.replace("—", "-"),
        TEXT + "\n" + PETER_LINE.replace("nAM=", "nAN="),
        TEXT * 11_000 + "\n" + PETER_LINE,
    ],
)
def test_a_malformed_note_is_refused(malformed: str) -> None:
    with pytest.raises(SignatureError, match=r"a note|a signature line"):
        open_note(malformed, [PETER_KEY])


def test_a_text_with_empty_lines_ends_at_the_last_of_them() -> None:
    note = Note.parse(
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore "
        "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    )
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert note.signatures[0].key_id.hex() == "367ba04b"


def test_a_public_key_altered_cut_or_of_another_kind_is_refused() -> None:
    cut = [PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1)]
    altered = [PETER[:i] + chr(ord(PETER[i]) + 1) + PETER[i + 1 :] for i in range(len(PETER))]
    wrong = [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ]
    for text in {*cut, *altered, *wrong} - {PETER}:
        with pytest.raises(SignatureError):
            VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u3000b", "\ud800"])
def test_a_name_that_cannot_stand_in_a_note_names_no_key(name: str) -> None:
    with pytest.raises(SignatureError, match="name"):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize("text", ["no newline", "a tab\t\n", "\x00\n", "\udfff\n"])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(SignatureError, match="text"):
        sign_text(text, PETER_SIGNS)


def test_a_private_key_never_shows_its_seed() -> None:
    assert PETER_SECRET not in repr(PETER_SIGNS)
    assert repr(PETER_SIGNS.seed) not in repr(PETER_SIGNS)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=60))
def test_every_text_that_is_signed_opens_again_as_it_was(line: str) -> None:
    text = line + "\n"
    assert open_note(sign_text(text, PETER_SIGNS).written(), [PETER_KEY]).text == text


@given(st.text(max_size=200))
def test_no_text_whatever_makes_the_reader_fail_otherwise_than_by_refusing(text: str) -> None:
    for written in (text, text + "\n\n" + PETER_LINE, TEXT + "\n— " + text + "\n"):
        with pytest.raises(SignatureError):
            open_note(written, [PETER_KEY])
    with pytest.raises(SignatureError):
        VerifierKey.parse(text)
