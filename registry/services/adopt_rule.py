"""Propose a model or policy, rehearse it on past checks, and let a second person adopt or refuse it.

Adopted by two: whoever proposed and another; between them at least one regulator of all four regions, beside another
such regulator, an administrator or the operator. From the next check on every process judges by it (rules_in_force).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matching.model import DEFAULT
from registry.errors import (
    ConflictError,
    FieldFault,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SamePersonError,
    SettingsError,
)
from registry.law.policy import Policy
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services.desk_step import is_one_party, stated_note
from registry.services.kept_rules import keep_rule, policy_of, require_fit
from registry.services.remake_decision import AsOf
from registry.services.replay_period import Days, replay_period
from registry.services.use_model import model_stated
from registry.store.account_repository import UserRole
from registry.store.rule_proposal_repository import NewProposal, ProposalState, StoredProposal
from registry.store.rule_repository import Rule, digest_of

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.replay_period import PeriodReplay
    from registry.store.unit_of_work import UnitOfWork

Progress = Callable[[int, int | None], None]
OPERATOR: Final = "operator"
LONGEST_FILE: Final = 1024 * 1024
REHEARSAL_HOLDS: Final = datetime.timedelta(days=30)
"""How old the rehearsal may be on which a rule is adopted."""

REHEARSED_ON: Final = datetime.timedelta(days=90)
"""The checks of so many days are rehearsed on, unless another number is stated."""

_MINUTES: Final = 60
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Party:
    """Who proposes or decides: their name in the ledger, their role (or operator), their region (None: all four)."""

    text: str
    role: str
    region: str | None = None

    @property
    def may_propose(self) -> bool:
        """Say whether a proposal of theirs counts: regulators for all four regions, administrators, the operator."""
        return self.role in {OPERATOR, UserRole.ADMIN} or self.is_regulator

    @property
    def is_regulator(self) -> bool:
        """Say whether they are a regulator of all four regions."""
        return self.role == UserRole.REGULATOR and self.region is None


@dataclass(frozen=True, slots=True)
class RulesView:
    """The versions in force, where they come from, and the proposals, the last first."""

    model: str
    policy: str
    model_adopted: bool
    policy_adopted: bool
    proposals: tuple[StoredProposal, ...]


def propose_rule(services: Services, rule: Rule, text: str, reason: str, party: Party) -> int:
    """Put a model or policy, given as its file's wording, before a second person; return the proposal's number.

    Raises NotAllowedError for who may not, InvalidInputError where there is no reason, the text is no such file or is
    in force already, ConflictError where its version is kept with another wording or was made for another program.
    """
    if not party.may_propose:
        raise NotAllowedError("rules are proposed by regulators of all four regions, administrators and the operator")
    stated = stated_note(reason, "reason", required=True) or ""
    version = _version(rule, text)
    with services.store.write() as uow:
        uow.head.lock()
        former = _in_force(services, uow, rule)
        if version == former:
            raise _refused("in_force", "this version is in force already: give the change a new version")
        if not uow.rules.is_kept(rule, version, text):
            keep_rule(uow, rule, version, text, party.text)
        digest = digest_of(text)
        number = uow.proposals.add(NewProposal(rule, version, digest, stated, former, party.text, party.role))
        facts: dict[str, str | int] = {"proposal_id": number, "rule": rule, "version": version, "digest": digest}
        uow.ledger.record(EventKind.RULE_PROPOSED, party.text, {**facts, "reason_digest": digest_of(stated)})
    return number


def rehearse_rule(  # noqa: PLR0913 -- what is rehearsed, on how much, and who is told how far it is
    services: Services,
    number: int,
    *,
    actor: str,
    days: int = REHEARSED_ON.days,
    most: int | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Any]:
    """Judge the checks of the last days again by a proposed rule, each as of the list it names; keep and return counts.

    `most`: at most so many checks, the latest days' first ones. Raises NotFoundError and ConflictError.
    """
    with services.store.read() as uow:
        proposal = _open(uow, number)
    today = services.clock.today()
    period = Days(today - datetime.timedelta(days=days), today, most=most)
    of_model = proposal.rule is Rule.MODEL
    as_of = AsOf(model=proposal.version) if of_model else AsOf(policy=proposal.version)
    found = replay_period(services, period, as_of, actor=actor, differs=lambda _: None, progress=progress)
    figures = {"days": days, **_figures(services.policy, found)}
    with services.store.write() as uow:
        _open(uow, number)
        uow.proposals.rehearsed(number, figures)
        facts: dict[str, str | int] = {"proposal_id": number, "days": days, "checks": found.checks}
        counts = {"stopped": figures["stopped"], "released": figures["released"]}
        uow.ledger.record(EventKind.RULE_REHEARSED, actor, {**facts, **counts})
    return figures


def _figures(policy: Policy, found: PeriodReplay) -> dict[str, Any]:
    held = {Verdict.BLOCK.value, Verdict.REVIEW.value}
    moved = found.became.items()
    more = sum(count * ((now == Verdict.REVIEW) - (was == Verdict.REVIEW)) for (was, now), count in moved)
    return {
        "checks": found.checks,
        "not_replayable": found.not_replayable,
        "whole": found.ended,
        "stopped": sum(count for (was, now), count in moved if was not in held and now in held),
        "released": sum(count for (was, now), count in moved if was in held and now not in held),
        "other": sum(count for (was, now), count in moved if (was in held) == (now in held)),
        "more_reviews": more,
        "more_hours": round(more * policy.minutes_per_review / _MINUTES, 1),
    }


def adopt_rule(services: Services, number: int, reason: str, party: Party) -> StoredProposal:
    """Adopt a proposed rule as the second person: every process judges by it from its next check on; recorded.

    Raises NotFoundError, ConflictError (decided; not rehearsed, too long ago or on nothing; proposed against what is in
    force no more; or made for another program), SamePersonError for who proposed it, NotAllowedError where the two are
    not enough, InvalidInputError without a reason.
    """
    stated = stated_note(reason, "reason", required=True) or ""
    with services.store.write() as uow:
        uow.head.lock()
        proposal = _open(uow, number, lock=True)
        _require_second(uow, proposal, party)
        _require_rehearsed(services, uow, proposal)
        _require_usable(uow, proposal)
        former = _in_force(services, uow, proposal.rule)
        if former != proposal.former_version:
            raise ConflictError(f"{former} came into force since this was proposed: propose the change to that anew")
        uow.rules.use(proposal.rule, proposal.version)
        uow.proposals.decide(number, ProposalState.ADOPTED, party.text, stated)
        facts: dict[str, str | int] = {"proposal_id": number, "rule": proposal.rule, "version": proposal.version}
        facts |= {"digest": proposal.digest, "former_version": former, "proposed_by": proposal.proposed_by}
        uow.ledger.record(EventKind.RULE_ADOPTED, party.text, {**facts, "reason_digest": digest_of(stated)})
    return proposal


def refuse_rule(services: Services, number: int, reason: str, party: Party) -> None:
    """Refuse a proposed rule, or take one's own back; recorded. Raises as `adopt_rule` does."""
    if not party.may_propose:
        raise NotAllowedError("rules are decided by regulators of all four regions and administrators")
    stated = stated_note(reason, "reason", required=True) or ""
    with services.store.write() as uow:
        proposal = _open(uow, number, lock=True)
        own = is_one_party(uow, proposal.proposed_by, party.text)
        uow.proposals.decide(number, ProposalState.WITHDRAWN if own else ProposalState.REFUSED, party.text, stated)
        facts: dict[str, str | int] = {"proposal_id": number, "rule": proposal.rule, "version": proposal.version}
        uow.ledger.record(EventKind.RULE_REFUSED, party.text, {**facts, "reason_digest": digest_of(stated)})


