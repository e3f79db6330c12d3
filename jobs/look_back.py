"""Compare past answers with what has changed on the list since."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.look_back import look_back as compare


def look_back(services: Services) -> Mapping[str, int]:
    """Look back at the answers of before each change that is settled; raises as the service does."""
    done = compare(services)
    return {"list_version": done.to_version, "checks": done.checks, "listed": done.listed, "lifted": done.lifted}
