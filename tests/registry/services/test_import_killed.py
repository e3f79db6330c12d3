"""An import killed in the middle: whole batches stand, and importing again finishes the job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from registry.services.context import Services
from registry.services.import_list import import_list
from registry.services.place_file import BATCH
from registry.settings import Settings
from registry.store.tables import import_run, list_change, list_record
from tests.registry.intake.list_rows_at_hand import conviction, csv_file
from tests.registry.services.register_under_test import listed, outcomes, rows, version

BATCHES = 4
IMPORTER = """
import os, sys, time
from pathlib import Path
from registry import bootstrap
from registry.services.import_list import import_list
from registry.settings import Settings

def told(done, expected):
    print(done, flush=True)
    time.sleep(0.2)

import_list(bootstrap.build(Settings.from_environment(os.environ)), Path(sys.argv[1]), actor="test", progress=told)
"""


def _people(folder: Path) -> Path:
    people = [
        conviction(
            f"R{number}",
            id_type="",
            id_number="",
            birth_date="",
            document_no=f"（2021）浙0106刑初{90_000 + number}号",
        )
        for number in range(BATCH * BATCHES)
    ]
    return csv_file(folder, people)


def test_a_killed_import_leaves_whole_batches_and_a_second_import_finishes(
    services: Services, settings: Settings, tmp_path: Path
) -> None:
    path = _people(tmp_path)
    environment = os.environ | {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(settings.keys),
    }
    command = [sys.executable, "-c", IMPORTER, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as importer:
        assert importer.stdout is not None
        assert importer.stdout.readline() == f"{BATCH}\n"
        # Past the pause after the first commit: somewhere within the second batch, or just after it.
        time.sleep(0.35)
        importer.send_signal(signal.SIGKILL)
    stored = len(rows(services, list_record))
    assert stored % BATCH == 0
    assert BATCH <= stored < BATCH * BATCHES
    assert len(listed(services)) == len(rows(services, list_change)) == version(services) == stored
    assert rows(services, import_run)[0].ended_at is None
    with services.store.read() as uow:
        assert uow.coverage.as_of() == {}, "the file is not through, so nothing is covered"
    again = import_list(services, path, actor="test")
    assert outcomes(again) == {"known": stored, "in_force": BATCH * BATCHES - stored}
    assert len(listed(services)) == version(services) == BATCH * BATCHES
    assert outcomes(import_list(services, path, actor="test")) == {"known": BATCH * BATCHES}
