"""Revocations, spreadsheets, findings and look-ups on their pages: what is typed is kept, two people, nothing leaks."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from werkzeug.test import TestResponse

from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.store.account_repository import UserRole
from registry.store.tables import ledger_entry
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.registry.intake.list_rows_at_hand import id_number
from tests.registry.services.register_under_test import rows
from tests.registry.services.sheets_at_hand import court_row, read_at_once, workbook

NUMBER = id_number("19780115", "403")
DECISION = {
    "case_number": "杭西市监处罚〔2024〕99001号",
    "authority": "杭州市西湖区市场监督管理局",
    "decided_on": "2024年6月18日",
    "penalty": "吊销食品经营许可证",
    "organisation": "杭州示例香满园食品有限公司",
    "people[0].name": "郭启明",
    "people[0].role": "legal_representative",
    "people[0].id_type": "resident_id",
    "people[0].id_number": NUMBER,
}


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spreadsheets are taken apart here, which is quicker."""
    read_at_once(monkeypatch)


def shown(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def version(visitor: Visitor, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', visitor.get(path).get_data(as_text=True))
    assert found is not None
    return found[1]


def chosen_in(page: str) -> dict[str, str]:
    """Return what every heading's field shows."""
    fields = re.findall(r'<select id="field-(heading\.\d+)"(.*?)</select>', page, re.DOTALL)
    found = {name: re.search(r'value="(\w*)" selected', options) for name, options in fields}
    return {name: value[1] if value else "" for name, value in found.items()}


def entered(clerk: Visitor, **changes: str) -> str:
    """Enter a revocation and return its address."""
    answer = clerk.post("/revocations/add", **{**DECISION, **changes, "do": "look"})
    assert answer.status_code == 303
    return str(answer.location)


def filed(clerk: Visitor, **changes: str) -> str:
    path = entered(clerk, **changes)
    clerk.post(f"{path}/file", version=version(clerk, path))
    return path


def in_force(clerk: Visitor, confirmer: Visitor) -> str:
    path = filed(clerk)
    confirmer.post(f"{path}/confirm", number="1")
    return path


def uploaded(clerk: Visitor, content: bytes, name: str = "台账.xlsx") -> TestResponse:
    data = {"csrf": clerk.csrf(), "file": (io.BytesIO(content), name)}
    return clerk.client.post("/spreadsheets", data=data, content_type="multipart/form-data")


def test_a_revocation_with_faults_names_each_field_and_keeps_what_was_typed(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    typed = {
        **DECISION,
        "decided_on": "2024年13月1日",
        "people[0].role": "",
        "people[1].name": "许某某",
        "people[1].no": "",
    }
    answer = clerk.post("/revocations/add", **typed, do="look")
    page = shown(answer)
    assert answer.status_code == 422
    assert 'value="2024年13月1日"' in page
    assert NUMBER in page
    for field, says in (
        ("decided_on", "日历上没有这一天"),
        ("people[0].role", "此项必须填写"),
        ("people[1].name", "姓名有隐去的字"),
    ):
        assert says in page.partition(f'id="fault-{field}"')[2].partition("</p>")[0]
        assert f'<a href="#field-{field}">' in page
    assert shown(clerk.get("/revocations")).count("/revocations/J") == 0


def test_people_are_added_and_removed_without_losing_anybody_else(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    added = shown(clerk.post("/revocations/add", **DECISION, do="add_person"))
    assert 'name="people[1].name" type="text" value=""' in added
    assert 'value="郭启明"' in added
    more = {**DECISION, "people[1].name": "许云", "people[1].no": "", "do": "remove_person:0"}
    left = shown(clerk.post("/revocations/add", **more))
    assert 'name="people[0].name" type="text" value="许云"' in left
    assert "郭启明" not in left


def test_what_follows_is_shown_with_the_words_of_the_law_before_it_is_filed(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    page = shown(clerk.get(entered(clerk)))
    assert "自处罚决定作出之日起五年内不得申请食品生产经营许可" in page
    assert "2024-06-18 至 2029-06-18" in page
    assert "提交复核" in page


def test_a_draft_put_by_unfinished_says_what_is_missing_and_cannot_be_filed(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    answer = clerk.post("/revocations/add", case_number="沪市监〔2024〕9号", do="save")
    page = shown(clerk.get(answer.location))
    assert "还有内容需要改正" in page
    assert "/file" not in page
    form = clerk.get(f"{answer.location}/edit")
    assert form.status_code == 200
    assert "处罚内容：此项必须填写" in shown(form)
    assert clerk.post("/revocations/add", do="save").status_code == 422


def test_the_same_decision_is_recognised_and_entered_twice_only_on_purpose(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    path = entered(clerk)
    again = clerk.post("/revocations/add", **DECISION, do="look")
    assert again.status_code == 409
    assert path in shown(again)
    assert clerk.post("/revocations/add", **DECISION, do="look", although_known="yes").status_code == 303


def test_the_second_person_confirms_and_the_page_names_the_list_version(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = filed(clerk)
    assert "/confirm" not in shown(clerk.get(path))
    answer = confirmer.post(f"{path}/confirm", number="1")
    assert answer.status_code == 303
    page = shown(confirmer.get(path))
    assert re.search(r"已确认，禁入现已生效，名单版本 \d+", page)
    assert "已列入名单" in page


def test_a_filing_goes_back_with_a_note_only_and_the_filer_reads_it(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = filed(clerk)
    assert confirmer.post(f"{path}/return", number="1", note=" ").status_code == 422
    assert confirmer.post(f"{path}/return", number="1", note="日期与决定书不符").status_code == 303
    assert "日期与决定书不符" in shown(clerk.get(path))
    other = sign_in_as(UserRole.CLERK)
    clerk.post(f"{path}/file", version=version(clerk, path))
    other.post(f"{path}/return", number="2", note="不是我提交的")
    assert "待复核" in shown(clerk.get(path))
    clerk.post(f"{path}/return", number="2", note="自己撤回")
    assert "自己撤回" in shown(clerk.get(path))


def test_a_disputed_revocation_stays_in_force_and_the_page_says_so_until_it_is_annulled(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = in_force(clerk, confirmer)
    assert clerk.post(f"{path}/next", version=version(clerk, path), reason="x").status_code == 422
    clerk.post(f"{path}/next", version=version(clerk, path), step="dispute", reason="杭政复〔2024〕1号受理通知")
    confirmer.post(f"{path}/confirm", number="2")
    page = shown(clerk.get(path))
    assert "禁入不停止执行，继续有效" in page
    assert "已生效" in page
    clerk.post(f"{path}/next", version=version(clerk, path), step="end", reason="复议维持")
    confirmer.post(f"{path}/confirm", number="3")
    assert "禁入不停止执行，继续有效" not in shown(clerk.get(path)).partition("<form")[0]
    clerk.post(f"{path}/next", version=version(clerk, path), step="annul", reason="杭州中院（2024）浙01行终1号")
    confirmer.post(f"{path}/confirm", number="4")
    assert "禁入已经解除" in shown(clerk.get(path))


def test_a_change_of_what_stands_is_shown_side_by_side_and_needs_reason_and_second_person(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = in_force(clerk, confirmer)
    changed = {**DECISION, "people[0].no": "1", "decided_on": "2024-06-20", "do": "look"}
    clerk.post(f"{path}/edit", **changed, version=version(clerk, f"{path}/edit"))
    page = shown(clerk.get(path))
    assert "<td>2024年6月18日</td><td><strong>2024-06-20</strong></td>" in page
    assert clerk.post(f"{path}/change", version=version(clerk, path), reason="").status_code == 422
    clerk.post(f"{path}/change", version=version(clerk, path), reason="录入笔误")
    assert "2024-06-20" in shown(confirmer.get(path))
    confirmer.post(f"{path}/confirm", number="2")
    assert "2024-06-20 至 2029-06-20" in shown(clerk.get(path))


def test_a_stale_page_and_another_regions_document_change_nothing(sign_in_as: SignInAs) -> None:
    clerk, elsewhere = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CLERK, "32")
    path = entered(clerk)
    assert clerk.post(f"{path}/file", version="77").status_code == 409
    assert elsewhere.get(path).status_code == 404
    assert elsewhere.post(f"{path}/discard", version=version(clerk, path)).status_code == 404
    assert clerk.post(f"{path}/discard", version=version(clerk, path)).status_code == 303
    assert DECISION["organisation"] not in shown(clerk.get("/revocations"))


def test_a_courts_own_spreadsheet_is_explained_once_and_bad_rows_come_back_with_reasons(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = uploaded(clerk, workbook(court_row(0), court_row(1, 判决日期="去年"))).location
    page = shown(clerk.get(f"{path}/map"))
    assert re.search(r'<option value="court" selected>法院', page)
    chosen = chosen_in(page)
    stated = {**chosen, "kind": "conviction", "constant.id_type": "resident_id", "remember_as": "德川县人民法院"}
    lacking = clerk.post(f"{path}/map", **{**stated, "heading.1": ""}, version=version(clerk, f"{path}/map"))
    assert lacking.status_code == 422
    assert "没有表头对应此项" in shown(lacking).partition('id="fault-constant.court"')[2].partition("</p>")[0]
    assert 'value="德川县人民法院"' in shown(lacking)
    clerk.post(f"{path}/map", **stated, version=version(clerk, f"{path}/map"))
    page = shown(clerk.get(path))
    assert "周明远" in page
    assert "判决日期：日期写法无法识别" in page
    given = clerk.post(f"{path}/rows", form="csv")
    assert "去年" in given.get_data().decode("utf-8-sig")
    assert given.headers["Content-Disposition"].startswith("attachment")
    clerk.post(f"{path}/file", version=version(clerk, path))
    assert "/confirm" not in shown(clerk.get(path))
    confirmer.post(f"{path}/confirm", version=version(confirmer, path))
    assert re.search(r"1 行已按规定列入，现已生效，名单版本 \d+", shown(confirmer.get(path)))
    again = uploaded(clerk, given.get_data(), "更正.csv").location
    assert "待提交" in shown(clerk.get(again))


def test_an_unknown_word_is_asked_for_and_its_meaning_applied(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    path = uploaded(clerk, workbook(court_row(0, 性别="公"))).location
    page = shown(clerk.get(f"{path}/map"))
    chosen = chosen_in(page)
    stated = {**chosen, "kind": "conviction", "constant.id_type": "resident_id"}
    asked = clerk.post(f"{path}/map", **stated, version=version(clerk, f"{path}/map"))
    assert asked.location.endswith("/map")
    assert "性别：公" in shown(clerk.get(f"{path}/map"))
    told = {**stated, "word.sex.0": "男"}
    assert clerk.post(f"{path}/map", **told, version=version(clerk, f"{path}/map")).location == path
    assert "有问题" not in shown(clerk.get(path)).partition("<main")[2]


def test_a_file_that_is_none_costs_one_message(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    assert uploaded(clerk, b"PK\x03\x04 broken", "坏.xlsx").status_code == 422
    nothing = clerk.client.post("/spreadsheets", data={"csrf": clerk.csrf()})
    assert "请先选择文件" in shown(nothing)


def test_a_row_that_waits_is_settled_with_a_reason_by_a_confirmer_of_its_region(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    path = uploaded(clerk, workbook(court_row(0, 罪名="非法经营罪"))).location
    page = shown(clerk.get(f"{path}/map"))
    chosen = chosen_in(page)
    stated = {**chosen, "kind": "conviction", "constant.id_type": "resident_id"}
    clerk.post(f"{path}/map", **stated, version=version(clerk, f"{path}/map"))
    clerk.post(f"{path}/file", version=version(clerk, path))
    confirmer.post(f"{path}/confirm", version=version(confirmer, path))
    home = shown(confirmer.get("/"))
    assert re.search(r'href="/waiting"><strong>1</strong> 条记录待认定', home)
    row = re.search(r'href="(/waiting/\d+)"', shown(confirmer.get("/waiting")))
    assert row is not None
    elsewhere = sign_in_as(UserRole.CONFIRMER, "32")
    assert elsewhere.get(row[1]).status_code == 404
    refused = shown(confirmer.post(row[1], finding="", reason=""))
    assert {"finding", "reason"} == set(re.findall(r'id="fault-(\w+)"', refused))
    confirmer.post(row[1], finding="yes", reason="涉案物品为含瘦肉精的牛肉")
    assert re.search(r"禁入现已生效，名单版本 \d+", shown(confirmer.get("/waiting")))
    assert confirmer.get(row[1]).status_code == 404


def test_a_look_up_says_what_for_is_recorded_and_shows_no_whole_number(
    sign_in_as: SignInAs, services: Services
) -> None:
    in_force(sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER))
    regulator = sign_in_as(UserRole.REGULATOR, None)
    sought = {"kind": "person", "id_type": "resident_id", "name": "郭启明"}
    for refused in (
        {**sought, "ground": "任务7"},
        {**sought, "purpose": "inspection"},
        {"purpose": "case", "ground": "7"},
    ):
        assert regulator.post("/search", **refused).status_code == 422
    lacking = shown(regulator.post("/search"))
    assert re.findall(r'id="fault-(\w+)"', lacking) == ["purpose", "ground", "name"]
    assert _look_ups(services) == []
    asked = {**sought, "purpose": "inspection", "ground": "任务7"}
    page = shown(regulator.post("/search", **asked))
    assert "郭启明" in page
    assert NUMBER not in page
    ban = re.search(r'name="ban_no" value="(\w+)"', page)
    assert ban is not None
    listed = shown(regulator.post("/search/person", ban_no=ban[1], purpose="inspection", ground="任务7"))
    assert "自处罚决定作出之日起五年内" in listed
    assert "首次提交" in listed
    assert NUMBER not in listed
    assert regulator.post("/search/person", ban_no="B0", purpose="case", ground="7").status_code == 404
    assert regulator.post("/search/person", ban_no=ban[1], purpose="case", ground="").status_code == 422
    found = [(each["by"], each["found"], each["purpose"]) for each in _look_ups(services)]
    assert found == [("name", 1, "inspection"), ("ban", 1, "inspection"), ("ban", 0, "case")]
    assert "郭启明" not in json.dumps(_look_ups(services), ensure_ascii=False)


def test_the_first_page_counts_what_waits_for_each_role(sign_in_as: SignInAs) -> None:
    clerk, confirmer = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    assert "没有等待您处理的事项" in shown(clerk.get("/"))
    path = filed(clerk)
    assert 'href="/revocations?state=filed"><strong>1</strong>' in shown(confirmer.get("/"))
    confirmer.post(f"{path}/return", number="1", note="不符")
    assert 'href="/revocations?state=returned"><strong>1</strong>' in shown(clerk.get("/"))
    assert "没有等待您处理的事项" in shown(confirmer.get("/"))
    assert "没有等待您处理的事项" in shown(sign_in_as(UserRole.CLERK, "32").get("/"))
    assert 'href="/search"' in shown(sign_in_as(UserRole.REGULATOR, None).get("/"))


def _look_ups(services: Services) -> list[dict[str, object]]:
    entries = [row for row in rows(services, ledger_entry) if row.kind == EventKind.LIST_SEARCHED]
    return [json.loads(row.facts) for row in entries]
