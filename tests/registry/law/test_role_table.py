"""The purpose and role table: whom each kind of ban bars from what."""

from __future__ import annotations

import pytest

from matching.identity import Kind
from registry.errors import SettingsError
from registry.law.ban import Bar, Basis
from registry.law.role_table import RoleTable
from registry.law.roles import Purpose, Region, Role
from registry.law.strict_toml import Table
from tests.registry.law.facts import EFFECTIVE, MANAGING_ROLES, bar

FOOD_PURPOSES = [each for each in Purpose if each not in (Purpose.SLAUGHTER_LICENCE, Purpose.INSPECTION_STAFF)]
LIFETIME = Basis("fsl-135-2", "某判决", Region.JIANGSU, EFFECTIVE, None)
FIVE_YEARS = Basis("fsl-135-1", "某决定", Region.JIANGSU, EFFECTIVE, None)
INSPECTION = Basis("fsl-138-2-punishment", "某判决", Region.JIANGSU, EFFECTIVE, None)


@pytest.mark.parametrize("basis", [LIFETIME, FIVE_YEARS], ids=["lifetime", "five years"])
@pytest.mark.parametrize("purpose", FOOD_PURPOSES)
@pytest.mark.parametrize("role", MANAGING_ROLES)
def test_a_ban_of_food_law_bars_every_managing_role(basis: Basis, purpose: Purpose, role: Role) -> None:
    assert bar([basis], role, purpose) is Bar.BLOCK


@pytest.mark.parametrize("purpose", FOOD_PURPOSES)
def test_a_ban_of_food_law_sends_a_technician_to_a_person_and_lets_staff_be(purpose: Purpose) -> None:
    assert bar([LIFETIME], Role.TECHNICIAN, purpose) is Bar.REVIEW
    assert bar([LIFETIME], Role.STAFF, purpose) is None
    assert bar([LIFETIME], Role.INSPECTOR, purpose) is None


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INSPECTOR])
def test_a_ban_of_inspection_law_bars_nobody_but_the_inspector(purpose: Purpose, role: Role) -> None:
    assert bar([INSPECTION], role, purpose) is None
    assert bar([INSPECTION], Role.INSPECTOR, purpose) is Bar.BLOCK


@pytest.mark.parametrize("role", list(Role))
def test_a_ban_of_food_law_does_not_reach_inspection_staff(role: Role) -> None:
    assert bar([LIFETIME], role, Purpose.INSPECTION_STAFF) is None


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.OPERATOR, Role.LEGAL_REPRESENTATIVE, Role.PERSON_IN_CHARGE])
def test_a_slaughter_licence_looks_at_a_five_year_ban_of_food_law(role: Role) -> None:
    assert bar([FIVE_YEARS], role, Purpose.SLAUGHTER_LICENCE) is Bar.REVIEW
    assert bar([LIFETIME], role, Purpose.SLAUGHTER_LICENCE) is Bar.BLOCK


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.FOOD_PRODUCTION_LICENCE, Bar.BLOCK),
        (Purpose.FOOD_OPERATION_LICENCE, Bar.BLOCK),
        (Purpose.LICENCE_CHANGE, Bar.BLOCK),
        (Purpose.LICENCE_RENEWAL, Bar.BLOCK),
        (Purpose.PLATFORM_ONBOARDING, Bar.BLOCK),
        (Purpose.FOOD_FILING, Bar.REVIEW),
        (Purpose.SMALL_WORKSHOP, Bar.REVIEW),
        (Purpose.STAFF_APPOINTMENT, Bar.REVIEW),
        (Purpose.SLAUGHTER_LICENCE, Bar.REVIEW),
        (Purpose.INSPECTION_STAFF, None),
    ],
)
def test_an_organisation_that_lost_its_licence_may_not_apply_for_one(purpose: Purpose, expected: Bar | None) -> None:
    assert bar([FIVE_YEARS], Role.APPLICANT, purpose, region=Region.JIANGSU, kind=Kind.ORGANISATION) is expected


def test_filing_needs_no_licence_but_a_banned_manager_still_may_not_manage() -> None:
    assert bar([FIVE_YEARS], Role.APPLICANT, Purpose.FOOD_FILING, kind=Kind.ORGANISATION) is Bar.REVIEW
    assert bar([FIVE_YEARS], Role.LEGAL_REPRESENTATIVE, Purpose.FOOD_FILING) is Bar.BLOCK


def test_a_table_that_lacks_a_purpose_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.law.role_table.read_table", lambda name: Table(name, {"table": []}))
    with pytest.raises(
        SettingsError, match=r"role_table\.toml.table: has none for the purpose food_production_licence"
    ):
        RoleTable.load()


def test_a_misspelt_activity_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    roles: dict[str, object] = {role: {} for role in Role}
    entry = {"purposes": ["food_filing"], **roles, "staff": {"cook_dinner": "block"}, "organisation": {}}
    monkeypatch.setattr("registry.law.role_table.read_table", lambda name: Table(name, {"table": [entry]}))
    with pytest.raises(SettingsError, match=r"table\[1\].staff.cook_dinner: is not an activity"):
        RoleTable.load()


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("33", Region.ZHEJIANG),
        ("330110", Region.ZHEJIANG),
        ("3101", Region.SHANGHAI),
        ("110000", None),
        ("3", None),
        (None, None),
        ("3x", None),
    ],
)
def test_an_area_code_lies_in_one_of_the_four_regions_or_in_none(code: str | None, region: Region | None) -> None:
    assert Region.of(code) is region
