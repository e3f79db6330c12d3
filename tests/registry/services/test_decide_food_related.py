"""A person settles whether a waiting row concerned food."""

from __future__ import annotations

import pytest

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.decide_food_related import Settled, decide_food_related
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import listed, outcomes, take, version

WAITS = {"charge": "生产、销售伪劣产品罪"}


def decide(services: Services, record: str, *, yes: bool = True, reason: str = "过期冻肉") -> Settled:
    return decide_food_related(services, record, food_related=yes, reason=reason, actor="test")


def test_yes_lists_the_person(services: Services) -> None:
    take(services, conviction(**WAITS))
    assert listed(services) == []
    settled = decide(services, "33:R001")
    (subject,) = listed(services)
    assert (settled.record, settled.outcome, settled.list_version) == ("33:R001", "in_force", 1)
    assert subject.bases[0].basis.provision == "fsl-135-2"


def test_no_lists_nobody(services: Services) -> None:
    take(services, conviction(**WAITS))
    assert decide(services, "R001", yes=False).outcome == "no_ban"
    assert listed(services) == []
    assert version(services) == 0


def test_a_finding_on_a_judgment_not_yet_effective_makes_it_pending(services: Services) -> None:
    take(services, conviction(**WAITS, effective_date=""))
    assert decide(services, "R001").outcome == "pending"


def test_a_settled_row_is_united_with_the_person_already_listed(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", **WAITS, document_no="（2022）浙0106刑初2号"))
    decide(services, "R2")
    (subject,) = listed(services)
    assert len(subject.faces) == 2


def test_the_finding_outlives_a_repeat_and_a_correction_of_the_same_count(services: Services) -> None:
    take(services, conviction(**WAITS))
    decide(services, "R001")
    assert outcomes(take(services, conviction(**WAITS))) == {"known": 1}
    assert outcomes(take(services, conviction(**WAITS, version="2", sentence_months="16"))) == {"in_force": 1}
    assert outcomes(take(services, conviction(version="3", charge="非法经营罪"))) == {"waiting": 1}
    assert listed(services) == []


def test_a_courts_own_order_stands_while_the_row_waits_and_after(services: Services) -> None:
    order = {"ban_kind": "occupational_ban", "ban_years": "3", "ban_text": "三年内禁止从事食品生产经营"}
    take(services, conviction(**WAITS, **order, capacity="operator", executed_on="2024-07-17"))
    (before,) = listed(services)
    decide(services, "R001")
    (after,) = listed(services)
    assert [held.basis.provision for held in before.bases] == ["cl-37-1"]
    assert {held.basis.provision for held in after.bases} == {"cl-37-1", "fsl-135-2"}
    assert (after.ban_no, after.faces) == (before.ban_no, before.faces)


def test_the_finding_is_recorded_without_its_words(services: Services) -> None:
    take(services, conviction(**WAITS))
    decide(services, "R001", reason="王建国卖的是冻肉")
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries()]
    (finding,) = [entry for entry in entries if entry.kind is EventKind.FOOD_RELATED_DECIDED]
    assert (finding.facts["decision"], finding.actor) == ("yes", "test")
    assert "王建国" not in str(finding.facts)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 1_001])
def test_a_finding_needs_its_reason(services: Services, reason: str) -> None:
    take(services, conviction(**WAITS))
    with pytest.raises(InvalidInputError):
        decide(services, "R001", reason=reason)


def test_only_a_row_that_waits_can_be_settled(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", **WAITS, document_no="（2022）浙0106刑初2号"))
    with pytest.raises(ConflictError):
        decide(services, "R1")
    with pytest.raises(NotFoundError):
        decide(services, "R3")
    decide(services, "R2")
    with pytest.raises(ConflictError):
        decide(services, "R2")


def test_a_number_that_several_regions_use_needs_its_region(services: Services) -> None:
    take(services, conviction(**WAITS), conviction(**WAITS, source_region="31"))
    with pytest.raises(InvalidInputError, match="31, 33"):
        decide(services, "R001")
    assert decide(services, "31:R001").record == "31:R001"
