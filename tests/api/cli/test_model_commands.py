"""`registry model`: a roster becomes a version, a version is adopted, decisions keep the version they state."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from matching import model_file
from matching.model import DEFAULT
from registry import bootstrap
from registry.errors import ConflictError
from registry.ledger.commitment import Entry
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.settings import Settings
from registry.store.rule_repository import Rule
from tests.api.cli.test_explain_commands import check_no, run
from tests.invented_list import invented_id

__all__ = ["check_no", "run"]
Run = Callable[..., Result]
ROSTER = "姓名不在此,name,birth_date,sex,id_number\n"


@pytest.fixture
def model(settings: Settings, run: Run) -> Run:
    """Call `registry model …` on this test's store (the environment is set by `run`)."""
    return lambda *arguments: CliRunner().invoke(main, ["model", *map(str, arguments)])


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """300 people called 沈, a row without a name, and one whose birth date cannot be read."""
    rows = [f",沈静{'怡雯'[number % 2]},1990-03-0{number % 9 + 1},女," for number in range(300)]
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER + "\n".join([*rows, ",,1990-01-01,女,", ",王示例,1990-13-01,女,"]) + "\n", encoding="utf-8")
    return path


def entries(services: Services, *kinds: EventKind) -> list[Entry]:
    with services.store.read() as uow:
        return [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind in kinds]


def estimated(model: Run, roster: Path, tmp_path: Path, *more: object) -> tuple[Path, dict[str, object]]:
    out = tmp_path / "model.toml"
    result = model("estimate", "--roster", roster, "--out", out, "--json", *more)
    assert result.exit_code == 0, result.output
    return out, json.loads(result.stdout)


def test_a_roster_becomes_a_version_that_rests_on_it_and_says_so(
    model: Run, roster: Path, tmp_path: Path, services: Services
) -> None:
    out, report = estimated(model, roster, tmp_path)
    found = model_file.read(out.read_text("utf-8"))
    assert (report["rows"], report["left_out"], report["names"], report["pairs"]) == (302, 2, 300, 0)
    assert report["version"] == found.version != DEFAULT.version
    assert found.names.surnames["沈"] > 1.5 * DEFAULT.names.surnames["沈"]
    assert found.made == {"former": DEFAULT.version, "roster_rows": 302, "names": 300, "pairs": 0}
    (entry,) = entries(services, EventKind.MODEL_ESTIMATED)
    assert entry.facts["version"] == found.version
    assert entry.facts["rows"] == 302
    assert services.model.version == DEFAULT.version


def test_pairs_of_records_become_error_rates(model: Run, roster: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    people = [f"{n},王示例,1976-03-09\n{n},王示利,1976-03-09" for n in range(200)]
    pairs.write_text("person_no,name,birth_date\n" + "\n".join(people) + "\n", encoding="utf-8")
    out, report = estimated(model, roster, tmp_path, "--pairs", pairs)
    found = model_file.read(out.read_text("utf-8"))
    assert report["pairs"] == 200
    assert found.level("name", "misheard").same > 5 * DEFAULT.level("name", "misheard").same


def test_people_the_list_states_twice_become_error_rates(
    model: Run, roster: Path, tmp_path: Path, services: Services
) -> None:
    rows = ["record_no,name,other_names,sex,birth_date,id_type,id_number,domicile_code,source_region,document_no,court"]
    rows[0] += ",charge,sentence,sentence_months,judgment_date,effective_date"
    for person in range(12):
        for record, name in enumerate(("王示例", "王示利")):
            rows.append(
                f"R{person}-{record},{name},,男,,resident_id,{invented_id(person)},339900,33,（2021）浙9900刑初{person}{record}号"
                f",示例法院,生产、销售有毒、有害食品罪,有期徒刑,8,2021-03-01,2021-03-12"
            )
    listed = tmp_path / "list.csv"
    listed.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert CliRunner().invoke(main, ["list", "import", str(listed)]).exit_code == 0
    out, report = estimated(model, roster, tmp_path, "--from-list")
    found = model_file.read(out.read_text("utf-8"))
    assert report["pairs"] == 12
    assert found.level("name", "misheard").same > DEFAULT.level("name", "misheard").same
    assert found.features["id_number"] == DEFAULT.features["id_number"]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "person_no,birth_date\n1,1990\n"])
