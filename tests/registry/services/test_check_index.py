"""The list in memory is caught up by list version, whoever committed the change."""

from __future__ import annotations

import pytest

from registry.errors import UnavailableError
from registry.services import list_index
from registry.services.context import Services
from registry.services.list_index import ListIndex
from tests.invented_list import Listing, invented_id, person, put_on_list

WANG = person("王示例", invented_id(1))
LI = person("李示例", invented_id(2))


def found(index: ListIndex, services: Services) -> tuple[int, list[str]]:
    """Return the version of the index and the bans that fit either of them."""
    with services.store.read() as uow, index.caught_up(uow) as view:
        hits = [hit for identity in (WANG, LI) for hit in view.search(identity)]
        return view.version, [view.subject(hit.subject).ban_no for hit in hits]


def test_a_ban_committed_elsewhere_is_there_at_the_next_look(services: Services) -> None:
    index = ListIndex()
    assert found(index, services) == (0, [])
    first = put_on_list(services, Listing(WANG))
    assert found(index, services) == (1, first)
    second = put_on_list(services, Listing(LI))
    assert found(index, services) == (2, first + second)


def test_many_changes_at_once_are_taken_by_loading_anew(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_index, "_MOST_APPLIED_ONE_BY_ONE", 1)
    index = ListIndex()
    found(index, services)
    bans = put_on_list(services, Listing(WANG), Listing(LI))
    assert found(index, services) == (2, bans)


def test_a_lifted_ban_leaves_the_index(services: Services) -> None:
    index = ListIndex()
    put_on_list(services, Listing(WANG))
    assert len(found(index, services)[1]) == 1
    with services.store.write() as uow:
        assert uow.head.advance() == range(2, 3)
        connection = uow.transaction.connection
        connection.exec_driver_sql("UPDATE basis SET ended_at = '2025-01-01 00:00:00', ended_reason = 'withdrawn'")
        connection.exec_driver_sql(
            "INSERT INTO list_change (version, subject_id, kind, region, record_id, recorded_at)"
            " SELECT 2, id, 'lifted', '33', NULL, '2025-01-01 00:00:00' FROM listed_subject"
        )
    assert found(index, services) == (2, [])


def test_a_failure_while_catching_up_leaves_the_index_behind_and_the_next_look_repairs_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = ListIndex()
    first = put_on_list(services, Listing(WANG))
    assert found(index, services)[0] == 1
    second = put_on_list(services, Listing(LI))
    with monkeypatch.context() as patch:
        patch.setattr(list_index, "load_subjects", fails_after_one)
        with pytest.raises(UnavailableError):
            found(index, services)
    assert found(index, services) == (2, first + second)


def fails_after_one(uow: object, subjects: object = None) -> list[object]:
    raise UnavailableError("no list")


def test_an_older_snapshot_is_answered_from_the_newer_index(services: Services) -> None:
    index = ListIndex()
    bans = put_on_list(services, Listing(WANG))
    with services.store.read() as old:
        assert old.head.version() == 1
        bans += put_on_list(services, Listing(LI))
        assert found(index, services) == (2, bans)
        with index.caught_up(old) as view:
            assert view.version == 2


def test_a_hit_the_index_knows_no_ban_of_is_doubt_and_not_clear(services: Services) -> None:
    index = ListIndex()
    put_on_list(services, Listing(WANG))
    with services.store.read() as uow, index.caught_up(uow) as view, pytest.raises(UnavailableError):
        view.subject(999)
