"""The partners' jobs: visit each at its times and whenever there is news, and see that none falls behind."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from jobs.back_off import BackOff
from jobs.schedule import JOBS, Job
from registry.clock import SHANGHAI
from registry.errors import SettingsError
from registry.exchange.adapter import Adapter
from registry.exchange.adapters import open_adapter
from registry.exchange.batch import HUB
from registry.exchange.digest_statement import DigestPost, DigestSource
from registry.exchange.partner import Partner
from registry.exchange.partner_file import AdapterName, read_partner
from registry.exchange.sides import own_name
from registry.privacy.keyring import Keyring
from registry.services.announce_news import ANNOUNCE, announce_news, news_for, news_from
from registry.services.context import Services
from registry.services.pull_partner import PULL, pull_partner
from registry.services.push_partner import PUSH, forget_given, news_to_hand_over, push_partner
from registry.services.reconcile_partner import WORK as RECONCILE
from registry.services.reconcile_partner import reconcile_partner
from registry.services.watch_coverage import set_valid_for
from registry.services.watch_coverage import watch_coverage as watch
from registry.settings import Settings
from registry.store.unit_of_work import UnitOfWork

OpenAdapter = Callable[[Partner, Settings, Keyring], Adapter]

DAY_SECONDS: Final = 86_400
SHORT_SECONDS: Final = 5.0
"""How long an announcement waits for an answer: whoever does not answer will pull at its own time."""
FAILURES_BEFORE_ALARM: Final = 3
_ANNOUNCE_RETRY: Final = BackOff(datetime.timedelta(seconds=1), datetime.timedelta(minutes=1))

_log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class PartnerFiles:
    """The partners that are described soundly, and what is wrong with the files of the others."""

    partners: tuple[Partner, ...]
    wrong: tuple[str, ...]


def read_partners(folder: Path) -> PartnerFiles:
    """Read the partners' files, each by itself, so that a wrong one stops the visits of its own partner alone."""
    partners: dict[str, Partner] = {}
    wrong = []
    for path in sorted(folder.glob("*.toml")):
        try:
            partner = read_partner(path)
        except SettingsError as failure:
            wrong.append(str(failure))
            continue
        if partner.name in partners:
            wrong.append(f"{path.name}: another file is about partner {partner.name} already")
        else:
            partners[partner.name] = partner
    return PartnerFiles(tuple(partners[name] for name in sorted(partners)), tuple(wrong))


def all_jobs(services: Services, opened: OpenAdapter = open_adapter) -> tuple[Job, ...]:
    """Return the table of jobs with those of the partners described now; a wrong file is named in the log."""
    files = read_partners(services.settings.partner_files)
    for fault in files.wrong:
        _log.error("partner", outcome="failed", error=fault)
    watching = Job("watch_coverage", 60, partial(_watch, files))
    # Before the rest, whose last job places what these recorded.
    return (*partner_jobs(files.partners, opened, own_name(services.settings)), watching, *JOBS)


def partner_jobs(partners: Sequence[Partner], opened: OpenAdapter = open_adapter, own: str = HUB) -> tuple[Job, ...]:
    """Return the jobs of partners: pull, push or announce (as the transport can), reconcile; `own` is this side."""
    return tuple(job for partner in partners for job in _jobs_of(partner, opened, own))


def _jobs_of(partner: Partner, opened: OpenAdapter, own: str) -> Iterator[Job]:
    plan, name = partner.schedule, partner.name
    usual = partial(
        Job,
        retry=BackOff(plan.first_retry, plan.longest_retry),
        alarm_after=FAILURES_BEFORE_ALARM,
        partner=name,
    )
    yield usual(
        f"pull {name}", _seconds(plan.pull_every), partial(_pull, partner, opened), news=partial(_news_from, name)
    )
    if partner.adapter == AdapterName.FEED:
        told = partial(_announce, partner, opened)
        yield replace(usual(f"announce {name}", 0, told, news=partial(_news_for, name)), retry=_ANNOUNCE_RETRY)
    else:
        news = partial(_news_to_hand_over, name, own) if partner.is_handed else None
        yield usual(f"push {name}", _seconds(plan.push_every), partial(_push, partner, opened), news=news)
    nightly = usual(f"reconcile {name}", DAY_SECONDS, partial(_reconcile, partner, opened))
    yield replace(nightly, offset_seconds=daily_offset(plan.reconcile_at))


