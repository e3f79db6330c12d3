"""Bulk screening and the API are two doors to one judgement; a killed run leaves no half file."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from api.rest.app import create_app
from matching.identity import BirthDate, NameKind, OtherName
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.screen_file import screen_file
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

COLUMNS = ("request_no", "purpose", "role", "name", "id_type", "id_number", "birth_date", "sex", "region")
NAMES = ("令狐冲之", "东方白鹭", "欧阳若水", "王伟", "李娜", "阿依努尔·吐尔逊", "司马青衫", "诸葛听雨")
APPLICANTS = 120


def list_somebody(services: Services) -> None:
    """List eight people: with an ID, without one, under another name, under a ban that bars inspection only."""
    report_fresh(services)
    former = (OtherName(NameKind.FORMER, "西门吹雪"),)
    listings = []
    for place, name in enumerate(NAMES):
        number = invented_id(place, f"197{place}0309") if place % 3 else None
        identity = person(name, number, birth=BirthDate(1970 + place, 3, 9), other_names=former if place == 2 else ())
        provision = "fsl-138-2-punishment" if place == 7 else ("shfsr-109-1" if place == 6 else "fsl-135-2")
        listings.append(Listing(identity, provision, region="31" if place == 6 else "33"))
    put_on_list(services, *listings)


def applicant(dice: random.Random, request_no: str) -> dict[str, str]:
    """Invent an applicant: a listed person stated well or badly, or somebody else."""
    place = dice.randrange(len(NAMES))
    number = invented_id(place, f"197{place}0309")
    masked = f"{number[:6]}********{number[-4:]}"
    slipped = f"{number[:16]}{9 - int(number[16])}{number[17]}"
    stated = dice.choice([number, number.lower(), masked, slipped, ""])
    return {
        "request_no": request_no,
        "purpose": dice.choice(["food_operation_licence", "small_workshop", "inspection_staff", "staff_appointment"]),
        "role": dice.choice(["applicant", "operator", "legal_representative", "inspector", "technician", "staff"]),
        "name": dice.choice([NAMES[place], NAMES[place], "西门吹雪", "王小明", ""]),
        "id_type": "resident_id" if stated else "",
        "id_number": stated,
        "birth_date": dice.choice(["", f"{1970 + place}-03-09", f"{1970 + place}"]),
        "sex": "",
        "region": dice.choice(["", "31", "3301", "339900"]),
    }


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write a file of applicants."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return path


def checked(regulator: Caller, row: dict[str, str]) -> tuple[str, str]:
    """Ask the API about one row; return (verdict, ban numbers) as bulk screening writes them."""
    subject: dict[str, Any] = {key: row[key] or None for key in ("role", "name", "id_type", "id_number", "birth_date")}
    body = {
        "application_no": row["request_no"],
        "purpose": row["purpose"],
        "subjects": [{"subject_no": "1", "kind": "person"} | subject],
    }
    answer = regulator.post("/v1/checks", body | ({"region": row["region"]} if row["region"] else {}))
    if answer.status_code == 422:
        return "refused", ""
    assert answer.status_code == 200, answer.text
    matches = answer.get_json()["subjects"][0]["matches"]
    return answer.get_json()["verdict"], ";".join(match["ban_no"] for match in matches)


def test_bulk_screening_and_the_api_give_the_same_verdicts(services: Services, tmp_path: Path) -> None:
    list_somebody(services)
    dice = random.Random(20251121)
    rows = [applicant(dice, str(number)) for number in range(APPLICANTS)]
    screen_file(services, write(tmp_path / "a.csv", rows), tmp_path / "v.csv", actor="operator:test")
    with (tmp_path / "v.csv").open(encoding="utf-8", newline="") as file:
        screened = [(row["verdict"], row["ban_nos"]) for row in csv.DictReader(file)]
    regulator = Caller(create_app(services), add_client(services, "r", ClientRole.REGULATOR, None, "test").key)
    assert screened == [checked(regulator, row) for row in rows]
    assert {verdict for verdict, _ in screened} == {"block", "review", "clear", "refused"}


def children_of(process: int) -> list[int]:
    """Return the processes a process has started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.fixture
def large_file(services: Services, tmp_path: Path) -> Path:
    """Enough applicants for a run to be killed in the middle."""
    list_somebody(services)
    dice = random.Random(1)
    return write(tmp_path / "a.csv", [applicant(dice, str(number)) for number in range(20_000)])


def test_a_killed_run_leaves_no_verdicts_and_no_process_and_can_be_repeated(
    services: Services, tmp_path: Path, large_file: Path
) -> None:
    out = tmp_path / "v.csv"
    part = tmp_path / "v.csv.part"
    environment = os.environ | {
        "REGISTRY_HOME": str(tmp_path),
        "REGISTRY_DATABASE_URL": services.settings.database_url,
        "REGISTRY_KEYS": str(services.settings.keys),
    }
    command = [sys.executable, "-m", "api.cli", "screen", str(large_file), "--out", str(out)]
    run = subprocess.Popen(command, env=environment)
    while not (part.exists() and part.stat().st_size > 0):
        assert run.poll() is None
        time.sleep(0.005)
    workers = children_of(run.pid)
    assert workers
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not out.exists()
    give_up = time.monotonic() + 20
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < give_up, "a worker outlived the killed run"
        time.sleep(0.02)
    few = write(tmp_path / "few.csv", [applicant(random.Random(2), "1")])
    report = screen_file(services, few, out, actor="operator:test")
    assert report.rows == 1
    assert len(out.read_text("utf-8").splitlines()) == 2
