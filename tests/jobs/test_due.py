"""Which run of a job is due is decided from what is noted alone, and how long a failed one waits from a seed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.back_off import BackOff
from jobs.due import Due, Noted, what_is_due
from jobs.schedule import Job
from jobs.sync_provinces import daily_offset
from registry.services.context import Services
from registry.store.job_repository import Outcome, Run

NOW = datetime.datetime(2025, 11, 21, 2, 0, 30, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
BACK_OFF = BackOff(datetime.timedelta(seconds=5), datetime.timedelta(minutes=15))


def nothing(_: Services) -> Mapping[str, int]:
    return {}


JOB = Job("visit", 60, nothing, retry=BACK_OFF)
SLOT = int(NOW.timestamp()) - 30


def run(outcome: Outcome, slot: int = SLOT, retry_at: datetime.datetime | None = None, news: int | None = None) -> Run:
    counts = {} if news is None else {"news": news}
    return Run(1, "visit", slot, NOW, None, outcome.value, counts, 1, 1, None, 1, retry_at)


@given(st.integers(1, 10_000), st.text(), st.integers(1, 10_000))
def test_a_wait_is_never_negative_never_longer_than_its_bound_and_the_same_for_the_same_seed(
    failures: int, seed: str, longest_seconds: int
) -> None:
    back_off = BackOff(datetime.timedelta(seconds=5), datetime.timedelta(seconds=longest_seconds))
    wait = back_off.wait(failures, seed)
    assert datetime.timedelta(0) <= wait <= back_off.bound(failures) <= back_off.longest
    assert wait == back_off.wait(failures, seed)


@given(st.integers(1, 1_000))
def test_the_bound_doubles_with_every_failure_until_it_is_the_longest(failures: int) -> None:
    assert BACK_OFF.bound(failures + 1) == min(BACK_OFF.longest, 2 * BACK_OFF.bound(failures))


def test_the_jitter_is_full_so_that_many_who_failed_together_do_not_come_back_together() -> None:
    waits = sorted(BACK_OFF.wait(4, f"visit {number}") / BACK_OFF.bound(4) for number in range(1_000))
    assert all(abs(wait - number / 1_000) < 0.06 for number, wait in enumerate(waits))


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (Noted(None, False, None), Due(SLOT)),
        (Noted(run(Outcome.DONE), True, None), None),
        (Noted(run(Outcome.DONE, SLOT - 60), False, None), Due(SLOT)),
        (Noted(run(Outcome.DONE, SLOT - 600), False, None), Due(SLOT)),
        (Noted(run(Outcome.DONE, SLOT + 86_400), False, None), Due(SLOT)),
        (Noted(run(Outcome.FAILED), True, None), None),
        (Noted(run(Outcome.FAILED, SLOT - 60), False, None), Due(SLOT)),
        (Noted(run(Outcome.FAILED, retry_at=NOW + MINUTE), True, 9), None),
        (Noted(run(Outcome.FAILED, SLOT - 60, retry_at=NOW + MINUTE), False, None), None),
        (Noted(run(Outcome.FAILED, SLOT - 60, retry_at=NOW + 60 * MINUTE), False, None), Due(SLOT)),
        (Noted(run(Outcome.FAILED, SLOT - 60, retry_at=NOW), False, None), Due(SLOT)),
        (Noted(run(Outcome.DONE), True, 9), Due(int(NOW.timestamp()), None, 9)),
        (Noted(run(Outcome.DONE, news=8), True, 9), Due(int(NOW.timestamp()), None, 9)),
        (Noted(run(Outcome.DONE, news=9), True, 9), None),
    ],
    ids=[
        "never ran",
        "its slot was run",
        "the next slot has come",
        "slots were missed: the last of them is run",
        "a clock that was a day ahead does not stop the job",
        "failed and not to be tried again: its next slot",
        "failed, and its next slot has come",
        "failed and still waiting, even though there is news",
        "failed and still waiting, even though its next slot has come",
        "waiting longer than any wait: a wrong clock set it",
        "its wait is over and the next slot has come",
        "news between two slots",
        "more news",
        "the same news",
    ],
)
def test_what_is_due(known: Noted, due: Due | None) -> None:
    assert what_is_due(JOB, known, NOW) == due


def test_a_run_left_behind_comes_first_and_a_failed_one_is_tried_again_in_its_own_slot() -> None:
    left, failed = run(Outcome.RUNNING, SLOT - 600), run(Outcome.FAILED, retry_at=NOW)
    assert what_is_due(JOB, Noted(left, False, 3), NOW) == Due(SLOT - 600, left, 3)
    assert what_is_due(JOB, Noted(failed, True, None), NOW) == Due(SLOT, failed)


def test_a_job_without_an_interval_waits_for_news_alone() -> None:
    announce = Job("announce", 0, nothing, news=lambda _: None)
    assert announce.slot_at(NOW) is None
    assert what_is_due(announce, Noted(None, True, None), NOW) is None
    assert what_is_due(announce, Noted(None, True, 4), NOW) == Due(int(NOW.timestamp()), None, 4)


@given(st.times(), st.integers(1_577_836_800, 2_051_222_400))
def test_a_nightly_slot_is_the_last_time_it_was_so_late_in_shanghai(at: datetime.time, second: int) -> None:
    at, now = at.replace(microsecond=0), datetime.datetime.fromtimestamp(second, datetime.UTC)
    slot = Job("nightly", 86_400, nothing, offset_seconds=daily_offset(at)).slot_at(now)
    assert slot is not None
    due = datetime.datetime.fromtimestamp(slot, datetime.timezone(datetime.timedelta(hours=8)))
    assert due.time() == at
    assert datetime.timedelta(0) <= now - due < datetime.timedelta(days=1)
