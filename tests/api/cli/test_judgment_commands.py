"""`registry judgment` as a clerk's script calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli.main import main
from registry.services.context import Services
from registry.services.desk_actor import NamedActor
from registry.services.read_desk import read_document, read_work_list
from registry.settings import Settings
from registry.store.desk_values import DeskState
from registry.store.tables import refused_row
from tests.registry.intake.invented_judgments import CHARGE, SENTENCE, judgment
from tests.registry.services.register_under_test import rows


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


@pytest.fixture
def register(settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A register the command opens as an operator does."""
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    return services


def _filed(tmp_path: Path, **texts: str) -> tuple[int, list[dict[str, Any]]]:
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    paths = [str(tmp_path / f"{name}.txt") for name in texts]
    result = CliRunner().invoke(main, ["judgment", "file", "--json", *paths])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_a_complete_judgment_waits_for_a_second_person_with_its_original(register: Services, tmp_path: Path) -> None:
    status, (done,) = _filed(tmp_path, a=judgment(SENTENCE))
    assert (status, done["outcome"], done["faults"]) == (0, "filed", [])
    document = read_document(register, done["document_no"], NamedActor("operator:test"))
    assert (document.state, document.waiting is not None) == (DeskState.FILED, True)
    assert document.original_id is not None
    with register.store.read() as uow:
        assert uow.originals.open(document.original_id).content == judgment(SENTENCE).encode()


def test_what_is_doubtful_known_or_not_to_be_kept_is_named_with_status_3(register: Services, tmp_path: Path) -> None:
    young = judgment(SENTENCE, "被告人周明远，男，2003年5月6日出生。\n").replace("刑初7号", "刑初8号")
    masked = judgment(SENTENCE).replace("周明远", "周某某").replace("刑初7号", "刑初9号")
    status, results = _filed(tmp_path, a=judgment(SENTENCE), b=judgment(SENTENCE), c=young, d=masked)
    assert status == 3
    assert [each["outcome"] for each in results] == ["filed", "known", "refused", "draft"]
    assert results[1]["known"] == [results[0]["document_no"]]
    assert results[2] == {
        "file": "c.txt", "outcome": "refused", "document_no": None, "faults": [], "warnings": [], "known": [],
        "refused": ["sealed_juvenile"], "certificate_no": None,
    }  # fmt: skip
    assert "name_masked" in {fault["code"] for fault in results[3]["faults"]}
    assert [row.line for row in rows(register, refused_row)] == [1]


def test_a_list_or_a_torn_file_is_no_judgment(register: Services, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("record_no,name,id_number,charge,court\nR1,甲,1,乙,丙\n", "utf-8")
    torn = files(tmp_path, "b.pdf")
    result = CliRunner().invoke(main, ["judgment", "file", str(tmp_path / "list.csv"), *torn])
    assert result.exit_code == 3
    assert result.stdout.count("unreadable 无法读取") == 2
    assert read_work_list(register, NamedActor("operator:test")).items == ()
