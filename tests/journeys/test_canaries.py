"""A hundred canaries go through every path of the register and leave no plain trace in it or around it.

Searched: every file of the register's home, of the SQLite database with its journal or of the PostgreSQL server's
directory, of the directory for temporary files; a dump of every table; logs, error bodies, and what commands print.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import select, text

from api.cli.main import main
from api.rest import request_log
from api.rest.app import create_app
from registry.errors import RegistryError
from registry.law.policy import Policy
from registry.services.add_client import add_client
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.correct_judgment import correct_judgment
from registry.services.file_judgment import Filed
from registry.services.file_spreadsheet import file_spreadsheet
from registry.services.import_spreadsheet import import_spreadsheet
from registry.services.list_index import ListIndex
from registry.services.read_desk import DeskDocument, read_document, read_work_list
from registry.services.read_original import read_original
from registry.services.receive_upload import receive_upload
from registry.services.return_rows import ReturnForm, return_rows
from registry.services.return_spreadsheet import return_spreadsheet
from registry.services.search_listed import Search, search_listed
from registry.services.sequence_log import sequence_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import listed_subject, metadata
from registry.store.upload_tables import original
from tests.api.rest.caller import Caller, applicant, application
from tests.canaries import Canary, canaries, traces_in
from tests.invented_list import report_fresh
from tests.registry.intake.invented_judgments import SENTENCE, judgment
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, revocation
from tests.registry.intake.test_document_text import archive
from tests.registry.services.desk_at_hand import CLERK, CONFIRMER, LOOK_UP
from tests.registry.services.register_under_test import take
from tests.registry.services.sheets_at_hand import court_row, mapped

COUNT = int(os.environ.get("CANARIES", "100"))
YOUNG = "被告人{}，男，2003年5月6日出生，汉族，学生。\n"
SCREENING = "request_no,purpose,role,name,id_type,id_number,birth_date,sex"


class Aviary:
    """The register under search, and everything it said to somebody who may not see an identity."""

    def __init__(self, services: Services, settings: Settings, work: Path) -> None:
        self.services, self.work = services, work
        self.birds = canaries(COUNT)
        self.said: list[tuple[str, str | bytes]] = []
        self._environment = {
            "REGISTRY_HOME": str(settings.home),
            "REGISTRY_DATABASE_URL": settings.database_url,
            "REGISTRY_KEYS": str(settings.keys),
        }
        self.app = create_app(services)

    def caller(self, role: ClientRole, region: str | None) -> Caller:
        return Caller(self.app, add_client(self.services, f"{role} of tests", role, region, "test").key)

    def command(self, *arguments: str) -> str:
        """Run a command and remember what it printed."""
        result = CliRunner().invoke(main, list(arguments), env=self._environment)
        self.said.append((f"registry {arguments[0]} {arguments[1]}", result.output + repr(result.exception or "")))
        return result.output

    def refused(self, act: Callable[[], object]) -> None:
        """Remember what an act at the desk is refused with."""
        with pytest.raises(RegistryError) as error:
            act()
        self.said.append(("refusal at the desk", str(error.value) + repr(getattr(error.value, "faults", ""))))

    def answered(self, path: str, status: int, body: bytes) -> None:
        """Remember an answer that is no verdict: it may quote nothing."""
        assert status >= 400, (path, status)
        self.said.append((f"{status} of {path}", body))


@pytest.fixture
def aviary(services: Services, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aviary:
    temporary, work = tmp_path / "temporary", tmp_path / "work"
    temporary.mkdir()
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr("registry.services.list_index.WORTH_PUTTING_AWAY", 1)
    report_fresh(services)
    return Aviary(services, settings, work)


def _row(number: int, bird: Canary, **changes: str) -> dict[str, str]:
    stated = {"name": bird.name, "id_number": bird.id_number, "birth_date": bird.birth, "domicile_code": ""}
    return conviction(f"C{number:05d}", document_no=f"（2021）浙0106刑初{number:05d}号", **(stated | changes))


def _import(aviary: Aviary) -> None:
    """In force, waiting, quarantined, of other content, refused, taken back, a revocation, a workbook, no table."""
    birds = aviary.birds
    rows = [_row(number, bird, other_names=f"曾用名:{bird.name}") for number, bird in enumerate(birds)]
    rows += [_row(90_000, birds[0], charge="诈骗罪"), _row(90_001, birds[1], birth_date="1999-02-31")]
    rows += [_row(90_002, birds[2], sex=birds[2].name), _row(90_003, birds[3], id_type=birds[3].id_number)]
    rows += [_row(90_004, birds[4], effective_date=birds[4].name), _row(90_005, birds[5], court=birds[5].id_number)]
    rows += [_row(90_006, birds[6], source_region=birds[6].name), _row(90_007, birds[7], version=birds[7].id_number)]
    rows += [_row(90_008, birds[8], offence_from="1960-01-01", birth_date="1950-01-01", sentence_months="6")]
    aviary.command("list", "import", str(csv_file(aviary.work, rows)))
    aviary.command("list", "import", "--json", str(csv_file(aviary.work, [_row(1, birds[1], name=birds[2].name)])))
    take(aviary.services, _row(2, birds[2], version="2", operation="withdraw", withdraw_reason=birds[2].name))
    take(aviary.services, revocation(name=birds[9].name, id_number=birds[9].id_number, birth_date=birds[9].birth))
    aviary.command("list", "import", str(_workbook(aviary, [_row(91_000, birds[0]), _row(91_001, birds[1], name="")])))
    bad = aviary.work / "bad.csv"
    bad.write_bytes(f"name,{birds[0].name}\n{birds[0].id_number},\xff".encode("utf-8", "replace") + b"\xff\xfe\x81")
    aviary.command("list", "import", str(bad))
    aviary.command("list", "decide", f"33:{birds[0].name}", "yes", "--reason", birds[0].name)
    aviary.command("list", "decide", "33:C90000", "yes", "--reason", birds[0].name)


def _workbook(aviary: Aviary, rows: list[dict[str, str]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in (list(rows[0]), *(list(row.values()) for row in rows)):
        sheet.append(cells)
    path = aviary.work / "list.xlsx"
    book.save(path)
    return path


def _subject(bird: Canary, **changes: object) -> dict[str, object]:
    return applicant(bird.name, bird.id_number) | changes


def _check(aviary: Aviary) -> str:
    """Verdicts, repeated and conflicting requests, batches, looks; return a check number."""
    caller, regulator = aviary.caller(ClientRole.LICENSING, "33"), aviary.caller(ClientRole.REGULATOR, None)
    for number, bird in enumerate(aviary.birds):
        body = application(_subject(bird))
        first = caller.post("/v1/checks", body, Idempotency_Key=f"key-{number}")
        assert first.get_json()["verdict"] in {"block", "review", "clear"}
    again = caller.post("/v1/checks", body | {"application_no": "other"}, Idempotency_Key=f"key-{number}")
    aviary.answered("/v1/checks", again.status_code, again.data)
    other = aviary.birds[0]
    batch = caller.post(
        "/v1/checks/batch", {"requests": [application(_subject(other)), application(_subject(other, name=None))]}
    )
    aviary.said.append(("refusal in a batch", json.dumps(batch.get_json()["results"][1])))
    check_no: str = first.get_json()["check_no"]
    assert regulator.get(f"/v1/checks/{check_no}").status_code == 200
    return check_no


def _refused_checks(aviary: Aviary) -> None:
    """A canary in every field that it does not belong into, and in places that are no field at all."""
    caller, bird = aviary.caller(ClientRole.LICENSING, "33"), aviary.birds[0]
    whole = application(_subject(bird))
    fields = [(field, value) for field in ("purpose", "region", "subjects") for value in (bird.name, [bird.name])]
    of_a_subject = ("kind", "role", "id_type", "birth_date", "sex", "other_names")
    wrong: list[object] = [
        *(whole | {field: value} for field, value in fields),
        *(application(_subject(bird, **{field: bird.name})) for field in of_a_subject),
        *(application(_subject(bird, **{field: bird.id_number})) for field in of_a_subject),
        application(_subject(bird, id_type=None)),
        application(_subject(bird, id_number=None)),
        application(_subject(bird), _subject(bird)),
        whole | {bird.name: bird.id_number},
        whole | {"region": "310000"},
        [bird.name],
        bird.name,
    ]
    for body in wrong:
        response = caller.post("/v1/checks", body)
        aviary.answered("/v1/checks", response.status_code, response.data)
    client = aviary.app.test_client()
    headers = {"Authorization": f"Bearer {caller.key}", "Content-Type": "application/json"}
    for path, data in ((f"/v1/checks/{bird.name}", b""), ("/v1/checks", f'{{"name": "{bird.name}'.encode())):
        response = client.open(path, method="POST" if data else "GET", data=data, headers=headers)
        aviary.answered(path.partition(bird.name)[0], response.status_code, response.data)
    stranger = client.get("/v1/changes", headers={"Authorization": f"Bearer {bird.id_number}{bird.id_number}"})
    aviary.answered("/v1/changes", stranger.status_code, stranger.data)
    aviary.said.append(("/metrics", client.get("/metrics").data))


def _broken_checks(aviary: Aviary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something breaks nobody foresaw, with the identity in its text."""
    caller, bird = aviary.caller(ClientRole.LICENSING, "33"), aviary.birds[0]

    def broken(*_arguments: object) -> None:
        raise LookupError(f"{bird.name} {bird.id_number}")

    with monkeypatch.context() as patch:
        patch.setattr("registry.services.check_applicants.judge", broken)
        response = caller.check(_subject(bird))
    aviary.answered("/v1/checks", response.status_code, response.data)


