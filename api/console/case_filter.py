"""Which cases a list shows, as its address says it: read from a query, and written back into one."""

from __future__ import annotations

import datetime
import urllib.parse
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final, Self

from registry.law.roles import Purpose, Region
from registry.store.case_values import CaseFilter, CasePlace, CaseState

GROUPS: Final[Mapping[str, tuple[CaseState, ...]]] = {
    "to_do": (CaseState.OPEN,),
    "asked": (CaseState.ASKED,),
    "second": (CaseState.RELEASE_PROPOSED,),
    "settled": (CaseState.CONFIRMED, CaseState.RELEASED, CaseState.WITHDRAWN),
    "all": (),
}
"""Groups of states, as people look for cases."""

VERDICTS: Final = ("block", "review")
_UNDECIDED: Final = tuple(state for state in CaseState if not state.is_settled)
_LONGEST_NUMBER: Final = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader narrowed the list to; empty where a thing is left open."""

    state: str = "to_do"
    region: str = ""
    purpose: str = ""
    verdict: str = ""
    overdue: str = ""
    application: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Return what a query chooses; what it says that means nothing is left open."""
        return cls(
            state=_known(query.get("state", ""), GROUPS) or "to_do",
            region=_known(query.get("region", ""), list(Region)),
            purpose=_known(query.get("purpose", ""), list(Purpose)),
            verdict=_known(query.get("verdict", ""), VERDICTS),
            overdue=_known(query.get("overdue", ""), ("yes",)),
            application=query.get("application", "").strip()[:_LONGEST_NUMBER],
        )

    @classmethod
    def kept(cls, query: str) -> Self:
        """Return what a kept query chooses."""
        return cls.of(dict(urllib.parse.parse_qsl(query)))

    @property
    def stated(self) -> dict[str, str]:
        """What an address says, without what is left open."""
        found = {name: getattr(self, name) for name in type(self).__dataclass_fields__}
        return {name: value for name, value in found.items() if value}

    @property
    def query(self) -> str:
        """The query of the list's address."""
        return urllib.parse.urlencode(self.stated)

    def wanted(self, today: datetime.date) -> CaseFilter:
        """Return the filter the store is asked with. Of overdue cases none is settled."""
        states = GROUPS[self.state]
        if self.overdue and not states:
            states = _UNDECIDED
        return CaseFilter(
            region=self.region or None,
            states=states,
            purpose=self.purpose or None,
            verdict=self.verdict or None,
            due_before=today if self.overdue else None,
            application_no=self.application or None,
        )


def _known(word: str, words: Container[str]) -> str:
    return word if word in words else ""


def stated_place(text: str) -> CasePlace | None:
    """Return where a page begins; None where an address says nothing that could be one."""
    try:
        return CasePlace.of(text)
    except ValueError:
        return None
