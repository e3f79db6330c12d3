"""How fast past answers are looked back at: so many kept clear checks against one new ban, and against many.

Run: python -m benchmarks.look_back [--checks 100000] [--changes 1000] [--on sqlite|postgresql]. Prints checks a second
on the clock and by this process's own time, and its memory at most. The answers are written to the store directly.
"""

from __future__ import annotations

import argparse
import datetime
import os
import random
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.exchange import GIVEN, SURNAMES, _addresses
from matching.identity import IdDocument, Identity, IdType
from matching.resident_id import check_character
from registry import bootstrap
from registry.law.roles import Purpose, Role
from registry.services import stored_request
from registry.services.admit_applicants import CheckRequest, SubjectRequest
from registry.services.context import Services
from registry.services.look_back import look_back
from registry.settings import Settings
from registry.store.decision_repository import Decision
from tests.invented_list import Listing, put_on_list

NO_TIME = datetime.timedelta(0)
AT_A_TIME = 5_000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure how fast past answers are looked back at.")
    parser.add_argument("--checks", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--on", choices=["postgresql", "sqlite"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="food-ban-bench-", ignore_cleanup_errors=True) as directory:
        home = Path(directory)
        environment = {"REGISTRY_HOME": directory, "REGISTRY_DATABASE_URL": _addresses(home, asked.on)("looked_back")}
        services = bootstrap.initialise(Settings.from_environment(environment))
        _keep_checks(services, asked.checks)
        for changes in (1, asked.changes):
            put_on_list(services, *(Listing(_person()) for _ in range(changes)))
            _measure(services, changes)
        services.store.close()


def _measure(services: Services, changes: int) -> None:
    began, worked = time.perf_counter(), time.process_time()
    done = look_back(services, settled_after=NO_TIME)
    seconds, own = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = f"{done.listed:,} found"
    print(
        f"{changes:,} new bans against {done.checks:,} checks: {seconds:.1f} s ({done.checks / seconds:,.0f}/s), "
        f"{own:.1f} s of one core; {found}; {memory:,.0f} MiB at most; load {os.getloadavg()[0]:.1f}"
    )


def _keep_checks(services: Services, checks: int) -> None:
    at = services.clock.now() - datetime.timedelta(days=1)
    for first in range(0, checks, AT_A_TIME):
        with services.store.write() as uow:
            uow.decisions.add([_clear(number, at) for number in range(first, min(first + AT_A_TIME, checks))])


def _clear(number: int, at: datetime.datetime) -> Decision:
    subject = SubjectRequest("1", Role.LEGAL_REPRESENTATIVE, _person())
    request = CheckRequest(f"A{number}", Purpose.FOOD_OPERATION_LICENCE, "339900", (subject,))
    answer = f'{{"check_no":"C{number}","subjects":[]}}'
    return Decision(
        check_no=f"C{number}",
        client_id=None,
        run_no=None,
        application_no=request.application_no,
        purpose=request.purpose.value,
        region=request.region,
        decided_at=at,
        verdict="clear",
        list_version=0,
        model_version="m",
        policy_version="p",
        request=stored_request.written(request),
        answer=answer,
    )


_DRAW = random.Random(7)


def _person() -> Identity:
    name = _DRAW.choice(SURNAMES) + "".join(_DRAW.choices(GIVEN, k=_DRAW.choice((1, 2, 2))))
    born = datetime.date(1950, 1, 1) + datetime.timedelta(days=_DRAW.randrange(20_000))
    first = f"3399{_DRAW.randrange(100):02d}{born:%Y%m%d}{_DRAW.randrange(1_000):03d}"
    return Identity(name=name, documents=(IdDocument(IdType.RESIDENT_ID, first + check_character(first)),))


if __name__ == "__main__":
    main()
