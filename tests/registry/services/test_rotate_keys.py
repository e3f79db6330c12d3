"""Keys are exchanged while checks run, and afterwards the former ones open nothing."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import ConflictError, KeysMismatchError, RegistryError
from registry.ledger.events import EventKind
from registry.privacy.envelope import RecordCipher, version_of
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import KeyKind, Keyring
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.rotate_keys import ROWS_AT_A_TIME, add_keys, key_states, retire_keys, rotate_keys
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.engine import open_store
from registry.store.rewrapping_repository import SEALED
from registry.store.tables import decision, idempotency_key, key_check, list_record, listed_identity, metadata
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import Row, conviction, id_number, revocation
from tests.registry.services.register_under_test import bans, outcomes, rows, take

BOTH = tuple(KeyKind)


@pytest.fixture
def own_settings(settings: Settings, tmp_path: Path) -> Settings:
    """A register with a key file of its own, which may be changed."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    return dataclasses.replace(settings, keys=keys)


@pytest.fixture
def register(own_settings: Settings, clock: FixedClock) -> Iterator[Services]:
    built = build(own_settings, clock)
    report_fresh(built)
    yield built
    built.store.close()


def _people(count: int, first: int = 0) -> list[Row]:
    return [
        conviction(f"R{number:05d}", name=_name(number), id_number=_number(number), birth_date="",
                   document_no=f"（2021）浙0106刑初{number:05d}号")
        for number in range(first, first + count)
    ]  # fmt: skip


def _name(number: int) -> str:
    return "王李张刘陈杨赵黄"[number % 8] + "示例"


def _number(number: int) -> str:
    return id_number(f"{1950 + number % 50}0{1 + number // 50 % 9}{10 + number // 450 % 18}", f"{number % 996:03d}")


def _caller(services: Services, region: str = "33") -> Caller:
    key = add_client(services, "licensing", ClientRole.LICENSING, region, "test").key
    return Caller(create_app(services), key)


def _fill(services: Services) -> Caller:
    """Put something into every table that holds what is sealed or keyed."""
    take(services, *_people(40), conviction("R90001", name=""))
    take(services, revocation())
    with services.store.write() as uow:
        uow.grounds.keep("举报单 7 号")
    caller = _caller(services)
    for number in range(3):
        asked = application(applicant(_name(number), _number(number)))
        assert caller.post("/v1/checks", asked, Idempotency_Key=f"k{number}").get_json()["verdict"] == "block"
    return caller


def _wrapped_under(services: Services) -> set[int]:
    return {
        version_of(row.data_key)
        for table in SEALED
        for row in rows(services, table)
        if row.data_key is not None
    }  # fmt: skip


def _index_versions(services: Services) -> set[int | None]:
    tables = (list_record, listed_identity, idempotency_key, decision)
    return {row.index_version for table in tables for row in rows(services, table)}


def _everything_keyed(services: Services) -> set[bytes]:
    values = {row.content_digest for row in rows(services, list_record)}
    values |= {row.id_index for row in rows(services, listed_identity)}
    values |= {row.name_birth_index for row in rows(services, listed_identity)}
    values |= {row.key_digest for row in rows(services, idempotency_key)}
    return values - {None}


def test_after_a_rotation_everything_opens_and_nothing_needs_a_former_key(register: Services) -> None:
    caller = _fill(register)
    before, listed = rows(register, decision)[0].check_no, bans(register)
    given = caller.post("/v1/checks", application(applicant(_name(0), _number(0))), Idempotency_Key="k0").data
    rotated = rotate_keys(register, BOTH, actor="test")
    assert [(each.version, each.switched) for each in rotated] == [(2, True), (2, True)]
    assert _wrapped_under(register) == {2}
    assert _index_versions(register) == {2, None}
    assert bans(register) == listed
    assert caller.get(f"/v1/checks/{before}").status_code == 200
    assert caller.post("/v1/checks", application(applicant(_name(0), _number(0))), Idempotency_Key="k0").data == given
    assert outcomes(take(register, *_people(40))) == {"known": 40}


def test_somebody_listed_before_is_the_same_person_after_a_rotation(register: Services) -> None:
    take(register, conviction("R1"))
    rotate_keys(register, BOTH, actor="test")
    take(register, conviction("R2", document_no="（2022）浙0106刑初1号"))
    assert len({row.subject_id for row in rows(register, list_record)}) == 1


