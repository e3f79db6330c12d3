"""Numbers in the console's addresses: as many digits as the store's numbers can have; longer ones are no address."""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST: Final = 2**63 - 1
"""The largest number a row of the store can have."""


class StoreNumber(IntegerConverter):
    """A number the store can be asked for; what is larger is answered as an address nothing is at."""

    regex = r"\d{1,19}"

    def to_python(self, value: str) -> int:
        """Return the number; ValidationError (another route is tried) where it is larger than any."""
        self.max = LARGEST
        return int(super().to_python(value))


def register(app: Flask) -> None:
    """Make every `<int:…>` of this application's routes such a number."""
    app.url_map.converters["int"] = StoreNumber


def stated_number(text: str | None) -> int | None:
    """Return a number that stands in an address's query; None where it is none the store can have."""
    plain = text or ""
    number = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST)) else None
    return number if number is not None and number <= LARGEST else None
