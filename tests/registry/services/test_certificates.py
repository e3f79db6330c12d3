"""Certificates of effect: beside their judgment whichever comes first, and reached by everything that erases."""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from registry.law.retention import Retention, RetentionRule
from registry.privacy.envelope import version_of
from registry.privacy.keyring import KeyKind
from registry.services.attach_appeal import attach_appeal
from registry.services.certificate_fate import Fate
from registry.services.context import Services
from registry.services.correct_judgment import withdraw_judgment
from registry.services.desk_actor import NamedActor
from registry.services.file_documents import FileOutcome, file_documents
from registry.services.file_effect import file_effect
from registry.services.read_certificates import certificates_of, open_certificates, read_certificate_shown
from registry.services.read_desk import read_document
from registry.services.read_original import read_original
from registry.services.receive_certificate import CertificateReception
from registry.services.receive_upload import ReceivedFile, UploadOutcome, receive_upload
from registry.services.retain import apply_retention
from registry.services.rotate_keys import key_states, retire_keys, rotate_keys
from registry.services.save_draft import save_draft
from registry.services.seal_record import seal_record
from registry.services.state_certificate import discard_certificate, state_certificate
from registry.settings import Settings
from registry.store.certificate_tables import certificate
from registry.store.desk_values import DeskState
from registry.store.upload_tables import original
from tests.registry.intake.invented_certificates import CASE, DAY, FORM, LETTER, NOTICE, certified
from tests.registry.intake.invented_judgments import XU, ZHOU, appeal, judgment
from tests.registry.intake.test_document_text import archive
from tests.registry.services.desk_at_hand import ALONE, CLERK, CONFIRMER, HEARD, edited, filed, in_force, laid_down
from tests.registry.services.desk_at_hand import confirmed as confirm
from tests.registry.services.register_under_test import rows
from tests.registry.services.sheets_at_hand import ELSEWHERE

YOUNG = ZHOU.replace("1981年5月6日", "2004年5月6日")
YOUNG_PAPER = FORM.replace("被告人　周明远\n", f"{YOUNG}")
OPEN = "对上述判决，被告人周明远不服，提出上诉。"


def brought(services: Services, text: str = LETTER, name: str = "生效证明.txt") -> ReceivedFile:
    return receive_upload(services, text.encode(), name, actor=CLERK)[0]


def pending(services: Services, text: str = ALONE) -> str:
    document = laid_down(services, text)
    confirm(services, filed(services, document, edited(document)))
    return document.document_no


def papers(services: Services) -> list[bool]:
    """Return for each certificate ever kept whether it is erased."""
    return [row.erased_at is not None for row in rows(services, certificate)]


def files(services: Services) -> int:
    with services.store.read() as uow:
        query = select(original.c.id).where(original.c.erased_at.is_(None))
        return len(uow.transaction.connection.execute(query).all())


def test_judgment_and_certificate_uploaded_at_once_are_filed_with_the_day_in_one_go(services: Services) -> None:
    data = archive({"a-证明.txt": LETTER, "b-判决.txt": ALONE})
    paper, judged = receive_upload(services, data, "一案.zip", actor=CLERK)
    assert (paper.outcome, judged.outcome) == (UploadOutcome.CERTIFICATE, UploadOutcome.JUDGMENT)
    assert paper.certificate is not None
    assert (paper.certificate.filled, paper.document_no) == (True, judged.document_no)
    document = read_document(services, judged.document_no or "", CLERK)
    assert document.content is not None
    assert (document.content["effect_by"], document.content["effective_date"]) == ("certificate", DAY)
    done = confirm(services, filed(services, document, edited(document)))
    assert done.state is DeskState.IN_FORCE
    (shown,) = certificates_of(services, document.document_no, CONFIRMER)
    assert (shown.fate, shown.text) == (Fate.AGREES, LETTER)
    assert shown.reading["quotes"]["effective_date"]
    assert shown.original_id is not None
    assert read_original(services, shown.original_id, actor=CLERK).content == LETTER.encode()


def test_a_certificate_that_comes_first_waits_and_gives_its_judgment_the_day(services: Services) -> None:
    paper = brought(services, NOTICE)
    assert paper.certificate is not None
    assert (paper.certificate.fate, paper.certificate.case_number) == (Fate.WAITS, CASE)
    assert [each.fate for each in open_certificates(services, CLERK)] == [Fate.WAITS]
    document = laid_down(services)
    assert document.content is not None
    assert document.content["effective_date"] == DAY
    assert open_certificates(services, CLERK) == ()


def test_a_pending_judgment_is_offered_the_step_and_nothing_is_filed_by_itself(services: Services) -> None:
    number = pending(services)
    paper = brought(services)
    assert paper.certificate is not None
    assert (paper.certificate.fate, paper.document_no, paper.certificate.filled) == (Fate.OFFERED, number, False)
    assert [each.document_no for each in open_certificates(services, CLERK)] == [number]
    document = read_document(services, number, CLERK)
    assert document.waiting is None
    step = file_effect(services, number, actor=CLERK, expected=document.row_version, effective_date=DAY)
    assert confirm(services, step).state is DeskState.IN_FORCE
    assert open_certificates(services, CLERK) == ()