def test_a_file_that_is_no_roster_is_wrong_use_and_leaves_nothing(model: Run, tmp_path: Path, text: str) -> None:
    roster = tmp_path / "other.csv"
    roster.write_text(text, encoding="utf-8")
    result = model("estimate", "--roster", roster, "--out", tmp_path / "m.toml")
    assert result.exit_code == 2
    assert "name: a roster needs this heading" in result.output
    assert not (tmp_path / "m.toml").exists()


def test_an_adopted_version_judges_from_the_next_start_on_and_is_recorded(
    model: Run, roster: Path, tmp_path: Path, services: Services, settings: Settings
) -> None:
    out, report = estimated(model, roster, tmp_path)
    assert model("use", out).exit_code == 0
    started = bootstrap.build(settings, services.clock)
    started.store.close()
    assert started.model.version == report["version"]
    (entry,) = entries(services, EventKind.MODEL_ADOPTED)
    assert (entry.facts["version"], entry.facts["former_version"]) == (report["version"], DEFAULT.version)
    shown = json.loads(model("list", "--json").stdout)
    assert {each["version"]: (each["in_use"], each["shipped"]) for each in shown} == {
        DEFAULT.version: (False, True),
        report["version"]: (True, False),
    }
    out.unlink()
    assert model("use", DEFAULT.version).exit_code == 0
    assert model("use", report["version"]).exit_code == 0
    assert len(entries(services, EventKind.MODEL_ADOPTED)) == 3


def test_an_old_decision_is_reckoned_under_its_own_model_after_another_was_adopted(
    model: Run, run: Run, roster: Path, tmp_path: Path, check_no: str
) -> None:
    out, report = estimated(model, roster, tmp_path)
    assert model("use", out).exit_code == 0
    (match,) = json.loads(run("--check", check_no, "--json").stdout)
    assert match["equal"] is True
    assert match["reckoning"]["model"] == DEFAULT.version
    stated = ("--name", "沈静怡", "--listed-name", "沈静怡", "--json")
    assert json.loads(run(*stated).stdout)["model"] == report["version"]


def test_a_file_that_was_changed_or_bears_no_digest_is_not_adopted(
    model: Run, roster: Path, tmp_path: Path, services: Services
) -> None:
    out, _ = estimated(model, roster, tmp_path)
    changed = tmp_path / "changed.toml"
    changed.write_text(out.read_text("utf-8").replace("residents = 2", "residents = 3"), encoding="utf-8")
    assert model("use", changed).exit_code == 2
    found = model_file.read(out.read_text("utf-8"))
    plain = model_file.written(found).replace(found.version, "2030.1", 1)
    changed.write_text(plain, encoding="utf-8")
    result = model("use", changed)
    assert result.exit_code == 2
    assert "without the digest" in result.output
    assert model("use", "2030.1").exit_code == 1
    assert entries(services, EventKind.MODEL_ADOPTED) == []


def test_a_model_made_for_another_program_is_refused_and_another_can_be_chosen(
    model: Run, services: Services, settings: Settings, tmp_path: Path
) -> None:
    lacking = model_file.with_digest(DEFAULT).replace("[features.sex.levels]\nequal", "[features.sex.levels]\nalike")
    body = lacking.partition("\n")[2]
    file = tmp_path / "lacking.toml"
    file.write_text('version = "2001.1"\n' + body, encoding="utf-8")
    version = model_file.read(model_file.with_digest(model_file.read(file.read_text("utf-8")))).version
    file.write_text(model_file.with_digest(model_file.read(file.read_text("utf-8"))), encoding="utf-8")
    refused = model("use", file)
    assert refused.exit_code == 1
    assert "sex/equal" in refused.output
    with services.store.write() as uow:
        uow.rules.keep(Rule.MODEL, version, file.read_text("utf-8"))
        uow.rules.use(Rule.MODEL, version)
    with pytest.raises(ConflictError, match="made for another program"):
        bootstrap.build(settings, services.clock)
    assert model("use", DEFAULT.version).exit_code == 0
    bootstrap.build(settings, services.clock).store.close()
