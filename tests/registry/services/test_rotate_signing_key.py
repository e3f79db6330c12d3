"""The signing key is exchanged while processes run; receipts of the former key stay valid, its secret is gone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.rest.app import create_app
from registry.bootstrap import build, initialise
from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.ledger.public_keys import PublicKeys
from registry.ledger.receipt import compact, verify_receipt
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import SigningKeys
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.publish_keys import publish_keys
from registry.services.rotate_signing_key import rotate_signing_key
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import invented_id


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """The settings with a key file of this test's own."""
    path = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, path)
    path.chmod(0o600)
    return replace(settings, keys=path)


@pytest.fixture
def process(own: Settings, clock: FixedClock) -> Iterator[Services]:
    built = build(own, clock)
    yield built
    built.store.close()


def signing(settings: Settings) -> SigningKeys:
    kept = Keyring.load(settings.keys).signing
    assert kept is not None
    return kept


def made(services: Services) -> list[dict[str, object]]:
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries()]
    return [dict(entry.facts) for entry in entries if entry.kind is EventKind.SIGNING_KEY_MADE]


def test_a_running_process_signs_with_the_new_key_and_old_receipts_stay_valid(
    process: Services, own: Settings, clock: FixedClock
) -> None:
    key = add_client(process, "licensing 33", ClientRole.LICENSING, "33", "test").key
    running = Caller(create_app(process), key)
    subject = applicant("赵无关", invented_id(77))
    former = running.check(subject).get_json()["receipt"]
    secret = json.loads(own.keys.read_text())["signing"]["keys"][0]["secret"]

    other = build(own, clock)
    fresh = rotate_signing_key(other, "operator:test")
    other.store.close()

    running.check(subject)  # at its next write at the latest the process learns of it
    latter = running.check(subject).get_json()["receipt"]
    assert verify_receipt(compact(latter), [fresh.public]).verdict == "clear"
    keys = PublicKeys.parse(publish_keys(process.store))
    assert keys.keys[0] == fresh.public
    for receipt in (former, latter):
        assert verify_receipt(compact(receipt), keys.keys).log == signing(own).log
    assert secret not in own.keys.read_text()
    assert made(process) == [{"version": 2, "thumbprint": fresh.thumbprint}]


def test_keys_from_before_receipts_get_a_signing_key_at_the_next_init(own: Settings, clock: FixedClock) -> None:
    document = json.loads(own.keys.read_text())
    del document["signing"]
    own.keys.write_text(json.dumps(document))
    services = initialise(own, clock)
    kept = signing(own)
    assert services.store.keyring.signing == kept
    assert made(services) == [{"version": 1, "thumbprint": kept.signing.thumbprint}]
    assert publish_keys(services.store)["origin"] == kept.log
    services.store.close()
    again = initialise(own, clock)
    assert signing(own) == kept
    assert len(made(again)) == 1
    again.store.close()