def test_with_the_former_keys_alone_nothing_opens_and_no_value_can_be_tried(
    register: Services, own_settings: Settings
) -> None:
    _fill(register)
    former = Keyring.load(own_settings.keys)
    rotate_keys(register, BOTH, actor="test")
    assert retire_keys(register, BOTH, actor="test") == [(KeyKind.MASTER, 1), (KeyKind.INDEX, 1)]
    store = open_store(own_settings.database_url, former)
    with pytest.raises(KeysMismatchError):
        store.require_keys()
    store.close()
    cipher, index = RecordCipher(former), KeyedIndex(former)
    for table in SEALED:
        for row in rows(register, table):
            if row.data_key is not None:
                with pytest.raises(KeysMismatchError):
                    cipher.open_record(table.name, getattr(row, "check_no", getattr(row, "id", 0)), row.data_key)
    with register.store.read() as uow:
        kept = set(uow.transaction.connection.execute(select(key_check.c.key_id)).scalars())
    assert kept == {"master-2", "index-2"}
    guessed = {index.index(IndexPurpose.ID_NUMBER, f"citizen\x1f{_number(number)}") for number in range(40)}
    guessed |= {index.index(IndexPurpose.IDEMPOTENCY_KEY, f"k{number}") for number in range(3)}
    now = KeyedIndex(register.store.keyring)
    assert now.index(IndexPurpose.ID_NUMBER, f"citizen\x1f{_number(0)}") in _everything_keyed(register)
    assert not guessed & _everything_keyed(register)


def test_a_retired_key_is_gone_from_its_file_and_not_before(register: Services, own_settings: Settings) -> None:
    _fill(register)
    secrets = {
        entry["secret"] for kind in ("master", "index") for entry in json.loads(own_settings.keys.read_text())[kind]
    }
    rotate_keys(register, BOTH, actor="test")
    assert all(secret in own_settings.keys.read_text() for secret in secrets)
    retire_keys(register, BOTH, actor="test")
    assert not any(secret in own_settings.keys.read_text() for secret in secrets)
    assert own_settings.keys.stat().st_mode & 0o777 == 0o600
    assert Keyring.load(own_settings.keys).signing == register.store.keyring.signing


