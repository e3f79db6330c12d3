"""Every fact of every recorded act has its words in both languages, every kind of act its one group."""

from __future__ import annotations

import pytest

from registry.law.verdict import Verdict
from registry.ledger.event_groups import GROUPS, EventGroup
from registry.ledger.events import REQUIRED, EventKind
from registry.ledger.fact_words import fact_in_words, facts_in_words, worded_codes, worded_facts
from registry.services.record_list_change import ListSource
from registry.services.review_look_ups import Finding
from registry.services.search_listed import LookUpPurpose
from registry.store.account_repository import UserRole
from registry.store.case_values import StepKind
from registry.store.desk_values import DocumentKind, FilingKind
from registry.store.look_back_repository import FindingOutcome
from registry.store.notice_repository import NoticeKind
from registry.store.objection_repository import ObjectionState
from registry.store.rule_repository import Rule


def test_every_fact_of_the_vocabulary_has_words_and_no_other() -> None:
    assert worded_facts() == {fact for facts in REQUIRED.values() for fact in facts}
    assert all(fact_in_words(fact, "zh") != fact for fact in worded_facts())
    assert all(fact_in_words(fact, "en").isascii() for fact in worded_facts())


def test_every_kind_of_act_stands_in_one_group() -> None:
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(EventKind)
    assert set(GROUPS) == set(EventGroup)


@pytest.mark.parametrize(
    ("fact", "codes"),
    [
        ("verdict", set(Verdict)),
        ("step", set(StepKind)),
        ("state", set(ObjectionState) - {ObjectionState.OPEN}),
        ("finding", set(Finding)),
        ("notice_kind", set(NoticeKind)),
        ("purpose", set(LookUpPurpose)),
        ("rule", set(Rule)),
        ("role", set(UserRole)),
        ("outcome", set(FindingOutcome)),
        ("source", set(ListSource)),
        ("paper", {"objection_rejected", "objection_upheld_listing", "objection_upheld_hold", "correction_request"}),
        ("equal", {"yes", "no"}),
        ("document_kind", set(DocumentKind)),
        ("filing_kind", set(FilingKind)),
    ],
)
def test_every_code_of_such_a_fact_has_words(fact: str, codes: set[str]) -> None:
    assert codes <= worded_codes(fact)


def test_digests_and_what_is_empty_are_left_out_and_an_unknown_code_stays_as_it_is() -> None:
    facts = {"check_no": "C1", "step": "noted", "content_digest": "f" * 64, "region": "", "code": "odd"}
    assert facts_in_words(facts, "zh") == [("核查号", "C1"), ("步骤", "留言"), ("原因代码", "odd")]
    assert facts_in_words(facts, "en")[1] == ("Step", "noted")
