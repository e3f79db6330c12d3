"""One held application: who applied beside who is listed, why it was held, the law, what was done, what can be done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Blueprint, Response, request

from api.console import waterfall
from api.console.admission import signed_in
from api.console.case_filter import Chosen
from api.console.case_words import SPOKEN, age_in_days, articles_read, time_left
from api.console.cases import SEEING, services
from api.console.desk_words import told
from api.console.forms import Form
from api.console.language import preferred, t
from api.console.page import show
from matching.documents import problems
from registry.law.verdict import CoverageState
from registry.law.working_days import add_working_days
from registry.privacy.masking import mask_in_text
from registry.services.actor import Actor
from registry.services.case_step import last_step
from registry.services.read_cases import Beside, CaseView, MatchView, cases_beside, read_case
from registry.services.side_by_side import Line, side_by_side
from registry.services.write_case_letter import letters_of
from registry.store.account_repository import UserRole
from registry.store.case_values import CaseState, Finding, StepKind, StoredCase, StoredStep
from registry.store.objection_repository import ObjectionState

case_page = Blueprint("case_page", __name__)

_TO_ANSWER: Final = 5
"""Working days a letter gives where the form is not changed."""
_LABELS: Final = {
    "held_on": "cases.held_on",
    "manner": "cases.manner",
    "said": "cases.said_by_applicant",
    "missing": "cases.missing",
    "asked_of": "cases.asked_of",
    "answer_by": "cases.answer_by",
    "legal_basis": "cases.legal_basis",
    "reason": "cases.reason",
    "files": "cases.files",
    "file_note": "cases.file_note",
    "note_text": "cases.note_text",
    "answer_text": "cases.answer_text",
}
"""What fields of the page's forms are called, by how their names end."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to know before anything else: how grave it is, and its words."""

    tone: str
    says: str
    objection_to: str | None = None
    """The ban an objection to which is the thing to do."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One applicant beside one listed person, as the page shows them."""

    view: MatchView
    beside: tuple[tuple[str, tuple[Line, ...]], ...]
    fall: waterfall.Waterfall
    proposal: StoredStep | None

    @property
    def number(self) -> int:
        """The match's number, by which its forms name it."""
        return self.view.match.id


@case_page.get("/cases/<check_no>")
@signed_in(*SEEING)
def show_one(actor: Actor, check_no: str) -> Response:
    """Show a case; that it was looked at is recorded first."""
    return case_answer(actor, check_no, Form())


def case_answer(
    actor: Actor, check_no: str, form: Form, *, status: int | None = None, changed: bool = False
) -> Response:
    """Return the page of a case; `changed` says that somebody took a step since this form was opened."""
    view = read_case(services(), check_no, actor)
    today = services().clock.today()
    may_act = actor.role is UserRole.REGULATOR
    within = came_from()
    return show(
        "case.html",
        status,
        form=form,
        labels={fault.field: label for fault in form.faults if (label := _label(fault.field)) is not None},
        changed=changed,
        view=view,
        case=view.case,
        warnings=list(_warnings(view)),
        pairs=[_pair(view, match, masked=not may_act) for match in view.matches],
        roles_asked={subject.subject_no: subject.role.value for subject in view.subjects},
        may_act=may_act,
        shown=str if may_act else partial(mask_in_text, names=_named(view)),
        actor=actor,
        within=within,
        beside=_beside(view, within, actor),
        articles=articles_read(basis for match in view.matches for basis in match.bases),
        letters_due=letters_of(view.case, view.steps),
        may_replay=actor.role is not UserRole.ADMIN,
        age=age_in_days(view.case, today),
        limit=time_left(view.case, today),
        today=today,
        answer_by=_answer_by(view.case, today),
        width=waterfall.WIDTH,
        height=waterfall.HEIGHT,
        language_code=preferred().value,
        statements=() if actor.role is UserRole.ADMIN else view.statements,
        told=told,
        **SPOKEN,
    )


def _named(view: CaseView) -> set[str]:
    """Return everybody a case names, for words about them to be masked for who only reads."""
    people = [*(subject.identity for subject in view.subjects), *(f.identity for m in view.matches for f in m.faces)]
    names = {name for each in people for name in (each.name, *(other.name for other in each.other_names)) if name}
    return names | {statement.objector for statement in view.statements}


def _label(field: str) -> str | None:
    """Return what a field of a form is called, to stand before its fault at the head of the page."""
    found = next((text for ending, text in _LABELS.items() if field.endswith(f"_{ending}")), None)
    return None if found is None else t(found)


def _answer_by(case: StoredCase, today: datetime.date) -> datetime.date:
    """Return the day a letter gives at first: within the case's limit, while that can still be."""
    usual = add_working_days(today, _TO_ANSWER)
    return min(usual, case.due_on) if case.due_on > today else usual


