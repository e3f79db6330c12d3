"""How many random applicants a list sends to review under a threshold, told from the list alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.identity import IdDocument, Identity, IdType
from matching.model import Model
from matching.outlook import Outlook, outlooks
from matching.prepare import Prepared, prepare
from matching.score import population, weigh

ANYBODY = prepare(Identity(name="示例甲乙", documents=(IdDocument(IdType.RESIDENT_ID, "319900197001010019"),)))
"""An applicant as most are: a name and a whole, valid resident ID number; what they are is compared with nobody's."""


@dataclass(frozen=True, slots=True)
class Limit:
    """From where on a match goes to review: at most so many expected coincidences, at least so many millibits."""

    expected_coincidences: float
    millibits: int


def share_reviewed(model: Model, listed: Prepared, limits: tuple[Limit, ...]) -> tuple[float, ...]:
    """Return, for each limit, the share of random residents whose evidence beside this listed record passes it.

    The applicant is taken to state name and whole ID number; what hangs together is as in
    `matching.outlook`.
    """
    everybody = population(model, listed.kind)
    parts = [_sums(found) for found in outlooks(model, ANYBODY, listed, weigh(model, ANYBODY, listed))]
    sums, shares = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(sums)[::-1]
    sums, shares = sums[order], shares[order]
    # Equal sums are equally strong: each counts all of them.
    last = np.searchsorted(-sums, -sums, side="right") - 1
    expected = everybody * np.cumsum(shares)[last]
    return tuple(
        float(shares[(sums >= limit.millibits) & (expected <= limit.expected_coincidences)].sum()) for limit in limits
    )


def _sums(found: tuple[Outlook, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    sums, shares = np.zeros(1, dtype=np.int64), np.ones(1)
    for outlook in found:
        sums = (sums[:, None] + np.array([weight for weight, _ in outlook], dtype=np.int64)).ravel()
        shares = (shares[:, None] * np.array([share for _, share in outlook])).ravel()
    return sums, shares
