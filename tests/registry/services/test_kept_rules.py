"""Whatever a process judges by is kept word for word, so that its answers can be replayed under it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from matching import model_file
from matching.model import DEFAULT
from registry import bootstrap
from registry.clock import FixedClock
from registry.errors import ConflictError, NotFoundError
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.kept_rules import keep_rule, keep_rules, model_of, policy_of
from registry.settings import Settings
from registry.store.rule_repository import Rule, digest_of


def own_policy(tmp_path: Path, **replaced: str) -> Path:
    """The shipped policy with entries replaced."""
    text = Policy.wording()
    for old, new in replaced.items():
        assert f"\n{old} = " in text
        head, _, rest = text.partition(f"\n{old} = ")
        text = f"{head}\n{old} = {new}\n{rest.partition(chr(10))[2]}"
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rules_of_a_process_are_kept_and_read_back_as_they_were(services: Services) -> None:
    with services.store.read() as uow:
        model = model_of(uow, services.model.version)
        policy = policy_of(uow, services.policy.version)
    assert policy == services.policy
    assert (model.version, model.features, model.residents) == (DEFAULT.version, DEFAULT.features, DEFAULT.residents)
    assert model_file.written(model) == model_file.written(DEFAULT)


def test_a_new_policy_is_kept_and_recorded_at_its_first_use_and_only_then(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    changed = dataclasses.replace(settings, policy=own_policy(tmp_path, version='"2026.9"', minutes_per_review="20"))
    for _ in range(2):
        services = bootstrap.build(changed, clock)
        with services.store.read() as uow:
            entries = [entry for _, entry, _, _ in uow.ledger.entries()]
            versions = {kept.version for kept in uow.rules.kept(Rule.POLICY)}
        services.store.close()
    text = Policy.wording(changed.policy)
    assert [(entry.kind, entry.facts) for entry in entries] == [
        (EventKind.RULES_KEPT, {"rule": "policy", "version": "2026.9", "digest": digest_of(text)})
    ]
    assert versions == {"2026.9", Policy.load().version}


def test_a_policy_changed_under_its_old_version_is_refused(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    changed = dataclasses.replace(settings, policy=own_policy(tmp_path, minutes_per_review="20"))
    with pytest.raises(ConflictError, match="give it a new version"):
        bootstrap.build(changed, clock)


def test_what_was_never_kept_is_said_not_to_be(services: Services) -> None:
    with services.store.read() as uow:
        with pytest.raises(NotFoundError):
            model_of(uow, "2001.1")
        with pytest.raises(NotFoundError):
            policy_of(uow, "2001.1")


def test_a_process_judges_by_the_model_that_was_chosen_and_says_so(
    services: Services, settings: Settings, clock: FixedClock
) -> None:
    text = model_file.with_digest(DEFAULT)
    version = model_file.read(text).version
    with services.store.write() as uow:
        keep_rule(uow, Rule.MODEL, version, text, "test")
        uow.rules.use(Rule.MODEL, version)
    started = bootstrap.build(settings, clock)
    with started.store.write() as uow:
        uow.ledger.record(EventKind.CLIENT_DISABLED, "test", {"client_id": 1})
        *_, (_, entry, _, _) = uow.ledger.entries()
    started.store.close()
    assert started.model.version == entry.model_version == version
    assert version != DEFAULT.version


def test_keeping_the_rules_again_writes_nothing(services: Services) -> None:
    keep_rules(services.store, Policy.wording(), services.policy.version, "test")
    with services.store.read() as uow:
        assert list(uow.ledger.entries()) == []
