"""A witness cosigns what only grew, over real HTTP, and nothing else whatever the log's operator does."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.ledger.checkpoint import Checkpoint, cosigned_at
from registry.ledger.signed_note import Note, SignerKey, VerifierKey
from tests.witness.log_under_test import LOG_KEY, ORIGIN, LogUnderTest, served

NAME = "zhejiang.example"


@pytest.fixture
def log() -> Iterator[LogUnderTest]:
    with served(LogUnderTest()) as log:
        yield log


@pytest.fixture
def config(log: LogUnderTest, tmp_path: Path) -> Path:
    """The configuration of a witness that has not seen anything yet."""
    path = _configured(tmp_path / "witness.toml", log)
    made = witness("init", str(path), "--name", NAME)
    assert made.exit_code == 0
    (tmp_path / "public").write_text(made.stdout)
    return path


def _configured(path: Path, log: LogUnderTest, *keys: SignerKey) -> Path:
    spelt = json.dumps([key.verifier().spelt() for key in keys or (LOG_KEY,)])
    path.write_text(
        f'log_address = "{log.address}"\nlog_keys = {spelt}\nkey_file = "witness.key"\nstate_file = "seen"\n'
        "every_seconds = 1\n"
    )
    return path


def witness(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["witness", *arguments])


def once(config: Path) -> Result:
    return witness("once", str(config))


def seen(config: Path) -> str:
    return (config.parent / "seen").read_text()


def refused(config: Path, log: LogUnderTest) -> str:
    """Look once; it must be refused, nothing be handed in and the memory stay. Return what is said."""
    before, given = seen(config), len(log.given)
    result = once(config)
    assert result.exit_code == 1
    assert (seen(config), len(log.given)) == (before, given)
    return result.stderr


def test_growing_heads_are_cosigned_one_after_the_other(log: LogUnderTest, config: Path) -> None:
    key = VerifierKey.parse((config.parent / "public").read_text().strip())
    assert key.name == NAME
    for size in (1, 2, 3, 7, 8, 200, 200):
        log.grow(size - len(log.leaves))
        result = once(config)
        assert result.exit_code == 0, result.stderr
        assert f" {size} entries," in result.stdout
        note = Note.parse(log.given[-1])
        signature = note.signed_by(key)
        assert signature is not None
        assert abs(cosigned_at(note.text, signature, key) - time.time()) < 60
        assert Checkpoint.parse(note.text).size == size
        assert Note.parse(seen(config)).text == note.text


def test_an_empty_log_is_cosigned_as_such(log: LogUnderTest, config: Path) -> None:
    assert once(config).exit_code == 0
    log.grow(3)
    assert once(config).exit_code == 0


def test_a_log_rolled_back_is_refused_and_the_signed_evidence_kept(log: LogUnderTest, config: Path) -> None:
    log.grow(9)
    assert once(config).exit_code == 0
    del log.leaves[7:]
    assert "ROLLED BACK: the log has 7 entries, and 9 were seen" in refused(config, log)
    assert "ROLLED BACK" in refused(config, log)
    (evidence,) = config.parent.glob("seen.refused-*")
    assert log.checkpoint() in evidence.read_text()
    log.leaves.clear()
    assert "ROLLED BACK: the log has 0 entries" in refused(config, log)


def test_a_forked_log_is_refused(log: LogUnderTest, config: Path) -> None:
    log.grow(9)
    assert once(config).exit_code == 0
    del log.leaves[8:]
    log.grow(1, "another entry")
    assert "FORKED: two different heads of 9 entries" in refused(config, log)
    log.grow(5)
    assert "REWRITTEN: the 14 entries do not begin with the 9 that were seen" in refused(config, log)


@pytest.mark.parametrize("place", [0, 3, 8])
def test_a_log_rewritten_before_it_grew_is_refused(log: LogUnderTest, config: Path, place: int) -> None:
    log.grow(9)
    assert once(config).exit_code == 0
    log.leaves[place] = bytes(32)
    log.grow(4)
    assert "REWRITTEN" in refused(config, log)


def test_entries_in_another_order_or_taken_out_are_refused(log: LogUnderTest, config: Path) -> None:
    log.grow(9)
    assert once(config).exit_code == 0
    honest = list(log.leaves)
    log.leaves[2], log.leaves[5] = log.leaves[5], log.leaves[2]
    log.grow(4)
    assert "REWRITTEN" in refused(config, log)
    log.leaves[:] = honest[:4] + honest[5:]
    log.grow(4)
    assert "REWRITTEN" in refused(config, log)
    log.leaves[:] = honest
    log.grow(1)
    assert once(config).exit_code == 0


def test_a_head_signed_by_another_key_is_refused(log: LogUnderTest, config: Path) -> None:
    log.grow(2)
    assert once(config).exit_code == 0
    log.key = SignerKey(ORIGIN, bytes(32))
    assert "no signature is by a key that is known" in refused(config, log)
    log.key = SignerKey("other.example/log", LOG_KEY.seed)
    assert "no signature is by a key that is known" in refused(config, log)


def test_a_head_altered_after_signing_is_refused(log: LogUnderTest, config: Path) -> None:
    log.grow(2)
    log.altered = log.checkpoint().replace("\n2\n", "\n3\n")
    assert "is false" in refused(config, log)
    log.altered = "no checkpoint"
    refused(config, log)


def test_after_the_logs_key_was_rotated_the_new_one_is_taken_once_it_is_configured(
    log: LogUnderTest, config: Path
) -> None:
    log.grow(2)
    assert once(config).exit_code == 0
    log.key = SignerKey(ORIGIN, bytes(32))
    log.grow(2)
    refused(config, log)
    _configured(config, log, LOG_KEY, log.key)
    assert once(config).exit_code == 0


@pytest.mark.parametrize("status", [404, 500, 503, 302])
def test_where_the_register_does_not_answer_nothing_is_signed(log: LogUnderTest, config: Path, status: int) -> None:
    log.grow(2)
    log.failing = status
    assert f"answered {status} to /v1/log/checkpoint" in refused(config, log)


def test_a_lost_or_damaged_memory_is_never_begun_anew_unasked(log: LogUnderTest, config: Path) -> None:
    log.grow(2)
    assert once(config).exit_code == 0
    (config.parent / "seen").write_text("nothing")
    assert "damaged" in once(config).stderr
    (config.parent / "seen").unlink()
    result = once(config)
    assert (result.exit_code, "bring it back" in result.stderr) == (2, True)
    assert len(log.given) == 1
    assert witness("init", str(config), "--name", NAME).exit_code == 1


def test_the_key_is_the_owners_alone(log: LogUnderTest, config: Path) -> None:
    key = config.parent / "witness.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (config.parent / "seen").stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    assert "may be read by others" in once(config).stderr
    key.chmod(0o600)
    key.write_text("PRIVATE+KEY+x+00000000+AAAA")
    assert "not a witness's key file" in once(config).stderr
    key.unlink()
    assert "there is no key file" in once(config).stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('log_address = "ftp://x"', "log_address"), ("log_keys = []", "log_keys"), ('log_keys = ["x"]', "log_keys"),
        ("log_keys = 7", "log_keys"), ('key_file = " "', "key_file"), ("state_file = 7", "state_file"),
        ("every_seconds = 0", "every_seconds"), ("every_seconds = true", "every_seconds"), ("evry = 1", "evry"),
        ("= ", "cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_names_what_is_wrong(log: LogUnderTest, config: Path, line: str, says: str) -> None:
    field = line.partition(" ")[0]
    kept = [each for each in config.read_text().splitlines() if not each.startswith(field or "log_keys")]
    config.write_text("\n".join([*kept, line]))
    result = once(config)
    assert (result.exit_code, says in result.stderr) == (2, True)
    assert "there is no file" in once(config.parent / "absent.toml").stderr


def test_it_goes_on_looking_and_ends_with_an_alarm(log: LogUnderTest, config: Path) -> None:
    log.grow(3)
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "witness", "run", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        _wait(lambda: len(log.given) >= 1)
        assert "already running" in once(config).stderr
        log.failing = 503
        time.sleep(1.5)
        log.failing = None
        log.grow(1)
        _wait(lambda: "\n4\n" in log.given[-1])
        log.leaves[0] = bytes(32)
        log.grow(1)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "answered 503" in said
    assert "REWRITTEN" in said


def _wait(reached: object) -> None:
    assert callable(reached)
    until = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.05)
