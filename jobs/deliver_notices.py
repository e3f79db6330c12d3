"""Deliver what licensing systems are told."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from jobs.back_off import BackOff
from registry.services.context import Services
from registry.services.deliver_notices import deliver_notices as deliver
from registry.services.deliver_notices import open_connection

_RETRY: Final = BackOff(datetime.timedelta(seconds=30), datetime.timedelta(hours=6))


def deliver_notices(services: Services) -> Mapping[str, int]:
    """Send what is due; raises as the service does."""
    with closing(open_connection(services)) as connection:
        done = deliver(services, connection, _RETRY.wait)
    return {"delivered": done.delivered, "failed": done.failed, "dead": done.dead}
