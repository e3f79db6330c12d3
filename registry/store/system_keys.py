"""The keys of one system: whoever renews a key gets another under the same name, and stays the same system.

Two keys are one system's where name, role and region agree. What belongs to a system (its notices, the address it
named) is kept under its first key and found by any of them.
"""

from __future__ import annotations

import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, or_, select

from registry.store.tables import api_client

_OWN: Final = api_client.alias("own_key")
_OTHER: Final = api_client.alias("other_key")


def keys_of_system(client_id: object) -> Select[tuple[int]]:
    """Return the query for the numbers of every key of the system that one of them belongs to."""
    return select(_OTHER.c.id).join(_OWN, _same(_OWN)).where(_OWN.c.id == client_id)


def first_key(connection: Connection, client_id: int) -> int:
    """Return the number under which what belongs to a key's system is kept."""
    first = select(func.min(_OTHER.c.id)).join(_OWN, _same(_OWN)).where(_OWN.c.id == client_id)
    found = connection.execute(first).scalar()
    return client_id if found is None else int(found)


def may_still_call(now: datetime.datetime) -> ColumnElement[bool]:
    """Return the condition on `api_client` that some key of its system is neither disabled nor expired."""
    good = (_OTHER.c.disabled_at.is_(None), or_(_OTHER.c.expires_at.is_(None), _OTHER.c.expires_at > now))
    return select(_OTHER.c.id).where(_same(api_client), *good).correlate(api_client).exists()


def _same(key: FromClause) -> ColumnElement[bool]:
    region = _OTHER.c.region.is_not_distinct_from(key.c.region)
    return and_(_OTHER.c.name == key.c.name, _OTHER.c.role == key.c.role, region)
