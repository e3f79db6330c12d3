"""Probing: a client that fishes has an alarm by the worker's next run, and nothing remembered of it names anybody."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import delete

from api.rest.app import create_app
from benchmarks.probing import STYLES, ordinary_days, probes_until_flagged, warm
from jobs.watch_conduct import watch_conduct as job
from registry.bootstrap import build
from registry.services.add_client import add_client
from registry.services.conduct import Conduct, Look, Person, observe
from registry.services.context import Services
from registry.services.sequence_log import sequence_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.decision_repository import DecisionRepository, SealedDecision
from registry.store.tables import client_conduct, decision
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id
from tests.registry.services.register_under_test import rows, watched


def caller(services: Services) -> Caller:
    return Caller(create_app(services), add_client(services, "fisher", ClientRole.LICENSING, "33", "test").key)


def fish(asking: Caller, names: str) -> None:
    for name in names:
        response = asking.check(applicant("赵" + name, invented_id(7)))
        assert response.status_code == 200


def test_a_client_that_fishes_has_an_alarm_shows_in_the_list_and_stands_in_the_ledger(services: Services) -> None:
    fish(caller(services), "一二三四五六")
    sequence_log(services.store)
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
    assert (watched(services).decisions, watched(services).decisions) == (3, 0)
    (kept,) = rows(services, client_conduct)
    with services.store.read() as uow:
        state = uow.conduct.state(kept.client_id) or ""
    assert state.encode() not in kept.state_enc
    assert "赵" not in state
    assert invented_id(7) not in state
    fish(asking, "四五六")
    assert watched(services).flagged == (kept.client_id,)
    assert watched(services).flagged == ()


def test_what_is_remembered_moves_to_a_new_master_key_with_everything_else(services: Services) -> None:
    fish(caller(services), "一")
    watched(services)
    with services.store.read() as uow:
        assert uow.rewrapping.held()["client_conduct"] == {1: 1}


def test_work_is_no_fishing(services: Services) -> None:
    asking = caller(services)
    for number in range(8):
        who = applicant("赵明", invented_id(number, birth=f"19{70 + number}0309"))
        asking.post("/v1/checks", application(who, application_no=f"A-{number}"))
    assert watched(services).flagged == ()


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_fishing_is_flagged_within_fifty_probes(style: str) -> None:
    assert probes_until_flagged(STYLES[style], seed=1) <= 50


def test_people_from_elsewhere_in_a_burst_are_told_by_a_client_that_meets_some_of_them_anyway() -> None:
    assert probes_until_flagged(STYLES["people from elsewhere, applications made up"], seed=1003) <= 50


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


def test_a_decision_that_commits_after_a_later_one_is_looked_at_too(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids are given before commits: on PostgreSQL the lower one may come last, from another process."""
    asking = caller(services)
    late = build(settings, services.clock)
    held, go_on = threading.Event(), threading.Event()

    def add_and_wait(here: DecisionRepository, rows: Sequence[SealedDecision]) -> None:
        add_sealed(here, rows)
        if not services.store.is_sqlite and rows and rows[0]["application_no"] == "LATE":
            held.set()
            assert go_on.wait(20)

    add_sealed = DecisionRepository.add_sealed
    monkeypatch.setattr(DecisionRepository, "add_sealed", add_and_wait)
    thread = threading.Thread(
        target=Caller(create_app(late), asking.key).post,
        args=("/v1/checks", application(applicant("赵一", invented_id(7)), application_no="LATE")),
    )
    if not services.store.is_sqlite:  # which has one writer: none commits out of its turn
        thread.start()
        assert held.wait(20)
    fish(asking, "二三")
    assert watched(services).decisions == 2
    go_on.set()
    if services.store.is_sqlite:
        thread.start()
    thread.join()
    late.store.close()
    first = min(rows(services, decision), key=lambda row: int(row.id))
    assert services.store.is_sqlite or first.application_no == "LATE"
    assert watched(services).decisions == 1
    fish(asking, "四五六")
    assert len(watched(services).flagged) == 1


def test_what_was_erased_is_passed_over_and_nothing_is_looked_at_twice(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.services.watch_conduct.MOST_AT_ONCE", 2)
    fish(caller(services), "一二三四五")
    with services.store.write() as uow:
        uow.transaction.connection.execute(delete(decision).where(decision.c.id.in_([1, 2, 4])))
    assert [watched(services).decisions for _ in range(2)] == [2, 0]
