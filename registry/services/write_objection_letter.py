"""Write the letters of an objection: the decision, to whoever objected, and the request to correct, to whose row it is.

A letter says what was decided and nothing else; that it was written is recorded with the digest of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from registry.clock import day_of
from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.papers.letter import Letter, letter_docx, letter_pdf
from registry.papers.paper import chinese_day
from registry.papers.wording import wording
from registry.services.decide_objection import open_objection
from registry.services.read_corrections import rows_elsewhere
from registry.services.write_notice import Naming, PaperForm
from registry.store.case_values import CaseState, StepKind, StoredCase, StoredStep
from registry.store.objection_repository import ObjectionState, StoredObjection

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

_COME_TO: Final = {CaseState.RELEASED: "came_to_released", CaseState.RELEASE_PROPOSED: "came_to_proposed"}


def write_decision_letter(
    services: Services, objection_no: str, form: PaperForm, naming: Naming, actor: DeskActor
) -> bytes:
    """Return the letter that tells whoever objected what was decided, why, and where they may turn; recorded.

    Raises ConflictError where nothing was decided, NotFoundError as `open_objection` does, PaperNotDrawnError.
    """
    with services.store.read() as uow:
        found = open_objection(uow, objection_no, actor)
        case = None if found.check_no is None else uow.cases.find(found.check_no)
        steps = [] if case is None else uow.cases.steps(case.id)
    kind = decision_letter(found)
    if kind is None:
        raise ConflictError("the objection was not decided")
    letter = _letter(kind, found, found.objector, naming, {"came_to": _came_to(found, case, steps)})
    return _kept(services, found, letter, form, actor)


def write_correction_request(  # noqa: PLR0913, PLR0917 -- which letter, to whom, in which form
    services: Services, objection_no: str, region: str, form: PaperForm, naming: Naming, actor: DeskActor
) -> bytes:
    """Return the letter that asks a province for the correction of its own rows; recorded.

    Raises ConflictError where no correction is pending or no row is that province's, and as above.
    """
    with services.store.read() as uow:
        found = open_objection(uow, objection_no, actor)
        rows = [row for row in rows_elsewhere(uow, [found.ban_no or ""]) if row.startswith(f"{region}:")]
    if not found.correction_pending or not rows:
        raise ConflictError("there is nothing this province is to correct")
    addressee = wording("correction_request").say("addressee", region=naming.region(region))
    letter = _letter("correction_request", found, addressee, naming, {"rows": "、".join(rows)})
    return _kept(services, found, letter, form, actor)


def decision_letter(found: StoredObjection) -> str | None:
    """Return which letter tells of a decision; None where nothing was decided."""
    if found.state is ObjectionState.REJECTED:
        return "objection_rejected"
    if found.state is ObjectionState.UPHELD:
        return "objection_upheld_listing" if found.ban_no is not None else "objection_upheld_hold"
    return None


def _letter(kind: str, found: StoredObjection, addressee: str, naming: Naming, more: dict[str, str]) -> Letter:
    fill = wording("paper").say("fill")
    about = wording("objection").say("about_ban" if found.ban_no else "about_check", number=_number(found))
    values = {
        "objection_no": found.objection_no,
        "received_on": chinese_day(found.received_on),
        "lodged_through": found.lodged_through,
        "about": about,
        "reasons": found.reason or "",
        "reviewed_by": fill,
        "court": fill,
    }
    decided_on = day_of(found.decided_at or found.lodged_at)
    return Letter(kind, addressee, values | more, fill, naming.person(found.decided_by or ""), decided_on)


def _came_to(found: StoredObjection, case: StoredCase | None, steps: Sequence[StoredStep]) -> str:
    """Say what an upheld objection has come to by now: corrected or to be, released (or proposed), decided (anew)."""
    say = wording("objection").say
    if case is not None:
        return say(_COME_TO.get(case.state) or ("came_to_hold" if _was_decided(steps) else "came_to_first"))
    about = say("about_ban", number=_number(found))
    if found.corrected_at is None:
        return say("came_to_listing", about=about)
    return say("came_to_corrected", about=about, corrected_on=chinese_day(day_of(found.corrected_at)))


def _was_decided(steps: Sequence[StoredStep]) -> bool:
    """Say whether a case had been decided before an objection opened it again."""
    return any(step.kind is StepKind.REOPENED for step in steps)


def _number(found: StoredObjection) -> str:
    return found.ban_no or found.check_no or ""


def _kept(services: Services, found: StoredObjection, letter: Letter, form: PaperForm, actor: DeskActor) -> bytes:
    """Record that a letter was written, and only then give it out."""
    content = letter_pdf(letter) if form is PaperForm.PDF else letter_docx(letter)
    digest = hashlib.sha256(content).hexdigest()
    facts: dict[str, str | int] = {"objection_no": found.objection_no, "paper": letter.kind, "form": form.value}
    with services.store.write() as uow:
        uow.ledger.record(EventKind.OBJECTION_PAPER_WRITTEN, actor.text, {**facts, "digest": digest})
    return content