def _screen(aviary: Aviary) -> None:
    applicants = aviary.work / "applicants.csv"
    lines = [f"{number},food_operation_licence,operator,{bird.name},resident_id,{bird.id_number},," for number, bird in
             enumerate(aviary.birds)]  # fmt: skip
    bird = aviary.birds[0]
    lines += [f"b1,{bird.name},operator,{bird.name},resident_id,{bird.id_number},,", f"b2,food_filing,,,{bird.name},,,"]
    applicants.write_text("\n".join([SCREENING, *lines, ""]), "utf-8")
    out = aviary.work / "out" / "verdicts.csv"
    out.parent.mkdir()
    aviary.command("screen", str(applicants), "--out", str(out))
    aviary.said.append(("verdicts", out.read_bytes()))
    aviary.command("screen", str(applicants), "--out", str(applicants))


def _upload(aviary: Aviary) -> None:
    """Judgments and spreadsheets, good, faulty and hostile, under names that name somebody; looked at, given back."""
    birds, services = aviary.birds, aviary.services
    text = judgment(SENTENCE).replace("周明远", birds[0].name).replace("刑初7号", "刑初77号")
    hostile = archive({f"{birds[1].name}.pdf": f"%PDF-{birds[1].name}", f"{birds[2].id_number}.zip": b"PK\x03\x04"})
    for name, data in ((f"{birds[0].name}.txt", text.encode()), (f"{birds[3].id_number}.zip", hostile)):
        for received in receive_upload(services, data, name, actor=CLERK):
            aviary.said.append(("message", str(received.says)))
    rows = [court_row(place, 被告人姓名=bird.name, 公民身份号码=bird.id_number) for place, bird in enumerate(birds[:3])]
    rows += [court_row(3, 被告人姓名=birds[3].name, 判决日期=birds[3].name, 性别=birds[3].id_number)]
    sheet_no = mapped(services, *rows, remember_as="德川法院")
    file_spreadsheet(services, sheet_no, actor=CLERK)
    return_spreadsheet(services, sheet_no, actor=CONFIRMER, note=birds[4].name)
    file_spreadsheet(services, sheet_no, actor=CLERK, note=birds[4].name)
    import_spreadsheet(services, sheet_no, actor=CONFIRMER)
    assert birds[3].id_number.encode() in return_rows(services, sheet_no, actor=CLERK, form=ReturnForm.CSV).content
    mapped(services, *rows[1:])
    with services.store.read() as uow:
        kept = select(original.c.id).where(original.c.content_enc.is_not(None))
        numbers = uow.transaction.connection.execute(kept).scalars().all()
    assert all(read_original(services, number, actor=CLERK).content for number in numbers)
    assert len(numbers) >= 2
    court = aviary.caller(ClientRole.COURT, "33")
    sent = base64.b64encode(f"%PDF-{birds[5].name}".encode()).decode()
    for body in ({"document": sent, "name": birds[5].name}, {"document": birds[5].name, birds[5].name: "x"}):
        response = court.post("/v1/judgments", body)
        aviary.answered("/v1/judgments", response.status_code, response.data)


