"""The check door: answers, who sees what, what is refused and how."""

from __future__ import annotations

import datetime
import json

import pytest
from flask import request

from api.rest.limits import CHECK_BYTES
from api.rest.problems import faults_from
from matching.identity import IdDocument, Identity, IdType, Kind
from registry.clock import FixedClock
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, organisation, person, put_on_list, report_fresh

LISTED = invented_id(1)
STRANGER = invented_id(77, birth="19880115")
COMPANY = "91339900MA00000018"


@pytest.fixture
def listed(services: Services) -> str:
    """王示例 is barred for life; every region reported today. Returns the ban number."""
    report_fresh(services)
    return put_on_list(services, Listing(person("王示例", LISTED)))[0]


def test_a_listed_applicant_is_held_with_the_ban_the_ground_and_the_evidence(listed: str, licensing: Caller) -> None:
    answer = licensing.check(applicant("王示例", LISTED)).get_json()
    assert answer["verdict"] == "block"
    assert answer["next_step"]["code"] == "hold"
    assert answer["receipt"].keys() == {"payload", "protected", "signature"}
    assert answer["list"]["version"] == 1
    match = answer["subjects"][0]["matches"][0]
    assert match["ban_no"] == listed
    assert match["name"] == "王示例"
    assert match["id_number"] == LISTED[:6] + "********" + LISTED[-4:]
    basis = match["bases"][0]
    assert basis["provision"] == "fsl-135-2"
    assert basis["article"] == "食品安全法 第一百三十五条第二款"
    assert (basis["from"], basis["to"]) == ("2020-03-01", None)
    assert "manage_food_business" in basis["bars"]
    assert {line["feature"] for line in match["evidence"]} >= {"id_number", "name"}
    assert match["evidence"][0]["says"].startswith("身份证号码完全相同。")
    assert match["expected_coincidences"] < 1e-3


def test_an_applicant_whom_no_listed_person_fits_is_clear(listed: str, licensing: Caller) -> None:
    answer = licensing.check(applicant("赵无关", STRANGER)).get_json()
    assert (answer["verdict"], answer["next_step"]["code"]) == ("clear", "proceed")
    assert answer["subjects"] == [{"subject_no": "1", "verdict": "clear", "matches": []}]


def test_the_verdict_of_a_check_is_the_strictest_of_its_subjects(listed: str, licensing: Caller) -> None:
    answer = licensing.check(
        applicant("赵无关", STRANGER), applicant("王示例", LISTED, subject_no="2", role="operator")
    ).get_json()
    assert [subject["verdict"] for subject in answer["subjects"]] == ["clear", "block"]
    assert answer["verdict"] == "block"


def test_evidence_is_told_in_english_where_the_caller_reads_english(listed: str, licensing: Caller) -> None:
    answer = licensing.check(applicant("王示例", LISTED), Accept_Language="en-GB,zh;q=0.5").get_json()
    match = answer["subjects"][0]["matches"][0]
    assert match["evidence"][0]["says"].startswith("The resident ID numbers are equal.")
    assert match["bases"][0]["article"].startswith("Food Safety Law")
    assert answer["next_step"]["says"].startswith("Hold")


def test_a_near_match_is_shown_to_a_regulator_only(listed: str, licensing: Caller, regulator: Caller) -> None:
    almost = applicant("王示例", LISTED[:9] + ("1" if LISTED[9] != "1" else "2") + LISTED[10:])
    to_licensing = licensing.check(almost).get_json()
    to_regulator = regulator.check(almost).get_json()
    assert to_licensing["verdict"] == to_regulator["verdict"] == "review"
    assert to_licensing["next_step"]["code"] == "await_review"
    assert to_licensing["subjects"][0]["matches"] == []
    assert [match["ban_no"] for match in to_regulator["subjects"][0]["matches"]] == [listed]


def test_a_listed_name_that_is_not_the_callers_own_input_is_masked(listed: str, regulator: Caller) -> None:
    answer = regulator.check(applicant("李另名", LISTED)).get_json()
    assert answer["verdict"] == "review"
    assert answer["subjects"][0]["matches"][0]["name"] == "王**"


