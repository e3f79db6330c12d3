"""What was confirmed is corrected, withdrawn or given effect by two people, with a reason, and never overwritten."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, SamePersonError
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.correct_judgment import change_sentence, correct_judgment, withdraw_judgment
from registry.services.discard_draft import discard_draft
from registry.services.file_effect import file_effect
from registry.services.read_desk import DeskDocument
from registry.services.save_draft import save_draft
from registry.store.desk_values import DeskState, FilingKind
from registry.store.tables import list_record
from tests.registry.intake.invented_judgments import CHARGE, judgment
from tests.registry.services.desk_at_hand import (
    CLERK,
    HEARD,
    again,
    certified,
    confirmed,
    edited,
    filed,
    in_force,
    laid_down,
)
from tests.registry.services.register_under_test import listed, names, rows, version

BARRED = judgment(
    f"一、被告人周明远犯{CHARGE}，判处拘役五个月，并处罚金人民币三万元。\n"
    "二、禁止被告人周明远自刑罚执行完毕之日或者假释之日起三年内从事食品生产经营及相关职业。\n"
)


def _changed(document: DeskDocument, **changes: object) -> dict[str, object]:
    content = edited(document)
    content["defendants"][0] |= changes
    return content


def test_a_certificate_filed_later_brings_a_pending_judgment_into_force(services: Services) -> None:
    document = laid_down(services)
    confirmed(services, filed(services, document, edited(document)))
    now = again(services, document)
    step = file_effect(
        services, document.document_no, actor=CLERK, expected=now.row_version, effective_date="2020-03-20"
    )
    assert listed(services)[0].bases[0].basis.starts_on is None
    assert confirmed(services, step).state is DeskState.IN_FORCE
    assert listed(services)[0].bases[0].basis.starts_on == datetime.date(2020, 3, 20)


def test_a_certificate_for_a_day_to_come_is_in_force_from_that_day_with_nobodys_doing(
    services: Services, clock: FixedClock
) -> None:
    document = laid_down(services)
    step = filed(services, document, certified(document, "2025-11-25"))
    assert confirmed(services, step).state is DeskState.PENDING
    clock.advance(datetime.timedelta(days=4))
    assert again(services, document).state is DeskState.IN_FORCE


def test_no_judgment_takes_effect_before_it_was_given(services: Services) -> None:
    document = laid_down(services)
    with pytest.raises(InvalidInputError) as refused:
        filed(services, document, certified(document, "2020-03-04"))
    assert [fault.code for fault in refused.value.faults] == ["before_the_judgment"]


def test_a_correction_keeps_what_stood_before_in_the_history(services: Services) -> None:
    document = in_force(services)
    content = _changed(document, name="周明运")
    step = correct_judgment(
        services, document.document_no, content, actor=CLERK, expected=document.row_version, reason="姓名有误"
    )
    assert names(services) == [{"周明远"}]
    confirmed(services, step)
    assert names(services) == [{"周明运"}]
    history = again(services, document).history
    assert [(each.kind, each.note) for each in history] == [
        (FilingKind.INITIAL, None), (FilingKind.CORRECTION, "姓名有误")
    ]  # fmt: skip
    assert history[0].content is not None
    assert history[0].content["defendants"][0]["name"] == "周明远"
    assert [(row.version, row.state) for row in rows(services, list_record)] == [(1, "superseded"), (2, "active")]


def test_a_correction_needs_its_reason_and_a_second_person(services: Services) -> None:
    document = in_force(services)
    stated = {"actor": CLERK, "expected": document.row_version}
    with pytest.raises(InvalidInputError):
        correct_judgment(services, document.document_no, edited(document), reason=" ", **stated)  # type: ignore[arg-type]
    step = correct_judgment(services, document.document_no, edited(document), reason="补正", **stated)  # type: ignore[arg-type]
    with pytest.raises(SamePersonError):
        confirm_judgment(services, document.document_no, number=step.number, actor=CLERK)


def test_somebody_a_correction_leaves_out_is_lifted(services: Services) -> None:
    document = in_force(services, HEARD.replace("拘役三个月", "有期徒刑三个月"))
    content = _changed(document, left_out="not_concerned")
    confirmed(
        services,
        correct_judgment(
            services, document.document_no, content, actor=CLERK, expected=document.row_version, reason="并非被告人"
        ),
    )
    assert names(services) == [{"许云"}]


def test_a_withdrawal_ends_everything_and_what_was_withdrawn_can_come_back(services: Services) -> None:
    document = in_force(services)
    step = withdraw_judgment(
        services, document.document_no, actor=CLERK, expected=document.row_version, reason="文书有误"
    )
    before = version(services)
    assert len(listed(services)) == 1
    assert confirmed(services, step).state is DeskState.WITHDRAWN
    assert (listed(services), version(services)) == ([], before + 1)
    now = again(services, document)
    with pytest.raises(ConflictError):
        withdraw_judgment(services, document.document_no, actor=CLERK, expected=now.row_version, reason="再次")
    step = correct_judgment(
        services, document.document_no, certified(now), actor=CLERK, expected=now.row_version, reason="恢复"
    )
    assert confirmed(services, step).state is DeskState.IN_FORCE
    assert names(services) == [{"周明远"}]


def test_a_reduced_sentence_moves_the_beginning_of_the_courts_order_and_nothing_else(services: Services) -> None:
    document = in_force(services, BARRED)
    order = listed(services)[0].bases[0].basis
    assert (order.provision, order.starts_on, order.ends_on) == ("cl-37-1", datetime.date(2020, 3, 20), None)
    step = change_sentence(
        services,
        document.document_no,
        actor=CLERK,
        expected=document.row_version,
        executed_on={1: "2021-01-05"},
        reason="（2020）浙05刑更3号",
    )
    confirmed(services, step)
    order = listed(services)[0].bases[0].basis
    assert (order.starts_on, order.ends_on) == (datetime.date(2021, 1, 5), datetime.date(2024, 1, 5))


def test_a_reduced_sentence_leaves_the_lifetime_ban_as_it_is(services: Services) -> None:
    document = in_force(services)
    before = [held.basis for held in listed(services)[0].bases]
    step = change_sentence(
        services,
        document.document_no,
        actor=CLERK,
        expected=document.row_version,
        executed_on={1: "2020-12-31"},
        reason="假释",
    )
    confirmed(services, step)
    assert [held.basis for held in listed(services)[0].bases] == before


def test_a_change_begun_and_dropped_leaves_what_stands(services: Services) -> None:
    document = in_force(services)
    saved = save_draft(
        services, document.document_no, _changed(document, name="某人"), expected=document.row_version, actor=CLERK
    )
    state = discard_draft(services, document.document_no, expected=saved.row_version, actor=CLERK)
    now = again(services, document)
    assert (state, now.content) == (DeskState.IN_FORCE, document.content)


def test_a_discarded_draft_leaves_nothing_of_what_it_said(services: Services) -> None:
    document = laid_down(services)
    discard_draft(services, document.document_no, expected=document.row_version, actor=CLERK)
    now = again(services, document)
    assert (now.state, now.text, now.reading, now.content) == (DeskState.DISCARDED, None, None, None)
