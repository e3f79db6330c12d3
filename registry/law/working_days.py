"""Working days of the Chinese calendar."""

from __future__ import annotations

import datetime

import numpy as np


def add_working_days(day: datetime.date, days: int) -> datetime.date:
    """Return the day so many working days after a day; the day itself does not count."""
    return np.busday_offset(day, days, roll="backward").astype(object)  # type: ignore[no-any-return]
