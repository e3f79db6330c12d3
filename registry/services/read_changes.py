"""Read the feed of list changes that provinces catch up by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.services.answer_check import Json, instant

if TYPE_CHECKING:
    from registry.store.change_repository import ListChange
    from registry.store.unit_of_work import UnitOfWork


def read_changes(uow: UnitOfWork, after: int, most: int) -> Json:
    """Return at most so many changes after a version, contiguous and in commit order, and the head to read up to.

    The feed names bans by their permanent numbers and nobody by name.
    """
    changes = uow.changes.page(after, most)
    return {
        "changes": [_change(change) for change in changes],
        "next_after": changes[-1].version if changes else after,
        "head": uow.head.version(),
    }


def _change(change: ListChange) -> Json:
    return {
        "version": change.version,
        "kind": change.kind,
        "ban_no": change.ban_no,
        "subject_kind": change.subject_kind,
        "region": change.region,
        "recorded_at": instant(change.recorded_at),
    }
