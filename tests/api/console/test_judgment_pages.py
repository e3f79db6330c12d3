"""The pages of judgments without scripts: plain forms that keep what was typed and say what is wrong beside it."""

from __future__ import annotations

import html
import io
import re

import pytest

from api.console.judgment_form import changed, content_of, values_of
from api.console.judgment_quotes import pieces, quotes_of
from registry.services.actor import Actor
from registry.services.context import Services
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import DeskDocument, read_document
from registry.services.receive_judgment import receive_judgment
from registry.services.receive_revocation import receive_revocation
from registry.services.save_draft import save_draft
from registry.store.account_repository import UserRole
from registry.store.desk_values import DeskState
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.registry.intake.invented_judgments import CHARGE, HEAD, ZHOU, appeal, judgment
from tests.registry.services.desk_at_hand import CLERK, HEARD, again, certified, edited, filed, in_force, laid_down
from tests.registry.services.test_revocations_at_the_desk import DECISION

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


SEALED = judgment(
    f"被告人周明远犯{CHARGE}，判处拘役三个月。\n", ZHOU.replace("1981", "2003"), HEAD.replace("7号", "9号")
)


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def path_of(document: DeskDocument, rest: str = "") -> str:
    return f"/judgments/{document.document_no}{rest}"


def form_of(document: DeskDocument, **typed: str) -> dict[str, str]:
    assert document.content is not None
    return values_of(document.content) | {"version": str(document.row_version), **typed}


@SQLITE
def test_a_form_sent_back_as_it_was_shown_changes_nothing(services: Services) -> None:
    document = laid_down(services, HEARD)
    content = edited(document, appealed=False)
    content["defendants"][0] |= {"decision": {"case_number": "（2020）浙05刑终12号"}, "left_out": "not_concerned"}
    content["defendants"][1]["counts"][0] |= {"food_related": True, "months": 4.5}
    content["defendants"][1]["bans"] = [{"kind": "occupational_ban", "years": 3, "text": "禁止从事……"}]
    assert content_of(values_of(content), content) == content


@SQLITE
def test_defendants_counts_and_bans_are_added_and_taken_away_by_their_place(services: Services) -> None:
    content = edited(laid_down(services, HEARD))
    assert changed(content, "add_count:1") == "defendants[1].counts[1].charge"
    assert changed(content, "remove_count:1:0") == "defendants[1].name"
    assert content["defendants"][1]["counts"] == [{}]
    assert changed(content, "add_ban:0") == "defendants[0].bans[0].kind"
    changed(content, "remove_defendant:0")
    assert [each["name"] for each in content["defendants"]] == ["许云"]
    assert changed(content, "add_defendant") == "defendants[1].name"
    for nonsense in ("", "remove_count:9:9", "remove_count:1", "remove_defendant:-1", "__class__:0", "add_count:x"):
        before = str(content)
        assert (changed(content, nonsense), str(content)) == ("", before)


@SQLITE
def test_quotes_follow_their_defendant_and_never_light_the_words_of_another(services: Services) -> None:
    document = laid_down(services, HEARD)
    assert document.text is not None
    assert document.content is not None
    content = {**document.content, "defendants": document.content["defendants"][1:]}
    quotes = quotes_of(document.reading, content)
    shown = {
        name: "".join(each.text for each in pieces(document.text, quotes) if name in each.fields) for name in quotes
    }
    assert shown["defendants[0].name"] == "许云"
    assert "".join(each.text for each in pieces(document.text, quotes)) == document.text
    changed(content, "add_count:0")
    assert "defendants[0].counts[0].charge" not in quotes_of(document.reading, content)


