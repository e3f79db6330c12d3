"""A register whose log has something of everything: list changes, checks, look-ups, an erasing, many heads."""

from __future__ import annotations

from random import Random

from api.rest.app import create_app
from registry.bootstrap import initialise
from registry.clock import Clock
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.sequence_log import sequence_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

ENTRIES = 700
"""Entries of the log that is tampered with: two complete tiles and a part of a third, some thirty heads."""


def register_with_log(settings: Settings, clock: Clock | None = None) -> Services:
    """Make a register with list changes, checks, look-ups and an erasing, all of it placed and signed."""
    services = initialise(settings, clock)
    report_fresh(services)
    random = Random("acts")
    for number in range(30):
        put_on_list(
            services, *(Listing(person("王示例", invented_id(number * 5 + each))) for each in range(1 + number % 3))
        )
    caller = Caller(create_app(services), add_client(services, "office", ClientRole.LICENSING, "33", "test").key)
    while _size(services) < ENTRIES:
        for number in range(random.randint(1, 8)):
            assert caller.check(applicant("王示例", invented_id(number))).status_code == 200
        with services.store.write() as uow:
            for number in range(random.randint(1, 30)):
                uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": f"c-{number}", "client_id": 1})
        sequence_log(services.store)
    with services.store.write() as uow:
        uow.ledger.erase_openings([50, 51, 300], "retention", "test")
    sequence_log(services.store)
    return services


def _size(services: Services) -> int:
    with services.store.read() as uow:
        return uow.log.size()