def test_a_cook_is_clear_and_learns_nothing_of_the_ban(listed: str, regulator: Caller) -> None:
    answer = regulator.check(applicant("王示例", LISTED, role="staff"))
    assert answer.get_json()["verdict"] == "clear"
    assert listed not in answer.get_data(as_text=True)


def test_a_listed_organisation_is_held_by_its_credit_code(services: Services, licensing: Caller) -> None:
    report_fresh(services)
    put_on_list(services, Listing(organisation("示例食品有限公司", COMPANY), provision="fsl-135-1"))
    asked = applicant("示例食品有限公司", COMPANY, kind="organisation", role="applicant", id_type="uscc")
    answer = licensing.check(asked).get_json()
    assert answer["verdict"] == "block"
    assert answer["subjects"][0]["matches"][0]["evidence"][0]["feature"] == "organisation_number"


def test_coverage_says_how_fresh_each_region_is_and_stale_turns_clear_into_review(
    services: Services, licensing: Caller, clock: FixedClock
) -> None:
    report_fresh(services, "33")
    fresh = licensing.check(applicant("赵无关", STRANGER)).get_json()
    clock.advance(datetime.timedelta(days=8))
    stale = licensing.check(applicant("赵无关", STRANGER)).get_json()
    states = {each["region"]: each["state"] for each in fresh["list"]["coverage"]}
    assert states == {"31": "never", "32": "never", "33": "fresh", "34": "never"}
    assert fresh["verdict"] == "clear"
    assert {each["region"]: each["state"] for each in stale["list"]["coverage"]}["33"] == "stale"
    assert (stale["verdict"], stale["next_step"]["code"]) == ("review", "await_review")


def test_a_province_whose_configuration_gives_it_less_time_is_stale_sooner(
    services: Services, licensing: Caller, clock: FixedClock
) -> None:
    report_fresh(services, "33", "34")
    with services.store.write() as uow:
        uow.coverage.set_valid_for({"33": datetime.timedelta(hours=36)})
    clock.advance(datetime.timedelta(hours=36, seconds=1))
    answer = licensing.check(applicant("赵无关", STRANGER)).get_json()
    states = {each["region"]: each["state"] for each in answer["list"]["coverage"]}
    assert (states["33"], states["34"], answer["verdict"]) == ("stale", "fresh", "review")


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"id_type": None, "id_number": None}, "/subjects/0/id_number", "missing_identifier"),
        ({"name": None}, "/subjects/0/name", "missing_name"),
        ({"name": "  "}, "/subjects/0/name", "missing_name"),
        ({"name": "．．"}, "/subjects/0/name", "missing_name"),
        ({"name": "\u200d"}, "/subjects/0/name", "missing_name"),
        ({"name": "□□"}, "/subjects/0/name", "missing_name"),
        ({"name": "\u0344" * 60}, "/subjects/0/name", "name_too_long"),
        ({"other_names": [{"name": "\u0344" * 60}]}, "/subjects/0/other_names/0/name", "name_too_long"),
        ({"name": "张某某"}, "/subjects/0/name", "masked_name"),
        ({"id_number": "3.30106E+17"}, "/subjects/0/id_number", "spreadsheet_damaged"),
        ({"id_number": "33010"}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_number": "*" * 18}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_number": "0" * 18}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_number": "1" * 17 + "0"}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_number": "123456789012345678"}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_type": "passport", "id_number": "1234"}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"id_type": "other", "id_number": "0000"}, "/subjects/0/id_number", "unreadable_id_number"),
        ({"birth_date": "2099-01-01"}, "/subjects/0/birth_date", "impossible_birth_date"),
        ({"birth_date": "1800"}, "/subjects/0/birth_date", "impossible_birth_date"),
        ({"id_type": "uscc"}, "/subjects/0/id_type", "id_type_not_for_kind"),
        (
            {"kind": "organisation", "id_type": None, "id_number": None},
            "/subjects/0/id_number",
            "missing_organisation_number",
        ),
    ],
)
def test_a_subject_with_too_little_is_refused_by_name_of_field_and_nothing_is_decided(
    services: Services, licensing: Caller, changed: dict[str, object], pointer: str, code: str
) -> None:
    response = licensing.check(applicant("王示例", LISTED) | changed)
    problem = response.get_json()
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert problem["code"] == "insufficient_identity"
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [(pointer, code)]
    assert " 1：" in problem["errors"][0]["says"]
    assert kept_decisions(services) == 0