def test_many_files_are_received_without_a_script_each_with_its_message(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    files = [
        (io.BytesIO(HEARD.encode()), "判决书.txt"),
        (io.BytesIO(HEARD.encode()), "又一份.txt"),
        (io.BytesIO(b"PK\x03\x04 no archive"), "坏的.zip"),
        (io.BytesIO(SEALED.encode()), "少.txt"),
    ]  # fmt: skip
    data = {"csrf": clerk.csrf(), "files": files}
    shown = clerk.client.post("/judgments/upload", data=data, content_type="multipart/form-data")
    told = re.findall(
        r'<li class="(\w+)"><strong>([^<]+)</strong><p>([^<]+)', html.unescape(shown.get_data(as_text=True))
    )
    assert [(tone, name) for tone, name, _ in told] == [
        ("good", "判决书.txt"),
        ("wait", "又一份.txt"),
        ("bad", "坏的.zip"),
        ("bad", "少.txt"),
    ]
    assert "周明远、许云" in told[0][2]
    assert "已登记过" in told[1][2]
    assert "已损坏" in told[2][2]
    assert "未成年人" in told[3][2]
    assert "请选择文件" in clerk.post("/judgments/upload").get_data(as_text=True)
    assert "周明远、许云" in words(clerk, "/judgments")


def test_a_filing_with_gaps_keeps_what_was_typed_and_says_beside_each_field_what_is_missing(
    sign_in_as: SignInAs, services: Services
) -> None:
    document, clerk = laid_down(services), sign_in_as(UserRole.CLERK)
    typed = form_of(document, do="file", effect_by="certificate", note="请看第二页", court="")
    answer = clerk.post(path_of(document), **typed)
    shown = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert set(re.findall(r'id="fault-([^"]+)"', shown)) == {"court", "effective_date"}
    assert "法院：此项必须填写。" in shown
    assert "请看第二页" in shown
    assert again(services, document).content["effect_by"] == "certificate"  # type: ignore[index]
    typed = form_of(again(services, document), do="file", effective_date="2020年3月20日", court="德川县人民法院")
    assert clerk.post(path_of(document), **typed).status_code == 303
    assert again(services, document).waiting is not None


@SQLITE
def test_typed_content_of_a_document_that_was_filed_meanwhile_is_shown_and_not_lost(
    sign_in_as: SignInAs, services: Services
) -> None:
    document, clerk = laid_down(services), sign_in_as(UserRole.CLERK)
    filed(services, document, certified(document))
    answer = clerk.post(path_of(document), **form_of(document, **{"defendants[0].name": "周名远"}))
    assert answer.status_code == 409
    assert "周名远" in answer.get_data(as_text=True)
    assert "待复核" in answer.get_data(as_text=True)


@SQLITE
def test_a_doubt_stands_until_what_it_speaks_of_was_changed(sign_in_as: SignInAs, services: Services) -> None:
    document, clerk = laid_down(services, HEAD + ZHOU), sign_in_as(UserRole.CLERK)
    shown = words(clerk, path_of(document))
    assert "没有找到判决主文" in shown
    assert 'class="settled"' not in shown
    typed = form_of(document, **{"defendants[0].counts[0].charge": CHARGE})
    kept = html.unescape(clerk.post(path_of(document, "/draft"), **typed).get_data(as_text=True))
    assert 'class="settled"' in kept


@SQLITE
def test_drafts_are_kept_with_what_follows_and_not_over_somebody_else_s_work(
    sign_in_as: SignInAs, services: Services
) -> None:
    document, clerk = laid_down(services), sign_in_as(UserRole.CLERK)
    typed = form_of(document, effect_by="certificate", effective_date="2020-03-20")
    answer = clerk.post(path_of(document, "/draft"), **typed)
    shown = html.unescape(answer.get_data(as_text=True))
    version = again(services, document).row_version
    assert f'data-version="{version}"' in shown
    assert "2020-03-20起，终身" in shown
    assert clerk.post(path_of(document, "/draft"), **typed).status_code == 409


@SQLITE
def test_somebody_who_turns_out_to_have_been_a_child_leaves_no_trace_and_the_page_goes(
    sign_in_as: SignInAs, services: Services
) -> None:
    document, clerk = laid_down(services), sign_in_as(UserRole.CLERK)
    typed = form_of(document, **{"defendants[0].birth_date": "2003-05-06"})
    shown = clerk.post(path_of(document, "/draft"), **typed).get_data(as_text=True)
    assert 'data-go="/judgments"' in shown
    assert again(services, document).state is DeskState.REFUSED
    assert words(clerk, path_of(document)).count("周明远") == 0


@SQLITE
def test_a_confirmer_returns_with_a_note_and_the_clerk_sees_it_first(sign_in_as: SignInAs, services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    sign_in_as(UserRole.CLERK)  # the one who filed it
    clerk, second = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER, name="周复核")
    back = path_of(document, f"/filings/{step.number}/return")
    assert second.post(back, note=" ").status_code == 422
    assert clerk.post(back, note="x").status_code == 403
    assert second.post(back, note="生效日期与证明不符").status_code == 303
    assert "周复核 于" in words(clerk, path_of(document))
    assert "生效日期与证明不符" in words(clerk, path_of(document))


@SQLITE
def test_nobody_confirms_what_they_filed_whatever_their_role_is_by_now(
    sign_in_as: SignInAs, services: Services
) -> None:
    document = laid_down(services)
    second = sign_in_as(UserRole.CONFIRMER)
    own = Actor(second.user_id, "周复核", UserRole.CLERK, "33")
    save_draft(services, document.document_no, certified(document), expected=document.row_version, actor=own)
    version = again(services, document).row_version
    step = file_judgment(services, document.document_no, actor=own, expected=version)
    assert "不能由您复核" in words(second, path_of(document))
    assert second.post(path_of(document, f"/filings/{step.number}/confirm")).status_code == 403


@SQLITE
def test_what_was_confirmed_is_corrected_withdrawn_and_given_effect_by_two_people(
    sign_in_as: SignInAs, services: Services
) -> None:
    document = in_force(services)
    clerk, second = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    typed = form_of(document, do="file", **{"defendants[0].ethnic_group": "回族"})
    assert "更正理由" in words(clerk, path_of(document, "/correct"))
    assert clerk.post(path_of(document), **typed).status_code == 422
    typed["version"] = str(again(services, document).row_version)
    assert clerk.post(path_of(document), **typed, reason="民族有误").status_code == 303
    assert "汉族" in words(second, path_of(document))
    second.post(path_of(document, "/filings/2/confirm"))
    assert again(services, document).content["defendants"][0]["ethnic_group"] == "回族"  # type: ignore[index]
    version = str(again(services, document).row_version)
    assert clerk.post(path_of(document, "/withdraw"), version=version, reason=" ").status_code == 422
    clerk.post(path_of(document, "/withdraw"), version=version, reason="录入错误")
    assert "视为自始没有" in words(second, path_of(document))
    second.post(path_of(document, "/filings/3/confirm"))
    assert again(services, document).state is DeskState.WITHDRAWN
    shown = words(clerk, path_of(document))
    assert [name for name in ("首次提交", "更正", "撤回") if name in shown] == ["首次提交", "更正", "撤回"]
    assert "汉族" in words(clerk, path_of(document, "/filings/1"))


@SQLITE
def test_a_pending_judgment_is_given_effect_by_its_certificate(sign_in_as: SignInAs, services: Services) -> None:
    document = laid_down(services)
    clerk, second = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    filed(services, document, edited(document))
    second.post(path_of(document, "/filings/1/confirm"))
    assert again(services, document).state is DeskState.PENDING
    assert "登记生效日期" in words(clerk, path_of(document))
    version = str(again(services, document).row_version)
    early = clerk.post(path_of(document, "/effect"), version=version, effective_date="2020-01-01")
    assert "不能早于" in early.get_data(as_text=True)
    assert clerk.post(path_of(document, "/effect"), version=version, effective_date="2020.3.20").status_code == 303
    second.post(path_of(document, "/filings/2/confirm"))
    assert again(services, document).state is DeskState.IN_FORCE


@SQLITE
def test_a_ruling_is_attached_to_its_first_instance_as_the_page_proposes(
    sign_in_as: SignInAs, services: Services
) -> None:
    first = laid_down(services, HEARD)
    received = receive_judgment(services, appeal("驳回上诉，维持原判。", "裁定"), actor=CLERK)
    ruling = read_document(services, received.document_no or "", CLERK)
    clerk, second = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CONFIRMER)
    save_draft(services, first.document_no, edited(first), expected=first.row_version, actor=CLERK)
    shown = words(clerk, path_of(ruling, "/appeal"))
    assert shown.count('value="upheld" checked') == 2
    answer = clerk.post(
        path_of(ruling, "/appeal"),
        version=str(ruling.row_version),
        first_no=first.document_no,
        **{"result-1": "upheld"},
    )
    assert answer.location == path_of(first)
    second.post(path_of(first, "/filings/1/confirm"))
    assert again(services, first).state is DeskState.IN_FORCE
    assert again(services, ruling).state is DeskState.ATTACHED


