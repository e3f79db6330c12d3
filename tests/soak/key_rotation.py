"""Master and index keys exchanged under a serving register: no check fails or errs, and the former keys open nothing.

Servers with two workers are asked over several connections for listed and unlisted people while the keys are rotated
and retired from another process; the servers learn of it from the store alone.
"""

from __future__ import annotations

import datetime
import http.client
import itertools
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind
from matching.resident_id import check_character
from registry.bootstrap import build
from registry.errors import KeysMismatchError
from registry.law.ban import Basis
from registry.privacy.envelope import RecordCipher, version_of
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import KeyKind, Keyring
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.known_subjects import id_indexes, name_birth_index
from registry.services.list_index import ListIndex
from registry.services.rotate_keys import key_states, retire_keys, rotate_keys
from registry.services.same_subject import Signature
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.engine import open_store
from registry.store.list_values import (
    ChangeKind,
    ListWrites,
    NewBasis,
    NewChange,
    NewIdentity,
    NewRecord,
    NewSubject,
    RecordState,
    StoredRecord,
    record_content,
)
from registry.store.tables import list_record, listed_identity
from tests.api.rest.caller import applicant, application
from tests.invented_list import report_fresh
from tests.journeys.live_server import Line, serving
from tests.registry.intake.list_rows_at_hand import conviction

_BORN = datetime.date(1945, 1, 1)
_A_DAY = 9
"""People born on one day: their numbers' sequences are told apart by a hundred each, so that none is near another."""

_NOBODY = 600_000
_PEOPLE_AT_A_TIME = 2_000
_SAMPLE = 200


