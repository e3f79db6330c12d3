"""Spreadsheets of invented people as courts make them, and a desk with two people who bring them to the list."""

from __future__ import annotations

import io

import openpyxl
import pytest

from registry.intake import sheet_parser
from registry.intake.document_text import UnreadableDocumentError
from registry.services.actor import Actor
from registry.services.context import Services
from registry.services.map_headings import map_headings, read_headings_to_map
from registry.services.receive_spreadsheet import ReceivedSheet, receive_spreadsheet
from registry.store.account_repository import UserRole
from registry.store.upload_repository import NewOriginal
from tests.registry.intake.list_rows_at_hand import id_number

CLERK = Actor(1, "甲", UserRole.CLERK, "33")
CONFIRMER = Actor(2, "乙", UserRole.CONFIRMER, "33")
ELSEWHERE = Actor(3, "丙", UserRole.CLERK, "32")

COURT = "浙江省德川县人民法院"
CHARGE = "生产、销售有毒、有害食品罪"
HEADINGS = (
    "案号",
    "审理法院",
    "被告人姓名",
    "性别",
    "公民身份号码",
    "罪名",
    "判决结果",
    "判决日期",
    "生效日期",
    "备注",
)
NAMES = ("周明远", "许云", "吕望", "严松", "金川", "魏澜")


def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have spreadsheets read in this process; that another does it is tried in tests/registry/intake, at its cost."""

    def parsed(_kind: str, data: bytes, **_parser: str) -> dict[str, object]:
        found = sheet_parser.parsed(data)
        if "fault" in found:
            raise UnreadableDocumentError(str(found["fault"]))
        return found

    monkeypatch.setattr("registry.intake.sheet_lines.taken_apart", parsed)


def court_row(place: int = 0, **changes: object) -> list[object]:
    """A row as a court's own spreadsheet has it, which the list can take."""
    row = dict(
        zip(
            HEADINGS,
            (
                f"（2023）浙3399刑初{place + 1}号",
                COURT,
                NAMES[place],
                "男",
                id_number(f"197603{place + 10:02d}", "401"),
                CHARGE,
                "有期徒刑一年六个月，缓刑二年，并处罚金人民币五万元",
                "2023年5月18日",
                "2023-05-29",
                "",
            ),
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def workbook(*rows: list[object], headings: tuple[object, ...] = HEADINGS) -> bytes:
    """Write rows under headings as XLSX, with a title above, as courts do."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for line in (["涉食品犯罪案件台账"], headings, *rows):
        page.append([cell if cell != "" else None for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(services: Services, *rows: list[object], name: str = "台账.xlsx", actor: Actor = CLERK) -> ReceivedSheet:
    """Bring a spreadsheet to the desk."""
    return receive_spreadsheet(services, NewOriginal(name, "workbook", workbook(*rows)), actor=actor)


def mapped(services: Services, *rows: list[object], remember_as: str | None = None) -> str:
    """Bring a spreadsheet and take the proposed mapping; return its number."""
    sheet_no = brought(services, *rows).sheet_no
    proposed = read_headings_to_map(services, sheet_no, CLERK).proposed
    map_headings(services, sheet_no, proposed, actor=CLERK, remember_as=remember_as)
    return sheet_no