@SQLITE
def test_another_region_s_judgments_are_nowhere(sign_in_as: SignInAs, services: Services) -> None:
    document = laid_down(services)
    elsewhere = sign_in_as(UserRole.CLERK, "32")
    assert elsewhere.get(path_of(document)).status_code == 404
    assert elsewhere.post(path_of(document), **form_of(document)).status_code == 404
    assert document.document_no not in words(elsewhere, "/judgments?state=all")


@SQLITE
def test_a_revocation_is_led_to_its_own_pages_and_none_of_these_touch_it(
    sign_in_as: SignInAs, services: Services
) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    number = receive_revocation(services, DECISION, actor=CLERK).document_no
    assert clerk.get(f"/judgments/{number}").location == f"/revocations/{number}"
    for page in ("", "/draft", "/effect", "/withdraw", "/sentence", "/appeal", "/open"):
        assert clerk.post(f"/judgments/{number}{page}", version="1").status_code == 404, page
    assert str(number) not in words(clerk, "/judgments?state=all")


@SQLITE
def test_the_list_says_who_has_a_judgment_open_and_what_can_be_done_next(
    sign_in_as: SignInAs, services: Services
) -> None:
    document = laid_down(services)
    clerk, other = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CLERK, name="王录入")
    other.get(path_of(document))
    assert "正被打开：王录入" in words(clerk, "/judgments")
    assert "核对并提交" in words(clerk, "/judgments")
    other.post(path_of(document, "/leave"))
    assert "正被打开" not in words(clerk, "/judgments")
    for state in ("all", "draft", "over", "nonsense"):
        assert clerk.get(f"/judgments?state={state}&after=x").status_code == 200