def test_what_a_person_has_said_about_effect_is_never_overwritten(services: Services) -> None:
    number = in_force(services).document_no
    paper = brought(services, certified(day="2020年3月21日"))
    assert paper.certificate is not None
    assert (paper.certificate.fate, paper.document_no) == (Fate.DIFFERS, number)
    assert read_document(services, number, CLERK).effective_on == datetime.date(2020, 3, 20)


def test_two_certificates_of_two_days_fill_in_nothing(services: Services) -> None:
    brought(services)
    brought(services, certified(day="2020年3月21日"))
    document = laid_down(services)
    assert document.content is not None
    assert (document.content["effect_by"], document.content["effective_date"]) == ("none", None)


def test_a_certificate_of_a_case_that_is_open_on_appeal_is_refused_and_not_kept(services: Services) -> None:
    pending(services, HEARD)
    ruling = laid_down(services, appeal("驳回上诉，维持原判。", "裁定"))
    paper = brought(services)
    assert paper.certificate is not None
    assert paper.certificate.reception is CertificateReception.APPEALED
    assert paper.certificate.rulings == (ruling.document_no,)
    assert (papers(services), files(services)) == ([], 0)


def test_the_same_certificate_is_known_and_another_region_does_not_see_it(services: Services) -> None:
    first, again = brought(services), brought(services, name="又一份.txt")
    assert first.certificate is not None
    assert again.certificate is not None
    assert again.certificate.reception is CertificateReception.KNOWN
    number = first.certificate.certificate_no or ""
    assert again.certificate.certificate_no == number
    assert read_certificate_shown(services, number, CLERK).case_number == CASE
    with pytest.raises(NotFoundError):
        read_certificate_shown(services, number, ELSEWHERE)
    assert open_certificates(services, ELSEWHERE) == ()


def test_what_was_not_read_is_stated_by_a_person_and_finds_its_judgment_then(services: Services) -> None:
    document = laid_down(services)
    paper = brought(services, LETTER.replace(CASE, "上述案件").replace("二〇二〇年三月二十日", "近日"))
    assert paper.certificate is not None
    assert (paper.certificate.fate, dict(paper.certificate.warnings)) == (
        Fate.UNREAD,
        {"case_number": "not_read", "effective_date": "not_read"},
    )
    number = paper.certificate.certificate_no or ""
    with pytest.raises(InvalidInputError):
        state_certificate(services, number, actor=CLERK, expected=2, case_number=CASE, effective_date="三月")
    found = state_certificate(services, number, actor=CLERK, expected=2, case_number=CASE, effective_date=DAY)
    assert found == document.document_no
    content = read_document(services, found, CLERK).content
    assert content is not None
    assert content["effective_date"] == DAY
    with pytest.raises(ChangedMeanwhileError):
        state_certificate(services, number, actor=CLERK, expected=2, case_number=None, effective_date=None)
    discard_certificate(services, number, actor=CLERK, expected=3)
    assert (papers(services), files(services)) == ([True], 0)


def test_nothing_is_kept_of_a_certificate_that_names_only_a_juvenile(services: Services) -> None:
    assert YOUNG in YOUNG_PAPER
    paper = brought(services, YOUNG_PAPER)
    assert (paper.outcome, paper.code) == (UploadOutcome.REFUSED, "sealed_juvenile")
    assert (papers(services), files(services)) == ([], 0)


@pytest.mark.parametrize("paper_first", [True, False])
def test_a_certificate_goes_with_a_judgment_of_which_nothing_may_be_kept(
    services: Services, *, paper_first: bool
) -> None:
    young = judgment("被告人周明远犯销售有毒、有害食品罪，判处有期徒刑一年，并处罚金人民币三万元。\n", YOUNG)
    if paper_first:
        assert brought(services).outcome is UploadOutcome.CERTIFICATE
        assert brought(services, young).outcome is UploadOutcome.REFUSED
    else:
        found = receive_upload(services, archive({"a.txt": LETTER, "b.txt": young}), "二.zip", actor=CLERK)
        assert [each.outcome for each in found] == [UploadOutcome.REFUSED] * 2
    assert all(papers(services))
    assert files(services) == 0


def test_where_one_of_two_was_left_out_only_the_day_of_the_certificate_is_kept(services: Services) -> None:
    text = judgment(HEARD[HEARD.index("一、") : HEARD.index("如不服")], ZHOU + XU.replace("1982", "2004"))
    brought(services, LETTER)
    receive_upload(services, text.encode(), "判决.txt", actor=CLERK)
    brought(services, FORM)
    shown = [each for row in rows(services, certificate) for each in [read_certificate_shown(services, row[1], CLERK)]]
    assert [(each.text, each.original_id, each.effective_date) for each in shown] == [(None, None, DAY)] * 2
    assert files(services) == 0


