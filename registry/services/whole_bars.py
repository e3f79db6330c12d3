"""All that a ban bars from, beside what of it stands in an answer: an answer names what reaches its application.

Who decides, and who is told, must not take the part for the whole: an employer that reads only the post applied for
might give the listed person another post they are barred from as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.law.provisions import Law
    from registry.store.list_values import StoredBasis


@dataclass(frozen=True, slots=True)
class WholeBars:
    """What a ban bars from (activities by their codes), which of it an answer named, and the rows it rests on."""

    activities: tuple[str, ...]
    reached: tuple[str, ...]
    records: tuple[str, ...]

    @property
    def is_more(self) -> bool:
        """Say whether the ban bars from more than the answer named."""
        return set(self.reached) < set(self.activities)


def whole_bars(law: Law, standing: Sequence[StoredBasis], bases: Iterable[Mapping[str, Any]]) -> list[WholeBars]:
    """Return what each basis of an answer bars from: as what stands now says, else as its provision or the answer."""
    return [_whole(law, basis, standing) for basis in bases]


def _whole(law: Law, basis: Mapping[str, Any], standing: Sequence[StoredBasis]) -> WholeBars:
    told, provision = tuple(basis["bars"]), law.provision(basis["provision"])
    same = [
        each
        for each in standing
        if (each.basis.provision, each.basis.document_no) == (basis["provision"], basis["document_no"])
    ]
    texts = [each.basis.text for each in same] or ([] if provision.as_worded else [None])
    whole = [activity.value for text in texts for activity in law.barred_activities(provision, text)[0]]
    records = dict.fromkeys(f"{each.source_region}:{each.record_no}" for each in same)
    return WholeBars(tuple(dict.fromkeys((*whole, *told))), told, tuple(records))
