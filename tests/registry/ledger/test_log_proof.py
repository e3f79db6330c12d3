"""A proof file is read as the format asks (c2sp.org/tlog-proof), and what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.log_proof import LogProof
from registry.ledger.signed_note import SignatureError

HASHES = (
    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
)
CHECKPOINT = (
    "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog AAAAAAA=\n"
)
FILE = f"c2sp.org/tlog-proof@v1\nindex 73894\n{HASHES}\n{CHECKPOINT}"


def test_a_proof_is_read_and_written_to_the_byte() -> None:
    proof = LogProof.parse(FILE)
    assert (proof.index, len(proof.hashes), proof.checkpoint) == (73894, 3, CHECKPOINT)
    assert proof.hashes[0].hex().startswith("8122b25e8619")
    assert proof.written() == FILE


def test_the_extra_line_of_others_is_passed_over() -> None:
    assert LogProof.parse(FILE.replace("index", "extra YWdl\nindex", 1)) == LogProof.parse(FILE)


def test_the_only_leaf_of_a_log_has_no_hashes_beside_it() -> None:
    proof = LogProof(0, (), CHECKPOINT)
    assert LogProof.parse(proof.written()) == proof


@pytest.mark.parametrize(
    "text",
    [
        "", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\n" + CHECKPOINT, FILE.replace("@v1", "@v2"),
        FILE.replace("73894", "073894"), FILE.replace("73894", "-1"), FILE.replace("73894", "٧"),
        FILE.replace("PlQ=\n", "PlR=\n"), FILE.replace("PlQ=\n", "PlQ=\nAAAA\n"), FILE.replace("\n", "\r\n"),
        FILE.replace(HASHES, HASHES * 22), "c2sp.org/tlog-proof@v1\nextra YWdl\n\n" + CHECKPOINT,
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(SignatureError, match="no proof"):
        LogProof.parse(text)


@given(st.text(max_size=300))
def test_no_text_whatever_makes_the_reader_fail_otherwise_than_by_refusing(text: str) -> None:
    for written in (text, f"c2sp.org/tlog-proof@v1\n{text}\n\n", FILE.replace("73894", text)):
        try:
            assert LogProof.parse(written).index >= 0
        except SignatureError:
            continue
