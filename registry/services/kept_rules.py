"""Which model and policy a process judges by, and that the wording of both is kept before anything is judged."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from matching import model_file
from matching.model import DEFAULT, Model
from registry.errors import ConflictError, SettingsError, UnavailableError
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.store.rule_repository import Rule, digest_of

if TYPE_CHECKING:
    from registry.law.provisions import Law
    from registry.services.context import Services
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork


def model_in_use(uow: UnitOfWork) -> Model:
    """Return the model an operator chose, or the program's own where none was chosen; raises as `model_of` does."""
    chosen = uow.rules.in_use(Rule.MODEL)
    return DEFAULT if chosen is None else model_of(uow, chosen)


def model_of(uow: UnitOfWork, version: str) -> Model:
    """Return a kept model.

    Raises NotFoundError where it is not kept, UnavailableError where it cannot be read and ConflictError where this
    program compares in ways it does not know.
    """
    model = _read_model(uow.rules.text(Rule.MODEL, version))
    require_fit(model)
    return model


def require_fit(model: Model) -> None:
    """Raise ConflictError where a model lacks a level this program's comparisons can come to."""
    lacking = [
        f"{name}/{level}"
        for name, feature in DEFAULT.features.items()
        for level in feature.levels
        if name not in model.features or level not in model.features[name].levels
    ]
    if lacking:
        raise ConflictError(
            f"the model {model.version} was made for another program: it lacks {', '.join(lacking)}; "
            "use the program it was made for, or choose another with `registry model use`"
        )


@functools.lru_cache(maxsize=4)
def _read_model(text: str) -> Model:
    try:
        return model_file.read(text)
    except ValueError as fault:
        raise UnavailableError(f"a kept model {fault}") from None


def policy_of(uow: UnitOfWork, version: str) -> Policy:
    """Return a kept policy. Raises NotFoundError where it is not kept, SettingsError where it is of another form."""
    return Policy.parse(uow.rules.text(Rule.POLICY, version))


def former_laws(services: Services, uow: UnitOfWork) -> list[Law]:
    """Return the law with the open questions as policies in force before answered them, where that was otherwise.

    A policy of a form this program does not read any more is left out.
    """
    never = uow.proposals.never_adopted(Rule.POLICY)
    versions = [each.version for each in uow.rules.kept(Rule.POLICY) if each.version not in never]
    found = [policy for version in versions if (policy := _readable(uow, version)) is not None]
    policies = {policy.questions: policy for policy in found}
    policies.pop(services.policy.questions, None)
    return [services.law.under(policy) for policy in policies.values()]


def _readable(uow: UnitOfWork, version: str) -> Policy | None:
    try:
        return policy_of(uow, version)
    except SettingsError:
        return None


def kept_versions(services: Services) -> dict[str, list[str]]:
    """Return every kept version of models and policies, in the order they came, by rule."""
    with services.store.read() as uow:
        return {rule.value: [each.version for each in uow.rules.kept(rule)] for rule in Rule}


def keep_rules(store: Store, policy: str, policy_version: str, actor: str) -> None:
    """Keep the program's own model and the policy in force at their first use; record it.

    Raises ConflictError where a version was used here before with another wording: answers state the version alone.
    """
    kept = ((Rule.MODEL, DEFAULT.version, model_file.written(DEFAULT)), (Rule.POLICY, policy_version, policy))
    with store.read() as uow:
        if all(uow.rules.is_kept(*rule) for rule in kept):
            return
    with store.write() as uow:
        uow.head.lock()
        for rule in kept:
            if not uow.rules.is_kept(*rule):
                keep_rule(uow, *rule, actor)


def keep_rule(uow: UnitOfWork, rule: Rule, version: str, text: str, actor: str) -> None:
    """Keep one wording and record it."""
    uow.rules.keep(rule, version, text)
    facts: dict[str, str | int] = {"rule": rule, "version": version, "digest": digest_of(text)}
    uow.ledger.record(EventKind.RULES_KEPT, actor, facts)