def _look_back(aviary: Aviary, check_no: str) -> None:
    """Explain, replay, try a policy, look at the snapshot, seal."""
    with aviary.services.store.read() as uow:
        ban_no = uow.transaction.connection.execute(select(listed_subject.c.ban_no)).scalars().first()
    aviary.command("explain", "--ban", str(ban_no))
    aviary.command("explain", "--check", check_no)
    aviary.command("replay", check_no)
    aviary.command("replay", aviary.birds[0].name)
    roster = aviary.work / "roster.csv"
    with roster.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("name", "id_number", "birth_date", "sex"), *((b.name, b.id_number, b.birth, "") for b in aviary.birds)]
        )
    policy = aviary.work / "policy.toml"
    policy.write_text("# tried\n" + Policy.wording(), "utf-8")
    aviary.command("policy", "try", "--policy", str(policy), "--roster", str(roster), "--days", "100000")
    # The screening has put the list away; a sealing takes it from the disk.
    aviary.said.append(("snapshot", (aviary.services.settings.home / "index.snapshot").read_bytes()))
    sequence_log(aviary.services.store)
    aviary.command("retention", "run", "--dry-run")
    aviary.command("list", "seal", f"33:{aviary.birds[0].name}", "--reason", aviary.birds[0].name)
    aviary.command("list", "seal", "33:C00007", "--reason", aviary.birds[7].name)


