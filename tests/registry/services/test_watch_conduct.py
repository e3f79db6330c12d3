"""Probing: a client that fishes has an alarm by the worker's next run, and nothing remembered of it names anybody."""

from __future__ import annotations

import pytest

from api.rest.app import create_app
from benchmarks.probing import STYLES, ordinary_days, probes_until_flagged, warm
from jobs.watch_conduct import watch_conduct as job
from registry.services.add_client import add_client
from registry.services.conduct import Conduct, Look, Person, observe
from registry.services.context import Services
from registry.services.watch_conduct import watch_conduct
from registry.store.client_repository import ClientRole
from registry.store.tables import client_conduct
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id
from tests.registry.services.register_under_test import rows


def caller(services: Services) -> Caller:
    return Caller(create_app(services), add_client(services, "fisher", ClientRole.LICENSING, "33", "test").key)


def fish(asking: Caller, names: str) -> None:
    for name in names:
        response = asking.check(applicant("赵" + name, invented_id(7)))
        assert response.status_code == 200


def test_a_client_that_fishes_has_an_alarm_shows_in_the_list_and_stands_in_the_ledger(services: Services) -> None:
    fish(caller(services), "一二三四五六")
    assert job(services) == {"decisions": 6, "flagged": 1}
    with services.store.read() as uow:
        (alarm,) = uow.alarms.open()
        (listed,) = uow.clients.listed()
        raised = [entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind == "alarm_raised"]
    assert (alarm.kind, alarm.subject, alarm.detail) == ("probing", str(listed.client.id), "many_names_for_a_number")
    assert listed.client.flagged
    assert raised == [{"alarm": "probing", "subject": str(listed.client.id)}]


def test_what_was_looked_at_is_remembered_sealed_and_not_looked_at_again(services: Services) -> None:
    asking = caller(services)
    fish(asking, "一二三")
    assert (watch_conduct(services).decisions, watch_conduct(services).decisions) == (3, 0)
    (kept,) = rows(services, client_conduct)
    with services.store.read() as uow:
        state = uow.conduct.state(kept.client_id) or ""
    assert state.encode() not in kept.state_enc
    assert "赵" not in state
    assert invented_id(7) not in state
    fish(asking, "四五六")
    assert watch_conduct(services).flagged == (kept.client_id,)
    assert watch_conduct(services).flagged == ()


def test_what_is_remembered_moves_to_a_new_master_key_with_everything_else(services: Services) -> None:
    fish(caller(services), "一")
    watch_conduct(services)
    with services.store.read() as uow:
        assert uow.rewrapping.held()["client_conduct"] == {1: 1}


def test_work_is_no_fishing(services: Services) -> None:
    asking = caller(services)
    for number in range(8):
        who = applicant("赵明", invented_id(number, birth=f"19{70 + number}0309"))
        asking.post("/v1/checks", application(who, application_no=f"A-{number}"))
    assert watch_conduct(services).flagged == ()


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_fishing_is_flagged_within_fifty_probes(style: str) -> None:
    assert probes_until_flagged(STYLES[style], seed=1) <= 50


def test_ordinary_work_is_hardly_ever_flagged() -> None:
    met = ordinary_days(range(10), 10)
    assert (met.days, met.flagged) == (100, 0)


def test_what_is_remembered_survives_being_written() -> None:
    _, conduct = warm(5)
    read = Conduct.read(conduct.written())
    assert read == conduct
    look = Look(3, "X", [Person("赵明", invented_id(1), None, hit=False)])
    assert observe(read, look) == observe(conduct, look)
    assert read == conduct
