"""Follow the list: past answers that a correction or lifting touches are corrected, and their systems told."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.correct_answers import correct_answers as correct


def correct_answers(services: Services) -> Mapping[str, int]:
    """Compare what the list's changes touch; raises as the service does."""
    done = correct(services)
    return {"bans": done.bans, "answers": done.answers, "objections": done.objections}
