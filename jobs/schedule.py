"""The table of jobs: what the worker does by itself and when. A new job is one more line; partners bring their own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from jobs.apply_retention import apply_retention
from jobs.back_off import BackOff
from jobs.correct_answers import correct_answers
from jobs.count_answers import count_answers
from jobs.deliver_notices import deliver_notices
from jobs.look_back import look_back
from jobs.sample_look_ups import sample_look_ups
from jobs.sequence import sequence
from jobs.tell_late_bans import tell_late_bans
from jobs.watch_conduct import watch_conduct
from jobs.watch_witnesses import watch_witnesses
from registry.services.context import Services
from registry.services.correct_answers import news as news_of_corrections
from registry.services.deliver_notices import news as news_of_notices
from registry.store.unit_of_work import UnitOfWork

Work = Callable[[Services], Mapping[str, int]]
News = Callable[[UnitOfWork], int | None]
"""Says up to which number there is news for a job, None where there is none."""

LOOK_SECONDS: Final = 2.0
"""How often a worker looks whether a run is due, has failed long enough ago, or was left behind by one that died."""
NEWS_SECONDS: Final = 0.5
"""How often it looks whether there is news."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job: its name, its seconds between two runs, what it does, and whether its runs are noted.

    `noted` runs happen in slots: the whole multiples of the interval since 1970, plus `offset_seconds`. Each is taken
    by one worker, which leads the job as long as it runs, and the store remembers it; of slots that passed while
    nobody ran the last is run. Between slots (or without any: no seconds) there is a run whenever `news` has a new
    number. A run that failed is tried again after `retry`, else at its next slot; after `alarm_after` failures in a
    row there is an alarm. `partner` is whom it visits. A job that is not noted takes care of itself: several workers
    may run it at once.
    """

    name: str
    every_seconds: float
    work: Work
    noted: bool = True
    offset_seconds: int = 0
    news: News | None = None
    retry: BackOff | None = None
    alarm_after: int = 1
    partner: str | None = None

    @property
    def look_seconds(self) -> float:
        """Return how often a worker looks whether it is due."""
        if not self.noted:
            return self.every_seconds
        seldom = min(self.every_seconds or LOOK_SECONDS, LOOK_SECONDS)
        return min(seldom, NEWS_SECONDS) if self.news else seldom

    def slot_at(self, now: datetime.datetime) -> int | None:
        """Return the last instant a run was due at, in seconds since 1970; None for a job that waits for news alone."""
        if not self.every_seconds:
            return None
        every = int(self.every_seconds)
        return (int(now.timestamp()) - self.offset_seconds) // every * every + self.offset_seconds


_DAILY_RETRY: Final = BackOff(datetime.timedelta(minutes=1), datetime.timedelta(hours=1))
_PROMPT_RETRY: Final = BackOff(datetime.timedelta(seconds=5), datetime.timedelta(minutes=5))

JOBS: Final = (
    Job("watch_conduct", 5, watch_conduct),
    Job("watch_witnesses", 60, watch_witnesses),
    Job("look_back", 300, look_back, retry=_DAILY_RETRY),
    Job("correct_answers", 60, correct_answers, news=news_of_corrections, retry=_PROMPT_RETRY, alarm_after=3),
    Job("tell_late_bans", 60, tell_late_bans),
    Job("deliver_notices", 15, deliver_notices, news=news_of_notices),
    Job("apply_retention", 86_400, apply_retention, retry=_DAILY_RETRY),
    Job("count_answers", 3_600, count_answers, retry=_DAILY_RETRY),
    Job("sample_look_ups", 86_400, sample_look_ups, retry=_DAILY_RETRY),
    # Last, so that what the others recorded is placed by the same run of what is due.
    Job("sequence", 1, sequence, noted=False),
)
