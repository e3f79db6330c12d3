"""The list in memory, caught up with the store before every answer.

A check reads the head version in its own transaction and applies what is missing before it scores, so that no
check misses a ban committed before it was asked, whichever process answers (docs/architecture.md, idea 2).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matching.identity import Identity
from matching.index import Hit, Index, Staged
from matching.model import DEFAULT, Model
from matching.score import FLOOR_MILLIBITS
from matching.segment import Segment, SegmentBuilder
from registry.errors import HistoryChangedError, UnavailableError
from registry.services.index_snapshot import FILE_NAME, Snapshot, Stamp, load, passed_over, save
from registry.services.load_index import ListedSubject, load_subjects
from registry.services.packed_bans import BanPacker, ListedBan, PackedBans, PackedChanges, packed_changes
from registry.store.change_repository import ListState, Mark

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork

__all__ = ["IndexView", "ListIndex", "ListedBan"]

Change = tuple[int, Sequence[Identity]]

APPLIED_AT_A_TIME = 1_000
"""Changes made ready at a time, beside the checks; the list is held still only while they are laid over it."""

LAID_DOWN_AT_ONCE = 50
"""So many changed subjects become a segment sooner than they are filed one by one."""

MOST_OVER_THE_SEGMENTS = 300
"""Changed subjects that may lie over the segments before they are laid down as one more."""

WORTH_PUTTING_AWAY = 5_000
"""Changes since the last snapshot that make a new one worth its writing."""


SLOW_TO_FOLLOW = 50_000
"""Changes that take a starting process more than some seconds to follow."""


class IndexView:
    """The list as of one version; valid within the `with` block that gave it."""

    def __init__(self, version: int, index: Index, bans: PackedBans) -> None:
        self.version = version
        self.model = index.model
        self._index = index
        self._bans = bans

    def search(self, applicant: Identity, floor: int = FLOOR_MILLIBITS) -> list[Hit]:
        """Return the listed identities that may be the applicant, strongest first; `floor` as in `Index.search`."""
        return self._index.search(applicant, floor)

    def search_many(self, applicants: Sequence[Identity], floor: int = FLOOR_MILLIBITS) -> list[list[Hit]]:
        """Return what `search` returns, for each applicant of a batch; quicker than one by one."""
        return self._index.search_many(applicants, floor)

    def put_back(self, subjects: Sequence[ListedSubject]) -> None:
        """Let subjects stand as they are given; only for a copy of the list that nobody else asks."""
        self._bans.put(packed_changes(subjects))
        changes = _changes(subjects)
        if len(changes) >= LAID_DOWN_AT_ONCE:
            self._index.put_many(changes)
            return
        for change in changes:
            self._index.put(*change)
        if self._index.changed > MOST_OVER_THE_SEGMENTS:
            self._index.fold()

    def subject(self, subject: int) -> ListedBan:
        """Return the ban of a listed subject; UnavailableError where the index knows none (it is in doubt)."""
        return self._bans.of(subject)


@dataclass(frozen=True, slots=True)
class _List:
    """The list as of a version of one history, and the version its snapshot on disk is of (0: there is none)."""

    version: int
    mark: Mark
    index: Index
    bans: PackedBans
    put_away: int


class ListIndex:
    """One process's copy of the list; searches and changes of it take turns.

    One thread at a time catches up: it reads and prepares the changes while others search, and takes its turn only to
    lay them over the list, so that a check that needs none of them hardly waits. Whoever waits for a turn next stands
    in the gate, so that a batch, which asks for one for every request, cannot take it again and again past a check.

    `home` is the directory where an encrypted snapshot of it is kept between restarts; None keeps none.
    """

    def __init__(self, home: Path | None = None, model: Model = DEFAULT) -> None:
        self._catching_up = threading.Lock()
        self._gate = threading.Lock()
        self._lock = threading.Lock()
        self._model = model
        self._snapshot = None if home is None else home / FILE_NAME
        self._list: _List | None = None
        self._history_changed = False

    @property
    def version(self) -> int:
        """The version the list is caught up to; 0 before it is first read."""
        known = self._list
        return 0 if known is None else known.version

    def judge_by(self, model: Model) -> None:
        """Weigh by another model from now on; the next look reads the list anew, which takes as long as a start."""
        with self._catching_up, self._in_turn():
            if model.version != self._model.version:
                self._model, self._list = model, None

    def require_same_history(self, before: int, state: ListState) -> None:
        """Raise HistoryChangedError where the store went back, or is another: from then on whatever is asked.

        `before` is this list's version as it was before the state was read from the store: a later one may have come
        since.
        """
        known = self._list
        if known is not None:
            same = state.version != known.version or state.mark == known.mark
            self._require(same and state.version >= before)

    def _require(self, same: bool) -> None:
        self._history_changed |= not same
        if self._history_changed:
            raise HistoryChangedError("the store is of another history than the list in memory: start the process anew")

    @contextmanager
    def caught_up(self, uow: UnitOfWork, head: int | None = None) -> Iterator[IndexView]:
        """Give the list at the head version of this transaction, or later; hold it still for the block.

        `head` is that version where the caller has read it already. Raises UnavailableError (or its kind) where
        the list cannot be read; the next call starts afresh.
        """
        head = uow.head.version() if head is None else head
        self._require(same=True)
        known = self._list
        while known is None or known.version < head:
            with self._catching_up:
                known = self._step_towards(uow, head)
        with self._view() as view:
            yield view

    @contextmanager
    def as_of(self, store: Store, head: int) -> Iterator[IndexView]:
        """Give the list at a version that was read from the store, or later; the store is opened only to catch up.

        Raises as `caught_up` does.
        """
        known = self._list
        if known is None or known.version < head:
            with store.read() as uow, self.caught_up(uow, head):
                pass  # the list never goes back
        with self._view() as view:
            yield view

    @contextmanager
    def _view(self) -> Iterator[IndexView]:
        self._require(same=True)
        with self._in_turn():
            known = self._list
            if known is None:
                raise UnavailableError("the list was lost while it was read")
            yield IndexView(known.version, known.index, known.bans)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._gate:
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    @classmethod
    def put_away_after(cls, services: Services, changes: int) -> bool:
        """Write a snapshot after so many changes of the list, if the next start would take long without; say if so."""
        if changes < SLOW_TO_FOLLOW:
            return False
        with services.store.read() as uow:
            return cls(services.settings.home, services.model).put_away(uow)

    def put_away(self, uow: UnitOfWork) -> bool:
        """Write a snapshot where enough has changed since the last; say whether one was written.

        Meant for the process that starts the others, before it does: making the list one piece takes a while.
        """
        with self.caught_up(uow):
            pass  # before it is held still
        with self._catching_up, self._in_turn():
            known = self._list
            if self._snapshot is None or known is None or known.version - known.put_away < WORTH_PUTTING_AWAY:
                return False
            stamp = _stamp(uow, known.version, self._model)
            if stamp is None:
                return False
            segment, bans = known.index.laid_down(), known.bans.laid_down()
            self._list = _List(known.version, known.mark, Index(self._model, [segment]), bans, known.version)
        save(self._snapshot, uow.cipher, Snapshot(stamp, segment, bans))
        return True

    def _step_towards(self, uow: UnitOfWork, head: int) -> _List:
        """Apply the next changes, if any are missing; where that fails, the next call applies them again."""
        known = self._list or self._from_snapshot(uow, head) or self._read_whole(uow, head)
        if known.version < head:
            self._require(known.mark == uow.changes.mark(known.version))
            upto = min(head, known.version + APPLIED_AT_A_TIME)
            self._apply(known, list(load_subjects(uow, uow.changes.subjects_between(known.version, upto))))
            known = _List(upto, uow.changes.mark(upto), known.index, known.bans, known.put_away)
        self._list = known
        return known

    def _apply(self, known: _List, subjects: Sequence[ListedSubject]) -> None:
        """Lay changes over the list; whatever takes long is done while others search."""
        bans = packed_changes(subjects)
        changes = _changes(subjects)
        if len(changes) < LAID_DOWN_AT_ONCE:
            self._put_each(known, changes, bans)
        else:
            self._lay_over(known, Staged.of(self._model, changes), bans)
        self._settle(known.index)

    def _put_each(self, known: _List, changes: Iterable[Change], bans: PackedChanges) -> None:
        with self._in_turn():
            known.bans.put(bans)
            for change in changes:
                known.index.put(*change)
        staged = known.index.folded() if known.index.changed > MOST_OVER_THE_SEGMENTS else None
        if staged is not None:
            self._lay_over(known, staged, {})

    def _lay_over(self, known: _List, staged: Staged, bans: PackedChanges) -> None:
        with self._in_turn():
            known.bans.put(bans)
            known.index.lay_over(staged)

    def _settle(self, index: Index) -> None:
        union = index.union_due()
        if union is not None:
            with self._in_turn():
                index.adopt(union)

    def _from_snapshot(self, uow: UnitOfWork, head: int) -> _List | None:
        """Return the list of the snapshot where it is of this store's own history."""
        snapshot = None if self._snapshot is None else load(self._snapshot, uow.cipher, self._model)
        if snapshot is None:
            return None
        within = 0 < snapshot.stamp.version <= head
        if not within or snapshot.stamp != _stamp(uow, snapshot.stamp.version, self._model):
            passed_over("of another history")
            return None
        version = snapshot.stamp.version
        return _List(version, uow.changes.mark(version), Index(self._model, [snapshot.segment]), snapshot.bans, version)

    def _read_whole(self, uow: UnitOfWork, head: int) -> _List:
        segment, bans = self._read(uow)
        return _List(head, uow.changes.mark(head), Index(self._model, [segment]), bans, 0)

    def _read(self, uow: UnitOfWork) -> tuple[Segment, PackedBans]:
        segment, bans = SegmentBuilder(self._model), BanPacker()
        for listed in load_subjects(uow):
            segment.add(listed.subject, [face.identity for face in listed.faces])
            bans.add(listed)
        return segment.segment(), bans.bans()


def _changes(subjects: Iterable[ListedSubject]) -> list[Change]:
    return [(listed.subject, [face.identity for face in listed.faces]) for listed in subjects]


def _stamp(uow: UnitOfWork, version: int, model: Model) -> Stamp | None:
    changes = uow.changes.page(version - 1, 1)
    return Stamp.of(changes[0], model) if changes else None
