"""Exchange the master key or the index key while checks run, and destroy the former key when nothing needs it.

Three steps, each recorded. The switch: new records are made under a new version from one commit on, in every process
(registry.privacy.keys_at_hand); the former still opens. The rewriting: page by page in short transactions, so that
checks get in between; it may be killed and begun again. The retirement: only where no row needs the former version.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.privacy.choose_keys import key_provider
from registry.privacy.keyring import KeyKind
from registry.services import index_snapshot
from registry.services.known_subjects import id_indexes, name_birth_index
from registry.services.same_subject import Signature, document_key
from registry.store.reindexing_repository import INDEXED, KeyedFace
from registry.store.rewrapping_repository import SEALED, Place

if TYPE_CHECKING:
    from pathlib import Path

    from registry.privacy.key_providers import KeyProvider
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

ROWS_AT_A_TIME = 250
"""Rewritten in one transaction: short enough for a check to wait for."""

LONGEST_REST_SECONDS = 0.25

Progress = Callable[[int, int], None]
"""Called after each commit with the rows rewritten and the rows that there were to rewrite."""

_Step = Callable[["UnitOfWork", Place, int], tuple[int, "Place | None"]]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation came to: which key, the version in use now, whether this run switched to it, rows rewritten."""

    key: KeyKind
    version: int
    switched: bool
    rows: int


@dataclass(frozen=True, slots=True)
class KeyState:
    """One kind of key: version in use, versions at hand with their fingerprints, and what each version holds."""

    key: KeyKind
    in_use: int
    at_hand: dict[int, str]
    proved: list[int]
    held: dict[str, Counter[int]]

    @property
    def left(self) -> int:
        """Return how many rows need a former version."""
        return sum(rows for counts in self.held.values() for version, rows in counts.items() if version != self.in_use)

    @property
    def former(self) -> list[int]:
        """Return the versions that were used and are not retired, without the one in use."""
        return [version for version in self.proved if version != self.in_use]


def add_keys(services: Services, kinds: Iterable[KeyKind]) -> None:
    """Make new versions without using them, so that every machine can be given them before they are used."""
    key_provider(services.settings).add(kinds, services.settings.cipher)


def rotate_keys(
    services: Services, kinds: Iterable[KeyKind], *, actor: str, progress: Progress | None = None
) -> list[Rotation]:
    """Switch each kind to a new version, unless a rotation of it is unfinished, and rewrite what needs the former.

    Raises ConflictError where the keys are changed elsewhere and no new version is there, or another rotation began
    at the same time; KeysMismatchError where the new version is not to be had.
    """
    wanted = tuple(kinds)
    states = {state.key: state for state in key_states(services)}
    switched = {kind: _switch(services, states[kind], actor) for kind in wanted if not states[kind].left}
    total = sum(_left(services, kind) for kind in wanted)
    done = 0
    rotations = []
    for kind in wanted:
        rows = 0
        for written in _rewritten(services, kind):
            rows, done = rows + written, done + written
            if progress is not None:
                progress(done, max(total, done))
        rotations.append(_finished(services, kind, rows, actor, switched=kind in switched))
    return rotations


def retire_keys(services: Services, kinds: Iterable[KeyKind], *, actor: str) -> list[tuple[KeyKind, int]]:
    """Destroy the former versions that nothing needs any more; return them.

    Raises ConflictError where rows need one still (rotate first), or where an operator has to destroy it elsewhere.
    """
    provider = key_provider(services.settings)
    retired = [(kind, version) for kind in kinds for version in _forgotten(services, provider, kind, actor)]
    for kind, version in retired:
        provider.remove(kind, version)
    return retired


def key_states(services: Services) -> list[KeyState]:
    """Return how it stands with each kind of key."""
    store = services.store
    store.require_keys()
    with store.read() as uow:
        use = uow.key_check.in_use()
        held = {KeyKind.MASTER: uow.rewrapping.held(), KeyKind.INDEX: uow.reindexing.held()}
        in_use = {KeyKind.MASTER: use.master, KeyKind.INDEX: use.index}
        proved = {kind: uow.key_check.proved(kind) for kind in KeyKind}
    keyring = key_provider(services.settings).load()
    return [
        KeyState(
            kind,
            in_use[kind],
            {version: key.fingerprint for version, key in sorted(keyring.versions(kind).items())},
            proved[kind],
            held[kind],
        )
        for kind in KeyKind
    ]


