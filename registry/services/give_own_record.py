"""Give a person what the register holds about them: bans, statements, objections, and who looked when and why.

Asked for in person, by whole name and whole number, with the ground recorded (个人信息保护法 45). Numbers are masked,
whoever looked is told by unit and never by name, and of other people who applied under a like name nothing is said.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from matching.identity import IdDocument, Identity, IdType, Kind
from matching.normalize import fold_name, normalize_name
from registry.errors import FieldFault, InvalidInputError
from registry.ledger.events import EventKind
from registry.papers.own_record import LookUp as LookUpLine
from registry.papers.own_record import OwnBan, OwnBasis, OwnObjection, OwnRecord, OwnStatement
from registry.privacy.masking import mask_id, mask_name
from registry.services.apply_clearances import applicant_spelling
from registry.services.case_step import outcome_of
from registry.services.read_listed import read_listed
from registry.services.search_listed import LookUp, LookUpPurpose, require_ground, search_listed
from registry.store.case_values import Finding, StepKind
from registry.store.erasing_repository import LOOK_UPS
from registry.store.objection_repository import ObjectionState, StoredObjection
from registry.store.trail_repository import TrailFilter

if TYPE_CHECKING:
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.services.list_index import ListIndex
    from registry.services.read_listed import ListedBan
    from registry.store.case_values import StoredCase
    from registry.store.trail_repository import Act
    from registry.store.unit_of_work import UnitOfWork

MOST: Final = 500
_REGIONS: Final = {"31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省"}
_OUTCOMES: Final = {"open": "待认定", "confirmed": "已认定为同一人", "released": "已放行", "withdrawn": "已撤回"}
_VERDICTS: Final = {"block": "拦截（暂停办理）", "review": "人工复核"}
_STATES: Final = {
    ObjectionState.OPEN: None,
    ObjectionState.UPHELD: "成立",
    ObjectionState.REJECTED: "不成立",
    ObjectionState.WITHDRAWN: "已撤回",
}
_WHY: Final = {
    EventKind.CHECK_READ: "查看核查答复",
    EventKind.CASE_READ: "办理待核申请",
    EventKind.OBJECTION_READ: "办理异议",
    EventKind.EVIDENCE_EXPLAINED: "说明比对依据",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, as their document says, on what ground, and which unit answers."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    ground: str
    unit: str
    id_type: IdType = IdType.RESIDENT_ID


def give_own_record(services: Services, index: ListIndex, asked: Asked, actor: Actor) -> OwnRecord:
    """Return everything held about a person; recorded before it is given.

    Raises InvalidInputError naming the field: name, number, ground or unit missing, or no whole number.
    """
    _require(asked)
    look_up = LookUp(LookUpPurpose.OBJECTION, asked.ground)
    require_ground(look_up)
    person = {"name": asked.name, "id_number": asked.id_number, "id_type": asked.id_type}
    hits = search_listed(services, index, actor=actor, look_up=look_up, **person).hits  # type: ignore[arg-type]
    bans = [read_listed(services, hit.ban_no, actor=actor, look_up=look_up) for hit in hits]
    request_no = f"R{secrets.token_hex(8).upper()}"
    with services.store.write() as uow:
        digest = uow.grounds.keep(asked.ground)
        facts: dict[str, str | int] = {"request_no": request_no, "found": len(bans), "ground_digest": digest}
        uow.ledger.record(EventKind.OWN_RECORD_GIVEN, actor.text, facts)
    with services.store.read() as uow:
        # Whoever applied under exactly this name and number.
        cases = uow.cases.of_applicant(_spelling(asked), MOST)
        numbers = list(dict.fromkeys((*(ban.ban_no for ban in bans), *_former_bans(uow, cases, asked))))
        stated = _own_objections(uow, asked, numbers, cases)
        return OwnRecord(
            request_no=request_no,
            person=mask_name(asked.name),
            person_id=mask_id(asked.id_number),
            bans=[OwnBan(ban.ban_no, [_basis(services, each) for each in ban.bans]) for ban in bans],
            statements=[OwnStatement(each.received_on, _about(each), each.statement) for each in stated],
            objections=[
                OwnObjection(each.objection_no, each.received_on, _about(each), _STATES[each.state]) for each in stated
            ],
            look_ups=sorted(_look_ups(uow, numbers, cases), key=lambda line: line.at),
            unit=asked.unit,
            made_on=services.clock.today(),
        )


def _require(asked: Asked) -> None:
    faults = [
        FieldFault(name, "missing", "must be stated")
        for name in ("name", "id_number", "unit")
        if not str(getattr(asked, name)).strip()
    ]
    if faults:
        raise InvalidInputError(faults)


def _basis(services: Services, ban: ListedBan) -> OwnBasis:
    today = services.clock.today()
    over = ban.ends_on is not None and ban.ends_on < today
    standing = "尚未生效" if ban.starts_on is None or ban.starts_on > today else "已届满" if over else "有效"
    bars = "、".join(zh for zh, _ in ban.bars)
    since = ban.starts_on or today
    return OwnBasis(ban.article[0], ban.document_no, _REGIONS[ban.record[:2]], bars, since, ban.ends_on, standing)


def _spelling(asked: Asked) -> str:
    document = IdDocument(asked.id_type, asked.id_number)
    return applicant_spelling(Identity(kind=Kind.PERSON, name=asked.name, documents=(document,)))


def _former_bans(uow: UnitOfWork, cases: Sequence[StoredCase], asked: Asked) -> Iterator[str]:
    """Yield the bans this person was found to be named by, though nothing of them may stand any more.

    That a ban was withdrawn from an application says nothing of whom it named: only what a person found does.
    """
    for case in cases:
        found = {step.match_id for step in uow.cases.steps(case.id) if step.kind is StepKind.FOUND_SAME}
        for match in uow.cases.matches_of(case.id, _spelling(asked)):
            withdrawn = match.finding is Finding.WITHDRAWN and match.id in found
            if match.finding is Finding.SAME or withdrawn:
                yield match.ban_no


def _own_objections(
    uow: UnitOfWork, asked: Asked, bans: Sequence[str], cases: Sequence[StoredCase]
) -> list[StoredObjection]:
    """Return the person's own objections, under their name: to their applications, or to a ban of theirs.

    Others who applied together with them object to the same check.
    """
    about_cases = [each for case in cases for each in uow.objections.of_check(case.check_no)]
    about_bans = [each for each in uow.objections.statements_of(bans) if each.ban_no is not None]
    name = fold_name(normalize_name(asked.name))
    own = [each for each in (*about_cases, *about_bans) if fold_name(normalize_name(each.objector)) == name]
    return sorted(own, key=lambda each: each.id)


def _look_ups(uow: UnitOfWork, bans: Sequence[str], cases: Sequence[StoredCase]) -> Iterator[LookUpLine]:
    for case in cases:
        outcome = f"{_VERDICTS[case.verdict]}；{_OUTCOMES[outcome_of(case.state)]}"
        unit = _unit(uow, f"client:{case.client_id}") if case.client_id else "批量核查"
        yield LookUpLine(case.opened_at, unit, "许可核查", case.application_no, outcome)
    for about in (*bans, *(case.check_no for case in cases)):
        for act in uow.trail.page(TrailFilter(kinds=LOOK_UPS, about=about), None, MOST):
            yield LookUpLine(act.at, _unit(uow, act.actor), _why(act), act.application_no, "已查阅")


def _why(act: Act) -> str:
    return _WHY.get(act.kind, "查阅")


def _unit(uow: UnitOfWork, actor: str) -> str:
    """Return which unit somebody works for, and never who they are."""
    kind, _, number = actor.partition(":")
    if kind == "client" and number.isdecimal():
        client = uow.clients.by_id(int(number))
        return "许可系统" if client is None else client.name
    user = uow.accounts.by_id(int(number)) if kind == "user" and number.isdecimal() else None
    region = "沪苏浙皖" if user is None or user.region is None else _REGIONS[user.region]
    return f"{region}名单库管理机构" if kind == "user" else "名单库运维"


def _about(objection: StoredObjection) -> str:
    return objection.ban_no or objection.check_no or ""
