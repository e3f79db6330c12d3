"""What a job asks in every transaction it writes in: whether it still may (fencing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork

Guard = Callable[["UnitOfWork"], None]
"""Called inside every writing transaction: raises where whoever works has lost the right to."""


def ask(guard: Guard | None, uow: UnitOfWork) -> None:
    """Ask the guard, where there is one."""
    if guard is not None:
        guard(uow)
