"""Foretell from the list alone how many random applicants a policy sends to review, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.prepare import prepare
from matching.review_load import Limit, share_reviewed
from registry.law.ban import bars
from registry.law.policy import Policy, Threshold
from registry.law.roles import Purpose
from registry.services.load_index import ListedSubject, load_subjects

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.try_policy import Trial
    from registry.store.unit_of_work import UnitOfWork

MOST_SAMPLED = 5_000
"""Listed people looked at; of a longer list every so many-th stands for its neighbours."""

APPLICATIONS = 100_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """Reviews of 100,000 random applicants who are nobody on the list, and their hours of work."""

    policy: str
    purpose: Purpose
    reviews: float
    hours: float


def hours(policy: Policy, reviews: float) -> float:
    """Return the hours of work that reviews take."""
    return reviews * policy.minutes_per_review / 60


def forecast(services: Services, uow: UnitOfWork, policies: Sequence[Policy], trial: Trial) -> Iterator[Forecast]:
    """Yield, for each policy, the reviews the list as it stands leads to, for the purpose and role of the trial.

    Applicants are taken to state name and whole ID number; the shares are those of expected coincidences.
    """
    limits = tuple(_limit(policy.threshold(trial.purpose)) for policy in policies)
    last = uow.lists.last_subject()
    step = max(1, -(-last // MOST_SAMPLED))
    totals = [0.0] * len(policies)
    for listed in load_subjects(uow, range(1, last + 1, step)):
        if _bars(services, listed, trial):
            totals = [total + share for total, share in zip(totals, _shares(services, listed, limits), strict=True)]
    for policy, total in zip(policies, totals, strict=True):
        reviews = APPLICATIONS * step * total
        yield Forecast(policy.version, trial.purpose, reviews, hours(policy, reviews))


def _limit(threshold: Threshold) -> Limit:
    return Limit(threshold.expected_coincidences, threshold.millibits)


def _bars(services: Services, listed: ListedSubject, trial: Trial) -> bool:
    bases = [held.basis for held in listed.bases]
    day = services.clock.today()
    return bool(bars(services.law, bases, trial.purpose, trial.role, None, day, listed.kind))


def _shares(services: Services, listed: ListedSubject, limits: tuple[Limit, ...]) -> list[float]:
    """Return each limit's share for the record that meets most people: its others meet the same ones."""
    found = [share_reviewed(services.model, prepare(face.identity), limits) for face in listed.faces]
    return [max(shares) for shares in zip(*found, strict=True)]