def test_a_key_that_is_still_needed_is_not_retired(register: Services, own_settings: Settings) -> None:
    _fill(register)
    before = own_settings.keys.read_text()

    def die(_done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rotate_keys(register, BOTH, actor="test", progress=die)
    with pytest.raises(ConflictError, match="registry keys rotate"):
        retire_keys(register, BOTH, actor="test")
    assert before.split('"secret": "')[1][:44] in own_settings.keys.read_text()


def test_a_rotation_that_was_killed_goes_on_with_the_same_key(register: Services) -> None:
    _fill(register)

    def die(_done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rotate_keys(register, BOTH, actor="test", progress=die)
    assert _wrapped_under(register) == {1, 2}
    assert [state.left > 0 for state in key_states(register)] == [True, True]
    again = rotate_keys(register, BOTH, actor="test")
    assert [(each.version, each.switched) for each in again] == [(2, False), (2, False)]
    assert [state.left for state in key_states(register)] == [0, 0]


def test_each_step_is_recorded(register: Services) -> None:
    _fill(register)
    rotate_keys(register, (KeyKind.MASTER,), actor="operator:test")
    retire_keys(register, (KeyKind.MASTER,), actor="operator:test")
    with register.store.read() as uow:
        acts = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind.startswith("key")]
    assert [entry.kind for entry in acts] == [
        EventKind.KEYS_ROTATED,
        EventKind.KEYS_REWRITTEN,
        EventKind.KEY_RETIRED,
    ]
    assert dict(acts[0].facts) == {"key": "master", "from_version": 1, "to_version": 2}
    assert dict(acts[2].facts) == {"key": "master", "version": 1}
    assert {entry.actor for entry in acts} == {"operator:test"}


def test_an_erased_record_keeps_no_digest_of_what_it_was(register: Services) -> None:
    _fill(register)
    digests = {row.content_digest for row in rows(register, list_record)}
    rotate_keys(register, (KeyKind.INDEX,), actor="test")
    assert not digests & {row.content_digest for row in rows(register, list_record)}


def test_the_snapshot_of_the_list_outlives_a_rotation(register: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.services.list_index.WORTH_PUTTING_AWAY", 1)
    _fill(register)
    home = register.settings.home
    with register.store.read() as uow:
        assert ListIndex(home).put_away(uow)
    rotate_keys(register, BOTH, actor="test")
    retire_keys(register, BOTH, actor="test")
    monkeypatch.setattr(ListIndex, "_read_whole", lambda *_: pytest.fail("the list was read from the store"))
    with register.store.read() as uow, ListIndex(home).caught_up(uow) as view:
        assert view.version == uow.head.version()


class _Asking(threading.Thread):
    """Asks for listed and unlisted people in turn until told to end; every wrong or missing answer is kept."""

    def __init__(self, caller: Caller, end: threading.Event, offset: int) -> None:
        super().__init__()
        self.wrong: list[object] = []
        self.asked = 0
        self._caller, self._end, self._offset = caller, end, offset

    def run(self) -> None:
        for turn in itertools.count():
            if self._end.is_set():
                return
            listed = turn % 2 == 0
            number = turn % 40 if listed else 20_000 + turn
            asked = application(applicant(_name(number) if listed else "欧阳无关", _number(number)))
            headers = {"Idempotency_Key": f"{self._offset}-{turn}"} if turn % 3 == 0 else {}
            response = self._caller.post("/v1/checks", asked, **headers)
            self.asked += 1
            verdict = (response.get_json() or {}).get("verdict")
            if response.status_code != 200 or verdict != ("block" if listed else "clear"):
                self.wrong.append((turn, response.status_code, response.get_data(as_text=True)[:200]))
            if headers and self._caller.post("/v1/checks", asked, **headers).data != response.data:
                self.wrong.append((turn, "answered twice"))


def test_checks_in_other_processes_neither_fail_nor_err_while_keys_are_exchanged(
    register: Services, own_settings: Settings, clock: FixedClock
) -> None:
    """Two processes that know nothing of the rotation but what the store tells them."""
    _fill(register)
    others = [build(own_settings, clock) for _ in range(2)]
    end = threading.Event()
    asking = [_Asking(_caller(other), end, place) for place, other in enumerate(others)]
    for thread in asking:
        thread.start()
    try:
        for step in range(2):
            rotate_keys(register, BOTH, actor="test")
            take(others[0], *_people(5, 40 + 5 * step))
            retire_keys(register, BOTH, actor="test")
    finally:
        end.set()
        for thread in asking:
            thread.join()
        for other in others:
            other.store.close()
    assert [wrong for thread in asking for wrong in thread.wrong] == []
    assert min(thread.asked for thread in asking) > 5
    assert _wrapped_under(register) == {3}
    assert _index_versions(register) == {3, None}


def test_a_process_that_cannot_have_the_new_key_answers_no_check(
    register: Services, own_settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    _fill(register)
    stale = tmp_path / "stale.json"
    shutil.copyfile(own_settings.keys, stale)
    stale.chmod(0o600)
    elsewhere = build(dataclasses.replace(own_settings, keys=stale), clock)
    caller = _caller(elsewhere)
    assert caller.check(applicant(_name(1), _number(1))).status_code == 200
    rotate_keys(register, (KeyKind.MASTER,), actor="test")
    assert caller.check(applicant(_name(1), _number(1))).status_code == 503
    elsewhere.store.close()


def test_a_key_that_was_added_first_is_the_one_that_is_used(register: Services, own_settings: Settings) -> None:
    add_keys(register, BOTH)
    added = Keyring.load(own_settings.keys)
    assert max(added.masters) == 2
    assert [each.version for each in rotate_keys(register, BOTH, actor="test")] == [2, 2]
    assert Keyring.load(own_settings.keys).masters == added.masters


def test_keys_in_the_environment_are_changed_where_they_are_kept(
    register: Services, own_settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(register)
    monkeypatch.setenv("THEIR_KEYS", own_settings.keys.read_text())
    from_environment = dataclasses.replace(own_settings, keys_kept="env:THEIR_KEYS")
    services = build(from_environment, clock)
    with pytest.raises(ConflictError, match="REGISTRY_KEYS"):
        rotate_keys(services, (KeyKind.MASTER,), actor="test")
    add_keys(register, (KeyKind.MASTER,))
    monkeypatch.setenv("THEIR_KEYS", own_settings.keys.read_text())
    assert rotate_keys(services, (KeyKind.MASTER,), actor="test")[0].version == 2
    with pytest.raises(ConflictError, match="take master key version 1 out"):
        retire_keys(services, (KeyKind.MASTER,), actor="test")
    services.store.close()


def test_progress_goes_up_to_the_rows_there_were(register: Services) -> None:
    _fill(register)
    shown: list[tuple[int, int]] = []
    rotate_keys(register, BOTH, actor="test", progress=lambda done, total: shown.append((done, total)))
    assert shown == sorted(shown)
    assert shown[-1][0] == shown[-1][1] > 100
    assert all(after[0] - before[0] <= ROWS_AT_A_TIME * 2 for before, after in itertools.pairwise(shown))


def test_no_text_of_a_rotation_shows_a_key(register: Services, own_settings: Settings) -> None:
    _fill(register)
    rotated = rotate_keys(register, BOTH, actor="test")
    shown = repr([rotated, key_states(register), register.store.keys, register])
    with register.store.read() as uow:
        shown += repr(list(uow.ledger.entries()))
    try:
        retire_keys(register, BOTH, actor="test")
        rotate_keys(register, BOTH, actor="test")
    except RegistryError as error:
        shown += repr(error)
    document = json.loads(own_settings.keys.read_text())
    for entry in (*document["master"], *document["index"]):
        assert entry["secret"] not in shown


def test_no_table_with_sealed_columns_is_left_behind_when_keys_are_exchanged() -> None:
    assert {table.name for table in SEALED} == {table.name for table in metadata.sorted_tables if "data_key" in table.c}
