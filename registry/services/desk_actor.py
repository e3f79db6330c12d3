"""Whoever acts at the desk, as far as the desk needs to know: a signed-in user, an operator, or a court's system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class DeskActor(Protocol):
    """Somebody who acts: the name the ledger gets (two acts with one name are one person's), and their region."""

    @property
    def text(self) -> str:
        """The name under which acts are recorded: user:12, operator:name, client:3."""
        ...

    @property
    def region(self) -> str | None:
        """The region they work for: 31, 32, 33, 34; None is all four."""
        ...


@dataclass(frozen=True, slots=True)
class NamedActor:
    """An actor who is no user of the console: an operator at the command line, or a court's system with its key."""

    text: str
    region: str | None = None
