"""See that every province's data stays fresh and its changes arrive: raise an alarm where they do not."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.exchange.sides import own_name, spoken_for
from registry.law.verdict import CoverageState
from registry.services.check_applicants import coverage_now
from registry.services.settle_alarms import alarmed, settle_alarms
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.exchange_health_repository import PartnerHealth
    from registry.store.unit_of_work import UnitOfWork

WATCHER: Final = "worker:watch_coverage"
VISITS_MISSED: Final = 3
"""A partner whose changes have not all been taken for so many visits' time lags."""

_SAYS: Final = {
    AlarmKind.PROVINCE_STALE: "its data is older than its valid-until",
    AlarmKind.PROVINCE_LAGS: "not all of its changes have been taken for three visits' time",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """Which regions' data is too old, and which partners' changes have not arrived for too long."""

    stale: tuple[str, ...]
    lagging: tuple[str, ...]


def set_valid_for(services: Services, partner: Partner) -> None:
    """Note how long the data a partner brings counts as fresh, as its configuration says."""
    stated = dict.fromkeys(spoken_for(partner.name, own_name(services.settings)), partner.valid_until)
    with services.store.read() as uow:
        known, covered = uow.coverage.valid_for(), uow.coverage.as_of()
    if all(known.get(region) == span for region, span in stated.items() if region in covered):
        return
    with services.store.write() as uow:
        uow.coverage.set_valid_for(stated)


def watch_coverage(services: Services, partners: Sequence[Partner]) -> Watched:
    """Raise an alarm for what became stale or lags and clear those that are over; each is an entry of the ledger.

    A region that was never heard of is stale to nobody: its visits' own alarms say that they fail.
    """
    for partner in partners:
        set_valid_for(services, partner)
    with services.store.read() as uow:
        watched = Watched(_stale(services, uow, partners), _lagging(uow, partners))
        changed = _differs(uow, watched)
    if changed:
        with services.store.write() as uow:
            for kind, subjects in _found(watched).items():
                settle_alarms(uow, kind, subjects, _SAYS[kind], WATCHER)
    return watched


def _stale(services: Services, uow: UnitOfWork, partners: Iterable[Partner]) -> tuple[str, ...]:
    here = own_name(services.settings)
    brought = {region for partner in partners for region in spoken_for(partner.name, here)}
    coverage = coverage_now(services, uow)
    return tuple(each.region.value for each in coverage if each.state is CoverageState.STALE and each.region in brought)


def _lagging(uow: UnitOfWork, partners: Iterable[Partner]) -> tuple[str, ...]:
    health = {each.partner: each for each in uow.exchange_health.partners()}
    now = uow.transaction.now()
    return tuple(each.name for each in partners if _lags(health.get(each.name), each, now))


def _lags(health: PartnerHealth | None, partner: Partner, now: datetime.datetime) -> bool:
    if health is None or health.level_since is None:
        return False
    return now - health.level_since > VISITS_MISSED * partner.schedule.pull_every


def _differs(uow: UnitOfWork, watched: Watched) -> bool:
    return any(alarmed(uow, kind) != set(subjects) for kind, subjects in _found(watched).items())


def _found(watched: Watched) -> dict[AlarmKind, Sequence[str]]:
    return {AlarmKind.PROVINCE_STALE: watched.stale, AlarmKind.PROVINCE_LAGS: watched.lagging}
