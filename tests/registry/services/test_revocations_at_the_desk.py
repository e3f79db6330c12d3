"""A revocation is filed by two people, bars while it is disputed, and is lifted at once when it is annulled."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from registry.errors import ConflictError, InvalidInputError, SamePersonError
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.correct_judgment import correct_judgment
from registry.services.list_index import ListIndex
from registry.services.read_desk import DeskDocument, read_document, read_work_list
from registry.services.receive_judgment import Reception
from registry.services.receive_revocation import annul_revocation, dispute_revocation, receive_revocation
from registry.services.search_listed import search_listed
from registry.store.desk_values import DeskState, DocumentKind
from tests.registry.intake.list_rows_at_hand import id_number
from tests.registry.services.desk_at_hand import CLERK, LOOK_UP, again, confirmed, filed
from tests.registry.services.register_under_test import listed, names

PERSON = {
    "name": "郭启明",
    "role": "legal_representative",
    "sex": "男",
    "birth_date": "1978-01-15",
    "id_type": "resident_id",
    "id_number": id_number("19780115", "403"),
}
DECISION: dict[str, Any] = {
    "case_number": "杭西市监处罚〔2024〕99001号",
    "authority": "杭州市西湖区市场监督管理局",
    "penalty": "吊销食品经营许可证",
    "decided_on": "2024-06-18",
    "organisation": "杭州示例香满园食品有限公司",
    "uscc": None,
    "source_region": "33",
    "people": [PERSON],
}


def _draft(services: Services, **changes: object) -> DeskDocument:
    received = receive_revocation(services, {**DECISION, **changes}, actor=CLERK)
    assert received.document_no is not None
    return read_document(services, received.document_no, CLERK)


def _standing(services: Services) -> DeskDocument:
    document = _draft(services)
    assert document.content is not None
    confirmed(services, filed(services, document, document.content))
    return again(services, document)


def _disputed(services: Services, document: DeskDocument, *, disputed: bool) -> None:
    step = dispute_revocation(
        services,
        document.document_no,
        actor=CLERK,
        expected=again(services, document).row_version,
        disputed=disputed,
        reason="（2024）浙0106行初9号",
    )
    confirmed(services, step)


def test_a_revocation_bars_the_organisation_and_who_answers_for_it_from_the_day_it_was_decided(
    services: Services,
) -> None:
    document = _standing(services)
    assert (document.kind, document.state) == (DocumentKind.REVOCATION, DeskState.IN_FORCE)
    assert sorted(next(iter(each)) or "" for each in names(services)) == ["杭州示例香满园食品有限公司", "郭启明"]
    days = {(held.basis.starts_on, held.basis.ends_on) for subject in listed(services) for held in subject.bases}
    assert days == {(datetime.date(2024, 6, 18), datetime.date(2029, 6, 18))}


def test_whoever_filed_it_cannot_confirm_it(services: Services) -> None:
    document = _draft(services)
    assert document.content is not None
    step = filed(services, document, document.content)
    with pytest.raises(SamePersonError):
        confirm_judgment(services, document.document_no, number=step.number, actor=CLERK)


def test_the_same_number_is_recognised(services: Services) -> None:
    first = _standing(services)
    received = receive_revocation(services, DECISION | {"case_number": "杭西市监处罚[2024]99001号"}, actor=CLERK)
    assert (received.reception, received.known[0].document_no) == (Reception.KNOWN, first.document_no)


def test_faults_are_named_by_the_field_of_the_person(services: Services) -> None:
    document = _draft(services, people=[PERSON, {"name": "冯某某"}])
    named = {(fault.field, fault.code) for fault in document.faults}
    assert named == {("people[1].name", "name_masked"), ("people[1].role", "missing")}


def test_a_disputed_revocation_is_marked_and_goes_on_barring(services: Services) -> None:
    document = _standing(services)
    before = listed(services)
    _disputed(services, document, disputed=True)
    assert listed(services) == before
    now = again(services, document)
    assert (now.state, now.disputed_on) == (DeskState.IN_FORCE, datetime.date(2025, 11, 21))
    assert [item.disputed_on is not None for item in read_work_list(services, CLERK).items] == [True]
    hits = search_listed(services, ListIndex(), actor=CLERK, look_up=LOOK_UP, name="郭启明").hits
    assert [hit.disputed for hit in hits] == [True]
    _disputed(services, document, disputed=False)
    assert again(services, document).disputed_on is None


def test_a_dispute_needs_a_reason_and_is_marked_once(services: Services) -> None:
    document = _standing(services)
    with pytest.raises(InvalidInputError):
        dispute_revocation(
            services, document.document_no, actor=CLERK, expected=document.row_version, disputed=True, reason=""
        )
    _disputed(services, document, disputed=True)
    with pytest.raises(ConflictError):
        _disputed(services, document, disputed=True)


def test_an_annulled_revocation_lifts_its_bans_at_once(services: Services) -> None:
    document = _standing(services)
    step = annul_revocation(
        services, document.document_no, actor=CLERK, expected=document.row_version, reason="行政判决撤销"
    )
    assert len(listed(services)) == 2
    assert confirmed(services, step).state is DeskState.ANNULLED
    assert listed(services) == []


def test_a_revocation_changed_to_a_fine_bars_nobody_any_more(services: Services) -> None:
    document = _standing(services)
    assert document.content is not None
    step = correct_judgment(
        services,
        document.document_no,
        {**document.content, "penalty": "罚款五万元"},
        actor=CLERK,
        expected=document.row_version,
        reason="复议变更",
    )
    assert confirmed(services, step).state is DeskState.NO_BAN
    assert listed(services) == []


def test_somebody_taken_off_a_revocation_is_lifted_alone(services: Services) -> None:
    document = _draft(
        services,
        people=[
            PERSON,
            PERSON | {"name": "冯守诚", "id_number": id_number("19800115", "405"), "birth_date": "1980-01-15"},
        ],
    )
    assert document.content is not None
    confirmed(services, filed(services, document, document.content))
    assert len(listed(services)) == 3
    now = again(services, document)
    assert now.content is not None
    content = {**now.content, "people": now.content["people"][:1]}
    step = correct_judgment(
        services, document.document_no, content, actor=CLERK, expected=now.row_version, reason="责任人有误"
    )
    confirmed(services, step)
    assert sorted(next(iter(each)) or "" for each in names(services)) == ["杭州示例香满园食品有限公司", "郭启明"]