def _seconds(interval: datetime.timedelta) -> int:
    return max(1, int(interval.total_seconds()))


def daily_offset(at: datetime.time) -> int:
    """Return the second of the UTC day at which it is so late in Shanghai."""
    there = datetime.datetime.combine(datetime.date(2000, 1, 2), at, SHANGHAI)
    return int(there.timestamp()) % DAY_SECONDS


def _news_from(name: str, uow: UnitOfWork) -> int | None:
    return news_from(uow, name)


def _news_to_hand_over(name: str, own: str, uow: UnitOfWork) -> int | None:
    return news_to_hand_over(uow, name, own)


def _news_for(name: str, uow: UnitOfWork) -> int | None:
    return news_for(uow, name)


@contextmanager
def _transport(services: Services, partner: Partner, opened: OpenAdapter, work: str) -> Iterator[Adapter]:
    """Open the transport for a piece of work; whatever run of it began before and did not end was interrupted."""
    _end_interrupted(services, partner, work)
    adapter = opened(partner, services.settings, services.store.keyring)
    try:
        yield adapter
    finally:
        adapter.close()


def _pull(partner: Partner, opened: OpenAdapter, services: Services) -> Mapping[str, int]:
    with _transport(services, partner, opened, PULL) as adapter:
        pulled = pull_partner(services, partner, adapter)
    set_valid_for(services, partner)
    return {"batches": pulled.batches, "items": pulled.items, "held": int(pulled.held is not None)}


def _push(partner: Partner, opened: OpenAdapter, services: Services) -> Mapping[str, int]:
    if not partner.is_handed:  # no connection is opened for it
        forget_given(services, partner)
        return {}
    with _transport(services, partner, opened, PUSH) as adapter:
        pushed = push_partner(services, partner, adapter)
    return {"batches": pushed.batches, "items": pushed.items}


def _announce(partner: Partner, opened: OpenAdapter, services: Services) -> Mapping[str, int]:
    patience = min(SHORT_SECONDS, partner.limits.seconds_per_request)
    hasty = replace(partner, limits=replace(partner.limits, seconds_per_request=patience))
    with _transport(services, hasty, opened, ANNOUNCE) as adapter:
        told = announce_news(services, hasty, adapter)
    return {} if told is None else {"up_to": told}


def _reconcile(partner: Partner, opened: OpenAdapter, services: Services) -> Mapping[str, int]:
    """Compare with a partner something was taken from, where its transport brings digests."""
    with services.store.read() as uow:
        if uow.exchange.state(partner.name).last_success_at is None:
            return {}
    with _transport(services, partner, opened, RECONCILE) as adapter:
        if not isinstance(adapter, DigestSource | DigestPost):
            return {}
        found = reconcile_partner(services, partner, adapter)
    return {"compared": found.compared, "differing": len(found.differences), "restated": len(found.restated)}


def _end_interrupted(services: Services, partner: Partner, work: str) -> None:
    """Whoever leads the work now knows that what began before and did not end will not."""
    with services.store.read() as uow:
        left = uow.exchange_health.has_open_run(partner.name, work)
    if left:
        with services.store.write() as uow:
            uow.exchange_health.end_interrupted(partner.name, work)


def _watch(files: PartnerFiles, services: Services) -> Mapping[str, int]:
    """Watch, and fail while a partner's file is wrong: whoever it describes is not visited, and somebody must know."""
    watched = watch(services, files.partners)
    if files.wrong:
        raise SettingsError(files.wrong[0])
    return {"stale": len(watched.stale), "lagging": len(watched.lagging)}
