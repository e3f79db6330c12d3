"""Which model and policy are in force: those adopted in the store before the program's own and the settings' file.

Every check reads with the head of the list which versions were adopted (`registry.store.standing`); a process that
judges by others takes up the adopted ones before it judges, so that after an adoption no answer is by the old rules.
The law rows are judged by answers its open questions as the policy in force does: it is taken up with the policy.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.services.kept_rules import model_in_use, policy_of
from registry.store.rule_repository import Adopted
from registry.store.transaction import RuleVersions

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import ListIndex


def rules_in_force(services: Services, *, shipped_model: bool = False) -> Services:
    """Return the services with the model and policy that are in force now; the same where they are these.

    `shipped_model` leaves aside the model that was adopted. Raises ConflictError where that was made for another
    program, NotFoundError or SettingsError where the policy cannot be read any more.
    """
    with services.store.read() as uow:
        adopted = uow.rules.adopted()
        if shipped_model:
            adopted = replace(adopted, model=None)
        if adopted == services.adopted and services.store.versions == _versions(services):
            return services
        model = services.model if adopted.model in {None, services.model.version} else model_in_use(uow)
        known = adopted.policy in {None, services.policy.version}
        policy = services.policy if known else policy_of(uow, str(adopted.policy))
    found = replace(services, model=model, policy=policy, law=services.law.under(policy), adopted=adopted)
    found.store.versions = _versions(found)
    return found


def _versions(services: Services) -> RuleVersions:
    return RuleVersions(services.model.version, services.policy.version)


class FollowedRules:
    """The services of a process that goes on for long, with the rules in force as of its last look."""

    def __init__(self, services: Services, index: ListIndex) -> None:
        self.services = services
        self._index = index
        self._turn = threading.Lock()

    def follow(self, adopted: Adopted) -> None:
        """Take up what was adopted since, if a look at the store told of anything else; raises as `rules_in_force`.

        What is in force is asked for anew: of two looks the older may come last.
        """
        if adopted == self.services.adopted:
            return
        with self._turn:
            found = rules_in_force(self.services)
            if found.model.version != self.services.model.version:
                self._index.judge_by(found.model)
            self.services = found
