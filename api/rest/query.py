"""What a query asks for: whole numbers and digests, each named where it is none."""

from __future__ import annotations

import re
from typing import Final

from flask import request

from registry.errors import FieldFault, InvalidInputError

HIGHEST_VERSION: Final = 2**53 - 1
_MOST_DIGITS: Final = 16
_NAME: Final = re.compile(r"[A-Za-z_]{1,40}", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]+", re.ASCII)


def require_known(*names: str) -> None:
    """Raise InvalidInputError naming every parameter of the query that the address does not know.

    A misspelled one would narrow nothing and be answered with more than was asked for. What cannot be a parameter's
    name may be a person's, and is not repeated.
    """
    known = f"unknown_parameter:{', '.join(names)}"
    unknown = [name if _NAME.fullmatch(name) else "?" for name in request.args if name not in names]
    if unknown:
        raise InvalidInputError([FieldFault(name, known, "is no parameter of this address") for name in unknown])


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the query; raises InvalidInputError naming it where it is none within its bounds."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and least <= int(text) <= most):
        raise InvalidInputError([FieldFault(name, f"whole_number:{least}–{most}", "must be a whole number")])
    return int(text)


def hexadecimal(name: str, digits: int, default: str | None) -> str | None:
    """Return so many hexadecimal digits of the query; raises InvalidInputError naming what is none."""
    text = request.args.get(name, default)
    if text is None or (len(text) == digits and _HEXADECIMAL.fullmatch(text)):
        return text
    raise InvalidInputError([FieldFault(name, f"hexadecimal:{digits}", "must be lower-case hexadecimal digits")])