def kept_decisions(services: Services) -> int:
    with services.store.read() as uow:
        return sum(entry.kind == "check_decided" for _, entry, _, _ in uow.ledger.entries())


@pytest.mark.parametrize(
    "changed",
    [
        {"id_number": LISTED[:-1] + ("1" if LISTED[-1] != "1" else "2")},
        {"id_number": LISTED[:6] + "********" + LISTED[-4:]},
        {"id_number": LISTED[:-1]},
        {"id_type": None, "id_number": None, "birth_date": "1976-03-09"},
    ],
)
def test_a_doubtful_but_possible_identity_is_screened(
    listed: str, licensing: Caller, changed: dict[str, object]
) -> None:
    response = licensing.check(applicant("王示例", LISTED) | changed)
    assert response.status_code == 200
    assert response.get_json()["verdict"] in {"review", "block"}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"purpose": "food_operation_licence", "subjects": []}, "/application_no", "required"),
        (application(), "/subjects", "length"),
        (application(applicant("王示例", LISTED), purpose="other"), "/purpose", "one_of"),
        (application(applicant("王示例", LISTED), region="110101"), "/region", "region"),
        (application(applicant("王示例", LISTED) | {"idnumber": "1"}), "/subjects/0/idnumber", "unknown_field"),
        (application(applicant("王示例", LISTED) | {"role": "owner"}), "/subjects/0/role", "one_of"),
        (
            application(applicant("王示例", LISTED) | {"birth_date": "1976-02-30"}),
            "/subjects/0/birth_date",
            "not_a_date",
        ),
        (application(applicant("王示例", LISTED) | {"name": 5}), "/subjects/0/name", "not_text"),
        (application(applicant("王示例", LISTED) | {"name": "王\u0000"}), "/subjects/0/name", "printable"),
        (application(applicant("王示例", LISTED) | {"name": "王示例\n"}), "/subjects/0/name", "printable"),
        (application(applicant("王示例", LISTED), region="33\n"), "/region", "region"),
        (application(applicant("王示例", LISTED), application_no="A\n"), "/application_no", "printable"),
        (application(applicant("王示例", LISTED) | {"id_type": None}), "/subjects/0/id_type", "missing_id_type"),
        (application(applicant("甲", LISTED), applicant("乙", LISTED)), "/subjects/1/subject_no", "repeated"),
        ([], "", "not_an_object"),
        ("text", "", "not_an_object"),
    ],
)
def test_a_malformed_request_names_the_field_at_fault(licensing: Caller, body: object, pointer: str, code: str) -> None:
    response = licensing.post("/v1/checks", body)
    problem = response.get_json()
    assert response.status_code == 422
    faults = {(fault["pointer"], fault["code"].partition(":")[0]): fault["says"] for fault in problem["errors"]}
    assert (pointer, code) in faults
    assert all(says for says in faults.values())
    assert LISTED not in response.get_data(as_text=True)


def test_a_body_that_is_no_json_is_told_from_one_of_another_kind(licensing: Caller) -> None:
    ask = licensing.app.test_client().post
    key = {"Authorization": f"Bearer {licensing.key}"}
    broken = ask("/v1/checks", data=b"{", headers=key, content_type="application/json")
    form = ask("/v1/checks", data={"a": "b"}, headers=key)
    assert (broken.status_code, broken.get_json()["code"]) == (400, "malformed_body")
    assert (form.status_code, form.get_json()["code"]) == (415, "unsupported_media_type")


def test_a_body_beyond_the_limit_is_refused_as_too_large(licensing: Caller) -> None:
    response = licensing.check(applicant("王" * CHECK_BYTES, LISTED))
    assert (response.status_code, response.get_json()["code"]) == (413, "too_large")
    assert f"{CHECK_BYTES:,}" in response.get_json()["title"]


