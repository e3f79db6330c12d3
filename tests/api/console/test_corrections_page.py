"""Upheld objections at the desk's pages: counted at home, listed, and on the document that is to be corrected."""

from __future__ import annotations

import re

from api.console.judgment_form import values_of
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.correct_answers import correct_answers
from registry.services.correct_judgment import withdraw_judgment
from registry.services.read_desk import read_document
from registry.services.receive_revocation import receive_revocation
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.test_cases_pages import words
from tests.registry.services.desk_at_hand import CLERK, again, confirmed, filed, in_force
from tests.registry.services.test_corrections import REASON, ban_of, lodged, upheld
from tests.registry.services.test_revocations_at_the_desk import DECISION


def test_clerks_and_confirmers_find_at_home_and_on_the_judgment_what_is_to_be_corrected(
    services: Services, sign_in_as: SignInAs
) -> None:
    document = in_force(services)
    number = upheld(services, ban_of(document))
    way = f"/judgments/{document.document_no}"
    for role in (UserRole.CLERK, UserRole.CONFIRMER):
        visitor, corrects = sign_in_as(role), role is UserRole.CLERK
        home = re.sub(r"\s+", " ", words(visitor, "/"))
        assert '<a href="/corrections"><strong>1</strong> 件异议已成立' in home
        found = words(visitor, "/corrections")
        assert number in found
        assert f'href="{way}"' in found
        assert (f'href="{way}/correct"' in found) == corrects
        shown = words(visitor, way)
        assert REASON in shown
        assert ("去更正" in shown) == corrects
    assert REASON in words(sign_in_as(UserRole.CLERK), f"{way}/correct")
    elsewhere = sign_in_as(UserRole.CLERK, "32")
    assert "/corrections" not in words(elsewhere, "/")
    assert number not in words(elsewhere, "/corrections")


def test_a_revocation_names_the_upheld_objection_and_the_way_to_correct_it(
    services: Services, sign_in_as: SignInAs
) -> None:
    received = receive_revocation(services, DECISION, actor=CLERK)
    draft = read_document(services, str(received.document_no), CLERK)
    confirmed(services, filed(services, draft, dict(draft.content or {})))
    document = again(services, draft)
    upheld(services, ban_of(document))
    shown = words(sign_in_as(UserRole.CLERK), f"/revocations/{document.document_no}")
    assert REASON in shown
    assert f'href="/revocations/{document.document_no}/edit">去更正' in shown


def test_a_confirmer_sees_why_a_correction_was_filed(services: Services, sign_in_as: SignInAs) -> None:
    document = in_force(services)
    upheld(services, ban_of(document))
    clerk = sign_in_as(UserRole.CLERK)
    assert document.content is not None
    typed = values_of(document.content) | {"version": str(document.row_version), "do": "file", "reason": "异议成立"}
    typed["defendants[0].counts[0].months"] = "14"
    assert clerk.post(f"/judgments/{document.document_no}", **typed).status_code == 303
    assert REASON in words(sign_in_as(UserRole.CONFIRMER), f"/judgments/{document.document_no}")


def test_who_confirms_a_withdrawal_reads_what_it_does_and_nothing_of_a_listing(
    services: Services, sign_in_as: SignInAs
) -> None:
    sign_in_as(UserRole.CLERK)  # number 1, who files below
    document = in_force(services)
    withdraw_judgment(services, document.document_no, actor=CLERK, expected=document.row_version, reason="登记有误")
    confirmer = sign_in_as(UserRole.CONFIRMER)
    shown = words(confirmer, f"/judgments/{document.document_no}")
    assert "视为自始没有" in shown
    assert "因它暂停办理的申请随之恢复办理" in shown
    assert "确认后立即生效" not in shown
    received = receive_revocation(services, DECISION, actor=CLERK)
    draft = read_document(services, str(received.document_no), CLERK)
    confirmed(services, filed(services, draft, dict(draft.content or {})))
    now = again(services, draft)
    withdraw_judgment(services, now.document_no, actor=CLERK, expected=now.row_version, reason="登记有误")
    shown = words(confirmer, f"/revocations/{now.document_no}")
    assert "视为从未列入名单" in shown
    assert "确认后立即禁入" not in shown


