"""The file of verdicts appears whole or not at all."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.errors import ConflictError, InvalidInputError
from registry.services.forked_work import share_out
from registry.services.verdict_file import open_verdict_file, packed

ROW = ("A1", "clear", "", "", "", "")


def test_the_file_has_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"
    with open_verdict_file(final) as verdicts:
        verdicts.write(packed([ROW, ("甲,1", "refused", "", "", "", "missing_name")]))
        verdicts.make_durable()
        assert not final.exists()
        digest = verdicts.digest()
        verdicts.put_in_place()
    assert final.read_text("utf-8").splitlines() == [
        "request_no,verdict,ban_nos,record_nos,expected_coincidences,reason",
        "A1,clear,,,,",
        '"甲,1",refused,,,,missing_name',
    ]
    assert hashlib.sha256(final.read_bytes()).hexdigest() == digest
    assert list(tmp_path.iterdir()) == [final]


def test_only_its_owner_can_read_the_file_even_over_what_a_killed_run_left(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"
    (tmp_path / "verdicts.csv.part").write_text("left behind")
    (tmp_path / "verdicts.csv.part").chmod(0o644)
    with open_verdict_file(final) as verdicts:
        verdicts.put_in_place()
    assert stat.S_IMODE(final.stat().st_mode) == 0o600


def test_a_request_number_that_a_spreadsheet_would_run_is_written_as_text(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"
    with open_verdict_file(final) as verdicts:
        verdicts.write(packed([("=HYPERLINK(1)", *ROW[1:]), ("-12", *ROW[1:])]))
        verdicts.make_durable()
        verdicts.put_in_place()
    assert [line.split(",")[0] for line in final.read_text("utf-8").splitlines()[1:]] == ["'=HYPERLINK(1)", "-12"]


def write_and_fail(final: Path) -> None:
    """Begin a file and fail before its end."""
    with open_verdict_file(final) as verdicts:
        verdicts.write(packed([ROW]))
        raise RuntimeError("half-way")


def test_a_failed_run_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"
    final.write_text("older")
    with pytest.raises(RuntimeError, match="half-way"):
        write_and_fail(final)
    assert final.read_text() == "older"
    assert list(tmp_path.iterdir()) == [final]


def test_what_a_killed_run_left_does_not_reach_the_next_file(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"
    (tmp_path / "verdicts.csv.part").write_text("left behind by a run that was killed\n" * 1000)
    with open_verdict_file(final) as verdicts:
        verdicts.make_durable()
        verdicts.put_in_place()
    assert "left behind" not in final.read_text()


def test_two_runs_cannot_write_the_same_file_at_once(tmp_path: Path) -> None:
    final = tmp_path / "verdicts.csv"

    def second_run(part: int, parts: int) -> Iterator[str]:
        try:
            with open_verdict_file(final):
                yield "opened"
        except ConflictError as refused:
            yield str(refused)

    with open_verdict_file(final) as first:
        assert list(share_out(second_run, 1)) == ["another run is writing this file"]
        first.make_durable()
        first.put_in_place()
    assert final.exists()
    assert list(share_out(second_run, 1)) == ["opened"]


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere" / "verdicts.csv", tmp_path):
        with pytest.raises(InvalidInputError, match="out:"), open_verdict_file(place):
            pass
