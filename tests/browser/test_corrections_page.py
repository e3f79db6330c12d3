"""Pages that follow an upheld objection or a settled case, in a real browser: no machine finds fault, and they fit."""

from __future__ import annotations

import datetime

from playwright.sync_api import Page

from registry.services.attach_evidence import attach_to_case
from registry.services.context import Services
from registry.services.correct_judgment import withdraw_judgment
from registry.services.decide_case import Request, agree_release, ask_for_more, find_other, find_same
from registry.services.read_desk import read_document
from registry.services.receive_revocation import receive_revocation
from registry.store.account_repository import UserRole
from registry.store.case_values import ReleaseCause
from tests.api.rest.caller import applicant
from tests.browser.conftest import BrowseAs
from tests.browser.test_cases_pages import shot
from tests.browser.test_desk_journeys import violations
from tests.invented_list import invented_id
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.intake.test_photographs import JPEG
from tests.registry.services.cases_at_hand import (
    NAME,
    REASONS,
    SECOND,
    acting,
    blocked,
    list_somebody,
    match_of,
    office,
    reviewed,
    waive,
)
from tests.registry.services.desk_at_hand import CLERK, again, confirmed, filed, in_force
from tests.registry.services.register_under_test import listed, take
from tests.registry.services.test_corrections import ban_of, lodged, upheld
from tests.registry.services.test_revocations_at_the_desk import DECISION


def looked_at(page: Page, name: str, *paths: str) -> None:
    """Hold pages to WCAG, to the screen's width and, in English, to English headings; keep a picture of each."""
    for language in ("zh", "en"):
        for place, path in enumerate(paths):
            page.goto(f"/console{path}")
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
            shot(page, f"{language}-{name}-{place}")
        if language == "zh":
            page.get_by_role("button", name="English").click()


def test_pages_of_a_correction_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, services: Services
) -> None:
    document = in_force(services)
    number = upheld(services, ban_of(document))
    received = receive_revocation(services, DECISION, actor=CLERK)
    draft = read_document(services, str(received.document_no), CLERK)
    confirmed(services, filed(services, draft, dict(draft.content or {})))
    revocation = again(services, draft)
    upheld(services, ban_of(revocation))
    withdraw_judgment(services, revocation.document_no, actor=CLERK, expected=revocation.row_version, reason="登记有误")
    take(services, conviction("R1"))
    of_a_row = next(each.ban_no for each in listed(services) if each.faces[0].record_no == "R1")
    theirs, still_open = upheld(services, of_a_row), lodged(services, of_a_row)
    ways = (f"/judgments/{document.document_no}", f"/revocations/{revocation.document_no}")
    looked_at(browse_as(UserRole.CLERK), "clerk", "/", "/corrections", *ways)
    looked_at(browse_as(UserRole.CONFIRMER), "confirmer", ways[1])
    objections = [f"/objections/{each}" for each in (number, theirs, still_open)]
    looked_at(browse_as(UserRole.REGULATOR), "objection", *objections, "/objections/lodge")


def test_pages_of_settled_cases_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, services: Services
) -> None:
    list_somebody(services)
    caller = office(services)
    released, same, asked = blocked(caller), blocked(caller), reviewed(caller)
    waive(services, same)
    find_same(services, acting(services, same), match_of(services, same).id, REASONS)
    attach_to_case(services, acting(services, same), [("证件.jpg", JPEG)], "公安机关证明")
    match = match_of(services, released).id
    find_other(services, acting(services, released), match, "窗口抄错号码", ReleaseCause.WRONG_NUMBER)
    agree_release(services, acting(services, released, SECOND), match, "")
    caller.check(applicant(NAME, invented_id(7, "19851216")))
    late = services.clock.today() + datetime.timedelta(days=90)
    ask_for_more(services, acting(services, asked), Request("身份证原件", "申请人", late))
    cases = [f"/cases/{each}?state=all" for each in (released, same, asked)]
    looked_at(browse_as(UserRole.REGULATOR), "settled", *cases)
