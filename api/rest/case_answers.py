"""How the cases' door words what the services return; who anybody is stands in the check alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.ledger.leaf import spell_instant
from registry.services.answer_check import four_figures

if TYPE_CHECKING:
    import datetime

    from registry.services.read_cases import CasePage, CaseView, MatchView
    from registry.store.case_values import StoredCase, StoredClearance, StoredStep

Json = dict[str, Any]


def page_as_json(page: CasePage) -> Json:
    """Return a page of cases."""
    after = page.following
    return {
        "cases": [case_as_json(case) for case in page.cases],
        "after": None if after is None else after.text,
    }


def case_as_json(case: StoredCase) -> Json:
    """Return how a case stands."""
    return {
        "check_no": case.check_no,
        "application_no": case.application_no,
        "region": case.region,
        "purpose": case.purpose,
        "verdict": case.verdict,
        "rule": case.rule,
        "state": case.state,
        "opened_at": spell_instant(case.opened_at),
        "due_on": case.due_on,
        "settled_at": _instant(case.settled_at),
        "row_version": case.row_version,
    }


def view_as_json(view: CaseView) -> Json:
    """Return a case with all that was found and done."""
    return {
        **case_as_json(view.case),
        "matches": [_match(match) for match in view.matches],
        "steps": [_step(step) for step in view.steps],
        "clearances": [_clearance(clearance) for clearance in view.clearances],
        "earlier": [case.check_no for case in view.earlier],
    }


def _match(view: MatchView) -> Json:
    match = view.match
    return {
        "match_no": match.id,
        "subject_no": match.subject_no,
        "ban_no": match.ban_no,
        "verdict": match.verdict,
        "rule": match.rule,
        "finding": match.finding,
        "expected_coincidences": float(four_figures(view.expected_coincidences)),
        "bits": view.millibits / 1000,
    }


def _step(step: StoredStep) -> Json:
    return {
        "number": step.number,
        "kind": step.kind,
        "match_no": step.match_id,
        "actor": step.actor,
        "at": spell_instant(step.at),
        "content": step.content,
    }


def _clearance(clearance: StoredClearance) -> Json:
    return {
        "clearance_no": clearance.clearance_no,
        "ban_no": clearance.ban_no,
        "given_by": clearance.given_by,
        "given_at": spell_instant(clearance.given_at),
        "revoked_at": _instant(clearance.revoked_at),
    }


def _instant(instant: datetime.datetime | None) -> str | None:
    return None if instant is None else spell_instant(instant)
