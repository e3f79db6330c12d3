"""Invented rows of list files, with every required column, and files made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from matching.resident_id import check_character
from registry.intake.headings import REQUIRED, ListKind, columns

Row = dict[str, str]


def id_number(birth: str = "19760309", sequence: str = "401", area: str = "339900") -> str:
    """A resident ID with a county code never assigned and the right check character."""
    first = area + birth + sequence
    return first + check_character(first)


def conviction(record_no: str = "R001", **changes: str) -> Row:
    row = {
        "record_no": record_no,
        "name": "王建国",
        "other_names": "",
        "sex": "男",
        "birth_date": "1976-03-09",
        "id_type": "resident_id",
        "id_number": id_number(),
        "domicile_code": "339900",
        "source_region": "33",
        "document_no": "（2021）浙0106刑初99001号",
        "court": "杭州市西湖区人民法院",
        "charge": "生产、销售有毒、有害食品罪",
        "sentence": "有期徒刑",
        "sentence_months": "14",
        "judgment_date": "2021-05-18",
        "effective_date": "2021-05-29",
    }
    return row | changes


def revocation(record_no: str = "P001", **changes: str) -> Row:
    row = {
        "record_no": record_no,
        "organisation": "杭州示例香满园食品有限公司",
        "uscc": "",
        "licence_no": "",
        "name": "郭启明",
        "role": "legal_representative",
        "id_type": "resident_id",
        "id_number": id_number("19780115", "403"),
        "sex": "男",
        "birth_date": "1978-01-15",
        "source_region": "33",
        "document_no": "杭西市监处罚〔2024〕99001号",
        "authority": "杭州市西湖区市场监督管理局",
        "penalty": "吊销许可证",
        "decided_on": "2024-06-18",
    }
    return row | changes


def csv_text(rows: Sequence[Mapping[str, str]], kind: ListKind = ListKind.CONVICTION) -> str:
    stated = {column for row in rows for column in row}
    headings = [column for column in columns(kind) if column in REQUIRED[kind] or column in stated]
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def csv_file(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "list.csv") -> Path:
    kind = ListKind.REVOCATION if rows and "organisation" in rows[0] else ListKind.CONVICTION
    path = folder / name
    path.write_text(csv_text(rows, kind), encoding="utf-8")
    return path
