"""A checkpoint says origin, size and root under the log's own signature, and witnesses sign below it.

The checkpoint and its cosignature are the examples of c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature;
their public keys are not published, so that their lines are read and not verified.
"""

from __future__ import annotations

import base64

import pytest

from registry.ledger.checkpoint import (
    Checkpoint,
    cosign,
    cosigned_at,
    open_checkpoint,
    sign_checkpoint,
    with_cosignatures,
)
from registry.ledger.signed_note import KeyKind, Note, Signature, SignatureError, SignerKey

EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501
ORIGIN = "registry.example/log"
LOG = SignerKey(ORIGIN, bytes(range(32)))
WITNESS = SignerKey("zhejiang.example", bytes(range(1, 33)), KeyKind.COSIGNATURE_V1)
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))


def test_the_specifications_checkpoint_is_read_and_written_to_the_byte() -> None:
    note = Note.parse(EXAMPLE)
    read = Checkpoint.parse(note.text)
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert read == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert read.text() == note.text
    assert note.written() == EXAMPLE


def test_the_specifications_cosignature_states_its_second() -> None:
    cosignature = Note.parse(EXAMPLE).signatures[1]
    assert int.from_bytes(cosignature.body[:8]) == 1679315147
    assert len(cosignature.body) == 8 + 64


def test_a_cosignature_is_over_header_time_and_the_checkpoints_text() -> None:
    text = HEAD.text()
    line = cosign(text, WITNESS, 1679315147)
    message = b"cosignature/v1\ntime 1679315147\n" + text.encode()
    assert WITNESS.verifier().verifies(message, line.body[8:])
    assert cosigned_at(text, line, WITNESS.verifier()) == 1679315147


def test_a_signed_checkpoint_opens_with_the_logs_key_and_no_other() -> None:
    written = sign_checkpoint(HEAD, LOG)
    assert open_checkpoint(written, [LOG.verifier()], ORIGIN) == HEAD
    stranger = SignerKey(ORIGIN, bytes(32)).verifier()
    with pytest.raises(SignatureError, match="known"):
        open_checkpoint(written, [stranger], ORIGIN)
    # Another key at hand, under another name, does not speak for this log.
    other = SignerKey("other.example", bytes(range(32)))
    with pytest.raises(SignatureError, match="known"):
        open_checkpoint(sign_checkpoint(Checkpoint("other.example", 1, bytes(32)), other), [other.verifier()], ORIGIN)


def test_a_checkpoint_of_another_log_signed_by_this_logs_key_is_refused() -> None:
    foreign = Note(Checkpoint("other.example", 7, bytes(32)).text(), ())
    signed = Signature(ORIGIN, LOG.verifier().key_id, LOG.sign(foreign.text.encode()))
    with pytest.raises(SignatureError, match="another log"):
        open_checkpoint(Note(foreign.text, (signed,)).written(), [LOG.verifier()], ORIGIN)
    with pytest.raises(SignatureError, match="its own"):
        sign_checkpoint(HEAD, SignerKey("other.example", bytes(32)))


@pytest.mark.parametrize(
    "text",
    [
        "", "o\n7\n", "o\n7\nAAAA\n", "\n7\n" + "A" * 43 + "=\n", "o\n07\n" + "A" * 43 + "=\n",
        "o\n-7\n" + "A" * 43 + "=\n", "o\n٧\n" + "A" * 43 + "=\n", "o\n9999999999999999999\n" + "A" * 43 + "=\n",
        "o\n7\n" + "A" * 42 + "B=\n", "o\n7\n" + "A" * 43 + "=", "o\n7\n" + "A" * 43 + "=\nextension\n",
        "o\t\n7\n" + "A" * 43 + "=\n", "o\n7\n" + "一" * 44 + "\n",
    ],
)  # fmt: skip
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(SignatureError, match="a checkpoint"):
        Checkpoint.parse(text)


def test_a_cosignature_of_another_head_time_or_witness_is_refused() -> None:
    line = cosign(HEAD.text(), WITNESS, 5)
    with pytest.raises(SignatureError, match="false"):
        cosigned_at(Checkpoint(ORIGIN, 8, HEAD.root).text(), line, WITNESS.verifier())
    later = Signature(line.name, line.key_id, (6).to_bytes(8) + line.body[8:])
    with pytest.raises(SignatureError, match="false"):
        cosigned_at(HEAD.text(), later, WITNESS.verifier())
    with pytest.raises(SignatureError, match="this witness"):
        cosigned_at(HEAD.text(), line, SignerKey("other.example", WITNESS.seed, WITNESS.kind).verifier())
    beyond = Signature(line.name, line.key_id, b"\xff" * 8 + line.body[8:])
    with pytest.raises(SignatureError, match="this witness"):
        cosigned_at(HEAD.text(), beyond, WITNESS.verifier())
    short = Signature(line.name, line.key_id, b"\x00")
    with pytest.raises(SignatureError, match="false"):
        cosigned_at(HEAD.text(), short, WITNESS.verifier())


def test_a_logs_key_is_no_witness_even_with_the_same_name_and_secret() -> None:
    same = SignerKey(WITNESS.name, WITNESS.seed)
    assert same.verifier().key_id != WITNESS.verifier().key_id
    with pytest.raises(SignatureError, match="cosignatures"):
        cosign(HEAD.text(), same, 5)
    with pytest.raises(SignatureError, match="this witness"):
        cosigned_at(HEAD.text(), cosign(HEAD.text(), WITNESS, 5), same.verifier())


def test_cosignatures_stand_below_the_logs_signature_once_each() -> None:
    line = cosign(HEAD.text(), WITNESS, 5)
    written = with_cosignatures(sign_checkpoint(HEAD, LOG), [line])
    assert with_cosignatures(written, [line]) == written
    assert [each.name for each in Note.parse(written).signatures] == [ORIGIN, WITNESS.name]
    assert open_checkpoint(written, [LOG.verifier(), WITNESS.verifier()], ORIGIN) == HEAD
