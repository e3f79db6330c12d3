"""Two provinces say different things of one person's document: both stand, the stricter holds, a person is asked."""

from __future__ import annotations

import pytest

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.services.context import Services
from registry.services.settle_disagreement import read_disagreements, settle_disagreement
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.exchange_at_hand import pull
from tests.registry.services.register_under_test import listed, take

INJUNCTION = {"ban_kind": "occupational_ban", "ban_text": "禁止从事食品经营", "executed_on": "2022-07-18"}


def both_report(hub: Services, zhejiang: Services, shanghai: Services, **other: str) -> None:
    take(zhejiang, conviction(ban_years="3", **INJUNCTION))
    take(shanghai, conviction("S001", source_region="31", **{"ban_years": "5", **INJUNCTION, **other}))
    pull(hub, zhejiang)
    pull(hub, shanghai)


def test_the_stricter_holds_both_stand_and_a_person_is_asked(
    hub: Services, zhejiang: Services, shanghai: Services
) -> None:
    both_report(hub, zhejiang, shanghai, sentence_months="20")
    (one,) = read_disagreements(hub)
    assert {one.one, one.other} == {"33:R001", "31:S001"}
    assert one.fields == ("sentence_months", "ban_years")
    assert one.both_stand
    (person,) = listed(hub)
    assert len(person.faces) == 2
    ends = {held.basis.ends_on for held in person.bases}
    assert None in ends  # for life, whatever the shorter order says
    pull(hub, zhejiang)
    assert len(read_disagreements(hub)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"ban_years": "3"},
        {"charge": "生产、销售不符合安全标准的食品罪"},
        {"name": "赵二", "id_number": id_number(sequence="403")},
        {"document_no": "（2021）浙0106刑初2号"},
    ],
)
def test_rows_that_agree_or_speak_of_another_count_person_or_document_are_no_disagreement(
    hub: Services, zhejiang: Services, shanghai: Services, other: dict[str, str]
) -> None:
    both_report(hub, zhejiang, shanghai, **other)
    assert read_disagreements(hub) == []


def test_it_is_settled_once_with_a_reason(hub: Services, zhejiang: Services, shanghai: Services) -> None:
    both_report(hub, zhejiang, shanghai)
    (one,) = read_disagreements(hub)
    with pytest.raises(InvalidInputError):
        settle_disagreement(hub, one.id, reason="", actor="test")
    with pytest.raises(NotFoundError):
        settle_disagreement(hub, one.id + 1, reason="已核实", actor="test")
    settle_disagreement(hub, one.id, reason="已核实", actor="test")
    assert read_disagreements(hub) == []
    assert [each.state for each in read_disagreements(hub, every=True)] == ["settled"]
    with pytest.raises(ConflictError):
        settle_disagreement(hub, one.id, reason="已核实", actor="test")
