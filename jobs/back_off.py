"""How long to wait before a failed run is tried again: exponentially longer, with full jitter.

Full jitter (any time between none and the bound, all equally likely) spreads the tries of many over time best:
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from random import Random
from typing import Final

_MOST_DOUBLINGS: Final = 30
"""More make no difference below any bound and would only grow the number."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """The bound of the first wait, which doubles with every failure in a row, and the longest it comes to."""

    first: datetime.timedelta
    longest: datetime.timedelta

    def bound(self, failures: int) -> datetime.timedelta:
        """Return the longest wait after so many failures in a row (at least one)."""
        doubled = self.first * (1 << min(failures - 1, _MOST_DOUBLINGS))
        return min(self.longest, doubled)

    def wait(self, failures: int, seed: str) -> datetime.timedelta:
        """Return the wait after so many failures in a row; the same for the same seed."""
        return self.bound(failures) * Random(f"{seed}/{failures}").random()  # noqa: S311 -- nobody guards it
