"""A reason a person must state: not blank, and no longer than a page takes."""

from __future__ import annotations

from typing import Final

from registry.errors import FieldFault, InvalidInputError

LONGEST: Final = 1_000


def stated_reason(reason: str, needed: str) -> str:
    """Return a reason without blanks around it. Raises InvalidInputError, which says `needed` where there is none."""
    text = reason.strip()
    if not text or len(text) > LONGEST:
        code, why = ("missing", needed) if not text else ("too_long", f"at most {LONGEST:,} characters")
        raise InvalidInputError([FieldFault("reason", code, why)])
    return text
