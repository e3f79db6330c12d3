"""What a person at the console sees of the exchange: every partner in a line, one in full, a held batch with masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import NotFoundError
from registry.exchange.partner_file import load_partners
from registry.privacy.masking import mask_id, mask_name
from registry.services.decide_hold import HoldView, look_at_hold
from registry.services.notice_ended import ended_elsewhere
from registry.services.read_lag import DayOfLag, read_lag
from registry.services.read_partners import PartnerView, read_partners
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.store.disagreement_repository import Disagreement
    from registry.store.exchange_repository import ExchangeRun
    from registry.store.hold_repository import HeldBatch

_RUNS: Final = 20
_SHOWN_ROWS: Final = 100
_NAMES: Final = frozenset({"name", "other_names"})
_NUMBERS: Final = frozenset({"id_number", "uscc", "licence_no"})


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner: how it stands, its rows in quarantine, its last comparison, and whether lists were found to differ.

    `behind`: numbers it is known to have that were not taken. `differs`: rows differ that nobody has mended.
    """

    view: PartnerView
    quarantined: int
    behind: int
    compared: ExchangeRun | None
    differs: bool

    @property
    def name(self) -> str:
        """Which partner."""
        return self.view.state.partner


@dataclass(frozen=True, slots=True)
class ExchangePage:
    """All partners, what waits for a person, the disagreements, and rows of this side that were ended elsewhere."""

    partners: tuple[PartnerLine, ...]
    holds: tuple[HeldBatch, ...]
    disagreements: tuple[Disagreement, ...]
    ended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """One partner in full, with its lag day by day."""

    line: PartnerLine
    lag: tuple[DayOfLag, ...]
    holds: tuple[HeldBatch, ...]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A held batch: what is known of it, its first rows and the first it would take back, names and numbers masked."""

    view: HoldView
    rows: tuple[dict[str, str], ...]
    more: int
    standing: tuple[dict[str, str], ...] = ()

    @property
    def more_taken_back(self) -> int:
        """How many rows it would take back beside those shown."""
        return len(self.view.taken_back) - len(self.standing)


def look_at_exchange(services: Services) -> ExchangePage:
    """Return how it stands with every partner, configured or ever spoken to."""
    lines = _lines(services)
    with services.store.read() as uow:
        holds, disagreements, ended = uow.holds.open(), uow.disagreements.listed(), ended_elsewhere(uow)
    return ExchangePage(lines, tuple(holds), tuple(disagreements), ended)


def look_at_partner(services: Services, name: str) -> PartnerPage:
    """Return one partner in full. Raises NotFoundError."""
    found = [line for line in _lines(services) if line.name == name]
    if not found:
        raise NotFoundError("there is no such partner")
    with services.store.read() as uow:
        holds = uow.holds.open(name)
    return PartnerPage(found[0], read_lag(services, name), tuple(holds))


def look_at_held(services: Services, hold_no: str, actor: str) -> HeldPage:
    """Return a held batch with its rows masked, which is recorded. Raises NotFoundError."""
    view = look_at_hold(services, hold_no, actor=actor, content=True)
    rows, standing = (tuple(masked(row) for row in of[:_SHOWN_ROWS]) for of in (view.rows, view.standing))
    return HeldPage(view, rows, max(0, len(view.rows) - _SHOWN_ROWS), standing)


def configured_partner(services: Services, name: str) -> Partner:
    """Return a partner as its file describes it. Raises NotFoundError where there is no such file."""
    for partner in load_partners(services.settings.partner_files):
        if partner.name == name:
            return partner
    raise NotFoundError("no partner's file is of that name")


def _lines(services: Services) -> tuple[PartnerLine, ...]:
    names = tuple(partner.name for partner in load_partners(services.settings.partner_files))
    seen = read_partners(services, names, runs=_RUNS)
    with services.store.read() as uow:
        quarantined = uow.quarantine.count_open()
        differing = {alarm.subject for alarm in uow.alarms.open(AlarmKind.LISTS_DIFFER)}
        compared = {name: uow.exchange.last_run(name, "reconcile") for name in (v.state.partner for v in seen.partners)}
    return tuple(
        PartnerLine(
            view=view,
            quarantined=quarantined.get(view.state.partner, 0),
            behind=max(0, view.state.announced_to - view.state.taken_to),
            compared=compared[view.state.partner],
            differs=view.state.partner in differing,
        )
        for view in seen.partners
    )


def masked(row: dict[str, str]) -> dict[str, str]:
    """Return the stated cells of a row with names and numbers masked."""
    return {column: _mask(column, cell) for column, cell in row.items() if cell}


def _mask(column: str, cell: str) -> str:
    if column in _NAMES:
        return mask_name(cell)
    return mask_id(cell) if column in _NUMBERS else cell
