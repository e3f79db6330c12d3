"""How spreadsheets are spoken of: their states, the list's columns, what becomes of a row and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.console.forms import says
from api.console.language import preferred, t
from api.console.texts import is_text
from registry.errors import FieldFault
from registry.intake.heading_map import SENTENCE_TEXT
from registry.intake.headings import ListKind
from registry.intake.named_people import ID_TYPES
from registry.intake.row_facts import SENTENCES
from registry.law.judgment import Capacity, OrderKind, ResponsibleRole
from registry.law.reasons import Reason
from registry.store.sheet_repository import SheetState

_TONES: Final = {
    SheetState.RECEIVED: "bad",
    SheetState.MAPPED: "wait",
    SheetState.FILED: "wait",
    SheetState.RETURNED: "bad",
    SheetState.PLACING: "wait",
    SheetState.PLACED: "good",
}
_OUTCOME_TONES: Final = {"in_force": "good", "pending": "wait", "waiting": "wait", "quarantined": "bad"}

_COUNTS: Final = {"sentence_months": "months", "probation_months": "months", "fine_yuan": "yuan"}

CLOSED: Final[Mapping[str, Sequence[str]]] = {
    "sentence": tuple(dict.fromkeys(str(each) for each in SENTENCES.values())),
    "sex": ("男", "女"),
    "id_type": tuple(dict.fromkeys(str(each) for each in ID_TYPES.values())),
    "food_related": ("yes", "no"),
    "role": tuple(str(each) for each in ResponsibleRole),
    "capacity": tuple(str(each) for each in Capacity),
    "ban_kind": tuple(str(each) for each in OrderKind),
    "source_region": ("31", "32", "33", "34"),
    "operation": ("upsert", "withdraw"),
}
"""Columns that know certain words only, and which."""

CONSTANTS: Final = {
    ListKind.CONVICTION: ("court", "id_type", "charge", "judgment_date", "effective_date"),
    ListKind.REVOCATION: ("authority", "penalty", "role", "id_type", "decided_on"),
}
"""Columns a person may state once for the whole file."""


def sheet_state(state: SheetState) -> str:
    """Return the name of a spreadsheet's state."""
    return t(f"spreadsheets.state_{state.value}")


def sheet_tone(state: SheetState) -> str:
    """Return the tone of its tag."""
    return _TONES.get(state, "calm")


def column_name(column: str) -> str:
    """Return what a column of the list is called."""
    return t(f"spreadsheets.column_{column}") if is_text(f"spreadsheets.column_{column}") else column


def value_name(column: str) -> str:
    """Return what a column is called where its values stand as they were read: lengths in months, amounts in yuan."""
    return (
        f"{column_name(column)}{t(f'spreadsheets.counts_{_COUNTS[column]}')}"
        if column in _COUNTS
        else column_name(column)
    )


def word_name(column: str, word: str) -> str:
    """Return what a word of a closed column is called: 男 stands for itself, id_type words have names."""
    known = is_text(f"spreadsheets.word_{column}_{word}")
    return t(f"spreadsheets.word_{column}_{word}") if known else word


def outcome_name(outcome: str) -> str:
    """Return what becomes of a row."""
    return t(f"spreadsheets.outcome_{outcome}")


def outcome_tone(outcome: str) -> str:
    """Return the tone of an outcome."""
    return _OUTCOME_TONES.get(outcome, "calm")


def fault_says(fault: FieldFault) -> str:
    """Return what is wrong with a row, with the column's name; a reason of the law in its own words."""
    if fault.code in set(Reason):
        return Reason(fault.code).says(preferred())
    if fault.field in {"row", ""}:
        return says(fault)
    return t("spreadsheets.of_column", column=column_name(fault.field), says=says(fault))


def unreadable(code: str) -> str:
    """Return why a file could not be read."""
    known = is_text(f"judgments.unreadable_{code}")
    return t(f"judgments.unreadable_{code}") if known else says(FieldFault("file", code, ""))


def sentence_column(columns: Mapping[str, str]) -> str:
    """Return under which column words for a sentence are kept: that of a whole punishment, if there is one."""
    return SENTENCE_TEXT if SENTENCE_TEXT in columns.values() else "sentence"


SPOKEN: Final[Mapping[str, Any]] = {
    "sheet_state": sheet_state,
    "sheet_tone": sheet_tone,
    "column_name": column_name,
    "value_name": value_name,
    "word_name": word_name,
    "outcome_name": outcome_name,
    "outcome_tone": outcome_tone,
    "fault_says": fault_says,
}
"""What templates of spreadsheets call."""
