"""What may be said of a failure nobody foresaw: the calls that led to it, and nothing of what they held."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

_CALLS_NAMED: Final = 20


def calls_of(failure: BaseException) -> list[str]:
    """Name the calls that led to a failure, outermost first; texts and values may name somebody."""
    calls = [
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-3:])}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(failure.__traceback__)
    ]
    return calls[-_CALLS_NAMED:]
