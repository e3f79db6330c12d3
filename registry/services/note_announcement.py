"""Note what partners say of themselves: that there is news, and what became of a batch they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.exchange.adapter import Acknowledgement
    from registry.services.context import Services


def note_announcement(services: Services, partner: str, epoch: str, up_to: int) -> None:
    """Note that a partner has news up to a number; repeated, late or older ones change nothing."""
    raise NotImplementedError


def note_acknowledgement(services: Services, partner: str, acknowledgement: Acknowledgement) -> None:
    """Note what became of a batch at the partner it was given to; NotFoundError where it never was."""
    raise NotImplementedError