def test_who_corrects_and_who_confirms_take_the_evidence_for_as_long_as_something_is_to_be_corrected(
    services: Services, sign_in_as: SignInAs
) -> None:
    document = in_force(services)
    number = upheld(services, ban_of(document), files=[("二审判决书.txt", "改判拘役三个月。".encode())])
    kept = None
    for role in (UserRole.CLERK, UserRole.CONFIRMER):
        visitor = sign_in_as(role)
        shown = words(visitor, f"/judgments/{document.document_no}")
        found = re.search(rf'action="(/corrections/{number}/files/[^"]+)"', shown)
        assert found is not None
        kept = found[1]
        assert "改判拘役三个月" in visitor.post(kept).get_data(as_text=True)
    assert sign_in_as(UserRole.CLERK, "32").post(str(kept)).status_code == 404
    with services.store.read() as uow:
        kinds = [entry.kind for _, entry, _, _ in uow.ledger.entries()]
    assert kinds.count(EventKind.ORIGINAL_READ) == 2
    now = again(services, document)
    step = withdraw_judgment(services, now.document_no, actor=CLERK, expected=now.row_version, reason=REASON)
    confirmed(services, step)
    correct_answers(services)
    assert sign_in_as(UserRole.CONFIRMER).post(str(kept)).status_code == 404


def test_a_correction_that_bars_nobody_any_more_says_that_the_standing_ban_is_lifted(
    services: Services, sign_in_as: SignInAs
) -> None:
    document = in_force(services)
    upheld(services, ban_of(document))
    assert document.content is not None
    typed = values_of(document.content) | {"version": str(document.row_version), "do": "file", "reason": "二审改判"}
    typed |= {"defendants[0].counts[0].sentence": "拘役", "defendants[0].counts[0].months": "3"}
    assert sign_in_as(UserRole.CLERK).post(f"/judgments/{document.document_no}", **typed).status_code == 303
    shown = words(sign_in_as(UserRole.CONFIRMER), f"/judgments/{document.document_no}")
    assert f"现有禁入（{ban_of(document)}）因此解除" in shown
    assert "确认，解除现有禁入" in shown
    assert "不会有人因此列入名单" not in shown


def test_the_record_of_somebody_listed_says_what_is_objected_and_that_it_is_to_be_corrected(
    services: Services, sign_in_as: SignInAs
) -> None:
    ban_no = ban_of(in_force(services))
    open_one = lodged(services, ban_no)
    pending = upheld(services, ban_no)
    asked = {"ban_no": ban_no, "purpose": "inspection", "ground": "任务7"}
    shown = sign_in_as(UserRole.REGULATOR).post("/search/person", **asked).get_data(as_text=True)
    assert f"有人就此提出异议（{open_one}），尚未决定" in shown
    assert f"异议 {pending} 已成立，名单待更正" in shown
    assert "成立，待更正" in shown


def test_a_correction_that_was_begun_is_gone_on_with_by_clerks_alone(services: Services, sign_in_as: SignInAs) -> None:
    document = in_force(services)
    upheld(services, ban_of(document))
    assert document.content is not None
    typed = values_of(document.content) | {"version": str(document.row_version), "defendants[0].counts[0].months": "14"}
    saved = sign_in_as(UserRole.CLERK).post(f"/judgments/{document.document_no}/draft", **typed)
    assert saved.status_code == 200
    way = f"/judgments/{document.document_no}"
    assert "继续核对" in words(sign_in_as(UserRole.CLERK), way)
    shown = words(sign_in_as(UserRole.CONFIRMER), way)
    assert "继续核对" not in shown