def read_rules(services: Services) -> RulesView:
    """Return what is in force and what was proposed."""
    with services.store.read() as uow:
        adopted = uow.rules.adopted()
        model, policy = (_in_force(services, uow, rule) for rule in (Rule.MODEL, Rule.POLICY))
        proposals = tuple(uow.proposals.latest(_SHOWN))
    return RulesView(model, policy, adopted.model is not None, adopted.policy is not None, proposals)


def rule_wording(services: Services, number: int) -> tuple[StoredProposal, str, str | None]:
    """Return a proposal, its wording, and that of what was in force when it was proposed (None: not kept)."""
    with services.store.read() as uow:
        proposal = uow.proposals.find(number)
        if proposal is None:
            raise NotFoundError("there is no such proposal")
        former = {each.version for each in uow.rules.kept(proposal.rule)} & {proposal.former_version}
        before = uow.rules.text(proposal.rule, proposal.former_version) if former else None
        return proposal, uow.rules.text(proposal.rule, proposal.version), before


def _open(uow: UnitOfWork, number: int, *, lock: bool = False) -> StoredProposal:
    proposal = uow.proposals.find(number, lock=lock)
    if proposal is None:
        raise NotFoundError("there is no such proposal")
    if proposal.state is not ProposalState.OPEN:
        raise ConflictError("this proposal is decided already")
    return proposal


