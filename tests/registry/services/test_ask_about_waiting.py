"""A waiting row that cannot be told yet: what is missing is kept, shown, sealed, and in nobody's way."""

from __future__ import annotations

import pytest

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.actor import Actor
from registry.services.ask_about_waiting import ask_about_waiting
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.seal_record import seal_record
from registry.services.settle_waiting import ask_about, read_waiting
from registry.store.account_repository import UserRole
from registry.store.certificate_tables import finding_question
from tests.registry.intake.invented_judgments import CHARGE
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.desk_at_hand import ALONE, again, in_force
from tests.registry.services.register_under_test import rows, take, version

WAITS = {"charge": "生产、销售伪劣产品罪"}
LOOKER = Actor(7, "丁", UserRole.CONFIRMER, "33")
MISSING, SOURCE = "起诉书，看不出是何种产品", "德川县人民检察院"


def ask(services: Services, missing: str = MISSING, asked_of: str | None = SOURCE) -> None:
    ask_about_waiting(services, "33:R001", missing=missing, asked_of=asked_of, actor=LOOKER.text)


def test_who_looked_when_what_is_missing_and_from_whom_is_kept_and_the_row_goes_on_waiting(services: Services) -> None:
    take(services, conviction(**WAITS))
    (row,) = read_waiting(services, LOOKER).rows
    ask_about(services, row.number, missing=MISSING, asked_of=SOURCE, actor=LOOKER)
    ask(services, "判决书全文")
    (again,) = read_waiting(services, LOOKER).rows
    assert [(each.missing, each.asked_of, each.asked_by) for each in again.questions] == [
        ("判决书全文", SOURCE, "user:7"),
        (MISSING, SOURCE, "user:7"),
    ]
    assert again.questions[0].asked_at == services.clock.now()
    assert version(services) == 0
    with services.store.read() as uow:
        kinds = [entry.kind for _, entry, _, _ in uow.ledger.entries()]
    assert kinds.count(EventKind.FOOD_RELATED_ASKED) == 2


def test_the_later_finding_is_not_held_up_by_a_question(services: Services) -> None:
    take(services, conviction(**WAITS))
    ask(services)
    settled = decide_food_related(services, "33:R001", food_related=True, reason="冻肉", actor="test")
    assert settled.outcome == "in_force"
    with pytest.raises(ConflictError):
        ask(services)


def test_a_question_without_its_matter_or_about_no_row_is_refused(services: Services) -> None:
    with pytest.raises(NotFoundError):
        ask(services)
    take(services, conviction(**WAITS))
    with pytest.raises(InvalidInputError):
        ask(services, " ")
    with pytest.raises(InvalidInputError):
        ask(services, "起" * 1_001)
    (row,) = read_waiting(services, LOOKER).rows
    with pytest.raises(InvalidInputError):
        ask_about(services, row.number, missing=MISSING, asked_of="", actor=LOOKER)
    assert rows(services, finding_question) == []


def test_a_question_stands_nowhere_in_clear_and_goes_with_the_record_it_is_about(services: Services) -> None:
    take(services, conviction(**WAITS))
    ask(services)
    (kept,) = rows(services, finding_question)
    assert MISSING.encode() not in kept.missing_enc
    assert SOURCE.encode() not in kept.asked_of_enc
    seal_record(services, "33:R001", reason="封存决定", order_no=None, actor="test")
    assert rows(services, finding_question) == []


def test_the_document_a_waiting_row_came_from_shows_what_is_missing_until_it_is_settled(services: Services) -> None:
    doubtful = ALONE.replace(CHARGE, "非法经营罪")
    document = in_force(services, doubtful)
    record = document.rows[0].record
    ask_about_waiting(services, record, missing=MISSING, asked_of=SOURCE, actor=LOOKER.text)
    assert [each.missing for each in again(services, document).questions] == [MISSING]
    decide_food_related(services, record, food_related=False, reason="烟草", actor="test")
    assert again(services, document).questions == ()
