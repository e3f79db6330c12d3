"""Keep what somebody sees to the province they work for; None is all four."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from registry.store.case_values import CaseFilter
from registry.store.objection_repository import ObjectionFilter
from registry.store.trail_repository import TrailFilter

if TYPE_CHECKING:
    from registry.services.desk_actor import DeskActor

Filter = TypeVar("Filter", CaseFilter, ObjectionFilter, TrailFilter)


def province_of(actor: DeskActor) -> str | None:
    """Return the two digits of the province somebody works for; None is all four."""
    return None if actor.region is None else actor.region[:2]


def reaches(actor: DeskActor, region: str | None) -> bool:
    """Say whether what is of a region is somebody's to see; what is of none (a run over all four) is everybody's."""
    return actor.region is None or region in {None, province_of(actor)}


def within_region(wanted: Filter, actor: DeskActor) -> Filter:
    """Return a filter that leaves out what is of another region than the actor's."""
    return wanted if actor.region is None else replace(wanted, region=province_of(actor))
