"""Attach a decision on appeal or retrial to its first-instance judgment, which it upholds, replaces, annuls or undoes.

The step is one of the first-instance document: sentence and people stay where they were read, and the ruling brings
effect, or puts its own sentence in their place. One co-defendant's appeal keeps the case open for all (刑事诉讼法 233),
so that the ruling takes effect for all as well. Sent back for a new trial, the judgment founds nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.intake.judgment_appeal import Result, bans_added, combined, is_sent_back, results, unmatched
from registry.services.desk_step import (
    OVER,
    open_document,
    put_forward,
    require_no_open_filing,
    standing_content,
    stated_note,
)
from registry.services.document_rows import filing_faults
from registry.services.file_judgment import Filed
from registry.store.desk_values import Content, DeskState, DocumentKind, FilingKind, StoredDocument

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

_FINAL: Final = frozenset({"second", "retrial"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a ruling seems to make of which case; a person confirms or changes it.

    `first_no` is None where no, or more than one, document bears the number it speaks of (`candidates` names them).
    `results` are by defendant's number in the first instance. `unmatched` are fields of the ruling that name somebody
    the first instance does not; `bans_added` numbers of defendants with a ban that was ordered on appeal only.
    """

    first_no: str | None
    candidates: tuple[str, ...]
    remanded: bool
    results: Mapping[int, Result]
    unmatched: tuple[str, ...] = ()
    bans_added: tuple[int, ...] = ()


def propose_results(services: Services, appeal_no: str, *, actor: DeskActor, first_no: str | None = None) -> Proposal:
    """Say what a ruling seems to make of its first instance (`first_no`: of that document).

    Raises NotFoundError, and ConflictError where the document is no decision on appeal or retrial.
    """
    with services.store.read() as uow:
        appeal = _appeal(open_document(uow, appeal_no, actor))
        candidates = tuple(each.document_no for each in _candidates(uow, appeal))
        chosen = first_no or (candidates[0] if len(candidates) == 1 else None)
        remanded = appeal.text is not None and is_sent_back(appeal.text)
        if chosen is None:
            return Proposal(None, candidates, remanded, {})
        content, ruling = _content(uow, open_document(uow, chosen, actor)), _draft(appeal)
        found = results(content, ruling)
    strangers, added = unmatched(content, ruling), bans_added(content, ruling, found)
    return Proposal(chosen, candidates, remanded, found, tuple(strangers), tuple(added))


def attach_appeal(  # noqa: PLR0913 - what a ruling decides
    services: Services,
    appeal_no: str,
    *,
    actor: DeskActor,
    expected: int,
    first_no: str | None = None,
    decided: Mapping[int, Result] | None = None,
    remanded: bool | None = None,
    note: str | None = None,
) -> Filed:
    """File what a ruling makes of its first instance; the filing is one of the first-instance document.

    `expected` is the ruling's row version. What is not stated (`first_no`, `decided`, `remanded`) is as proposed.
    Raises NotFoundError (no such document, or none bears the number it speaks of), ChangedMeanwhileError, ConflictError
    (no ruling, or a filing waits), InvalidInputError (the case cannot be filed so).
    """
    proposal = propose_results(services, appeal_no, actor=actor, first_no=first_no)
    if proposal.first_no is None:
        raise NotFoundError("no document of the desk, or more than one, bears the case number this ruling speaks of")
    back = proposal.remanded if remanded is None else remanded
    note = stated_note(note, required=False)
    with services.store.write() as uow:
        appeal = _appeal(open_document(uow, appeal_no, actor, expected))
        require_no_open_filing(uow, appeal)
        first = open_document(uow, proposal.first_no, actor)
        if first.id == appeal.id:
            raise ConflictError("a ruling is not attached to itself")
        before, ruling = _content(uow, first), _draft(appeal)
        chosen = _chosen(before, {**results(before, ruling), **(decided or {})})
        content = before if back else combined(before, ruling, chosen)
        _require_sound(first, content, ruling, back=back)
        kind = FilingKind.REMANDED if back else _kind(chosen)
        number = put_forward(uow, first, kind, content, note, actor, appeal)
        appeal.state, appeal.attached_to = DeskState.FILED, first.id
        uow.desk.change(appeal)
    return Filed(first.document_no, number, kind, first.state, first.row_version)


def _appeal(document: StoredDocument) -> StoredDocument:
    instance = (document.draft or {}).get("instance")
    if document.kind is not DocumentKind.JUDGMENT or instance not in _FINAL or document.standing is not None:
        raise ConflictError("this document is no decision on appeal or retrial that waits to be attached")
    return document


def _candidates(uow: UnitOfWork, appeal: StoredDocument) -> list[StoredDocument]:
    if appeal.keys.cites is None:
        return []
    return [each for each in uow.desk.of_case(appeal.keys.cites) if each.state not in OVER and each.id != appeal.id]


def _draft(document: StoredDocument) -> Content:
    if document.draft is None:
        raise ConflictError("nothing is known any more of what this document says")
    return document.draft


def _content(uow: UnitOfWork, first: StoredDocument) -> Content:
    """A first instance that was never confirmed is confirmed together with its ruling."""
    if first.kind is not DocumentKind.JUDGMENT:
        raise ConflictError("a ruling is attached to a judgment")
    return standing_content(uow, first) or _draft(first)


def _chosen(first: Content, decided: Mapping[int, Result]) -> dict[int, Result]:
    known = {each["no"] for each in first["defendants"]}
    if not decided.keys() <= known:
        raise InvalidInputError([FieldFault("decided", "unknown_defendant", "name defendants of the first instance")])
    return {no: Result(result) for no, result in decided.items()}


def _require_sound(first: StoredDocument, content: Content, ruling: Content, *, back: bool) -> None:
    if not ruling.get("decided_on") and not back:
        raise InvalidInputError([FieldFault("decided_on", "missing", "the day of the ruling is missing")])
    faults = () if back else filing_faults(first.kind, first.document_no, content)
    if faults:
        raise InvalidInputError(faults)


def _kind(decided: Mapping[int, Result]) -> FilingKind:
    found = set(decided.values())
    if found == {Result.ANNULLED}:
        return FilingKind.ANNULLED
    return FilingKind.APPEAL_UPHELD if found == {Result.UPHELD} else FilingKind.APPEAL_REPLACED