def test_the_largest_check_the_schema_allows_is_taken_however_it_is_written(licensing: Caller) -> None:
    names = [{"kind": "曾用名", "name": "\U0002070e" * 100}] * 20
    people = [applicant("\U0002070e" * 100, STRANGER, subject_no=f"{n:050}", other_names=names) for n in range(50)]
    body = json.dumps(application(*people, application_no="\U0002070e" * 100))
    headers = {"Authorization": f"Bearer {licensing.key}", "Content-Type": "application/json"}
    with licensing.app.test_request_context("/v1/checks", method="POST", data=body.encode(), headers=headers):
        request.max_content_length = CHECK_BYTES
        assert len(request.get_data()) > CHECK_BYTES // 2
    refused = body.replace('"food_operation_licence"', '"no_such"')
    response = licensing.app.test_client().post("/v1/checks", data=refused.encode(), headers=headers)
    assert [(each["pointer"], each["code"]) for each in response.get_json()["errors"]] == [("/purpose", "one_of")]


def test_a_licensing_client_asks_for_its_own_region_only_and_a_regulator_for_any(
    licensing: Caller, regulator: Caller
) -> None:
    elsewhere = application(applicant("赵无关", STRANGER), region="310115")
    refused = licensing.post("/v1/checks", elsewhere)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
    (fault,) = refused.get_json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/region", "region_not_yours")
    assert "33" in fault["says"]
    assert regulator.post("/v1/checks", elsewhere).status_code == 200


def test_an_answer_is_shown_again_unaltered_with_its_outcome(listed: str, licensing: Caller) -> None:
    given = licensing.check(applicant("王示例", LISTED)).get_json()
    again = licensing.get(f"/v1/checks/{given['check_no']}").get_json()
    assert again == {**given, "outcome": "open", "outcome_reason": None}


def test_a_clear_check_has_no_outcome_to_wait_for(listed: str, licensing: Caller) -> None:
    given = licensing.check(applicant("赵无关", STRANGER)).get_json()
    again = licensing.get(f"/v1/checks/{given['check_no']}").get_json()
    assert again == {**given, "outcome": None, "outcome_reason": None}


def test_an_answer_states_the_application_purpose_and_region_it_is_for(listed: str, licensing: Caller) -> None:
    for region in ("339900", None):
        asked = application(applicant("赵无关", STRANGER), application_no="A-7", purpose="food_filing", region=region)
        asked = {name: value for name, value in asked.items() if value is not None}
        given = licensing.post("/v1/checks", asked).get_json()
        shown = licensing.get(f"/v1/checks/{given['check_no']}").get_json()
        for answer in (given, shown):
            stated = (answer["application_no"], answer["purpose"], answer["region"])
            assert stated == ("A-7", "food_filing", region)


def test_anothers_check_and_no_check_look_the_same(services: Services, listed: str, licensing: Caller) -> None:
    number = licensing.check(applicant("王示例", LISTED)).get_json()["check_no"]
    other = Caller(licensing.app, add_client(services, "another", ClientRole.LICENSING, "33", "test").key)
    others = other.get(f"/v1/checks/{number}")
    absent = other.get("/v1/checks/C00")
    assert others.status_code == absent.status_code == 404
    assert without_instance(others.get_json()) == without_instance(absent.get_json())


def without_instance(problem: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in problem.items() if name != "instance"}


def test_a_batch_gives_a_result_for_each_request_and_faults_stay_with_their_own(listed: str, licensing: Caller) -> None:
    requests = [
        application(applicant("王示例", LISTED)),
        application(applicant("王示例", None)),
        application(applicant("赵无关", STRANGER)),
        {"nonsense": True, "application_no": "its own"},
        7,
        None,
        application(applicant("赵无关", STRANGER), region="31"),
    ]
    response = licensing.post("/v1/checks/batch", {"requests": requests})
    results = response.get_json()["results"]
    assert response.status_code == 200
    assert [result["status"] for result in results] == [200, 422, 200, 422, 422, 422, 403]
    assert [results[place]["answer"]["verdict"] for place in (0, 2)] == ["block", "clear"]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/subjects/0/id_number"
    assert results[5]["problem"]["errors"][0]["code"] == "not_an_object"
    assert results[6]["problem"]["errors"][0]["pointer"] == "/region"
    usual = "339900-2025-000001"
    assert [result["application_no"] for result in results] == [usual, usual, usual, "its own", None, None, usual]
    assert all(("answer" in result) != ("problem" in result) for result in results)


