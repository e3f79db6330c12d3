"""The errors between list and application: each does what its name says, and nothing of the matcher chooses them."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import numpy as np
import pytest

from benchmarks import character_errors, date_errors, number_errors
from benchmarks.case import Person, plain_case
from benchmarks.error_model import STRATA
from benchmarks.near_innocents import NEAR
from benchmarks.other_names import hong_kong_spelling, respelt, wade_giles
from benchmarks.population import Bearer
from matching.resident_id import ResidentId

NUMBER = "33990019760309401" + number_errors.check_character("33990019760309401")
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ERRORS = ("character_errors", "number_errors", "date_errors", "error_model", "other_names", "near_innocents", "case")


def person(**changes: object) -> Person:
    """Return an invented man."""
    known: dict[str, object] = {
        "kind": Bearer.HAN, "surname": "王", "given": "建国", "former": "", "male": True,
        "born": datetime.date(1976, 3, 9), "area": "339900", "domicile": "339900", "number": NUMBER,
    }  # fmt: skip
    return Person(**(known | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("module", ERRORS)
def test_errors_are_drawn_without_the_matchers_likeness(module: str) -> None:
    tree = ast.parse((BENCHMARKS / f"{module}.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if str(name).startswith("matching")} <= {"matching.name_data"}


def test_one_slip_is_one_character_more_less_other_or_exchanged() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        written = number_errors.one_slip(rng, NUMBER)
        assert written != NUMBER or written == NUMBER[::1]
        assert abs(len(written) - 18) <= 1
        if len(written) == 18:
            differing = [place for place in range(18) if written[place] != NUMBER[place]]
            assert len(differing) == 1 or (len(differing) == 2 and sorted(written) == sorted(NUMBER))


def test_a_number_in_another_form_is_the_same_number() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        written = number_errors.other_format(rng, NUMBER)
        assert written != NUMBER
        assert ResidentId.parse(written.lstrip("'")).digits[6:17] == NUMBER[6:17]


@pytest.mark.parametrize("shape", [*number_errors.MASKS, *number_errors.MASKS_WITH_BIRTH])
def test_a_mask_hides_what_its_shape_hides(shape: str) -> None:
    written = number_errors.masked(np.random.default_rng(1), NUMBER, shape)
    assert len(written) == 18
    assert all(shown == digit for shown, digit, place in zip(written, NUMBER, shape, strict=True) if place != "*")
    assert not any(shown.isdigit() for shown, place in zip(written, shape, strict=True) if place == "*")


def test_a_spreadsheet_loses_the_last_digits() -> None:
    written = {number_errors.excel_damage(np.random.default_rng(seed), "339900197603094817") for seed in range(20)}
    assert "339900197603094000" in written
    assert "3.39900E+17" in written


def test_a_superseded_number_is_sound_and_differs_in_the_birth_date() -> None:
    earlier = number_errors.with_other_birth(NUMBER, "19770309")
    assert ResidentId.parse(earlier).check_ok
    assert (earlier[:6], earlier[14:17]) == (NUMBER[:6], NUMBER[14:17])


def test_dates_go_wrong_as_they_are_said_to() -> None:
    rng, born = np.random.default_rng(1), datetime.date(1976, 3, 9)
    assert date_errors.month_and_day_exchanged(rng, born) == datetime.date(1976, 9, 3)
    assert date_errors.month_and_day_exchanged(rng, datetime.date(1976, 3, 20)) is None
    assert {date_errors.year_off(rng, born) for _ in range(20)} == {
        datetime.date(1975, 3, 9),
        datetime.date(1977, 3, 9),
    }
    lunar = {datetime.date(1968, 3, 9): (1968, 2, 11), datetime.date(1979, 8, 5): (1979, 6, 13)}
    for day, stated in lunar.items():
        assert date_errors.lunar_birthday(rng, day) == datetime.date(*stated)


def test_a_misheard_character_sounds_near_and_a_mistyped_one_has_its_letters() -> None:
    rng = np.random.default_rng(1)
    heard = {character_errors.misheard(rng, "林") for _ in range(60)} - {None}
    assert "林" not in heard
    assert {character_errors.syllable(str(one)) for one in heard} <= {"lin", "ling", "nin", "rin", "lian"}
    assert all(character_errors.syllable(str(one)) == "wei" for one in _homophones(rng))


def _homophones(rng: np.random.Generator) -> set[str]:
    return {one for one in (character_errors.homophone(rng, "伟") for _ in range(40)) if one}


def test_a_misread_character_looks_alike() -> None:
    rng = np.random.default_rng(1)
    assert {character_errors.misread(rng, "己") for _ in range(60)} <= set("已巳改改巴弓") | {None}
    assert "已" in {character_errors.misread(rng, "己") for _ in range(60)}


def test_another_form_says_the_same_name() -> None:
    forms = {character_errors.other_form(np.random.default_rng(seed), "陈国峰") for seed in range(30)}
    assert "陳國峰" in forms
    assert "陈国峯" in forms


def test_names_of_other_scripts_are_spelt_as_their_papers_spell_them() -> None:
    assert hong_kong_spelling("陈", "大文") == "CHAN TAI MAN"
    assert [wade_giles(each) for each in ("zhang", "xiao", "qian", "zi", "shi", "guo")] == [
        "chang", "hsiao", "chien", "tzu", "shih", "ko",
    ]  # fmt: skip
    changed = {respelt(np.random.default_rng(seed), "买买提") for seed in range(20)}
    assert "麦买提" in changed
    assert "买买提" not in changed


@pytest.mark.parametrize("stratum", sorted(STRATA))
def test_every_stratum_changes_something_and_says_the_cause(stratum: str) -> None:
    rng = np.random.default_rng(1)
    bearer = {"minority": Bearer.MINORITY, "permit": Bearer.ABROAD}.get(stratum.partition("_")[0], Bearer.HAN)
    names = {Bearer.MINORITY: ("", "阿卜杜拉·买买提"), Bearer.ABROAD: ("陈", "大文"), Bearer.HAN: ("欧阳", "建晓")}
    surname, given = names[bearer]
    who = person(kind=bearer, surname=surname, given=given, male=False, domicile="329900")
    for _ in range(40):
        case = plain_case(rng, who)
        before = (dict(case.listed), dict(case.applied))
        if all(step(rng, case) for step in STRATA[stratum]):
            assert (stratum == "id_intact") == ((case.listed, case.applied) == before or not STRATA[stratum])
            assert case.causes or stratum in {"id_intact", "birth_day"}
            return
    raise AssertionError(stratum)


@pytest.mark.parametrize("stratum", sorted(NEAR))
def test_near_innocents_have_another_sound_number(stratum: str) -> None:
    rng = np.random.default_rng(1)
    stranger = person(born=datetime.date(1980, 5, 6), area="329900", given="小红")
    other = NEAR[stratum].other(rng, person(), stranger)
    assert other.number != NUMBER
    assert ResidentId.parse(other.number).check_ok
    assert (int(other.number[16]) % 2 == 1) == other.male
    assert (other.name == "王建国") == ("same_name" in stratum)