def _desk(aviary: Aviary) -> None:
    """Judgments at the desk: filed, known, refused, wrong in every field, confirmed, corrected, looked up, sealed."""
    services, bird, young = aviary.services, aviary.birds[10], aviary.birds[11]
    stated = {"周明远": bird.name, "1981年5月6日": bird.birth.replace("-", "年", 1).replace("-", "月") + "日"}
    text = judgment(SENTENCE)
    for plain, named in stated.items():
        text = text.replace(plain, named)
    text = text.replace("出生，汉族", f"出生，公民身份号码{bird.id_number}，汉族")
    refused = judgment(SENTENCE, YOUNG.format(young.name)).replace("刑初7号", "刑初8号")
    for name, written in (("a", text), ("b", text), ("c", refused)):
        path = aviary.work / f"{name}.txt"
        path.write_text(written, "utf-8")
        aviary.command("judgment", "file", str(path))
    (item,) = read_work_list(services, CONFIRMER).items
    confirm_judgment(services, item.document_no, number=1, actor=CONFIRMER, note=bird.name)
    document = read_document(services, item.document_no, CLERK)
    assert document.content is not None
    for field in ("effective_date", "effect_by", "source_region", "decided_on", "instance"):
        content = {**document.content, field: bird.name}
        aviary.refused(lambda content=content: _corrected(services, document, content))  # type: ignore[misc]
    aviary.refused(lambda: _sought(services, name=bird.name, id_number=bird.name))
    assert _sought(services, name=bird.name).hits
    _corrected(services, document, {**document.content, "effect_by": "certificate", "effective_date": "2020-03-20"})
    confirm_judgment(services, item.document_no, number=2, actor=CONFIRMER)
    aviary.command("list", "seal", f"33:{item.document_no}-1-1", "--reason", bird.name)


def _sought(services: Services, **sought: str) -> Search:
    return search_listed(services, ListIndex(), actor=CLERK, look_up=LOOK_UP, **sought)  # type: ignore[arg-type]


def _corrected(services: Services, document: DeskDocument, content: dict[str, object]) -> Filed:
    stated = {"actor": CLERK, "expected": document.row_version, "reason": str(document.content)[:900]}
    return correct_judgment(services, document.document_no, content, **stated)  # type: ignore[arg-type]


def _dump(services: Services) -> Iterator[tuple[str, str]]:
    """Every row of every table, as a dump has them: values as text and bytes as hexadecimal."""
    with services.store.read() as uow:
        for table in metadata.sorted_tables:
            rows = uow.transaction.connection.execute(select(table))
            yield f"table {table.name}", "\n".join(repr(tuple(row)) for row in rows)


def _places(services: Services, tmp_path: Path) -> list[Path]:
    places = [
        tmp_path / "temporary",
        *(path for path in tmp_path.iterdir() if path.name.startswith(("registry.", "index"))),
    ]
    if services.store.is_sqlite:
        return places
    with services.store.write() as uow:
        directory = uow.transaction.connection.execute(text("SHOW data_directory")).scalar_one()
    return [*places, Path(str(directory))]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything logged, by the register or by a library, at whatever level."""
    stream = io.StringIO()
    request_log.configure(stream, lasting=False)
    caplog.set_level(logging.DEBUG)
    yield lambda: stream.getvalue() + caplog.text
    structlog.reset_defaults()


def test_no_canary_leaves_a_plain_trace(
    aviary: Aviary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    logged: Callable[[], str],
) -> None:
    _import(aviary)
    check_no = _check(aviary)
    _refused_checks(aviary)
    _broken_checks(aviary, monkeypatch)
    _screen(aviary)
    _look_back(aviary, check_no)
    _desk(aviary)
    _upload(aviary)
    said = capfd.readouterr()
    texts = [*aviary.said, *_dump(aviary.services), ("log", logged()), ("output", said.out + said.err)]
    assert traces_in(_places(aviary.services, tmp_path), texts) == []
    assert len(aviary.said) >= 45


def test_a_plain_trace_in_any_encoding_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search itself: what it must find, in the middle of other bytes and across its blocks."""
    monkeypatch.setattr("tests.canaries.BLOCK_BYTES", 4_096)
    bird = canaries(3)[2]
    for plain in (bird.name, bird.id_number):
        written = [plain.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
        written += [base64.b64encode(b"x" * shift + plain.encode() + b"yz") for shift in range(3)]
        written += [plain.encode().hex().encode(), plain.encode().hex().upper().encode()]
        for place, data in enumerate(written):
            path = tmp_path / f"{place}.bin"
            path.write_bytes(b"\0" * (4_096 - 4) + data + b"\0" * 100)
            assert traces_in([path], []), (plain, place)
            assert traces_in([], [("text", b"ab" + data)])
            path.unlink()
    assert traces_in([], [("text", "张**, 349977********0017, ordinary words")]) == []
