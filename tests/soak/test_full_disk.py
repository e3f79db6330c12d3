"""A disk that is really full: the operating system itself refuses to write, and no answer is given that is not kept.

A process of its own may not let any file grow (RLIMIT_FSIZE): SQLite's writes fail in the kernel as they do where the
disk is full. What cannot be had without a device of one's own is a failing fsync; that is injected where the driver
reports it (tests/soak/injected_faults.py).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

from registry.bootstrap import build, initialise
from registry.services.add_client import add_client
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import decision
from tests.api.rest.caller import Caller, applicant
from tests.contracts.source_tree import ROOT
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.services.register_under_test import rows

CHECKS = 60
ROOM = 60_000
"""Bytes by which the longest file may still grow: some checks fit, most do not."""


def test_where_the_disk_is_full_checks_are_refused_and_the_answers_given_are_kept(tmp_path: Path) -> None:
    settings = Settings(tmp_path, f"sqlite:///{tmp_path}/registry.sqlite3", tmp_path / "keys.json")
    services = initialise(settings)
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    key = add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key
    before = len(rows(services, decision))
    told = asked_on_a_full_disk(settings, key)
    statuses = [status for status, _, _ in told["limited"]]
    assert statuses.count(503) > CHECKS // 4
    assert statuses.count(200) + statuses.count(503) == CHECKS
    assert [status for status, _, _ in told["afterwards"]] == [200] * 3
    given = [check_no for status, check_no, _ in told["limited"] + told["afterwards"] if status == 200]
    verdicts = {verdict for status, _, verdict in told["limited"] + told["afterwards"] if status == 200}
    assert verdicts == {"block"}
    kept = [row.check_no for row in rows(services, decision)][before:]
    assert sorted(kept) == sorted(given)
    sequence_log(services.store)
    assert verify_log(services.store).sound
    services.store.close()


def asked_on_a_full_disk(settings: Settings, key: str) -> dict[str, list[list[str | int]]]:
    """Ask in a process whose files may hardly grow, and again once they may."""
    asked = [sys.executable, "-m", "tests.soak.test_full_disk", str(settings.home), key]
    done = subprocess.run(asked, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, list[list[str | int]]] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Ask checks about somebody listed under a limit, then without; print status, number and verdict of each."""
    from api.rest.app import create_app  # noqa: PLC0415  only the process of its own needs it

    home, key = Path(sys.argv[1]), sys.argv[2]
    services = build(Settings(home, f"sqlite:///{home}/registry.sqlite3", home / "keys.json"))
    caller = Caller(create_app(services), key)
    caller.get("/readyz")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(file.stat().st_size for file in home.iterdir())
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + ROOM, most))
    limited = [_told(caller) for _ in range(CHECKS)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    print(json.dumps({"limited": limited, "afterwards": [_told(caller) for _ in range(3)]}))
    services.store.close()


def _told(caller: Caller) -> tuple[int, str, str]:
    response = caller.check(applicant("王示例", invented_id(1)))
    answer = response.get_json()
    return response.status_code, answer.get("check_no", ""), answer.get("verdict", "")


if __name__ == "__main__":
    main()
