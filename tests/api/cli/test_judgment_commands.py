"""`registry judgment read` as a clerk's script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import main
from tests.registry.intake.invented_judgments import CHARGE, SENTENCE, judgment


def files(directory: Path, *names: str) -> list[str]:
    for name in names:
        data = judgment(SENTENCE).encode("gb18030") if name.endswith(".txt") else b"%PDF-1.4 torn"
        (directory / name).write_bytes(data)
    return [str(directory / name) for name in names]


def test_every_judgment_is_one_line_of_json_with_the_fields_others_rely_on(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["judgment", "read", *files(tmp_path, "a.txt", "b.txt")])
    assert result.exit_code == 0, result.output
    first, second = map(json.loads, result.stdout.splitlines())
    assert [first["file"], second["file"]] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert list(first) == [
        "file", "case_number", "court", "decided_on", "instance", "defendants", "warnings", "quotes"
    ]  # fmt: skip
    only = first["defendants"][0]
    assert list(only) == [
        "kind", "name", "name_masked", "other_names", "sex", "birth_date", "ethnic_group", "id_number", "counts",
        "executed", "bans",
    ]  # fmt: skip
    assert only["counts"] == [{"charge": CHARGE, "sentence": "有期徒刑", "months": 12, "fine_yuan": 30000}]
    assert only["executed"] == {"sentence": "有期徒刑", "months": 12, "probation_months": 24, "fine_yuan": 30000}
    assert first["quotes"]["defendants[0].executed.months"][0] > 0


@pytest.mark.parametrize(("names", "status", "lines"), [(("a.txt", "b.pdf"), 3, 1), (("b.pdf",), 1, 0)])
def test_a_file_that_cannot_be_read_is_named_and_holds_up_no_other(
    names: tuple[str, ...], status: int, lines: int, tmp_path: Path
) -> None:
    result = CliRunner().invoke(main, ["judgment", "read", *files(tmp_path, *names)])
    assert (result.exit_code, len(result.stdout.splitlines())) == (status, lines)
    assert result.stderr == f"{tmp_path}/b.pdf: the file is broken, or is not what its name says [broken]\n"


def test_no_file_or_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["judgment", "read"]).exit_code == 2
    assert CliRunner().invoke(main, ["judgment", "read", str(tmp_path / "absent.txt")]).exit_code == 2


def test_reading_makes_no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    CliRunner().invoke(main, ["judgment", "read", *files(tmp_path, "a.txt")])
    assert not (tmp_path / "home").exists()


def test_a_damaged_text_is_read_with_a_warning(tmp_path: Path) -> None:
    data = judgment(SENTENCE).encode()
    (tmp_path / "a.txt").write_bytes(data[:400] + b"\xff" + data[400:])
    result = CliRunner().invoke(main, ["judgment", "read", str(tmp_path / "a.txt")])
    assert {"field": "text", "code": "characters_lost"} in json.loads(result.stdout)["warnings"]