def _switch(services: Services, state: KeyState, actor: str) -> int:
    provider = key_provider(services.settings)
    newest = max(state.at_hand)
    if newest <= state.in_use:
        provider.add((state.key,), services.settings.cipher)
        newest = max(provider.load().versions(state.key))
    with services.store.change_keys() as uow:
        if _in_use(uow, state.key) != state.in_use:
            raise ConflictError("another rotation of this key has just begun")
        uow.key_check.switch(state.key, newest)
        facts: dict[str, str | int] = {"key": state.key, "from_version": state.in_use, "to_version": newest}
        uow.ledger.record(EventKind.KEYS_ROTATED, actor, facts)
    return newest


def _in_use(uow: UnitOfWork, kind: KeyKind) -> int:
    use = uow.key_check.in_use()
    return use.master if kind is KeyKind.MASTER else use.index


def _left(services: Services, kind: KeyKind) -> int:
    # In a transaction that writes: only that one is sure to count by the version in use.
    with services.store.write() as uow:
        return uow.rewrapping.left() if kind is KeyKind.MASTER else uow.reindexing.left()


def _rewritten(services: Services, kind: KeyKind) -> Iterator[int]:
    """Rewrite page by page; yield the rows of each."""
    for step in _steps(kind):
        after: Place | None = ()
        while after is not None:
            began = time.monotonic()
            with services.store.write() as uow:
                # The list's turn: whoever rewrites its rows does not meet an import half-way.
                uow.head.lock()
                rows, after = step(uow, after, ROWS_AT_A_TIME)
            if rows:
                yield rows
                # Half of the writers' time is for the checks: whoever takes the turn again at once keeps them out.
                time.sleep(min(time.monotonic() - began, LONGEST_REST_SECONDS))


def _steps(kind: KeyKind) -> Iterator[_Step]:
    if kind is KeyKind.MASTER:
        for table in SEALED:
            yield lambda uow, after, most, table=table: uow.rewrapping.rewrap(table, after, most)  # type: ignore[misc]
        return
    yield _reindex_faces
    for table in INDEXED[1:]:
        yield lambda uow, after, most, table=table: uow.reindexing.redigest(table, after, most)  # type: ignore[misc]


def _reindex_faces(uow: UnitOfWork, after: Place, most: int) -> tuple[int, Place | None]:
    faces, ended_at = uow.reindexing.faces(after, most)
    uow.reindexing.keep_faces([_keyed(uow, face) for face in faces])
    return sum(len(face.row_ids) for face in faces), ended_at


def _keyed(uow: UnitOfWork, stated: KeyedFace) -> KeyedFace:
    """Compute what an identity is found by, as the import does."""
    face, index = stated.face, uow.keyed_index
    number = None if face.document_no is None else document_key(face.document_no)
    signature = Signature(face.identity, face.source_region, number)
    return replace(stated, id_indexes=id_indexes(index, signature), name_birth_index=name_birth_index(index, signature))


def _finished(services: Services, kind: KeyKind, rows: int, actor: str, *, switched: bool) -> Rotation:
    if kind is KeyKind.MASTER:
        index_snapshot.renew(_snapshot(services), services.store.cipher)
    with services.store.write() as uow:
        version = _in_use(uow, kind)
        if switched or rows:
            facts: dict[str, str | int] = {"key": kind, "to_version": version, "rows": rows}
            uow.ledger.record(EventKind.KEYS_REWRITTEN, actor, facts)
    return Rotation(kind, version, switched, rows)


def _forgotten(services: Services, provider: KeyProvider, kind: KeyKind, actor: str) -> list[int]:
    """Take the former versions out of the store; return those and any that a retirement before left at hand."""
    with services.store.change_keys() as uow:
        left = uow.rewrapping.left() if kind is KeyKind.MASTER else uow.reindexing.left()
        if left:
            raise ConflictError(f"{left} rows need a former {kind} key: run `registry keys rotate {kind}` to the end")
        now = _in_use(uow, kind)
        former = [version for version in uow.key_check.proved(kind) if version != now]
        for version in former:
            uow.key_check.forget(kind, version)
            uow.ledger.record(EventKind.KEY_RETIRED, actor, {"key": kind, "version": version})
    if kind is KeyKind.MASTER:
        index_snapshot.renew(_snapshot(services), services.store.cipher)
    # A newer one was added to be used next.
    left_over = [version for version in provider.load().versions(kind) if version < now]
    return sorted({*former, *left_over})


def _snapshot(services: Services) -> Path:
    return services.settings.home / index_snapshot.FILE_NAME
