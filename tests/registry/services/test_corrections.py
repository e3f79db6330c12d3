"""Upheld objections to a listing reach those who correct it, and go by themselves once the list has changed."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from docx import Document

from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.correct_answers import correct_answers
from registry.services.correct_judgment import withdraw_judgment
from registry.services.decide_objection import Decision, decide_objection
from registry.services.desk_actor import NamedActor
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_corrections import corrections_of, count_corrections, list_corrections
from registry.services.read_desk import DeskDocument
from registry.services.write_notice import Naming, PaperForm
from registry.services.write_objection_letter import write_correction_request, write_decision_letter
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.desk_at_hand import CLERK, ELSEWHERE, again, confirmed, in_force
from tests.registry.services.register_under_test import listed, take

DECIDER = NamedActor("user:8", "33")
LODGER = NamedActor("user:7", "33")
REASON = "再审改判无罪，判决书已附卷"
NAMING = Naming(str, str, lambda region: f"{region}省", str)


def lodged(services: Services, ban_no: str, files: Sequence[tuple[str, bytes]] = ()) -> str:
    lodging = Lodging(ban_no, None, "周明远", "我没有犯罪。", services.clock.today(), "某局", files=files)
    return lodge_objection(services, lodging, LODGER).objection_no


def upheld(services: Services, ban_no: str, files: Sequence[tuple[str, bytes]] = ()) -> str:
    number = lodged(services, ban_no, files)
    decide_objection(services, number, Decision(True, REASON), DECIDER)
    return number


def ban_of(document: DeskDocument) -> str:
    return str(document.rows[0].ban_no)


def paragraphs(content: bytes) -> str:
    return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


def test_what_is_to_be_corrected_is_counted_and_named_within_the_region_until_the_list_changes(
    services: Services,
) -> None:
    document = in_force(services)
    correct_answers(services)
    number = upheld(services, ban_of(document))
    assert (count_corrections(services, CLERK), count_corrections(services, ELSEWHERE)) == (1, 0)
    (found,) = list_corrections(services, CLERK)
    assert [each.document_no for each in found.documents] == [document.document_no]
    assert (found.objection.objection_no, found.rows) == (number, ())
    now = again(services, document)
    step = withdraw_judgment(services, now.document_no, actor=CLERK, expected=now.row_version, reason=REASON)
    confirmed(services, step)
    correct_answers(services)
    assert (count_corrections(services, CLERK), list_corrections(services, CLERK)) == (0, [])


def test_who_corrects_learns_why_and_that_they_looked_is_recorded(services: Services) -> None:
    ban_no = ban_of(in_force(services))
    assert corrections_of(services, [ban_no], CLERK) == []
    upheld(services, ban_no)
    assert [each.objection.reason for each in corrections_of(services, [ban_no], CLERK)] == [REASON]
    with services.store.read() as uow:
        acts = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == EventKind.OBJECTION_READ]
    assert [entry.actor for entry in acts] == [CLERK.text]


@pytest.mark.parametrize("form", list(PaperForm))
def test_the_province_whose_row_it_is_is_asked_for_the_correction_by_letter(
    services: Services, form: PaperForm
) -> None:
    take(services, conviction("R1"))
    number = upheld(services, listed(services)[0].ban_no)
    (found,) = list_corrections(services, DECIDER)
    assert (found.documents, found.rows) == ((), ("33:R1",))
    content = write_correction_request(services, number, "33", form, NAMING, DECIDER)
    if form is PaperForm.PDF:
        assert content.startswith(b"%PDF")
    else:
        said = paragraphs(content)
        assert [each for each in ("33:R1", REASON, "33省食品行业", number) if each not in said] == []
    with pytest.raises(ConflictError):
        write_correction_request(services, number, "32", form, NAMING, DECIDER)


def test_whoever_objected_is_told_the_decision_its_reasons_and_where_to_turn(services: Services) -> None:
    ban_no = ban_of(in_force(services))
    rejected = lodged(services, ban_no)
    with pytest.raises(ConflictError):
        write_decision_letter(services, rejected, PaperForm.DOCX, NAMING, DECIDER)
    decide_objection(services, rejected, Decision(False, "证据不足"), DECIDER)
    letters = {
        number: paragraphs(write_decision_letter(services, number, PaperForm.DOCX, NAMING, DECIDER))
        for number in (rejected, upheld(services, ban_no))
    }
    for number, said in letters.items():
        assert [each for each in (number, ban_no, "周明远", "六十日", "六个月", "人民法院") if each not in said] == []
    assert "异议不成立" in letters[rejected]
    assert "证据不足" in letters[rejected]


def test_the_letter_of_an_upheld_objection_says_what_it_has_come_to_by_now(services: Services) -> None:
    document = in_force(services)
    correct_answers(services)
    number = upheld(services, ban_of(document))

    def letter() -> str:
        return paragraphs(write_decision_letter(services, number, PaperForm.DOCX, NAMING, DECIDER))

    assert "由原登记单位或者来源地区更正" in letter()
    now = again(services, document)
    step = withdraw_judgment(services, now.document_no, actor=CLERK, expected=now.row_version, reason=REASON)
    confirmed(services, step)
    correct_answers(services)
    assert "更正，受其影响的核查结论随之更正" in letter()
    assert "由原登记单位或者来源地区更正" not in letter()
