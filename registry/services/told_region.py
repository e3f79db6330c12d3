"""Which province a document on the desk is of."""

from __future__ import annotations

from registry.errors import FieldFault, InvalidInputError
from registry.law.roles import Region


def told_region(stated: str | None) -> str:
    """Return the province of what was stated or read. Raises InvalidInputError where that is none of the four."""
    region = (stated or "")[:2]
    if region not in {str(each) for each in Region}:
        raise InvalidInputError([FieldFault("source_region", "unknown_region", "31, 32, 33 or 34 is needed")])
    return region
