"""Versions of a row: repeats, corrections, late arrivals, withdrawals, in whatever order they come."""

from __future__ import annotations

import itertools

import pytest

from registry.services.context import Services
from registry.store.tables import basis, list_change, list_record
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import bans, listed, names, outcomes, rows, take, version

WITHDRAWAL = {"operation": "withdraw", "withdraw_reason": "再审改判无罪"}


def test_the_same_version_with_other_content_is_quarantined_and_changes_nothing(services: Services) -> None:
    take(services, conviction())
    before = bans(services), version(services)
    report = take(services, conviction(name="王建设"))
    assert outcomes(report) == {"quarantined": 1}
    assert report.not_in_force[0].problems[0].code == "other_content"
    assert (bans(services), version(services)) == before


def test_a_higher_version_replaces_and_the_person_keeps_the_ban_number(services: Services) -> None:
    take(services, conviction())
    (before,) = listed(services)
    report = take(services, conviction(version="2", name="王建业", effective_date="2021-06-01"))
    (after,) = listed(services)
    assert outcomes(report) == {"in_force": 1}
    assert after.ban_no == before.ban_no
    assert [face.identity.name for face in after.faces] == ["王建业"]
    assert [held.basis.starts_on.isoformat() for held in after.bases if held.basis.starts_on] == ["2021-06-01"]
    assert [(record.version, record.state) for record in rows(services, list_record)] == [
        (1, "superseded"),
        (2, "active"),
    ]
    assert [change.kind for change in rows(services, list_change)] == ["added", "corrected"]
    assert sorted(str(row.ended_reason) for row in rows(services, basis)) == ["None", "superseded"]


def test_a_lower_version_arriving_late_is_kept_and_changes_nothing(services: Services) -> None:
    take(services, conviction(version="3"))
    before = bans(services), version(services)
    assert outcomes(take(services, conviction(version="2", name="王建设"))) == {"superseded": 1}
    assert outcomes(take(services, conviction(version="2", name="王建设"))) == {"known": 1}
    assert (bans(services), version(services)) == before


def test_a_withdrawal_ends_what_the_row_founded(services: Services) -> None:
    take(services, conviction())
    (before,) = listed(services)
    report = take(services, conviction(version="2", **WITHDRAWAL))
    assert outcomes(report) == {"withdrawn": 1}
    assert listed(services) == []
    assert [change.kind for change in rows(services, list_change)] == ["added", "lifted"]
    (gone,) = listed(services, [before.subject])
    assert (gone.ban_no, gone.faces, gone.bases) == (before.ban_no, (), ())


def test_a_withdrawal_leaves_what_other_documents_founded(services: Services) -> None:
    take(services, conviction(), conviction("R2", document_no="（2022）浙0106刑初99002号", judgment_date="2022-05-18"))
    take(services, conviction(version="2", **WITHDRAWAL))
    (subject,) = listed(services)
    assert [held.basis.document_no for held in subject.bases] == ["（2022）浙0106刑初99002号"]


def test_a_withdrawal_wins_over_a_lower_version_even_when_it_comes_first(services: Services) -> None:
    assert outcomes(take(services, conviction(version="2", **WITHDRAWAL))) == {"withdrawn": 1}
    assert outcomes(take(services, conviction())) == {"superseded": 1}
    assert listed(services) == []


def test_a_version_above_the_withdrawal_lists_again_under_the_same_ban_number(services: Services) -> None:
    take(services, conviction())
    (before,) = listed(services)
    take(services, conviction(version="2", **WITHDRAWAL))
    assert outcomes(take(services, conviction(version="3"))) == {"in_force": 1}
    (after,) = listed(services)
    assert after.ban_no == before.ban_no
    assert [change.kind for change in rows(services, list_change)] == ["added", "lifted", "added"]


@pytest.mark.parametrize("together", [True, False])
def test_the_order_of_arrival_does_not_matter(services: Services, together: bool) -> None:
    versions = [conviction(), conviction(version="2", name="王建设"), conviction(version="3", name="王建业")]
    for number, order in enumerate(itertools.permutations(versions)):
        document = {"record_no": f"R{number}", "id_number": id_number(f"19760{number + 1}01"), "birth_date": ""}
        arrivals = [row | document for row in order]
        if together:
            take(services, *arrivals)
        else:
            for row in arrivals:
                take(services, row)
    assert names(services) == [{"王建业"}] * 6


def test_versions_within_one_file_follow_one_another(services: Services) -> None:
    report = take(services, conviction(), conviction(version="2", name="王建业"), conviction(version="3", **WITHDRAWAL))
    assert outcomes(report) == {"in_force": 2, "withdrawn": 1}
    assert listed(services) == []
    assert [record.state for record in rows(services, list_record)] == ["superseded", "withdrawn", "withdrawn"]


def test_a_row_corrected_within_its_own_file_founds_one_basis(services: Services) -> None:
    take(services, conviction(), conviction(version="2", effective_date="2021-06-01"))
    (subject,) = listed(services)
    assert len(subject.faces) == 1
    assert [str(held.basis.starts_on) for held in subject.bases] == ["2021-06-01"]


def test_the_same_row_twice_in_one_file_is_known_the_second_time(services: Services) -> None:
    assert outcomes(take(services, conviction(), conviction())) == {"in_force": 1, "known": 1}
    assert outcomes(take(services, conviction("R2"), conviction("R2", name="王建设"))) == {
        "in_force": 1,
        "quarantined": 1,
    }


def test_a_correction_that_bars_nobody_lifts(services: Services) -> None:
    take(services, conviction())
    assert outcomes(take(services, conviction(version="2", sentence="拘役", sentence_months="5"))) == {"no_ban": 1}
    assert listed(services) == []
    assert [change.kind for change in rows(services, list_change)] == ["added", "lifted"]


def test_a_row_corrected_to_another_person_leaves_the_one_it_was_united_with(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", document_no="（2022）浙0106刑初99002号"))
    (before,) = listed(services)
    other = {"name": "赵敏慧", "id_number": id_number("19850101", "404"), "birth_date": "1985-01-01", "sex": "女"}
    take(services, conviction("R2", version="2", document_no="（2022）浙0106刑初99002号", **other))
    first, second = listed(services)
    assert (first.ban_no, [face.identity.name for face in first.faces]) == (before.ban_no, ["王建国"])
    assert [face.identity.name for face in second.faces] == ["赵敏慧"]
    assert second.ban_no != before.ban_no


def test_a_corrected_revocation_follows_for_organisation_and_person(services: Services) -> None:
    take(services, revocation())
    before = {subject.ban_no for subject in listed(services)}
    take(services, revocation(version="2", decided_on="2024-07-01"))
    assert {subject.ban_no for subject in listed(services)} == before
    assert all(str(held.basis.starts_on) == "2024-07-01" for each in listed(services) for held in each.bases)


def test_the_same_number_in_two_regions_is_two_rows(services: Services) -> None:
    report = take(services, conviction(), conviction(source_region="31", document_no="（2022）沪7101刑初99001号"))
    assert outcomes(report) == {"in_force": 2}
