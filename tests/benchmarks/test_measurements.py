"""Accuracy, calibration, speed and the page: small runs, and the arithmetic on known answers."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import api.cli.bench_commands
from api.cli.main import main
from benchmarks import accuracy, bulk, calibration, coincidences, latency, peers
from benchmarks.accuracy import Answer
from benchmarks.labelled_set import make_set
from benchmarks.listed_people import CROWD_NAME, listed_people, worst_applicants
from benchmarks.page import write_page
from benchmarks.population import RESIDENTS, Manner
from benchmarks.suite import Plan, Section, freeze, rounded, with_former
from registry.law.verdict import Verdict

SIZE = 1_500


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small labelled set of people with county codes nobody has."""
    directory = tmp_path_factory.mktemp("set")
    make_set(1, SIZE, SIZE, invented_codes=True).write(directory)
    return directory


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_set_names_for_every_listed_applicant_a_record_that_exists(made: Path) -> None:
    records = {row["record_no"] for row in rows(made / "convictions.csv")}
    truth = rows(made / "truth.csv")
    assert len(records) == SIZE
    assert {row["request_no"] for row in truth} == {row["request_no"] for row in rows(made / "applicants.csv")}
    for row in truth:
        assert (row["record_no"] in records) == (row["expect"] == "stop")
        assert (row["expect"] == "clear") == row["stratum"].startswith("innocent")


