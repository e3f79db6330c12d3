"""Reads a criminal judgment: whose, which case, who was convicted of what, and what they were forbidden.

Nothing is guessed: what the text does not say in a form that is known stays empty, with a warning, and every value
names the place it stands at.
"""

from __future__ import annotations

from registry.intake import judgment_sections
from registry.intake.compact_text import compact
from registry.intake.judgment_outcome import outcome
from registry.intake.judgment_parties import MOST_DEFENDANTS, parties
from registry.intake.judgment_reading import JudgmentReading, Warned


def read_judgment(text: str) -> JudgmentReading:
    """Return what a judgment says; the places of quotes are those of `text`."""
    packed = compact(text)
    reading = JudgmentReading()
    parts = judgment_sections.sections(packed)
    reading.case_number = judgment_sections.case_number(packed)
    reading.court = judgment_sections.court(packed)
    reading.instance = judgment_sections.instance(packed)
    reading.decided_on = judgment_sections.decided_on(packed, parts.operative)
    parties(packed, parts, reading)
    if parts.operative is None:
        reading.warnings.append(Warned("defendants", "no_decision_of_this_court"))
    else:
        outcome(packed, parts.operative, reading)
    if len(reading.defendants) > MOST_DEFENDANTS:
        reading.defendants, reading.warnings = [], [Warned("defendants", "too_many_defendants")]
    else:
        _warn(reading)
    return reading


def _warn(reading: JudgmentReading) -> None:
    for field in ("case_number", "court", "decided_on", "instance"):
        if getattr(reading, field) is None:
            reading.warnings.append(Warned(field, "not_read"))
    if not reading.defendants:
        reading.warnings.append(Warned("defendants", "nobody_accused_was_found"))
    for position, defendant in enumerate(reading.defendants):
        if not defendant.counts and reading.instance is not None and reading.instance.value == "first":
            reading.warnings.append(Warned(f"defendants[{position}].counts", "no_decision_about_this_defendant"))
