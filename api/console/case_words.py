"""How cases are spoken of: states, verdicts, rules, purposes, steps, and how the time limit stands."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app

from api.console.desk_words import sex_name
from api.console.language import preferred, t
from registry.clock import day_of
from registry.law.roles import Activity
from registry.services.compare_steps import Agreement
from registry.services.explain_evidence import Language, likeness
from registry.services.hold_application import ONLY_STALE
from registry.store.case_values import CaseState, StepKind, StoredCase, StoredStep

if TYPE_CHECKING:
    from registry.services.context import Services

_TONES: Final = {
    CaseState.OPEN: "wait",
    CaseState.ASKED: "calm",
    CaseState.RELEASE_PROPOSED: "wait",
    CaseState.CONFIRMED: "bad",
    CaseState.RELEASED: "good",
}
_NO_RULE: Final = "none/none"
_FEW: Final = 0.001
_ONE: Final = 0.95


def case_state_name(state: CaseState) -> str:
    """Return the name of a case's state."""
    return t(f"cases.state_{state.value}")


def case_tone(state: CaseState) -> str:
    """Return the tone of a state's tag."""
    return _TONES.get(state, "calm")


def log_tone(agreement: Agreement) -> str:
    """Return the tone of how a step stands to the log."""
    return "good" if agreement is Agreement.SAME else "bad"


def verdict_name(verdict: str) -> str:
    """Return what an answer came to."""
    return t(f"cases.verdict_{verdict}")


def verdict_tone(verdict: str) -> str:
    """Return the tone of a verdict's tag."""
    return "bad" if verdict == "block" else "wait"


def rule_says(rule: str) -> str:
    """Return by what a case was found, as a sentence."""
    if rule in {ONLY_STALE, _NO_RULE}:
        return t("cases.rule_stale" if rule == ONLY_STALE else "cases.rule_none")
    feature, _, level = rule.partition("/")
    return likeness(feature, level, Language(preferred().value))


def licence_purpose(purpose: str) -> str:
    """Return what an application is for."""
    return t(f"cases.purpose_{purpose}")


def role_in_it(role: str) -> str:
    """Return in which capacity somebody appears in an application."""
    return t(f"cases.role_{role}")


def activity_name(activity: str) -> str:
    """Return what somebody is barred from."""
    services = cast("Services", current_app.extensions["services"])
    return services.law.activity(Activity(activity), preferred().value)


def step_kind_name(kind: StepKind) -> str:
    """Return the name of a step."""
    return t(f"cases.step_{kind.value}")


def step_says(step: StoredStep, articles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a step states: each part's name and its words, articles of the law in the reader's language."""
    stated = [(name, value) for name, value in step.content.items() if name != "match" and value not in {"", None}]
    return [(t(f"cases.said_{name}"), _said(name, str(value), articles)) for name, value in stated]


def articles_read(bases: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the articles that bases rest on, as they stand in letters, each in the reader's language."""
    return {_unspaced(basis["article"]["zh"]): basis["article"][preferred().value] for basis in bases}


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _said(name: str, value: str, articles: Mapping[str, str]) -> str:
    if name == "legal_basis":
        return t("desk.between").join(articles.get(_unspaced(part), part) for part in value.split("、"))
    if name == "paper":
        return t(f"cases.paper_{value}")
    if name == "file_form":
        return t(f"cases.file_form_{value}")
    return t(f"cases.cause_{value}") if name == "cause" else value


def age_in_days(case: StoredCase, today: datetime.date) -> int:
    """Return how many days a case has been, or was, open."""
    until = today if case.settled_at is None else day_of(case.settled_at)
    return (until - day_of(case.opened_at)).days


def time_left(case: StoredCase, today: datetime.date) -> tuple[str, str]:
    """Return how the time limit stands, in words, and the tone of it."""
    if case.state.is_settled:
        late = case.settled_at is not None and day_of(case.settled_at) > case.due_on
        return (t("cases.settled_late"), "wait") if late else (t("cases.settled_in_time"), "calm")
    days = (case.due_on - today).days
    if days < 0:
        return t("cases.overdue_by", days=-days), "bad"
    return (t("cases.due_today"), "wait") if days == 0 else (t("cases.due_in", days=days), "calm")


def people_as_well(expected: float) -> str:
    """Return how many other people would match as well, in words a reader can picture."""
    if expected < _FEW:
        return t("cases.coincidences_hardly")
    if expected < _ONE:
        return t("cases.coincidences_one_in", lists=_round(1 / expected))
    return t("cases.coincidences_about", people=_round(expected))


def _round(number: float) -> str:
    figures = max(0, math.floor(math.log10(number)) - 1)
    return f"{round(number, -figures):,.0f}"


SPOKEN: Final[Mapping[str, Any]] = {
    "case_state_name": case_state_name,
    "case_tone": case_tone,
    "verdict_name": verdict_name,
    "verdict_tone": verdict_tone,
    "rule_says": rule_says,
    "licence_purpose": licence_purpose,
    "role_in_it": role_in_it,
    "activity_name": activity_name,
    "step_kind_name": step_kind_name,
    "step_says": step_says,
    "sex_name": sex_name,
    "people_as_well": people_as_well,
    "log_tone": log_tone,
}
"""What templates of cases call."""
