"""The invented demo people: nobody real among them, every situation shown."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from matching.documents import is_valid_licence, is_valid_uscc
from matching.regions import county
from matching.resident_id import ResidentId, Shape
from registry.law.roles import Purpose, Region, Role
from registry.services.actor import Actor
from registry.services.add_user import add_user
from registry.services.context import Services
from registry.services.read_cases import read_case
from registry.services.read_corrections import list_corrections
from registry.services.read_objections import list_objections, read_objection
from registry.store.account_repository import UserRole
from registry.store.objection_repository import ObjectionFilter
from seeds.demo import demo_applications, demo_checks, demo_files, load_demo
from seeds.demo_materials import lay_materials
from seeds.demo_objections import DemoParty, application, object_to_hold, object_to_listings
from seeds.reference import provinces
from tests.contracts.source_tree import ROOT
from tests.registry.services.cases_at_hand import office
from tests.registry.services.register_under_test import bans, listed, outcomes, version

PARTY = (UserRole.CLERK, UserRole.CONFIRMER, UserRole.REGULATOR, UserRole.REGULATOR)
AREAS = {province.demo_area for province in provinces()}


def rows() -> Iterator[dict[str, str]]:
    for path in demo_files():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def test_the_demo_counties_were_never_assigned() -> None:
    assert {"319900", "329900", "339900", "349900"} == AREAS
    assert all(county(area) is None for area in AREAS)


def test_every_number_carries_a_county_that_was_never_assigned() -> None:
    for row in rows():
        if row.get("id_type") == "resident_id":
            assert row["id_number"][:6] in AREAS
        assert row.get("domicile_code", "") in AREAS | {""}
        assert row.get("uscc", "")[2:8] in AREAS | {""}
        licence = row.get("licence_no", "")
        assert licence[5 if licence.startswith("SC") else 3 :][:6] in AREAS | {""}


def test_numbers_and_codes_pass_their_checks_but_for_the_one_that_shows_a_slip() -> None:
    complete = [ResidentId.parse(row["id_number"]) for row in rows() if row.get("id_type") == "resident_id"]
    wrong = [number for number in complete if number.shape is Shape.COMPLETE and not number.check_ok]
    assert len(wrong) == 1
    assert all(is_valid_uscc(row["uscc"]) for row in rows() if row.get("uscc"))
    assert all(is_valid_licence(row["licence_no"]) for row in rows() if row.get("licence_no"))


def test_the_demo_lists_show_every_situation(services: Services) -> None:
    convictions, revocations = load_demo(services)
    assert {"in_force", "pending", "waiting", "no_ban", "withdrawn"} == set(outcomes(convictions))
    assert set(outcomes(revocations)) == {"in_force"}
    assert len(listed(services)) >= 55
    assert {region for subject in listed(services) for region in (face.source_region for face in subject.faces)} == {
        str(region) for region in Region
    }
    provisions = {held.basis.provision for subject in listed(services) for held in subject.bases}
    assert {"fsl-135-1", "fsl-135-2", "fsl-138-2"} <= {provision[:9] for provision in provisions}
    assert any(len({held.basis.region for held in subject.bases}) == 2 for subject in listed(services))


def test_loading_the_demo_twice_changes_nothing(services: Services) -> None:
    load_demo(services)
    before = bans(services), version(services)
    assert all(set(outcomes(report)) == {"known"} for report in load_demo(services))
    assert (bans(services), version(services)) == before


def test_the_three_applications_are_well_formed_and_of_people_invented() -> None:
    assert [check.verdict for check in demo_checks()] == ["block", "review", "clear"]
    for check in demo_checks():
        subjects = check.request["subjects"]
        assert isinstance(subjects, list)
        (subject,) = subjects
        number = ResidentId.parse(subject["id_number"])
        assert number.area in AREAS
        assert number.check_ok
        assert subject["role"] in set(Role)
        assert check.request["purpose"] in set(Purpose)


def test_every_application_for_the_regulators_is_held_or_reviewed_and_is_in_the_guide(services: Services) -> None:
    load_demo(services)
    caller, guide = office(services), (ROOT / "docs" / "demo-cases.md").read_text("utf-8")
    applications = demo_applications()
    answers = caller.post("/v1/checks/batch", {"requests": [each.request for each in applications]}).get_json()
    verdicts = [result["answer"]["verdict"] for result in answers["results"]]
    assert (verdicts.count("block"), verdicts.count("review")) == (10, len(applications) - 10)
    assert {each.truth for each in applications} == {"same", "other", "doubtful"}
    assert [each.application_no for each in applications if each.learned not in guide] == []


def test_every_page_of_objections_has_one_and_no_case_for_practice_is_touched(services: Services) -> None:
    load_demo(services)
    users = [add_user(services, f"demo-{place}", role, None, "test").id for place, role in enumerate(PARTY)]
    party = DemoParty(*(Actor(user, str(user), role, None) for user, role in zip(users, PARTY, strict=True)))
    object_to_listings(services, party)
    caller = office(services)
    practice = caller.post("/v1/checks/batch", {"requests": [each.request for each in demo_applications()]}).get_json()
    held = caller.post("/v1/checks", application()).get_json()
    object_to_hold(services, held["check_no"], party)
    page = list_objections(services, ObjectionFilter(), party.regulator).objections
    views = [read_objection(services, each.objection_no, party.regulator) for each in page]
    assert sorted((view.objection.state.value, view.objection.ban_no is None) for view in views) == [
        ("open", False),
        ("open", True),
        ("upheld", False),
    ]
    assert all(view.attachments and view.listings and view.objection.contact for view in views)
    (correction,) = list_corrections(services, party.clerk)
    assert (len(correction.documents), correction.rows) == (1, ())
    for result in practice["results"]:
        assert read_case(services, result["answer"]["check_no"], party.regulator).statements == ()


def test_what_is_to_be_learned_of_an_application_stands_on_its_case(services: Services) -> None:
    load_demo(services)
    applications = demo_applications()
    caller = office(services)
    answers = caller.post("/v1/checks/batch", {"requests": [each.request for each in applications]}).get_json()
    user = add_user(services, "demo-2", UserRole.REGULATOR, None, "test").id
    actor = Actor(user, "demo-2", UserRole.REGULATOR, None)
    assert lay_materials(services, applications, actor) == len(applications)
    for each, result in zip(applications, answers["results"], strict=True):
        view = read_case(services, result["answer"]["check_no"], actor)
        (laid,) = view.steps
        assert each.learned in laid.content["text"]
        assert len(view.files) == 1
