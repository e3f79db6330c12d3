"""A judgment that is brought becomes a draft once; what may not be kept leaves a line number and a code."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from registry.errors import InvalidInputError, OutOfRegionError
from registry.intake.desk_content import from_reading
from registry.services.context import Services
from registry.services.correct_judgment import correct_judgment
from registry.services.decide_food_related import decide_food_related
from registry.services.desk_actor import NamedActor
from registry.services.discard_draft import discard_draft
from registry.services.read_desk import read_document, read_work_list
from registry.services.receive_judgment import Reception, SameBy, receive_judgment
from registry.services.return_judgment import return_judgment
from registry.services.save_draft import save_draft
from registry.store.desk_values import DeskState
from registry.store.key_tables import sealed_record
from registry.store.tables import ledger_entry, list_record, metadata, refused_row
from registry.store.upload_repository import NewOriginal
from registry.store.upload_tables import original
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, judgment, read
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.desk_at_hand import (
    ALONE,
    CLERK,
    CONFIRMER,
    HEARD,
    again,
    certified,
    confirmed,
    edited,
    filed,
    in_force,
    laid_down,
)
from tests.registry.services.register_under_test import everything_stored, listed, rows, take

YOUNG = "被告人濮阳静，女，2003年5月6日出生，汉族，学生。\n"
OF_AGE_LATER = f"被告人濮阳静犯{CHARGE}，判处有期徒刑一年，并处罚金人民币一万元。\n"
TOGETHER = judgment(f"被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n" + OF_AGE_LATER, ZHOU + YOUNG)


def _dump(services: Services) -> str:
    """Everything that is stored, opened: every document and filing of the desk, and every row as it stands."""
    found = []
    with services.store.read() as uow:
        for document in uow.desk.page(None, (), None, 100):
            filings = uow.desk.filings(document.id)
            found += [f"{document!r} {document.text} {document.reading} {document.draft} {document.keys}"]
            found += [f"{each!r} {each.content} {each.note} {each.answer}" for each in filings]
        for table in metadata.sorted_tables:
            found += [repr(tuple(row)) for row in uow.transaction.connection.execute(select(table))]
        found += [str(uow.lists.payload(row.id)) for row in uow.transaction.connection.execute(select(list_record))]
    return "\n".join(found)


def test_a_judgment_becomes_a_draft_with_its_text_and_what_was_read(services: Services) -> None:
    received = receive_judgment(services, ALONE, actor=CLERK, file="a.txt")
    assert received.reception is Reception.DRAFT
    document = read_document(services, str(received.document_no), CLERK)
    assert document.text == ALONE
    assert document.reading is not None
    start, end = document.reading["quotes"]["defendants[0].name"]
    assert ALONE[start:end] == "周明远"
    assert document.state is DeskState.DRAFT
    assert received.keep_original


def test_the_same_case_number_is_recognised_and_named(services: Services) -> None:
    document = in_force(services)
    for again_brought in (ALONE, ALONE.replace("（2020）", "〔2020〕"), HEARD):
        received = receive_judgment(services, again_brought, actor=CLERK)
        assert (received.reception, received.document_no) == (Reception.KNOWN, None)
        assert [(each.document_no, each.state, each.by) for each in received.known] == [
            (document.document_no, DeskState.IN_FORCE, SameBy.CASE_NUMBER)
        ]
    assert len(read_work_list(services, CLERK).items) == 1


def test_the_same_words_under_another_number_are_recognised(services: Services) -> None:
    document = laid_down(services)
    other = ALONE.replace("（2020）浙0599刑初7号", "（2020）浙0599刑初8号").replace("，", ",")
    received = receive_judgment(services, other, actor=CLERK)
    assert [(each.document_no, each.by) for each in received.known] == [(document.document_no, SameBy.CONTENT)]


def test_another_document_of_a_known_number_can_be_laid_down_all_the_same(services: Services) -> None:
    laid_down(services)
    received = receive_judgment(services, ALONE, actor=CLERK, although_known=True)
    assert received.reception is Reception.DRAFT
    assert len(received.known) == 1


def test_rows_of_the_list_under_the_same_number_are_named(services: Services) -> None:
    take(services, conviction("R9", document_no="(2020)浙0599刑初7号"))
    assert receive_judgment(services, ALONE, actor=CLERK).listed == ("33:R9",)


def test_a_discarded_judgment_can_be_brought_again(services: Services) -> None:
    document = laid_down(services)
    discard_draft(services, document.document_no, expected=document.row_version, actor=CLERK)
    assert receive_judgment(services, ALONE, actor=CLERK).reception is Reception.DRAFT


def test_the_region_is_the_actors_or_told_by_the_case_number(services: Services) -> None:
    operator = NamedActor("operator:test")
    received = receive_judgment(services, ALONE, actor=operator)
    assert read_document(services, str(received.document_no), operator).region == "33"
    nowhere = ALONE.replace("浙0599", "京0101").replace("浙江省", "")
    with pytest.raises(InvalidInputError):
        receive_judgment(services, nowhere, actor=operator)


def test_of_somebody_under_eighteen_only_the_line_and_a_code_are_kept(services: Services, tmp_path: Path) -> None:
    text = judgment(OF_AGE_LATER, YOUNG)
    received = receive_judgment(services, text, actor=CLERK, line=7)
    assert (received.reception, received.document_no) == (Reception.REFUSED, None)
    assert not received.keep_original
    assert [(row.line, row.code) for row in rows(services, refused_row)] == [(7, "sealed_juvenile")]
    assert read_work_list(services, CLERK).items == ()
    assert "濮阳静" not in _dump(services)
    if services.store.is_sqlite:
        assert "濮阳静".encode() not in everything_stored(services, tmp_path)


def test_of_several_the_one_who_may_not_be_kept_is_left_out_with_text_and_original(services: Services) -> None:
    received = receive_judgment(services, TOGETHER, actor=CLERK, file="濮阳静案.txt")
    assert received.reception is Reception.DRAFT
    assert received.refused == ("sealed_juvenile",)
    assert not received.keep_original
    document = read_document(services, str(received.document_no), CLERK)
    assert document.text is None
    assert document.content is not None
    assert [each["name"] for each in document.content["defendants"]] == ["周明远"]
    assert "濮阳静" not in _dump(services)
    confirmed(services, filed(services, document, certified(document)))
    assert len(listed(services)) == 1


def test_somebody_who_turns_out_to_have_been_under_eighteen_is_left_out_while_the_draft_is_written(
    services: Services,
) -> None:
    document = laid_down(services, HEARD)
    content = edited(document)
    content["defendants"][1] |= {"offence_from": "1999-01-01", "offence_to": "1999-05-01"}
    saved = save_draft(services, document.document_no, content, expected=document.row_version, actor=CLERK)
    assert saved.refused == ("sealed_juvenile",)
    assert "许云" not in _dump(services)
    now = again(services, document)
    assert now.text is None
    content = edited(now) | {"last_no": None}
    content["defendants"].append({"name": "吕望", "kind": "person"})
    saved = save_draft(services, document.document_no, content, expected=now.row_version, actor=CLERK)
    assert saved.content is not None
    assert [each["no"] for each in saved.content["defendants"]] == [1, 3]


def test_a_correction_that_shows_somebody_under_eighteen_erases_them_from_list_and_desk_at_once(
    services: Services,
) -> None:
    document = in_force(services, HEARD.replace("拘役三个月", "有期徒刑三个月"))
    content = edited(document)
    content["defendants"][1] |= {"offence_from": "1999-01-01", "offence_to": "1999-05-01"}
    correct_judgment(
        services, document.document_no, content, actor=CLERK, expected=document.row_version, reason="犯罪日期"
    )
    assert [face.identity.name for subject in listed(services) for face in subject.faces] == ["周明远"]
    assert "许云" not in _dump(services)
    assert [row.record_no for row in rows(services, sealed_record)] == [f"{document.document_no}-2-1"]


def test_a_masked_name_is_a_fault_until_the_courts_own_copy_says_it(services: Services) -> None:
    document = laid_down(services, ALONE.replace("周明远", "周某某"))
    assert [fault.code for fault in document.faults if fault.field == "defendants[0].name"] == ["name_masked"]
    with pytest.raises(InvalidInputError):
        filed(services, document, certified(document))
    content = certified(document)
    content["defendants"][0] |= {"name": "周明远", "name_masked": False}
    assert confirmed(services, filed(services, document, content)).state is DeskState.IN_FORCE


def test_a_unit_is_fined_and_founds_no_row(services: Services) -> None:
    unit = "被告单位德川县山海食品有限公司，住所地德川县，法定代表人周明远。\n"
    decision = f"一、被告单位德川县山海食品有限公司犯{CHARGE}，判处罚金人民币二十万元。\n二、"
    document = in_force(services, judgment(decision + ALONE.split("判决如下：\n")[1].split("\n如不服")[0], unit + ZHOU))
    assert [row.record for row in document.rows] == [f"33:{document.document_no}-2-1"]


def test_a_charge_that_may_not_concern_food_waits_until_somebody_says(services: Services) -> None:
    document = laid_down(services, ALONE.replace(CHARGE, "生产、销售伪劣产品罪"))
    step = filed(services, document, certified(document))
    assert confirmed(services, step).state is DeskState.WAITING
    now = again(services, document)
    content = certified(now)
    content["defendants"][0]["counts"][0]["food_related"] = True
    step = correct_judgment(
        services, document.document_no, content, actor=CLERK, expected=now.row_version, reason="涉案物品为猪肉"
    )
    assert confirmed(services, step).state is DeskState.IN_FORCE


def test_former_convictions_are_no_rows(services: Services) -> None:
    before = "2010年因犯销售有毒、有害食品罪被德川县人民法院判处有期徒刑三年。"
    document = in_force(services, ALONE.replace("汉族，小学文化。", f"汉族，小学文化。{before}"))
    with services.store.read() as uow:
        payloads = [uow.lists.payload(row.id) for row in rows(services, list_record)]
    assert [payload["sentence_months"] for payload in payloads] == ["12"]
    assert len(document.rows) == 1


def test_everything_a_reading_gives_has_its_place_in_the_draft() -> None:
    reading = read(HEARD)
    content = from_reading(reading, "33")
    assert [each["no"] for each in content["defendants"]] == [1, 2]
    assert content["effect_by"] == "none"
    assert reading["defendants"][1]["name"] == "许云"
    assert XU.startswith("被告人许云")


def test_what_is_received_and_refused_is_recorded_without_anything_of_whom(services: Services) -> None:
    receive_judgment(services, TOGETHER, actor=CLERK)
    acts = [(row.kind, row.facts) for row in rows(services, ledger_entry)]
    assert {"document_received", "document_refused"} <= {kind for kind, _ in acts}
    assert not any("周明远" in facts or "濮阳静" in facts for _, facts in acts)


def test_a_finding_by_the_operator_brings_the_document_into_force_too(services: Services) -> None:
    document = laid_down(services, ALONE.replace(CHARGE, "生产、销售伪劣产品罪"))
    confirmed(services, filed(services, document, certified(document)))
    decide_food_related(
        services, f"33:{document.document_no}-1-1", food_related=True, reason="涉案物品为猪肉", actor="operator:test"
    )
    now = again(services, document)
    assert (now.state, now.standing) == (DeskState.IN_FORCE, DeskState.IN_FORCE)


def test_a_corrected_case_number_is_the_one_a_judgment_is_known_by(services: Services) -> None:
    document = laid_down(services, ALONE.replace("刑初7号", "刑初1号"))
    content = edited(document, case_number="（2020）浙0599刑初7号")
    save_draft(services, document.document_no, content, expected=document.row_version, actor=CLERK)
    known = receive_judgment(services, HEARD, actor=CLERK).known
    assert [(each.document_no, each.by) for each in known] == [(document.document_no, SameBy.CASE_NUMBER)]


def test_nobody_files_for_another_region_than_their_own(services: Services) -> None:
    document = laid_down(services)
    with pytest.raises(OutOfRegionError):
        filed(services, document, certified(document, source_region="32"))
    assert again(services, document).region == "33"


@pytest.mark.parametrize(
    ("name", "decided"), [("濮阳静", "无罪"), ("濮某", "免予刑事处罚"), ("濮阳静", "犯诈骗罪，免予刑事处罚")]
)
def test_somebody_under_eighteen_who_was_acquitted_or_is_masked_is_left_out_all_the_same(
    services: Services, name: str, decided: str
) -> None:
    convicted = f"被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n被告人{name}{decided}。\n"
    received = receive_judgment(services, judgment(convicted, ZHOU + YOUNG.replace("濮阳静", name)), actor=CLERK)
    assert received.refused == ("sealed_juvenile",)
    assert name not in _dump(services)


def test_an_original_in_which_somebody_may_not_be_kept_is_not_kept(services: Services) -> None:
    file = NewOriginal("判决书.txt", "text", TOGETHER.encode())
    received = receive_judgment(services, TOGETHER, actor=CLERK, original=file)
    assert read_document(services, str(received.document_no), CLERK).original_id is None
    assert rows(services, original) == []


def test_a_discarded_document_that_had_been_filed_leaves_nothing_of_its_filings(services: Services) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document))
    return_judgment(services, document.document_no, number=step.number, actor=CONFIRMER, note="周明远姓名有误")
    now = again(services, document)
    discard_draft(services, document.document_no, expected=now.row_version, actor=CLERK)
    assert [(each.content, each.answer) for each in again(services, document).history] == [(None, None)]
    assert "周明远" not in _dump(services)
