"""What the regulators' desk keeps, as plain values: cases, matches, steps and clearances."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

_PLACE: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})\.(?P<id>\d{1,18})(?P<settled>\.settled)?", re.ASCII)


class CaseState(StrEnum):
    """How far a held application has come."""

    OPEN = "open"
    ASKED = "asked"
    RELEASE_PROPOSED = "release_proposed"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"

    @property
    def is_settled(self) -> bool:
        """Say whether nothing more is to be decided."""
        return self in {CaseState.CONFIRMED, CaseState.RELEASED, CaseState.WITHDRAWN}


class Finding(StrEnum):
    """Whether an applicant is the listed person: not decided, the same, another (proposed or decided), or moot."""

    OPEN = "open"
    SAME = "same"
    OTHER_PROPOSED = "other_proposed"
    OTHER = "other"
    WITHDRAWN = "withdrawn"


class StepKind(StrEnum):
    """What can be done about a case."""

    HEARD = "heard"
    HEARING_WAIVED = "hearing_waived"
    ASKED = "asked"
    ANSWERED = "answered"
    NOTED = "noted"
    FOUND_SAME = "found_same"
    FOUND_OTHER = "found_other"
    RELEASE_PROPOSED = "release_proposed"
    RELEASE_AGREED = "release_agreed"
    RELEASE_RETURNED = "release_returned"
    RELEASED_AS_FRESH = "released_as_fresh"
    LISTED_SINCE = "listed_since"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    NOTICE_WRITTEN = "notice_written"
    FILE_ATTACHED = "file_attached"


class ReleaseCause(StrEnum):
    """Why an application was released, where something remains to be done: its number is not the applicant's."""

    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class NewMatch:
    """One listed person an applicant may be, as a case is opened; `applicant` is the applicant's one spelling."""

    subject_no: str
    ban_no: str
    verdict: str
    rule: str
    applicant: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A held or reviewed application about to be put before the regulators."""

    check_no: str
    client_id: int | None
    application_no: str
    region: str | None
    purpose: str
    verdict: str
    rule: str
    opened_at: datetime.datetime
    due_on: datetime.date
    matches: tuple[NewMatch, ...]


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """One listed person an applicant may be, and what was found."""

    id: int
    subject_no: str
    ban_no: str
    verdict: str
    rule: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class StoredCase:
    """One case; `row_version` grows with every step, so that two people on one case are told."""

    id: int
    check_no: str
    client_id: int | None
    application_no: str
    region: str | None
    purpose: str
    verdict: str
    rule: str
    state: CaseState
    opened_at: datetime.datetime
    due_on: datetime.date
    settled_at: datetime.datetime | None
    row_version: int
    release_cause: ReleaseCause | None


@dataclass(frozen=True, slots=True)
class StoredStep:
    """One thing that was done about a case; `content` is in clear and may name people.

    `digest`: of the content, hexadecimal, as the log has it; only the step's own key can make it.
    """

    number: int
    kind: StepKind
    match_id: int | None
    actor: str
    at: datetime.datetime
    content: Mapping[str, Any] = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class DoneBy:
    """Who took a step of a case, and when."""

    actor: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are asked for; None or nothing leaves a thing open. `region` is a province's two digits."""

    region: str | None = None
    states: tuple[CaseState, ...] = ()
    purpose: str | None = None
    verdict: str | None = None
    due_before: datetime.date | None = None
    application_no: str | None = None


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where a page of cases ended: among those to be decided, in the order they are due, or among the settled ones."""

    due_on: datetime.date
    id: int
    is_settled: bool = False

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the place a text says. Raises ValueError where it says none."""
        found = _PLACE.fullmatch(text)
        if found is None:
            raise ValueError("a place is a day, a number and whether it is among the settled ones")
        return cls(datetime.date.fromisoformat(found["day"]), int(found["id"]), found["settled"] is not None)

    @property
    def text(self) -> str:
        """What an address says of it."""
        return f"{self.due_on.isoformat()}.{self.id}{'.settled' if self.is_settled else ''}"


@dataclass(frozen=True, slots=True)
class StoredClearance:
    """A reviewed "not this person", in force while `revoked_at` is None."""

    id: int
    clearance_no: str
    ban_no: str
    check_no: str
    evidence: str = field(repr=False)
    given_by: str
    given_at: datetime.datetime
    revoked_by: str | None
    revoked_at: datetime.datetime | None
    reason: str | None = field(repr=False)

    def stood_at(self, instant: datetime.datetime | None) -> bool:
        """Say whether it was in force at an instant; None is now."""
        if instant is None:
            return self.revoked_at is None
        return self.given_at <= instant and (self.revoked_at is None or instant < self.revoked_at)