def came_from() -> dict[str, str]:
    """Return the filter of the list a case was opened from, as its address says it; nothing where it was not."""
    return Chosen.of(request.args).stated if request.args else {}


def _beside(view: CaseView, within: dict[str, str], actor: Actor) -> Beside:
    if not within:
        return Beside(None, None)
    return cases_beside(services(), view.case, Chosen.of(within).wanted(services().clock.today()), actor)


def _pair(view: CaseView, match: MatchView, *, masked: bool) -> Pair:
    applicant = match.applicant.identity
    beside = tuple((face.record, tuple(side_by_side(applicant, face.identity, masked=masked))) for face in match.faces)
    waits = match.match.finding is Finding.OTHER_PROPOSED
    proposal = last_step(view.steps, {StepKind.RELEASE_PROPOSED}, match.match.id) if waits else None
    return Pair(match, beside, waterfall.waterfall(match.lines), proposal)


def _stale(view: CaseView) -> list[str]:
    return [each["region"] for each in view.answer["list"]["coverage"] if each["state"] == CoverageState.STALE]


def _warnings(view: CaseView) -> Iterator[Warned]:
    """Yield what to know first, the gravest before the others."""
    yield from _record_warnings(view)
    if view.case.verdict == "block" and not view.case.state.is_settled:
        yield Warned("bad", t("cases.warn_equal_number"))
    yield from _objection_warnings(view)
    yield from _state_warnings(view)
    yield from _match_warnings(view)
    stale = _stale(view)
    if stale:
        names = "、".join(t(f"console.region_{region}") for region in stale)
        yield Warned("wait", t("cases.warn_stale", regions=names))
    if any(clearance.revoked_at is not None for clearance in view.clearances):
        yield Warned("wait", t("cases.warn_revoked"))
    if view.earlier:
        yield Warned("calm", t("cases.warn_earlier", count=len(view.earlier)))


def _record_warnings(view: CaseView) -> Iterator[Warned]:
    """What was done is not what the log says was done."""
    for text, numbers in (("warn_altered", view.recorded.altered), ("warn_lost", view.recorded.lost)):
        if numbers:
            yield Warned("bad", t(f"cases.{text}", numbers="、".join(map(str, numbers))))


def _objection_warnings(view: CaseView) -> Iterator[Warned]:
    """An objection that is open, or upheld against a listing: whoever decides the case knows it first."""
    for each in view.statements:
        if each.state is ObjectionState.OPEN:
            yield Warned("bad", t("cases.warn_objection_open", number=each.objection_no))
        elif each.correction_pending:
            settled = view.case.state.is_settled
            text = "cases.warn_objection_upheld_settled" if settled else "cases.warn_objection_upheld"
            yield Warned("calm" if settled else "bad", t(text, number=each.objection_no))


def _state_warnings(view: CaseView) -> Iterator[Warned]:
    state = view.case.state
    if state is CaseState.RELEASE_PROPOSED:
        yield Warned("wait", t("cases.warn_second"))
    elif state is CaseState.ASKED:
        yield Warned("calm", t("cases.warn_asked"))
        yield from _late_answer(view)
    elif state is CaseState.CONFIRMED:
        yield Warned("bad", t("cases.warn_confirmed"))
    is_asked = state in {CaseState.OPEN, CaseState.ASKED}
    if is_asked and view.matches and view.hearing is None:
        yield Warned("wait", t("cases.warn_not_heard"))


def _late_answer(view: CaseView) -> Iterator[Warned]:
    """What was asked for may come after the case is due."""
    asked = [step.content.get("answer_by") for step in view.steps if step.kind is StepKind.ASKED]
    if asked and asked[-1] and datetime.date.fromisoformat(asked[-1]) > view.case.due_on:
        yield Warned("wait", t("cases.warn_asked_late", day=asked[-1], limit=view.case.due_on))


def _match_warnings(view: CaseView) -> Iterator[Warned]:
    if any(not match.faces for match in view.matches):
        yield Warned("wait", t("cases.warn_gone"))
    for ban_no in _wrongly_numbered(view):
        yield Warned("wait", t("cases.warn_wrongly_numbered", ban_no=ban_no), ban_no)
    if not view.case.state.is_settled and any(_has_doubtful_number(match) for match in view.matches):
        yield Warned("wait", t("cases.warn_check_character"))


def _wrongly_numbered(view: CaseView) -> list[str]:
    """Bans under whose number somebody else was found, and nobody has objected: the list bears that person's number."""
    objected = {each.ban_no for each in view.statements if each.state.is_pursued}
    if view.case.release_cause is not None:
        return []  # the applicant's number was the wrong one
    found = (each for each in view.matches if each.match.finding is Finding.OTHER and each.needs_second)
    return [each.match.ban_no for each in found if each.match.ban_no not in objected]


def _has_doubtful_number(match: MatchView) -> bool:
    documents = match.applicant.identity.documents
    return any("check_character" in problems(document.type, document.number) for document in documents)