def test_a_certificate_goes_when_it_turns_out_that_nobody_of_its_judgment_may_be_kept(services: Services) -> None:
    document = laid_down(services)
    brought(services)
    document = read_document(services, document.document_no, CLERK)
    content = edited(document)
    content["defendants"][0] |= {"birth_date": "2004-05-06", "id_number": None}
    saved = save_draft(services, document.document_no, content, expected=document.row_version, actor=CLERK)
    assert saved.state is DeskState.REFUSED
    assert (papers(services), files(services)) == ([True], 0)


def test_a_sealing_order_erases_the_certificate_with_its_file(services: Services) -> None:
    number = in_force(services).document_no
    brought(services)
    assert (papers(services), files(services)) == ([False], 1)
    seal_record(services, f"33:{number}-1-1", reason="封存决定", order_no=None, actor="operator:test")
    assert (papers(services), files(services)) == ([True], 0)


def later(services: Services, rule: RetentionRule) -> Services:
    clock = FixedClock(services.clock.now() + datetime.timedelta(days=Retention.load().periods[rule].days + 1))
    services.store.clock = clock  # type: ignore[misc]
    return dataclasses.replace(services, clock=clock)


def test_a_certificate_whose_judgment_never_came_is_erased_with_abandoned_drafts(services: Services) -> None:
    pending(services)
    brought(services)
    brought(services, certified("（2020）浙0599刑初8号"))
    apply_retention(later(services, RetentionRule.DESK_DRAFTS), actor="test")
    assert (papers(services), files(services)) == ([False, True], 1)


def test_a_certificate_is_erased_with_the_judgment_it_speaks_of(services: Services) -> None:
    document = in_force(services)
    brought(services)
    step = withdraw_judgment(
        services, document.document_no, actor=CLERK, expected=document.row_version, reason="另案处理"
    )
    confirm(services, step)
    apply_retention(later(services, RetentionRule.DESK_DOCUMENTS), actor="test")
    assert (papers(services), files(services)) == ([True], 0)


@pytest.fixture
def register(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Services]:
    """A register with a key file of its own, which may be changed."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    built = build(dataclasses.replace(settings, keys=keys), clock)
    yield built
    built.store.close()


def test_certificates_follow_the_exchange_of_both_keys_and_are_found_after_it(register: Services) -> None:
    number = pending(register)
    before = brought(register).certificate
    rotate_keys(register, KeyKind, actor="test")
    assert [state.left for state in key_states(register)] == [0, 0]
    assert {(version_of(row.data_key), row.index_version) for row in rows(register, certificate)} == {(2, 2)}
    retire_keys(register, KeyKind, actor="test")
    (shown,) = certificates_of(register, number, CLERK)
    assert (shown.text, shown.fate) == (LETTER, Fate.OFFERED)
    again = brought(register).certificate
    assert before is not None
    assert again is not None
    assert (again.reception, again.certificate_no) == (CertificateReception.KNOWN, before.certificate_no)


def test_nothing_of_a_certificate_stands_in_clear(services: Services) -> None:
    brought(services, NOTICE)
    stored = repr(tuple(rows(services, certificate)[0]))
    for plain in ("周明远", "刑初7号", DAY):
        assert plain not in stored
        assert repr(plain.encode())[2:-1] not in stored


def test_an_operator_files_a_judgment_with_its_certificate_and_a_pending_one_as_effective(
    services: Services, tmp_path: Path
) -> None:
    operator = NamedActor("operator:test", "33")
    number = pending(services)
    eight = "（2020）浙0599刑初8号"
    for name, text in {
        "1.txt": LETTER,
        "2.txt": ALONE.replace(CASE, eight).replace("三万元", "四万元"),
        "3.txt": certified(eight),
        "4.txt": certified("（2020）浙0599刑初9号"),
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    found = list(file_documents(services, sorted(tmp_path.glob("*.txt")), actor=operator))
    outcomes = [each.outcome for each in found]
    assert outcomes == [FileOutcome.FILED, FileOutcome.FILED, FileOutcome.CERTIFICATE, FileOutcome.CERTIFICATE]
    assert [each.document_no for each in found] == [number, found[1].document_no, found[1].document_no, None]
    assert [[fault.code for fault in each.faults] for each in found] == [[], [], [], ["waits"]]
    for each in (number, found[1].document_no or ""):
        waiting = read_document(services, each, CLERK).waiting
        assert waiting is not None
        assert (waiting.content or {})["effective_date"] == DAY


def test_a_certificate_of_a_ruling_says_that_the_ruling_takes_effect_by_itself(services: Services) -> None:
    pending(services, HEARD)
    ruling = laid_down(services, appeal("驳回上诉，维持原判。", "裁定"))
    own = certified("（2020）浙05刑终12号", "2020年6月1日").replace("二〇二〇年四月一日", "二〇二〇年七月一日")
    before = brought(services, own).certificate
    confirm(services, attach_appeal(services, ruling.document_no, actor=CLERK, expected=ruling.row_version))
    assert before is not None
    after = read_certificate_shown(services, before.certificate_no or "", CLERK)
    assert (before.fate, after.fate, after.document_no) == (Fate.FINAL, Fate.FINAL, ruling.document_no)
    assert open_certificates(services, CLERK) == ()
