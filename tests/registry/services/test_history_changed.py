"""A store that was brought back or exchanged under a running process is noticed, and nothing is answered from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import UnavailableError
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import decision, list_change, list_head
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.services.register_under_test import rows

NUMBERS = [invented_id(sequence) for sequence in range(1, 5)]


@pytest.fixture
def caller(services: Services) -> Caller:
    """A client of a running server, which has a list of two people in memory."""
    report_fresh(services)
    listed(services, 0, 1)
    key = add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key
    asking = Caller(create_app(services), key)
    assert verdict(asking, 0) == "block"
    return asking


def listed(services: Services, *places: int) -> None:
    put_on_list(services, *(Listing(person("王示例", NUMBERS[place])) for place in places))


def verdict(asking: Caller, place: int) -> str:
    response = asking.check(applicant("王示例", NUMBERS[place]))
    return str(response.get_json().get("verdict", response.status_code))


def rewind(services: Services, version: int) -> None:
    """Take the list back, as a backup would that was brought back in the place of the store."""
    with services.store.write() as uow:
        uow.transaction.connection.execute(delete(list_change).where(list_change.c.version > version))
        uow.transaction.connection.execute(update(list_head).values(version=version))


@pytest.mark.parametrize(
    "other_history",
    [
        lambda services: None,
        lambda services: listed(services, 2),
        lambda services: listed(services, 2, 3),
    ],
    ids=["behind the list in memory", "as far", "beyond it"],
)
def test_a_list_that_was_rewound_under_a_server_is_answered_from_only_after_a_restart(
    caller: Caller,
    services: Services,
    settings: Settings,
    clock: FixedClock,
    other_history: Callable[[Services], None],
) -> None:
    rewind(services, 1)
    other_history(services)
    assert [verdict(caller, place) for place in (0, 2)] == ["503", "503"]
    assert caller.get("/readyz").status_code == 503
    assert caller.get("/healthz").status_code == 200
    listed(services, 3)
    assert verdict(caller, 3) == "503"
    afresh = build(settings, clock)
    assert verdict(Caller(create_app(afresh), caller.key), 3) == "block"
    afresh.store.close()


def test_readiness_alone_notices_too(caller: Caller, services: Services) -> None:
    assert caller.get("/readyz").status_code == 200
    rewind(services, 1)
    assert caller.get("/readyz").status_code == 503


def test_a_server_that_had_not_read_the_lost_changes_goes_on(
    caller: Caller, services: Services, settings: Settings, clock: FixedClock
) -> None:
    behind = build(settings, clock)
    other = Caller(create_app(behind), caller.key)
    assert verdict(other, 0) == "block"
    listed(services, 2)
    rewind(services, 2)
    assert verdict(other, 0) == "block"
    listed(services, 3)
    assert verdict(other, 3) == "block"
    behind.store.close()


def test_nothing_is_kept_in_a_file_that_is_no_longer_the_database(
    caller: Caller, services: Services, settings: Settings, tmp_path: Path
) -> None:
    if not services.store.is_sqlite:
        return  # a PostgreSQL server keeps its own files
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    before = len(rows(services, decision))
    evidence = tmp_path / "evidence.sqlite3"
    shutil.copyfile(file, tmp_path / "copy.sqlite3")
    file.rename(evidence)
    assert verdict(caller, 0) == "503"
    (tmp_path / "copy.sqlite3").rename(file)
    assert verdict(caller, 0) == "503"
    with pytest.raises(UnavailableError, match="exchanged under this process"), services.store.write():
        pass
    file.unlink()
    evidence.rename(file)
    assert verdict(caller, 0) == "block"
    assert len(rows(services, decision)) == before + 1
