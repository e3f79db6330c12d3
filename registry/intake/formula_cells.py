"""Cells a spreadsheet would run as a formula: made harmless in the files written here, and undone when read back.

Whoever sends a row chooses its text; whoever opens our file in a spreadsheet must not run it. The remedy is the
spreadsheets' own sign for text, a leading apostrophe (OWASP, "CSV Injection"). Every other cell stays as it is, so
that a caller finds its own numbers unaltered: `-12` and `+86 571 1234` are no formulas that can do anything.
"""

from __future__ import annotations

import re

_MARK = "'"
_FORMULA = re.compile(r"[=@\t\r\uff1d\uff20]|[+\-\uff0b\uff0d].*[(|!\uff08\uff5c\uff01]", re.DOTALL)
"""What begins a formula; behind a sign only a call, a pipe or another sheet can do harm, a sum cannot."""


def disarmed(text: str) -> str:
    """Return the text of a cell as no spreadsheet runs it; `rearmed` gives it back."""
    return _MARK + text if _is_formula(text) else text


def rearmed(text: str) -> str:
    """Return the text that was disarmed; any other text stays as it is."""
    return text[1:] if text.startswith(_MARK) and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Say whether a text is a formula, or one that was disarmed already."""
    return _FORMULA.match(text.lstrip(_MARK)) is not None
