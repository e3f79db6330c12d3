"""`registry receipt verify`: plain words and an exit status, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.ledger.public_keys import public_keys_document
from registry.ledger.receipt import compact
from tests.registry.ledger.test_examine_receipt import ANSWER, REQUEST, SIGNING, WITNESS, proof


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """An answer, its request, a proof and the public keys, each in its file."""
    _put(tmp_path / "answer.json", ANSWER)
    _put(tmp_path / "request.json", REQUEST)
    _put(tmp_path / "keys.json", public_keys_document(SIGNING, [WITNESS.verifier().spelt()]))
    (tmp_path / "leaf.tlog-proof").write_text(proof().written(), "utf-8")
    return tmp_path


def _put(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def verify(files: Path, *arguments: str, file: str = "answer.json") -> Result:
    """Verify a file with the public keys alone, where there is no register."""
    keys = ["--keys", str(files / "keys.json")]
    return CliRunner().invoke(
        main, ["receipt", "verify", str(files / file), *keys, *arguments], env={"REGISTRY_HOME": str(files / "none")}
    )


def test_it_says_in_words_what_is_proven_and_what_is_not_shown(files: Path) -> None:
    result = verify(files)
    assert result.exit_code == 0
    assert "PROVEN: the register whose log is" in result.stdout
    assert "check C1, decided at 2025-11-21T02:00:00.000000Z: REVIEW" in result.stdout
    assert "PROVEN: the answer in the file" in result.stdout
    assert "NOT SHOWN: the request in the file" in result.stdout
    assert "NOT SHOWN: that the answer stands in the log" in result.stdout


def test_request_and_log_are_proven_where_they_are_given(files: Path) -> None:
    result = verify(files, "--request", str(files / "request.json"), "--proof", str(files / "leaf.tlog-proof"))
    assert result.exit_code == 0
    assert "NOT SHOWN" not in result.stdout
    assert "entry 0 of 2 under a signed head, cosigned by zhejiang.example" in result.stdout


def test_a_receipt_alone_is_taken_in_either_form(files: Path) -> None:
    _put(files / "receipt.json", ANSWER["receipt"])
    (files / "receipt.txt").write_text(compact(ANSWER["receipt"]) + "\n")
    for name in ("receipt.json", "receipt.txt"):
        result = verify(files, file=name)
        assert (result.exit_code, "NOT SHOWN: the answer" in result.stdout) == (0, True)


def test_an_altered_answer_ends_with_one_and_says_what_is_false(files: Path) -> None:
    _put(files / "answer.json", ANSWER | {"verdict": "clear"})
    result = verify(files)
    assert result.exit_code == 1
    assert "FALSE: the answer in the file is NOT what was signed for." in result.stdout
    assert json.loads(verify(files, "--json").stdout)["sound"] is False


def test_an_altered_receipt_ends_with_one(files: Path) -> None:
    altered: dict[str, Any] = ANSWER["receipt"] | {"signature": "A" * 86}
    _put(files / "answer.json", ANSWER | {"receipt": altered})
    result = verify(files)
    assert result.exit_code == 1
    assert "false" in result.stderr


def test_what_cannot_be_read_is_wrong_use(files: Path) -> None:
    (files / "answer.json").write_text("{broken")
    assert verify(files).exit_code == 2
    (files / "answer.json").write_bytes(b"\xff\xfe\x00")
    assert verify(files).exit_code == 2
    assert verify(files, file="absent.json").exit_code == 2


def test_as_json_it_gives_all_that_was_found(files: Path) -> None:
    result = verify(files, "--json", "--proof", str(files / "leaf.tlog-proof"))
    found = json.loads(result.stdout)
    assert (found["sound"], found["answer_equal"], found["request_equal"]) == (True, True, None)
    assert found["stated"]["verdict"] == "review"
    assert found["log"]["witnesses"] == ["zhejiang.example"]
