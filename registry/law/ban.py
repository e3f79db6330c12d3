"""A ban: the bases it rests on, and which of them bar somebody from a purpose, in a role, on a day.

A listed person's effective ban is the union of the bases: each is asked by itself, and one that
ends leaves the others (design: law is data, a ban's status is computed for a day and never stored).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matching.identity import Kind
from registry.law.roles import Activity, Purpose, Region, Role

if TYPE_CHECKING:
    from registry.law.provisions import Law, Provision


class Bar(StrEnum):
    """How firmly a basis stands in the way: it holds the application, or a person must look first."""

    BLOCK = "block"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Basis:
    """One provision that bars one listed person because of one document.

    `starts_on` None: not yet effective. `ends_on` is the last day, inclusive; None is for life. `text` is
    the court's wording of an order (or the licence concerned). `ended_on` is the first day on which a
    basis ended before its time bars no more; an annulled basis never barred anybody.
    """

    provision: str
    document_no: str
    region: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    text: str | None = None
    ended_on: datetime.date | None = None
    annulled: bool = False

    def in_force(self, day: datetime.date) -> bool:
        """Say whether the basis is in force on that day: begun, not run out, not ended, not annulled."""
        if self.annulled or self.starts_on is None or day < self.starts_on:
            return False
        if self.ended_on is not None and day >= self.ended_on:
            return False
        return self.ends_on is None or day <= self.ends_on


@dataclass(frozen=True, slots=True)
class BarringBasis:
    """A basis that stands in the way of a request: how firmly, by which provision, from what it bars."""

    basis: Basis
    bar: Bar
    provision: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked: the activities taken up, for which purpose, where, on which day."""

    demanded: dict[Activity, Bar]
    purpose: Purpose
    region: Region | None
    day: datetime.date


def bars(  # noqa: PLR0913, PLR0917 - a bar hangs on exactly these facts, and every caller has them apart
    law: Law,
    bases: Iterable[Basis],
    purpose: Purpose,
    role: Role,
    region: Region | None,
    day: datetime.date,
    kind: Kind = Kind.PERSON,
) -> list[BarringBasis]:
    """Return the bases that stand in the way of this purpose, role and region on that day, blocking ones first.

    Without a region the local provisions of all four regions apply. An organisation is asked as an
    organisation, whatever its role. Raises SettingsError where a basis names a provision the law does not have.
    """
    request = _Request(law.demanded(purpose, role, kind), purpose, region, day)
    found = [_barring(law, basis, request) for basis in bases if basis.in_force(day)]
    standing = [barring for barring in found if barring is not None]
    return sorted(standing, key=lambda barring: barring.bar is not Bar.BLOCK)


def _barring(law: Law, basis: Basis, request: _Request) -> BarringBasis | None:
    """Ask the basis' own provision first, then those it entails; the first of the strictest answers wins."""
    own = law.provision(basis.provision)
    strictest = _weigh(law, basis, own, request)
    for provision in law.entailed(own, request.day):
        if strictest is not None and strictest.bar is Bar.BLOCK:
            return strictest
        further = _weigh(law, basis, provision, request)
        if further is not None and (strictest is None or further.bar is Bar.BLOCK):
            strictest = further
    return strictest


def _weigh(law: Law, basis: Basis, provision: Provision, request: _Request) -> BarringBasis | None:
    """Return how one provision stands in the way; None where it is not of that region, licence or activity."""
    if provision.regions and request.region is not None and request.region not in provision.regions:
        return None
    if provision.same_licence_only and not law.same_licence(request.purpose, basis.text):
        return None
    activities, at_most = law.barred_activities(provision, basis.text)
    hit = tuple(activity for activity in activities if activity in request.demanded)
    if not hit:
        return None
    blocks = at_most is Bar.BLOCK and any(request.demanded[activity] is Bar.BLOCK for activity in hit)
    return BarringBasis(basis, Bar.BLOCK if blocks else Bar.REVIEW, provision.id, hit)
