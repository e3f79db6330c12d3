"""Importing list files: what becomes of each row, on both databases."""

from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path

import pytest

from registry.clock import FixedClock
from registry.errors import InvalidInputError
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.import_list import import_list
from registry.services.sealing_list import remembered
from registry.store.tables import import_run, list_change, list_record, listed_identity, quarantine_row, refused_row
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, csv_text, id_number, revocation
from tests.registry.services.register_under_test import (
    bans,
    everything_stored,
    listed,
    names,
    outcomes,
    rows,
    take,
    version,
)

JUVENILE = {"birth_date": "2004-03-09", "id_number": id_number("20040309"), "name": "柳小冬"}


def test_an_effective_conviction_is_listed_with_its_person_and_its_ban(services: Services) -> None:
    report = take(services, conviction())
    (subject,) = listed(services)
    (held,) = subject.bases
    assert outcomes(report) == {"in_force": 1}
    assert report.complete
    assert subject.faces[0].identity.name == "王建国"
    assert subject.faces[0].identity.documents[0].number == id_number()
    assert (held.basis.provision, held.basis.starts_on, held.basis.ends_on) == (
        "fsl-135-2",
        datetime.date(2021, 5, 29),
        None,
    )
    assert [(link.source_region, link.record_no) for link in held.records] == [("33", "R001")]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, RowOutcome.IN_FORCE),
        ({"effective_date": ""}, RowOutcome.PENDING),
        ({"charge": "生产、销售伪劣产品罪"}, RowOutcome.WAITING),
        ({"charge": "生产、销售伪劣产品罪", "food_related": "yes"}, RowOutcome.IN_FORCE),
        ({"sentence": "拘役", "sentence_months": "5"}, RowOutcome.NO_BAN),
        ({"sentence": "免予刑事处罚", "sentence_months": ""}, RowOutcome.NO_BAN),
        ({"effective_date": "2021-05-32"}, RowOutcome.QUARANTINED),
        ({"operation": "withdraw", "withdraw_reason": "改判"}, RowOutcome.WITHDRAWN),
        (JUVENILE, RowOutcome.REFUSED),
    ],
)
def test_each_row_gets_its_outcome(services: Services, changes: dict[str, str], outcome: RowOutcome) -> None:
    report = take(services, conviction(**changes))
    assert outcomes(report) == {str(outcome): 1}
    left = outcome in {RowOutcome.WAITING, RowOutcome.QUARANTINED, RowOutcome.REFUSED}
    assert report.complete is not left
    assert len(report.not_in_force) == left


def test_a_judgment_effective_later_is_listed_on_its_day(services: Services) -> None:
    take(services, conviction(judgment_date="2025-11-15", effective_date="2025-12-01"))
    (subject,) = listed(services)
    basis = subject.bases[0].basis
    assert not basis.in_force(datetime.date(2025, 11, 30))
    assert basis.in_force(datetime.date(2025, 12, 1))


def test_importing_a_file_twice_changes_nothing(services: Services) -> None:
    file = [
        conviction(),
        conviction("R002", name="", document_no="（2021）浙0106刑初99002号"),
        conviction("R003", **JUVENILE),
    ]
    first = take(services, *file)
    before = (
        bans(services),
        version(services),
        *(len(rows(services, table)) for table in (list_record, quarantine_row)),
    )
    second = take(services, *file)
    after = (
        bans(services),
        version(services),
        *(len(rows(services, table)) for table in (list_record, quarantine_row)),
    )
    assert outcomes(first) == {"in_force": 1, "quarantined": 1, "refused": 1}
    assert outcomes(second) == {"known": 1, "quarantined": 1, "refused": 1}
    assert before == after
    assert first.list_version == second.list_version == version(services)
    assert len(rows(services, refused_row)) == 1


def test_a_repeat_is_known_in_whatever_make_it_comes(services: Services) -> None:
    take(services, conviction())
    report = take(services, conviction(judgment_date="2021年5月18日", sentence_months="14.0", version="1"))
    assert outcomes(report) == {"known": 1}