def test_a_batch_is_bounded(licensing: Caller) -> None:
    one = application(applicant("赵无关", STRANGER))
    assert licensing.post("/v1/checks/batch", {"requests": []}).status_code == 422
    assert licensing.post("/v1/checks/batch", {"requests": [one] * 1001}).status_code == 422


def test_every_answer_is_in_the_ledger_before_it_is_given(services: Services, listed: str, licensing: Caller) -> None:
    answers = [licensing.check(applicant("王示例", LISTED)).get_json() for _ in range(3)]
    batch = licensing.post("/v1/checks/batch", {"requests": [application(applicant("赵无关", STRANGER))] * 2})
    numbers = [answer["check_no"] for answer in answers]
    numbers += [result["answer"]["check_no"] for result in batch.get_json()["results"]]
    with services.store.read() as uow:
        recorded = [entry.facts["check_no"] for _, entry, _, _ in uow.ledger.entries() if entry.kind == "check_decided"]
    assert sorted(recorded) == sorted(numbers)


def test_no_name_or_number_stands_plain_in_the_stored_decision(
    services: Services, listed: str, regulator: Caller
) -> None:
    number = regulator.check(applicant("王示例", LISTED)).get_json()["check_no"]
    with services.store.read() as uow:
        client = uow.decisions.of_client(number, 1)
        rows = uow.transaction.connection.exec_driver_sql("SELECT * FROM decision").fetchall()
    assert client is not None
    assert json.loads(client.answer)["check_no"] == number
    plain = repr([tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in rows])
    assert LISTED not in plain
    assert "王示例" not in plain


def test_a_librarys_own_words_never_stand_as_a_code() -> None:
    (fault,) = faults_from({"requests": {3: ["Field may not be null."]}})
    assert (fault.field, fault.code) == ("/requests/3", "invalid")


def test_expected_coincidences_are_given_to_four_figures(listed: str, licensing: Caller) -> None:
    match = licensing.check(applicant("王示例", LISTED)).get_json()["subjects"][0]["matches"][0]
    number = match["expected_coincidences"]
    assert number > 0
    assert number == float(f"{number:.3e}")


@pytest.mark.parametrize("stated_as", ["passport", "other", "hk_mo_permit", "tw_permit"])
def test_a_resident_number_under_another_documents_type_is_read_as_what_it_is(
    listed: str, licensing: Caller, stated_as: str
) -> None:
    answer = licensing.check(applicant("王示例", LISTED, id_type=stated_as)).get_json()
    assert (answer["verdict"], answer["subjects"][0]["matches"][0]["ban_no"]) == ("block", listed)


def test_a_list_row_with_the_same_wrong_type_is_still_found(services: Services, regulator: Caller) -> None:
    report_fresh(services)
    paper = IdDocument(IdType.PASSPORT, LISTED)
    put_on_list(services, Listing(Identity(kind=Kind.PERSON, name="王示例", documents=(paper,))))
    assert regulator.check(applicant("王示例", LISTED, id_type="passport")).get_json()["verdict"] != "clear"


def test_a_passport_number_stays_a_passport_number(listed: str, regulator: Caller) -> None:
    unsound = LISTED[:-1] + ("1" if LISTED[-1] != "1" else "2")
    answer = regulator.check(applicant("王示例", unsound, id_type="passport")).get_json()
    features = {line["feature"] for match in answer["subjects"][0]["matches"] for line in match["evidence"]}
    assert "id_number" not in features


@pytest.mark.parametrize("name", ["杭州小X餐厅", "味×鲜餐饮店", "上海某某火锅店", "A*B餐饮有限公司"])
def test_a_business_may_be_called_by_what_would_hide_a_persons_name(licensing: Caller, name: str) -> None:
    subject = {"subject_no": "1", "kind": "organisation", "role": "applicant", "name": name}
    response = licensing.check(subject | {"id_type": "uscc", "id_number": "91339900MA00000003"})
    assert response.status_code == 200