@dataclass(slots=True)
class Rotated:
    """What a rotation under load came to."""

    people: int
    rows: int = 0
    seconds: float = 0.0
    checks: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return what adds up, and the slowest check in milliseconds."""
        counted = {"people": self.people, "rows_rewritten": self.rows, "seconds": round(self.seconds, 1)}
        return {**counted, "checks": self.checks, "most_ms": round(self.slowest * 1000), "wrong": len(self.wrong)}


def person(number: int) -> tuple[str, str]:
    """Return the name and ID number of the n-th invented person; no two of them are near each other."""
    born = _BORN + datetime.timedelta(days=number // _A_DAY)
    first = f"339900{born:%Y%m%d}{number % _A_DAY * 107 + 11:03d}"
    given = "".join(chr(0x4E00 + (number // place) % 997 * 13 % 5_000) for place in (1, 997))
    return "王李张刘陈杨赵黄"[number % 8] + given, first + check_character(first)


def rotate_under_load(settings: Settings, people: int, connections: int = 4) -> Rotated:
    """List so many people, rotate and retire both keys while checks are asked, and see what the former keys open."""
    told = Rotated(people)
    services = build(settings)
    _fill(services, people)
    former = Keyring.load(settings.keys)
    # So that the servers are ready soon; where the list is long, a snapshot is written that the rotation must renew.
    with services.store.read() as uow:
        ListIndex(settings.home, services.model).put_away(uow)
    key = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "soak").key
    with serving(settings) as server:
        ended = threading.Event()
        askers = [_Asker(Line(server.port, key), people, place, ended, told) for place in range(connections)]
        for asker in askers:
            asker.start()
        began = time.monotonic()
        try:
            told.rows = sum(each.rows for each in rotate_keys(services, KeyKind, actor="soak"))
            told.seconds = time.monotonic() - began
            retire_keys(services, KeyKind, actor="soak")
        finally:
            ended.set()
            for asker in askers:
                asker.join()
    told.wrong += list(_still_open(services, settings, former))
    services.store.close()
    return told


def _fill(services: Services, people: int) -> None:
    """List people as an import does, but for reading a file: payloads, identities, keyed values, bases."""
    for first in range(0, people, _PEOPLE_AT_A_TIME):
        numbers = range(first, min(people, first + _PEOPLE_AT_A_TIME))
        with services.store.write() as uow:
            uow.head.lock()
            records, subjects = uow.lists.reserve_records(len(numbers)), uow.lists.reserve_subjects(len(numbers))
            writes = ListWrites()
            for number, record, subject in zip(numbers, records, subjects, strict=True):
                _list(writes, uow.keyed_index, number, (record, subject))
            uow.lists.write(writes)
    report_fresh(services)


def _list(writes: ListWrites, index: KeyedIndex, number: int, ids: tuple[int, int]) -> None:
    record, subject = ids
    name, id_number = person(number)
    document_no = f"（2021）浙0106刑初{number:06d}号"
    row = conviction(f"S{number:06d}", name=name, id_number=id_number, document_no=document_no)
    payload = json.dumps(row, ensure_ascii=False, sort_keys=True)
    digest = index.index(IndexPurpose.RECORD_CONTENT, record_content("conviction", payload))
    stored = StoredRecord(
        record, "33", row["record_no"], 1, "conviction", RecordState.ACTIVE, "in_force", subject, document_no, digest,
        food_related=None,
    )  # fmt: skip
    birth = BirthDate.parse(f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}")
    identity = Identity(
        kind=Kind.PERSON, name=name, documents=(IdDocument(IdType.RESIDENT_ID, id_number),), birth=birth
    )
    signature = Signature(identity, "33", document_no)
    keys = id_indexes(index, signature), name_birth_index(index, signature)
    writes.subjects.append(NewSubject(subject, f"B{number:020X}", Kind.PERSON))
    writes.records.append(NewRecord(stored, payload))
    writes.identities.append(NewIdentity(subject, record, identity, *keys))
    writes.bases.append(
        NewBasis(subject, record, Basis("fsl-135-2", document_no, "33", datetime.date(2021, 5, 29), None))
    )
    writes.changes.append(NewChange(subject, ChangeKind.ADDED, "33", record))


class _Asker(threading.Thread):
    """Asks over one connection, a listed and an unlisted person in turns."""

    def __init__(self, line: Line, people: int, place: int, ended: threading.Event, told: Rotated) -> None:
        super().__init__()
        self._line, self._people, self._place, self._ended, self._told = line, people, place, ended, told

    def run(self) -> None:
        """Ask until told to end; a check that fails or errs is kept."""
        for turn in itertools.count():
            if self._ended.is_set():
                break
            number = (turn * 7_919 + self._place * 101) % self._people
            listed = turn % 2 == 0
            self._ask(person(number if listed else _NOBODY - 1 - number), "block" if listed else "clear", turn)
        self._line.close()

    def _ask(self, who: tuple[str, str], wanted: str, turn: int) -> None:
        began = time.monotonic()
        key = {"Idempotency_Key": f"{self._place}-{turn}"} if turn % 5 == 0 else {}
        try:
            verdict = self._line.check(application(applicant(*who)), **key)["verdict"]
        except (AssertionError, OSError, http.client.HTTPException) as failure:
            verdict = f"{type(failure).__name__} {failure}"
            self._line = Line(self._line.port, self._line.key)
        self._told.checks += 1
        self._told.slowest = max(self._told.slowest, time.monotonic() - began)
        if verdict != wanted:
            self._told.wrong.append(f"{wanted} expected, answered {verdict}")


def _still_open(services: Services, settings: Settings, former: Keyring) -> Iterator[str]:
    """Say whatever the former keys still open: the store, a record, a looked-up number."""
    stale = open_store(settings.database_url, former)
    try:
        stale.require_keys()
        yield "the store opens with the former keys"
    except KeysMismatchError:
        pass
    finally:
        stale.close()
    yield from (
        f"{state.left} rows still need a former {state.key} key" for state in key_states(services) if state.left
    )
    with services.store.read() as uow:
        rows = uow.transaction.connection.execute(listed_identity.select().limit(_SAMPLE)).all()
        records = uow.transaction.connection.execute(list_record.select().limit(_SAMPLE)).all()
    cipher, index = RecordCipher(former), KeyedIndex(former)
    guessed = {index.index(IndexPurpose.ID_NUMBER, f"citizen\x1f{person(number)[1]}") for number in range(_SAMPLE)}
    yield from ("an index value can be tried out" for row in rows if row.id_index in guessed)
    for table, row in (*((listed_identity, row) for row in rows), *((list_record, row) for row in records)):
        if version_of(row.data_key) == 1 or _opens(cipher, table.name, row.id, row.data_key):
            yield "a record opens with the former key"


def _opens(cipher: RecordCipher, table: str, row: int, data_key: bytes) -> bool:
    try:
        cipher.open_record(table, row, data_key)
    except KeysMismatchError:
        return False
    return True