def test_gb18030_and_a_whole_files_region_are_taken(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(csv_text([conviction(source_region="")]).encode("gb18030"))
    report = import_list(services, path, actor="test", source_region="33")
    assert outcomes(report) == {"in_force": 1}
    assert names(services) == [{"王建国"}]


def test_an_unknown_region_for_the_file_is_refused(services: Services) -> None:
    with pytest.raises(InvalidInputError):
        take(services, conviction(), source_region="35")


def test_a_quarantined_row_is_named_and_kept_whole_and_sealed(services: Services) -> None:
    report = take(services, conviction("R7", judgment_date="2021-02-30", sex="雄"))
    (result,) = report.not_in_force
    (kept,) = rows(services, quarantine_row)
    with services.store.read() as uow:
        original = json.loads(uow.quarantine.original(kept.id))
    assert (result.line, result.record) == (2, "33:R7")
    assert {(fault.field, fault.code) for fault in result.problems} == {
        ("judgment_date", "impossible_date"),
        ("sex", "unknown_word"),
    }
    assert (kept.source_region, kept.record_no, kept.line, kept.state) == ("33", "R7", 2, "open")
    assert original["name"] == "王建国"
    assert original["judgment_date"] == "2021-02-30"
    assert "王建国" not in kept.reason
    assert "王建国".encode() not in kept.original_enc


def test_a_row_with_an_unreadable_key_is_quarantined_without_one(services: Services) -> None:
    report = take(services, conviction(record_no=""))
    (kept,) = rows(services, quarantine_row)
    assert outcomes(report) == {"quarantined": 1}
    assert (kept.source_region, kept.record_no) == (None, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_sealed_juvenile_record_only_line_and_code_remain(
    services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        report = take(services, conviction("J-77", **JUVENILE, document_no="（2021）浙0106刑初99077号"))
    (kept,) = rows(services, refused_row)
    said = json.dumps(report.as_json(), ensure_ascii=False)
    assert (kept.line, kept.code, kept.file_digest) == (2, "sealed_juvenile", report.file_digest)
    for table in (list_record, listed_identity, quarantine_row, list_change):
        assert rows(services, table) == []
    for secret in ("柳小冬", "J-77", "99077", id_number("20040309"), "2004-03-09"):
        assert secret not in said
        assert secret not in caplog.text
        assert secret.encode() not in everything_stored(services, tmp_path)


def test_a_sealed_record_is_recognised_even_in_a_faulty_row(services: Services) -> None:
    report = take(services, conviction(**JUVENILE, court="", sentence="有期徙刑"))
    assert outcomes(report) == {"refused": 1}
    assert rows(services, quarantine_row) == []


@pytest.mark.parametrize("id_type", ["resident_id", "hk_mo_tw_residence", "foreign_permanent", "passport", "other"])
def test_a_juvenile_is_known_by_the_number_whatever_type_it_was_entered_as(services: Services, id_type: str) -> None:
    stated = {**JUVENILE, "birth_date": "", "id_type": id_type}
    assert outcomes(take(services, conviction(**stated))) == {"refused": 1}


def test_a_miswritten_number_alone_makes_nobody_a_juvenile(services: Services) -> None:
    sound = id_number("20040309")
    miswritten = sound[:-1] + str((int(sound[-1].replace("X", "0")) + 3) % 10)
    stated = {**JUVENILE, "birth_date": "", "id_number": miswritten}
    assert outcomes(take(services, conviction(**stated))) == {"in_force": 1}


def test_a_correction_that_shows_a_sealed_record_erases_what_was_kept(services: Services) -> None:
    take(services, conviction())
    (before,) = listed(services)
    report = take(services, conviction(version="2", **JUVENILE))
    assert outcomes(report) == {"refused": 1}
    assert listed(services) == []
    assert rows(services, listed_identity) == []
    (record,) = rows(services, list_record)
    with services.store.read() as uow:
        assert uow.lists.payload(record.id) == {}
    assert record.document_no is None
    assert [(subject.subject, subject.faces) for subject in listed(services, [before.subject])] == [
        (before.subject, ())
    ]
    assert outcomes(take(services, conviction())) == {"refused": 1}, "the old row coming again brings nothing back"
    (order,) = remembered(services.settings.home)
    assert (order.source_region, order.record_no) == ("33", "R001"), "nor does a backup brought back"


def test_a_revocation_lists_the_organisation_once_and_each_person(services: Services) -> None:
    other = {"name": "袁素芬", "role": "manager_in_charge", "sex": "女", "birth_date": "1984-06-23"}
    report = take(
        services, revocation("P1"), revocation("P2", **other, id_number=id_number("19840623", "404")), revocation("P3")
    )
    subjects = {next(iter({face.identity.name for face in each.faces})): each for each in listed(services)}
    organisation = subjects["杭州示例香满园食品有限公司"]
    assert outcomes(report) == {"in_force": 3}
    assert set(subjects) == {"杭州示例香满园食品有限公司", "郭启明", "袁素芬"}
    assert len(organisation.bases) == 1
    assert organisation.bases[0].basis.ends_on == datetime.date(2029, 6, 18)
    assert [link.record_no for link in organisation.bases[0].records] == ["P1", "P2", "P3"]
    assert len(subjects["郭启明"].bases) == 1


def test_the_organisation_stays_listed_while_any_row_of_the_document_stands(services: Services) -> None:
    other = {"name": "袁素芬", "sex": "女", "birth_date": "1984-06-23", "id_number": id_number("19840623", "404")}
    take(services, revocation("P1"), revocation("P2", **other))
    take(services, revocation("P1", version="2", operation="withdraw", withdraw_reason="更正"))
    assert sorted(map(str, names(services))) == sorted(map(str, [{"杭州示例香满园食品有限公司"}, {"袁素芬"}]))
    take(services, revocation("P2", version="2", operation="withdraw", withdraw_reason="撤销处罚"))
    assert listed(services) == []


def test_every_change_takes_the_next_version_in_order(services: Services) -> None:
    take(
        services,
        revocation(),
        revocation("P2", organisation="杭州示例乙店", name="", role="", id_type="", id_number=""),
    )
    take(services, conviction())
    changes = rows(services, list_change)
    assert [change.version for change in changes] == [1, 2, 3, 4]
    assert version(services) == 4
    assert {change.kind for change in changes} == {"added"}


def test_a_successful_import_covers_the_regions_it_names(services: Services, clock: FixedClock) -> None:
    take(services, conviction(), conviction("R2", source_region="31", document_no="（2021）沪7101刑初99001号"))
    with services.store.read() as uow:
        assert uow.coverage.as_of() == {"31": clock.now(), "33": clock.now()}


def test_a_region_whose_rows_were_all_quarantined_is_not_covered(services: Services) -> None:
    take(services, conviction(name=""))
    with services.store.read() as uow:
        assert uow.coverage.as_of() == {}


def test_an_import_is_recorded_with_its_counts_in_ledger_and_run(services: Services) -> None:
    report = take(services, conviction(), conviction("R2", name=""))
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries()]
    (run,) = rows(services, import_run)
    imported = next(entry for entry in entries if entry.kind is EventKind.LIST_IMPORTED)
    changed = next(entry for entry in entries if entry.kind is EventKind.LIST_CHANGED)
    assert (imported.facts["rows"], imported.facts["file_digest"]) == (2, report.file_digest)
    assert (changed.facts["first_version"], changed.facts["last_version"], changed.facts["region"]) == (1, 1, "33")
    assert (run.counts, run.ended_at is not None, run.actor) == ({"in_force": 1, "quarantined": 1}, True, "test")


def test_a_file_that_cannot_be_understood_leaves_no_trace(services: Services, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [conviction()])
    path.write_text(path.read_text(encoding="utf-8").replace("court", "cuort"), encoding="utf-8")
    with pytest.raises(InvalidInputError):
        import_list(services, path, actor="test")
    assert rows(services, import_run) == []


def test_progress_is_told_after_each_commit(services: Services, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [conviction(f"R{number}", name="") for number in range(2_001)])
    told: list[tuple[int, int]] = []
    import_list(services, path, actor="test", progress=lambda done, total: told.append((done, total)))
    assert told == [(1_000, 2_001), (2_000, 2_001), (2_001, 2_001)]
