"""docs/audit-events.md lists every kind of recorded act with its facts, and nothing else."""

from __future__ import annotations

from registry.ledger.event_document import MEANINGS, document
from registry.ledger.events import REQUIRED, EventKind
from tests.contracts.source_tree import ROOT


def test_every_kind_of_act_has_its_facts_and_its_meaning() -> None:
    assert set(REQUIRED) == set(EventKind) == set(MEANINGS)


def test_the_page_on_recorded_acts_is_what_the_program_records() -> None:
    """After a change run `python -m registry.ledger.event_document > docs/audit-events.md`."""
    assert (ROOT / "docs" / "audit-events.md").read_text("utf-8") == document()
