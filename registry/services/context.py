"""What every use case gets: the store, the law, policy and model in force, and what day it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.model import Model
from registry.clock import Clock
from registry.law.policy import Policy
from registry.law.provisions import Law
from registry.privacy.keyring import Keyring
from registry.settings import Settings
from registry.store.engine import Store
from registry.store.rule_repository import Adopted


@dataclass(frozen=True, slots=True)
class Services:
    """The parts a use case works with, built once per process; `adopted` says where model and policy come from."""

    store: Store
    keyring: Keyring
    law: Law
    policy: Policy
    clock: Clock
    settings: Settings
    model: Model
    adopted: Adopted = field(default_factory=Adopted)