def _require_second(uow: UnitOfWork, proposal: StoredProposal, party: Party) -> None:
    """Hold the two to the rule: never one party, and at least one a regulator of all four regions."""
    if is_one_party(uow, proposal.proposed_by, party.text):
        raise SamePersonError("whoever proposed a rule may not adopt it")
    regulators = party.is_regulator + (proposal.proposer == UserRole.REGULATOR)
    if not regulators or not (party.is_regulator or party.role == UserRole.ADMIN):
        raise NotAllowedError("a rule is adopted by a regulator of all four regions beside another or an administrator")


def _require_rehearsed(services: Services, uow: UnitOfWork, proposal: StoredProposal) -> None:
    """Hold a proposal to a rehearsal that says something about the checks of these days."""
    now = services.clock.now()
    if proposal.rehearsal is None or proposal.rehearsed_at is None:
        raise ConflictError("a rule is adopted once it was rehearsed")
    if proposal.rehearsed_at + REHEARSAL_HOLDS < now:
        raise ConflictError(f"it was rehearsed more than {REHEARSAL_HOLDS.days} days ago: rehearse it again")
    if not proposal.rehearsal["checks"] and uow.decisions.any_since(now - REHEARSED_ON):
        raise ConflictError("it was rehearsed on no check, and there are some: rehearse it again")


def _require_usable(uow: UnitOfWork, proposal: StoredProposal) -> None:
    """What is adopted must be readable: every process takes it up at its next check."""
    if proposal.rule is Rule.POLICY:
        policy_of(uow, proposal.version)
    else:
        require_fit(model_stated(uow.rules.text(Rule.MODEL, proposal.version)))


def _in_force(services: Services, uow: UnitOfWork, rule: Rule) -> str:
    adopted = uow.rules.in_use(rule)
    if adopted is not None:
        return adopted
    return DEFAULT.version if rule is Rule.MODEL else services.policy.version


def _version(rule: Rule, text: str) -> str:
    """Return the version a file's wording states."""
    if len(text) > LONGEST_FILE:
        raise _refused("too_long", "too long for such a file")
    if rule is Rule.MODEL:
        model = model_stated(text)
        require_fit(model)
        return model.version
    try:
        return Policy.parse(text).version
    except SettingsError as fault:
        raise _refused("policy_file", str(fault)) from None


def _refused(code: str, reason: str) -> InvalidInputError:
    return InvalidInputError([FieldFault("file", code, reason)])
