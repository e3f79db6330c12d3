"""The list in memory is caught up by list version, whoever committed the change."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from registry.errors import UnavailableError
from registry.services import list_index
from registry.services.context import Services
from registry.services.index_snapshot import FILE_NAME
from registry.services.list_index import ListIndex
from registry.services.load_index import ListedSubject, load_subjects
from registry.store.tables import basis, list_change
from registry.store.unit_of_work import UnitOfWork
from tests.invented_list import Listing, invented_id, person, put_on_list

LONG_AGO = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
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


def test_many_changes_are_taken_in_steps_that_let_others_in(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_index, "APPLIED_AT_A_TIME", 1)
    index = ListIndex()
    found(index, services)
    bans = put_on_list(services, Listing(WANG), Listing(LI))
    assert found(index, services) == (2, bans)


def test_changed_subjects_are_laid_down_and_stay_open_to_changes(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_index, "MOST_OVER_THE_SEGMENTS", 1)
    index = ListIndex()
    assert found(index, services) == (0, [])
    bans = put_on_list(services, Listing(WANG), Listing(person("赵无关", invented_id(9))))
    assert found(index, services) == (2, bans[:1])
    for sequence in (3, 4):
        put_on_list(services, Listing(person("孙无关", invented_id(sequence))))
    bans += put_on_list(services, Listing(LI))
    assert found(index, services) == (5, [bans[0], bans[2]])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a snapshot is worth writing after a single change."""
    monkeypatch.setattr(list_index, "WORTH_PUTTING_AWAY", 1)
    return tmp_path


def put_away(services: Services, home: Path) -> bool:
    with services.store.read() as uow:
        return ListIndex(home).put_away(uow)


def never(*_: object, **__: object) -> list[object]:
    raise AssertionError("the list was read from the store")


def only_from_snapshot(index: ListIndex, uow: UnitOfWork, head: int) -> object:
    index._list = index._from_snapshot(uow, head)
    return index._list


def test_a_snapshot_spares_reading_the_list_and_is_caught_up(
    services: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bans = put_on_list(services, Listing(WANG))
    assert put_away(services, home)
    assert not put_away(services, home), "nothing has changed since"
    monkeypatch.setattr(ListIndex, "_read", never)
    assert found(ListIndex(home), services) == (1, bans)
    bans += put_on_list(services, Listing(LI))
    assert found(ListIndex(home), services) == (2, bans)


def test_a_snapshot_is_made_of_the_former_one_and_what_changed_since(
    services: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bans = put_on_list(services, Listing(WANG), *(Listing(person("钱无关", invented_id(10 + n))) for n in range(3)))
    assert put_away(services, home)
    monkeypatch.setattr(ListIndex, "_read", never)
    lift(services, 2)
    bans = bans[:1] + put_on_list(services, Listing(LI))
    assert put_away(services, home)
    monkeypatch.setattr(ListIndex, "_step_towards", only_from_snapshot)
    assert found(ListIndex(home), services) == (6, bans)


@pytest.mark.parametrize("many", [1, 3])
def test_changes_are_taken_alike_many_at_once_and_one_by_one(
    services: Services, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_index, "LAID_DOWN_AT_ONCE", many)
    index = ListIndex()
    assert found(index, services) == (0, [])
    bans = put_on_list(services, Listing(WANG), Listing(LI))
    assert found(index, services) == (2, bans)
    lift(services, 1)
    assert found(index, services) == (3, bans[1:])


def test_a_snapshot_shows_no_name_and_no_number_and_opens_for_its_owner_alone(services: Services, home: Path) -> None:
    put_on_list(services, Listing(WANG))
    put_away(services, home)
    written = (home / FILE_NAME).read_bytes()
    assert "王示例".encode() not in written
    assert invented_id(1).encode() not in written
    assert (home / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: data[:-1] + bytes([data[-1] ^ 1]), lambda _: b"x"]
)
def test_a_damaged_snapshot_is_passed_over_and_the_log_says_so(
    services: Services, home: Path, spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    bans = put_on_list(services, Listing(WANG))
    put_away(services, home)
    (home / FILE_NAME).write_bytes(spoil((home / FILE_NAME).read_bytes()))
    assert found(ListIndex(home), services) == (1, bans)
    (line,) = caplog.messages
    assert line.startswith("index snapshot passed over: ")
    assert "王示例" not in line


def test_a_snapshot_of_another_history_is_passed_over_and_the_log_says_so(
    services: Services, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bans = put_on_list(services, Listing(WANG))
    put_away(services, home)
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE list_change SET recorded_at = '2001-01-01 00:00:00'")
        uow.transaction.connection.exec_driver_sql("UPDATE listed_subject SET ban_no = 'RESTORED'")
    assert bans != ["RESTORED"]
    assert found(ListIndex(home), services) == (1, ["RESTORED"])
    assert caplog.messages == ["index snapshot passed over: of another history"]


def lift(services: Services, subject: int) -> None:
    """End what is held against the n-th subject listed."""
    with services.store.write() as uow:
        (version,) = uow.head.advance()
        connection = uow.transaction.connection
        listed = connection.exec_driver_sql("SELECT id FROM listed_subject ORDER BY id").scalars().all()[subject - 1]
        ended = update(basis).where(basis.c.subject_id == listed)
        connection.execute(ended.values(ended_at=LONG_AGO, ended_reason="withdrawn"))
        change = {"version": version, "subject_id": listed, "kind": "lifted", "region": "33", "recorded_at": LONG_AGO}
        connection.execute(insert(list_change), change)


def test_a_lifted_ban_leaves_the_index(services: Services) -> None:
    index = ListIndex()
    put_on_list(services, Listing(WANG))
    assert len(found(index, services)[1]) == 1
    lift(services, 1)
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


def test_a_batch_that_takes_the_list_again_and_again_lets_a_waiting_check_in(services: Services) -> None:
    index, order = ListIndex(), list[str]()

    def check() -> None:
        with services.store.read() as own, index.caught_up(own, 0):
            order.append("check")

    waiting = threading.Thread(target=check)
    with services.store.read() as uow:
        with index.caught_up(uow):
            waiting.start()
            until = time.monotonic() + 20
            while not index._gate.locked():
                assert time.monotonic() < until, "nobody stands at the gate"
                time.sleep(0.001)
            order.append("batch")
        with index.caught_up(uow):
            order.append("batch again")
    waiting.join()
    assert order == ["batch", "check", "batch again"]


def test_a_check_that_needs_none_of_the_changes_does_not_wait_while_they_are_read(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, reading, answered = ListIndex(), threading.Event(), threading.Event()
    put_on_list(services, Listing(WANG))
    found(index, services)
    put_on_list(services, Listing(LI))

    def slow(*arguments: object) -> list[ListedSubject]:
        reading.set()
        assert answered.wait(20)
        return list(load_subjects(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr(list_index, "load_subjects", slow)
    catching_up = threading.Thread(target=found, args=(index, services))
    catching_up.start()
    assert reading.wait(20)
    with services.store.read() as uow, index.caught_up(uow, 1) as view:
        assert view.version == 1
        assert len(view.search(WANG)) == 1
    answered.set()
    catching_up.join()
    assert found(index, services)[0] == 2
