"""Bulk screening: the verdicts of a check, for a whole file, as one recorded act."""

from __future__ import annotations

import csv
import datetime
import hashlib
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from matching.identity import BirthDate
from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, UnavailableError
from registry.intake import applicant_file
from registry.ledger.events import EventKind
from registry.services import judge_rows, screen_file
from registry.services.context import Services
from registry.services.screen_file import ScreeningReport
from registry.store.decision_repository import DecisionRepository, SealedDecision
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

HEADINGS = "request_no,purpose,role,name,id_type,id_number,birth_date,sex,region"
LISTED = invented_id(1)
MASKED = f"{LISTED[:6]}{'*' * 8}{LISTED[-4:]}"
PASSER_BY = invented_id(17, "19900101")


def row(request_no: str, name: str, number: str, role: str = "operator", region: str = "") -> str:
    """Return a line of the applicants' file."""
    return f"{request_no},food_operation_licence,{role},{name},resident_id,{number},,,{region}"


def write(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    """Write a file of applicants."""
    path.write_text("\n".join([HEADINGS, *rows, ""]), encoding)
    return path


def verdicts(path: Path) -> list[dict[str, str]]:
    """Read a file of verdicts."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def screen(services: Services, source: Path) -> tuple[ScreeningReport, list[dict[str, str]]]:
    """Screen a file as the command does."""
    out = source.with_name("verdicts.csv")
    report = screen_file.screen_file(services, source, out, actor="operator:test")
    return report, verdicts(out)


@pytest.fixture
def ban_no(services: Services) -> str:
    """One person on the list, fresh in all regions."""
    report_fresh(services)
    [number] = put_on_list(services, Listing(person("令狐冲之", LISTED, birth=BirthDate(1976, 3, 9))))
    return number


def test_every_row_gets_its_verdict_in_the_order_of_the_file(services: Services, tmp_path: Path, ban_no: str) -> None:
    report, answers = screen(
        services,
        write(
            tmp_path / "applicants.csv",
            row("甲", "令狐冲之", LISTED),
            row("乙", "王小明", PASSER_BY),
            row("丙", "", PASSER_BY),
            row("丁", "令狐冲之", MASKED),
            row("戊", "令狐冲之", LISTED, role="cook"),
        ),
    )
    assert [(answer["request_no"], answer["verdict"]) for answer in answers] == [
        ("甲", "block"),
        ("乙", "clear"),
        ("丙", "refused"),
        ("丁", "review"),
        ("戊", "refused"),
    ]
    assert report.counts == {"block": 1, "review": 1, "clear": 1, "refused": 2}
    assert [(refused.line, refused.reason) for refused in report.refused] == [
        (4, "name：缺少姓名或名称 [missing_name]"),
        (6, "role：不是本栏可用的词 [unknown_word]"),
    ]
    assert (answers[0]["ban_nos"], answers[0]["record_nos"]) == (ban_no, "R000001")
    assert 0 < float(answers[0]["expected_coincidences"]) < 0.001
    assert answers[0]["reason"].startswith("身份证号码完全相同。")
    assert set(answers[1].values()) == {"乙", "clear", ""}


def test_a_cook_is_clear_where_the_ban_does_not_bar_him(services: Services, tmp_path: Path, ban_no: str) -> None:
    _, answers = screen(services, write(tmp_path / "a.csv", row("1", "令狐冲之", LISTED, role="staff")))
    assert set(answers[0].values()) == {"1", "clear", ""}
    assert ban_no


def test_local_provisions_hold_in_their_region_and_where_no_region_is_named(
    services: Services, tmp_path: Path, ban_no: str
) -> None:
    number = invented_id(2)
    put_on_list(services, Listing(person("东方白鹭", number), provision="shfsr-109-1", region="31"))
    lines = [row(region or "all", "东方白鹭", number, region=region) for region in ("", "31", "310106", "33")]
    _, answers = screen(services, write(tmp_path / "a.csv", *lines))
    assert [answer["verdict"] for answer in answers] == ["block", "block", "block", "clear"]
    assert ban_no


def test_answers_are_kept_for_block_and_review_only(services: Services, tmp_path: Path, ban_no: str) -> None:
    lines = [row("甲", "令狐冲之", LISTED), row("乙", "王小明", PASSER_BY), row("丁", "令狐冲之", MASKED)]
    report, _ = screen(services, write(tmp_path / "a.csv", *lines))
    with services.store.read() as uow:
        kept = list(uow.decisions.of_run(report.run_no))
        assert uow.screenings.has_ended(report.run_no)
    answers = [orjson.loads(decision.answer) for decision in kept]
    assert [(answer["verdict"], answer["subjects"][0]["matches"][0]["ban_no"]) for answer in answers] == [
        ("block", ban_no),
        ("review", ban_no),
    ]
    assert {answer["list"]["version"] for answer in answers} == {report.list_version}


def test_a_run_is_one_ledger_entry_with_the_digests_of_both_files(
    services: Services, tmp_path: Path, ban_no: str
) -> None:
    source = write(tmp_path / "a.csv", row("甲", "令狐冲之", LISTED), row("乙", "王小明", PASSER_BY))
    report, _ = screen(services, source)
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.SCREENING_RUN]
    assert [(dict(entry.facts), entry.actor, entry.list_version) for entry in entries] == [
        (
            {
                "run_no": report.run_no,
                "rows": 2,
                "input_digest": hashlib.sha256(source.read_bytes()).hexdigest(),
                "output_digest": hashlib.sha256((tmp_path / "verdicts.csv").read_bytes()).hexdigest(),
            },
            "operator:test",
            report.list_version,
        )
    ]
    assert ban_no


def test_the_file_is_the_same_however_many_processes_wrote_it(
    services: Services, tmp_path: Path, ban_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applicant_file, "ROWS_AT_A_TIME", 7)
    people = [("令狐冲之", LISTED), ("王小明", PASSER_BY), ("", PASSER_BY), ("令狐冲之", MASKED)]
    source = write(tmp_path / "a.csv", *(row(str(number), *people[number % 4]) for number in range(100)))
    written = set()
    seen: list[tuple[int, int]] = []
    for processes in (1, 2, 3):
        monkeypatch.setattr(screen_file, "usable_cores", lambda count=processes: count)
        out = tmp_path / f"verdicts-{processes}.csv"
        screen_file.screen_file(
            services, source, out, actor="operator:test", progress=lambda done, total: seen.append((done, total))
        )
        written.add(out.read_bytes())
    assert len(written) == 1
    assert [answer["request_no"] for answer in verdicts(tmp_path / "verdicts-2.csv")] == [str(n) for n in range(100)]
    assert seen[0] == (7, 100)
    assert seen[-1] == (100, 100)
    assert ban_no


def test_a_row_that_runs_over_lines_is_judged_by_one_process_and_numbered_by_its_first(
    services: Services, tmp_path: Path, ban_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applicant_file, "ROWS_AT_A_TIME", 2)
    monkeypatch.setattr(screen_file, "usable_cores", lambda: 3)
    lines = [row("1", '"令狐\n冲之"', LISTED), "", row("2", '"王\r\n\n小明"', PASSER_BY), row("3", "", PASSER_BY)]
    lines += [row("4", "令狐冲之", LISTED), ",,,,,,,,", "", "", row("5", "", LISTED)]
    report, answers = screen(services, write(tmp_path / "a.csv", *lines))
    assert [answer["verdict"] for answer in answers] == ["block", "clear", "refused", "block", "refused"]
    assert [refused.line for refused in report.refused] == [8, 13]
    assert ban_no


def test_gb18030_applicants_get_the_verdicts_of_utf_8_ones(services: Services, tmp_path: Path, ban_no: str) -> None:
    lines = [row("甲", "令狐冲之", LISTED), row("丁", "令狐冲之", MASKED)]
    expected = screen(services, write(tmp_path / "utf8.csv", *lines))[1]
    assert screen(services, write(tmp_path / "gbk.csv", *lines, encoding="gb18030"))[1] == expected
    assert ban_no


def test_a_stale_region_turns_clear_into_review_with_the_reason(
    services: Services, tmp_path: Path, ban_no: str, clock: FixedClock
) -> None:
    clock.advance(datetime.timedelta(days=8))
    report_fresh(services, "31", "32", "34")
    _, answers = screen(services, write(tmp_path / "a.csv", row("乙", "王小明", PASSER_BY)))
    assert (answers[0]["verdict"], answers[0]["reason"]) == ("review", "名单数据已过期的地区：33 [stale]")
    assert ban_no


def test_a_run_that_fails_leaves_no_file_and_no_ledger_entry(
    services: Services, tmp_path: Path, ban_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise UnavailableError("the index is in doubt")

    monkeypatch.setattr(judge_rows, "judge_hits", fail)
    source = write(tmp_path / "a.csv", row("甲", "令狐冲之", LISTED))
    with pytest.raises(UnavailableError):
        screen(services, source)
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".part")] == ["a.csv"]
    with services.store.read() as uow:
        assert not [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.SCREENING_RUN]
    assert ban_no


def test_answers_are_kept_as_the_run_goes_on_not_gathered_to_its_end(
    services: Services, tmp_path: Path, ban_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applicant_file, "ROWS_AT_A_TIME", 5)
    monkeypatch.setattr(screen_file, "DECISIONS_AT_A_TIME", 5)
    kept: list[int] = []
    add_sealed = DecisionRepository.add_sealed

    def counting(self: DecisionRepository, rows: Sequence[SealedDecision]) -> None:
        kept.append(len(rows))
        add_sealed(self, rows)

    monkeypatch.setattr(DecisionRepository, "add_sealed", counting)
    source = write(tmp_path / "a.csv", *(row(str(number), "令狐冲之", LISTED) for number in range(20)))
    report, _ = screen(services, source)
    assert kept == [5, 5, 5, 5, 0]
    with services.store.read() as uow:
        assert len(list(uow.decisions.of_run(report.run_no))) == 20
    assert ban_no


def test_a_file_that_changes_while_it_is_screened_gets_no_verdicts(
    services: Services, tmp_path: Path, ban_no: str
) -> None:
    source = write(tmp_path / "a.csv", row("甲", "令狐冲之", LISTED))

    def change(done: int, total: int) -> None:
        write(source, row("乙", "令狐冲之", LISTED))

    out = tmp_path / "verdicts.csv"
    with pytest.raises(ConflictError, match="changed while"):
        screen_file.screen_file(services, source, out, actor="operator:test", progress=change)
    assert not out.exists()
    assert ban_no


def test_the_verdicts_never_replace_the_applicants(services: Services, tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", row("甲", "令狐冲之", LISTED))
    before = source.read_bytes()
    with pytest.raises(InvalidInputError):
        screen_file.screen_file(services, source, source, actor="operator:test")
    assert source.read_bytes() == before
