"""Before anybody files, the desk says what would follow, by which words and from when; look-ups are recorded."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from registry.clock import FixedClock
from registry.errors import InvalidInputError, SettingsError
from registry.law.judgment import RowOutcome
from registry.law.provision_texts import Comparison, load_texts, provision_text
from registry.law.provisions import Trigger
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.foresee_bans import Foreseen, foresee_bans
from registry.services.list_index import ListIndex
from registry.services.read_desk import DeskDocument, read_work_list
from registry.services.search_listed import search_listed
from registry.services.watch_desk import STILL_THERE, leave_document, watch_document
from registry.store.desk_values import DeskState, DocumentKind
from registry.store.tables import ledger_entry
from tests.contracts.source_tree import ROOT
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, judgment
from tests.registry.services.desk_at_hand import (
    ALONE,
    CLERK,
    CONFIRMER,
    ELSEWHERE,
    HEARD,
    LOOK_UP,
    NUMBER,
    certified,
    confirmed,
    edited,
    filed,
    in_force,
    laid_down,
)
from tests.registry.services.register_under_test import bans, rows
from tests.registry.services.test_revocations_at_the_desk import DECISION


def _foreseen(services: Services, document: DeskDocument) -> Foreseen:
    return foresee_bans(services, DocumentKind.JUDGMENT, certified(document))


def test_a_lifetime_ban_is_shown_with_its_words_what_it_bars_and_from_when(services: Services) -> None:
    person = _foreseen(services, laid_down(services)).people[0]
    assert (person.name, person.outcome) == ("周明远", RowOutcome.IN_FORCE)
    ban = person.bans[0]
    assert (ban.provision, ban.starts_on, ban.ends_on) == ("fsl-135-2", datetime.date(2020, 3, 20), None)
    assert "终身不得从事食品生产经营管理工作" in ban.wording.text
    assert ban.article_zh == "食品安全法 第一百三十五条第二款"
    assert any("食品生产经营管理" in zh for zh, _ in ban.bars)
    assert bans(services) == []


def test_what_is_foreseen_is_what_follows(services: Services) -> None:
    document = laid_down(services, HEARD)
    foreseen = _foreseen(services, document)
    done = confirmed(services, filed(services, document, certified(document)))
    assert [person.outcome for person in foreseen.people] == [row.outcome for row in done.rows]
    assert [person.outcome for person in foreseen.people] == [RowOutcome.IN_FORCE, RowOutcome.NO_BAN]


def test_without_effect_the_ban_is_foreseen_without_a_beginning(services: Services) -> None:
    foreseen = foresee_bans(services, DocumentKind.JUDGMENT, edited(laid_down(services)))
    assert foreseen.people[0].outcome is RowOutcome.PENDING
    assert foreseen.people[0].bans[0].starts_on is None


def test_everybody_who_founds_no_row_is_shown_with_the_reason(services: Services) -> None:
    unit = "被告单位德川县山海食品有限公司，住所地德川县。\n"
    decision = (
        f"一、被告单位德川县山海食品有限公司犯{CHARGE}，判处罚金人民币二十万元。\n"
        f"二、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
        "三、被告人许云无罪。\n"
    )
    document = laid_down(services, judgment(decision, unit + ZHOU + XU))
    assert [person.left_out for person in _foreseen(services, document).people] == ["unit", None, "acquitted"]


def test_what_waits_for_a_person_says_so_in_both_languages(services: Services) -> None:
    document = laid_down(services, ALONE.replace(CHARGE, "非法经营罪"))
    person = _foreseen(services, document).people[0]
    assert person.outcome is RowOutcome.WAITING
    assert [code for code, _, _ in person.reasons] == ["food_undecided"]


def test_somebody_whose_record_may_not_be_kept_is_foreseen_as_refused(services: Services) -> None:
    document = laid_down(services)
    content = certified(document)
    content["defendants"][0] |= {"offence_from": "1998-01-01", "offence_to": "1998-02-01"}
    foreseen = foresee_bans(services, DocumentKind.JUDGMENT, content)
    assert [(person.no, person.left_out) for person in foreseen.people] == [(1, "refused")]


def test_a_revocation_is_foreseen_for_the_organisation_too(services: Services) -> None:
    foreseen = foresee_bans(services, DocumentKind.REVOCATION, DECISION)
    assert [(person.kind, person.outcome, person.bans[0].provision) for person in foreseen.people] == [
        ("person", RowOutcome.IN_FORCE, "fsl-135-1"),
        ("organisation", RowOutcome.IN_FORCE, "fsl-135-1"),
    ]


def test_faults_are_foreseen_by_their_fields(services: Services) -> None:
    document = laid_down(services)
    content = certified(document) | {"effective_date": None}
    foreseen = foresee_bans(services, DocumentKind.JUDGMENT, content)
    assert [(fault.field, fault.code) for fault in foreseen.faults] == [("effective_date", "missing")]


def test_every_provision_a_filing_can_found_has_its_words(services: Services) -> None:
    founded = {
        Trigger.FOOD_LICENCE_REVOKED,
        Trigger.SLAUGHTER_LICENCE_REVOKED,
        Trigger.TRANSPORT_PERMIT_REVOKED,
        Trigger.IMPRISONED_FOR_FOOD_CRIME,
        Trigger.INSPECTION_STAFF_PUNISHED,
        Trigger.OCCUPATIONAL_BAN_ORDERED,
        Trigger.PROBATION_INJUNCTION_ORDERED,
        Trigger.CONTROL_INJUNCTION_ORDERED,
    }
    wanted = {provision.id for trigger in founded for provision in services.law.founded_by[trigger]}
    assert wanted <= load_texts().keys() <= services.law.provisions.keys()
    described = provision_text(services.law.provision("company-178"))
    assert (described.text, described.comparison) == (services.law.provision("company-178").who, Comparison.NONE)


def test_words_that_were_not_compared_with_the_official_text_are_listed_for_the_legal_office() -> None:
    listed = (
        (ROOT / "docs" / "legal-questions.md").read_text("utf-8").partition("not compared with the official text")[2]
    )
    for provision, words in load_texts().items():
        row = next(line for line in listed.splitlines() if f"`{provision}`" in line)
        assert words.title in row
        assert ("reprint" in row) == (words.comparison is Comparison.REPRINT)


def test_words_compared_with_something_unheard_of_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "provision_texts.toml"
    entry = {"provision": "fsl-135-2", "text": "t", "title": "t", "english": "e", "source": "s"}
    entry |= {"compared": "hearsay"}
    data.write_text("[[text]]\n" + "\n".join(f'{name} = "{value}"' for name, value in entry.items()), "utf-8")
    with pytest.raises(SettingsError, match="compared"):
        load_texts(data)


def test_a_look_up_by_name_or_number_finds_its_bearer_and_is_recorded(services: Services) -> None:
    document = in_force(services)
    index = ListIndex()
    for name, number in (("周明远", None), (None, NUMBER), ("周 明远", NUMBER)):
        hits = search_listed(services, index, actor=CLERK, look_up=LOOK_UP, name=name, id_number=number).hits
        assert [(hit.name, hit.documents) for hit in hits] == [("周明远", (document.document_no,))]
        assert NUMBER not in repr(hits)
    assert search_listed(services, index, actor=CLERK, look_up=LOOK_UP, name="周明运").hits == ()
    assert (
        search_listed(services, index, actor=CLERK, look_up=LOOK_UP, name="周明远", id_number=NUMBER[:-4] + "0011").hits
        == ()
    )
    recorded = [row for row in rows(services, ledger_entry) if row.kind == EventKind.LIST_SEARCHED]
    assert len(recorded) == 5
    assert {row.actor for row in recorded} == {CLERK.text}
    assert not any("周明" in row.facts for row in recorded)


@pytest.mark.parametrize("sought", [{}, {"name": "周"}, {"name": "周某某"}, {"id_number": "339900"}])
def test_nobody_can_leaf_through_the_list(services: Services, sought: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        search_listed(services, ListIndex(), actor=CLERK, look_up=LOOK_UP, **sought)  # type: ignore[arg-type]


def test_two_people_on_one_judgment_are_told_of_each_other(services: Services, clock: FixedClock) -> None:
    number = laid_down(services).document_no
    assert watch_document(services, number, CLERK) == ()
    assert [each.watcher for each in watch_document(services, number, CONFIRMER)] == [CLERK.text]
    assert [each.watcher for each in watch_document(services, number, CLERK)] == [CONFIRMER.text]
    leave_document(services, number, CONFIRMER)
    assert watch_document(services, number, CLERK) == ()
    watch_document(services, number, CONFIRMER)
    clock.advance(STILL_THERE + datetime.timedelta(seconds=1))
    assert watch_document(services, number, CLERK) == ()


def test_the_work_list_is_paged_newest_first_and_by_state(services: Services) -> None:
    numbers = [
        laid_down(services, ALONE.replace("刑初7号", f"刑初{each}号").replace("三万元", f"{each}千元")).document_no
        for each in range(5, 10)
    ]
    first = read_work_list(services, CLERK, most=3)
    assert [item.document_no for item in first.items] == numbers[:-4:-1]
    rest = read_work_list(services, CLERK, most=3, after=first.after)
    assert [item.document_no for item in rest.items] == numbers[1::-1]
    assert rest.after is None
    assert read_work_list(services, CLERK, states=(DeskState.FILED,)).items == ()
    assert read_work_list(services, ELSEWHERE).items == ()
    assert first.items[0].names == ("周明远",)
