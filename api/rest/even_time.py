"""Let the time of an answer not tell whether somebody is listed.

A match costs more than none: it is compared exactly, and who else would match is reckoned, 1 to 2 ms where measured.
Whoever could take that time would tell a listed person whose ban does not bar from somebody unknown. So no answer is
committed before a time within which nearly all are ready. The wait holds a thread, not the processor; where more is
asked than the machine can answer at once, judging takes longer than this anyway, and nothing is waited for.
"""

from __future__ import annotations

import time
from typing import Final

EVEN_SECONDS: Final = 0.008
"""From the beginning of judging to the commit; about three times what a match takes (docs/benchmarks.md)."""


def begin() -> float:
    """Return what `wait_until_even` counts from."""
    return time.perf_counter()


def wait_until_even(begun: float) -> None:
    """Return once the even time has gone by since `begun`; at once where it has."""
    left = begun + EVEN_SECONDS - time.perf_counter()
    if left > 0:
        time.sleep(left)