def test_the_same_seed_makes_the_same_set(made: Path, tmp_path: Path) -> None:
    make_set(1, SIZE, SIZE, invented_codes=True).write(tmp_path)
    for name in ("convictions.csv", "applicants.csv", "truth.csv"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


def test_every_row_of_a_set_can_be_read_and_intact_people_are_blocked(made: Path) -> None:
    assert accuracy.read_list(made / "convictions.csv").faulty == 0
    result = accuracy.measure(made)
    assert result.table.strata["id_intact"] == {"block": SIZE // 100}
    assert not any(counts["refused"] for counts in result.table.strata.values())
    assert result.table.figures()["caught"] > 0.8
    assert result.table.figures()["innocents_blocked"] == 0


def test_a_miss_is_counted_under_its_cause() -> None:
    truth = [
        {"request_no": "1", "stratum": "birth_day", "record_no": "r1", "cause": "misheard"},
        {"request_no": "2", "stratum": "birth_day", "record_no": "r2", "cause": "misheard"},
        {"request_no": "3", "stratum": "innocent_random", "record_no": "", "cause": ""},
        {"request_no": "4", "stratum": "innocent_random", "record_no": "", "cause": ""},
    ]
    found = {
        "1": Answer(Verdict.REVIEW, ("r1",)),
        "2": Answer(Verdict.REVIEW, ("r1",)),
        "3": Answer(Verdict.BLOCK, ("r1",)),
        "4": Answer(Verdict.CLEAR, ()),
    }
    result = accuracy.score(truth, found)
    assert result.missed["birth_day"] == {"birth_day: misheard": 1}
    assert result.total["birth_day"] == {"birth_day: misheard": 2}
    assert result.table.figures() == {
        "caught": 1.0, "rightly_named": 0.5, "innocents_blocked": 1, "random_innocents_to_review": 0.0,
    }  # fmt: skip


def test_what_is_shown_of_a_miss_has_no_whole_number(made: Path) -> None:
    numbers = {row["id_number"] for row in rows(made / "convictions.csv") if len(row["id_number"]) == 18}
    text = "\n".join(accuracy.lines(accuracy.measure(made)))
    assert not any(number in text for number in numbers)


def test_calibration_gathers_by_decade_and_divides_observed_by_stated() -> None:
    (low, high) = calibration.table("p", [("common", 0.02, 0.01), ("common", 0.04, 0.05), ("common", 3.0, 6.0)])
    assert (low.decade, low.targets, round(low.ratio, 6)) == (-2, 2, 1.0)
    assert (high.decade, high.targets, round(high.ratio, 6)) == (0, 1, 2.0)


def test_the_error_of_a_line_is_how_its_people_scatter_about_its_ratio() -> None:
    (even,) = calibration.table("p", [("common", 0.02, 0.04), ("common", 0.04, 0.08)])
    (uneven,) = calibration.table("p", [("common", 0.03, 0.02), ("common", 0.03, 0.08)])
    assert (round(even.ratio, 6), round(even.error, 6)) == (2.0, 0.0)
    assert round(uneven.error, 6) == 0.03


def test_calibration_measures_both_populations() -> None:
    result = calibration.measure(1, 4, beside=2)
    assert {line.population for line in result.by_class} == {"as supposed", "as people live"}
    assert {line.group for line in result.by_class} == set(calibration.CLASSES)
    assert sum(line.targets for line in result.by_class) == sum(line.targets for line in result.by_shape)


def test_the_residents_beside_a_listed_person_stand_for_all() -> None:
    rng = np.random.default_rng(1)
    _, person = next(iter(calibration._people_by_class(rng, 1, Manner(abroad=0.0))))
    around = coincidences.Surroundings(rng, as_supposed=True)
    beside = around.beside(person, 400)
    assert beside.weights.sum() == pytest.approx(RESIDENTS, rel=0.05)
    assert {person.number[6:14]} & {number[6:14] for number in beside.numbers}


def test_near_days_hold_every_slip_of_a_day() -> None:
    near = set(coincidences.near_days(datetime.date(1976, 3, 9)))
    assert {
        datetime.date(1976, 9, 3),
        datetime.date(1977, 3, 9),
        datetime.date(1986, 3, 9),
        datetime.date(1976, 3, 1),
    } <= near
    assert datetime.date(1980, 7, 25) not in near


def test_a_list_has_its_crowds_and_applicants_meet_them() -> None:
    people = dict(listed_people(np.random.default_rng(1), 2_000))
    assert len(people) == 2_000
    assert sum(faces[0].name == CROWD_NAME and not faces[0].documents for faces in people.values()) >= 2
    assert {each.name for each in worst_applicants(np.random.default_rng(1), 5)["both"]} == {CROWD_NAME}


def test_latency_and_bulk_rate_are_measured() -> None:
    small, large = (latency.measure(1, size, checks=50, changes=20) for size in (300, 600))
    assert small.usual.checks == 50
    assert 0 < small.usual.median <= small.usual.p99 <= small.usual.worst
    assert latency.growth([large, small]) == pytest.approx(large.usual.median / small.usual.median)
    rate = bulk.index_rate(1, 300, 100)
    assert rate.per_second > 0


def test_peers_that_are_not_installed_are_named(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PACKAGES", ("no_such_matcher", "rapidfuzz"))
    result = peers.measure(made)
    assert result.missing == ["no_such_matcher"]
    assert [peer.name for peer in result.measured] == ["rapidfuzz process.extract"]
    assert "no_such_matcher is not installed" in "\n".join(peers.lines(result))


def test_frozen_figures_are_rounded_and_sorted(tmp_path: Path) -> None:
    assert rounded({"b": 0.123456, "a": [1, float("nan")]}) == {"b": 0.123, "a": [1, None]}
    section = Section("latency", "Latency", [], {"b": 1.23456, "a": 2})
    path = freeze(tmp_path, datetime.date(2026, 11, 21), Plan(), [section])
    text = path.read_text("utf-8")
    assert path.name.startswith("2026-11-21-")
    assert json.loads(text)["parts"]["latency"]["figures"] == {"a": 2, "b": 1.23}
    assert text.index('"about"') < text.index('"parts"')


def test_parts_measured_one_after_the_other_come_together_unless_something_changed(tmp_path: Path) -> None:
    day, plan = datetime.date(2026, 11, 21), Plan()
    latency, bulk = Section("latency", "Latency", ["slow"], {"a": 1}), Section("bulk", "Bulk", ["many"], {"b": 2})
    freeze(tmp_path, day, plan, [bulk])
    assert with_former(tmp_path, day, plan, [latency]) == [latency, bulk]
    again = Section("bulk", "Bulk", ["more"], {"b": 3})
    assert with_former(tmp_path, day, plan, [again]) == [again]
    assert with_former(tmp_path, day, Plan(seed=2), [latency]) == [latency]


def test_the_page_loads_nothing_and_shows_every_line() -> None:
    page = write_page("Benchmarks <1>", [Section("peers", "Peers & us", ["a < b"], {})])
    assert "Benchmarks &lt;1&gt;" in page
    assert "a &lt; b" in page
    assert "src=" not in page
    assert "href=" not in page


def test_the_command_writes_page_and_figures(tmp_path: Path) -> None:
    arguments = ["bench", "--size", "1500", "--only", "accuracy", "--out", str(tmp_path)]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 0, ended.output
    assert "id_intact" in ended.output
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".json"]


def test_an_unknown_part_is_wrong_use() -> None:
    ended = CliRunner().invoke(main, ["bench", "--only", "accuracy,beauty"])
    assert ended.exit_code == 2
    assert "beauty" in ended.output


def test_without_a_checkout_the_command_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(api.cli.bench_commands, "_PROJECT", tmp_path)
    ended = CliRunner().invoke(main, ["bench"])
    assert ended.exit_code == 1
    assert "checkout" in ended.output
