"""Who leads a job: a lease with a fencing number that grows with every change of hands.

Whoever works under a lease asks `require` at the beginning of every transaction. It holds the lease's row until the
commit, so that nobody else can take the lease between the question and the commit; renewing is let through. An
outdated leader that wakes up finds another number and writes nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Update, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.errors import LeaseLostError
from registry.store.exchange_tables import job_lease
from registry.store.transaction import Transaction

LEASE: Final = datetime.timedelta(seconds=10)
"""How long a lease holds without being renewed: after this a job whose worker died goes on elsewhere."""

_LONGEST_PAUSE: Final = datetime.timedelta(seconds=30)
"""PostgreSQL ends a leader's transaction that stands still for longer, with the locks others wait for."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job: whose it is, and the number that tells it from every earlier one."""

    job: str
    holder: str
    fence: int


class LeaseRepository:
    """Takes, renews and gives up leases."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def is_held(self, job: str) -> bool:
        """Return whether somebody leads a job at this instant."""
        query = select(job_lease.c.released, job_lease.c.until).where(job_lease.c.job == job)
        found = self._transaction.connection.execute(query).first()
        return found is not None and self._holds(*found)

    def take(self, job: str, holder: str, lease: datetime.timedelta = LEASE) -> Lease | None:
        """Take the lead of a job under the next number; None while somebody else has it or is about to."""
        query = select(job_lease.c.released, job_lease.c.until, job_lease.c.fence).where(job_lease.c.job == job)
        found = self._transaction.connection.execute(query.with_for_update(skip_locked=True)).first()
        if found is None:
            return self._take_first(job, holder, lease)
        released, until, fence = found
        if self._holds(released, until):
            return None
        values = self._values(holder, lease) | {"fence": fence + 1}
        self._transaction.connection.execute(update(job_lease).where(job_lease.c.job == job).values(values))
        return Lease(job, holder, fence + 1)

    def renew(self, lease: Lease, span: datetime.timedelta = LEASE) -> bool:
        """Hold a lease for longer; False where it is somebody else's by now."""
        change = _where_still(lease).values(until=self._transaction.now() + span)
        return self._transaction.connection.execute(change).rowcount > 0

    def release(self, lease: Lease) -> None:
        """Give a lease up, so that the job's next run need not wait for its end."""
        self._transaction.connection.execute(_where_still(lease).values(released=True))

    def require(self, lease: Lease) -> None:
        """Raise LeaseLostError unless a lease is still its holder's, and keep it so until this transaction ends."""
        connection = self._transaction.connection
        if connection.dialect.name == "postgresql":
            pause = int(_LONGEST_PAUSE.total_seconds() * 1000)
            connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {pause}"))
        query = select(job_lease.c.fence, job_lease.c.released).where(job_lease.c.job == lease.job)
        # FOR KEY SHARE: it lets the holder's renewals through and makes `take`, which locks FOR UPDATE, pass it over.
        found = connection.execute(query.with_for_update(read=True, key_share=True)).first()
        if found is None or found.fence != lease.fence or found.released:
            raise LeaseLostError("another worker has taken this job over: nothing was written")

    def _take_first(self, job: str, holder: str, lease: datetime.timedelta) -> Lease | None:
        """Take a lease that never was; none comes of it where its row is there and somebody is at it."""
        connection = self._transaction.connection
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = self._values(holder, lease) | {"job": job, "fence": 1}
        taken = insert(job_lease).values(values).on_conflict_do_nothing().returning(job_lease.c.fence)
        return None if connection.execute(taken).first() is None else Lease(job, holder, 1)

    def _values(self, holder: str, lease: datetime.timedelta) -> dict[str, object]:
        return {"holder": holder, "until": self._transaction.now() + lease, "released": False}

    def _holds(self, released: bool, until: datetime.datetime) -> bool:
        return not released and until > self._transaction.now()


def _where_still(lease: Lease) -> Update:
    return update(job_lease).where(job_lease.c.job == lease.job, job_lease.c.fence == lease.fence)
