"""Invented demo people of all four provinces, three applications that show the three verdicts, and those that wait.

Nobody here exists: every ID number and credit code carries a county code that was never assigned (319900, 329900,
339900, 349900). The rows show the situations the register knows: life ban on two counts and in two provinces,
revocation with organisation and people, probation, masked, old, missing and mistyped ID numbers, minority and
former names, a Hong Kong permit, rows pending, waiting and withdrawn, a drug offender, inspection staff, an expired
ban.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from io import BytesIO, StringIO
from pathlib import Path

from registry.services.context import Services
from registry.services.import_list import import_list
from registry.services.row_results import ImportReport

_FILES = ("demo_convictions.csv", "demo_revocations.csv")
_APPLICATIONS = "demo_applications.csv"


@dataclass(frozen=True, slots=True)
class DemoCheck:
    """An application (the body of POST /v1/checks), the verdict it is made to show, and the situation in a sentence."""

    verdict: str
    says: str
    request: Mapping[str, object]


def load_demo(services: Services, actor: str = "demo") -> list[ImportReport]:
    """Import the demo lists; repeating it changes nothing."""
    reports = []
    for name in _FILES:
        with as_file(files("seeds.data").joinpath(name)) as path:
            reports.append(import_list(services, path, actor=actor))
    return reports


def load_demo_of(services: Services, region: str, actor: str = "demo") -> list[ImportReport]:
    """Import the rows of the demo lists that one province reported."""
    return [import_list(services, BytesIO(_rows_of(path, region)), actor=actor) for path in demo_files()]


def _rows_of(path: Path, region: str) -> bytes:
    out = StringIO()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        writer = csv.DictWriter(out, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in rows if row["source_region"] == region)
    return out.getvalue().encode()


def demo_files() -> list[Path]:
    """Return the demo lists as files: convictions, then revocations."""
    folder = Path(str(files("seeds.data")))
    return [folder / name for name in _FILES]


def demo_checks() -> tuple[DemoCheck, ...]:
    """Return three applications: one to be blocked, one for review, one clear."""
    return (
        DemoCheck(
            "block",
            "The legal representative has a life ban: same ID number, same name.",
            _request("1", "方知远", "339900197603090232"),
        ),
        DemoCheck(
            "review",
            "A listed person without ID number has this rare name and this birth date.",
            _request("2", "濮阳静芸", "329900199004171388"),
        ),
        DemoCheck(
            "clear",
            "A namesake of a listed person, with an ID number of her own.",
            _request("3", "林晓燕", "339900199108021407"),
        ),
    )


def _request(number: str, name: str, id_number: str) -> dict[str, object]:
    subject = {
        "subject_no": "1",
        "kind": "person",
        "role": "legal_representative",
        "name": name,
        "id_type": "resident_id",
        "id_number": id_number,
    }
    return {
        "application_no": f"DEMO-2025-{number:0>6}",
        "purpose": "food_operation_licence",
        "region": "339900",
        "subjects": [subject],
    }


@dataclass(frozen=True, slots=True)
class DemoApplication:
    """An application for regulators to decide: its request, and what they learn when they ask about it.

    `truth` is how it was made up: `same` (the listed person), `other` (another), `doubtful` (more must be asked for).
    """

    request: Mapping[str, object]
    truth: str
    learned: str

    @property
    def application_no(self) -> str:
        """The number the licensing system gave it."""
        return str(self.request["application_no"])


def demo_applications() -> list[DemoApplication]:
    """Return the applications the register holds or sends to a person, so that regulators have cases to work on."""
    text = files("seeds.data").joinpath(_APPLICATIONS).read_text("utf-8")
    return [_application(row) for row in csv.DictReader(StringIO(text))]


def _application(row: Mapping[str, str]) -> DemoApplication:
    stated = ("kind", "role", "name", "id_type", "id_number")
    subject = {"subject_no": "1", **{name: row[name] for name in stated}}
    request = {
        "application_no": row["application_no"],
        "purpose": row["purpose"],
        "region": "339900",
        "subjects": [subject],
    }
    return DemoApplication(request, row["truth"], row["learned"])
