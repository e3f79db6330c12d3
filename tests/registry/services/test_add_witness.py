"""Who watches the log is said once, by name and key, and every change of it is in the ledger."""

from __future__ import annotations

import pytest

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.ledger.signed_note import KeyKind, SignerKey
from registry.services.add_witness import add_witness, remove_witness
from registry.services.context import Services
from registry.store.witness_repository import Witness

NAME = "zhejiang.example"
KEY = SignerKey(NAME, bytes(32), KeyKind.COSIGNATURE_V1).verifier()
OTHER = SignerKey(NAME, bytes(range(32)), KeyKind.COSIGNATURE_V1).verifier()


def _present(services: Services) -> list[Witness]:
    with services.store.read() as uow:
        return uow.witnesses.present()


def _recorded(services: Services) -> list[tuple[EventKind, dict[str, object]]]:
    with services.store.read() as uow:
        return [(entry.kind, dict(entry.facts)) for _, entry, _, _ in uow.ledger.entries()]


def test_a_witness_is_added_exchanged_and_removed_and_each_is_recorded(services: Services) -> None:
    add_witness(services, NAME, KEY.spelt(), "operator:test")
    assert _present(services) == [Witness(NAME, KEY.spelt())]
    remove_witness(services, NAME, "operator:test")
    assert _present(services) == []
    add_witness(services, NAME, f" {OTHER.spelt()}\n", "operator:test")
    assert _present(services) == [Witness(NAME, OTHER.spelt())]
    assert _recorded(services)[-3:] == [
        (EventKind.WITNESS_ADDED, {"witness": NAME, "key_id": KEY.key_id.hex()}),
        (EventKind.WITNESS_REMOVED, {"witness": NAME}),
        (EventKind.WITNESS_ADDED, {"witness": NAME, "key_id": OTHER.key_id.hex()}),
    ]


def test_a_key_is_not_exchanged_unseen(services: Services) -> None:
    add_witness(services, NAME, KEY.spelt(), "operator:test")
    with pytest.raises(ConflictError, match="remove"):
        add_witness(services, NAME, OTHER.spelt(), "operator:test")
    assert _present(services) == [Witness(NAME, KEY.spelt())]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (NAME, "no key"),
        ("anhui.example", KEY.spelt()),
        (NAME, SignerKey(NAME, bytes(32)).verifier().spelt()),
        ("x" * 201, SignerKey("x" * 201, bytes(32), KeyKind.COSIGNATURE_V1).verifier().spelt()),
    ],
)
def test_what_is_no_witnesss_key_is_refused(services: Services, name: str, key: str) -> None:
    with pytest.raises(InvalidInputError):
        add_witness(services, name, key, "operator:test")
    assert _present(services) == []


def test_who_is_no_witness_cannot_be_removed(services: Services) -> None:
    with pytest.raises(NotFoundError):
        remove_witness(services, NAME, "operator:test")
