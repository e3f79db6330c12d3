"""Draw last week's sample of look-ups for review by another unit."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.review_look_ups import sample_look_ups as sample


def sample_look_ups(services: Services) -> Mapping[str, int]:
    """Draw the sample of the week that ended last, once; raises as the service does."""
    drawn = sample(services)
    return {"look_ups": drawn.look_ups, "drawn": drawn.drawn}
