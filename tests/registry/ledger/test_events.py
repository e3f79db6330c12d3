"""The vocabulary of acts is closed, and no entry can hold what identifies a person."""

from __future__ import annotations

import datetime
import hashlib

import pytest

from registry.ledger.commitment import Entry, canonical_facts, commitment, new_salt
from registry.ledger.events import REQUIRED, EventKind, checked

AT = datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC)


def _facts(kind: EventKind) -> dict[str, str | int]:
    return dict.fromkeys(REQUIRED[kind], "x")


def _entry(**altered: object) -> Entry:
    stated: dict[str, object] = {
        "kind": EventKind.CHECK_READ, "at": AT, "actor": "client:7", "list_version": 1, "model_version": "m",
        "policy_version": "p", "facts": {"check_no": "c-1", "client_id": 7},
    }  # fmt: skip
    return Entry(**(stated | altered))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_its_facts_and_takes_them(kind: EventKind) -> None:
    assert checked(kind, _facts(kind)) == _facts(kind)


@pytest.mark.parametrize("kind", EventKind)
def test_a_fact_too_few_or_too_many_is_refused(kind: EventKind) -> None:
    with pytest.raises(ValueError, match="remark"):
        checked(kind, _facts(kind) | {"remark": "x"})
    for field in REQUIRED[kind]:
        with pytest.raises(ValueError, match=field):
            checked(kind, {name: value for name, value in _facts(kind).items() if name != field})


@pytest.mark.parametrize(
    "value", ["339900197501011234", "33990019750101123X", "339900750101123", None, True, 1.5, b"x"]
)
def test_what_could_be_an_id_number_or_is_neither_text_nor_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="check_no") as caught:
        checked(EventKind.CHECK_READ, {"check_no": value, "client_id": 7})  # type: ignore[dict-item]
    assert "3399" not in str(caught.value)


def test_no_field_of_any_kind_is_for_a_person() -> None:
    fields = set().union(*REQUIRED.values())
    assert not fields & {"name", "id_number", "birth_date", "other_names", "domicile", "application_no", "reason"}


def test_an_entry_has_one_spelling_whatever_the_order_and_time_zone() -> None:
    shanghai = AT.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    turned = _entry(at=shanghai, facts={"client_id": 7, "check_no": "c-1"})
    assert turned.canonical() == _entry().canonical() == (
        b'{"actor":"client:7","at":"2025-11-21T02:00:00.000000Z","facts":{"check_no":"c-1","client_id":7},'
        b'"kind":"check_read","list_version":1,"model_version":"m","policy_version":"p"}'
    )  # fmt: skip


def test_the_commitment_is_the_digest_of_salt_and_entry() -> None:
    salt = bytes(range(32))
    assert commitment(salt, _entry()) == hashlib.sha256(salt + _entry().canonical()).digest()


def test_salts_are_long_and_never_alike() -> None:
    assert len(new_salt()) == 32
    assert new_salt() != new_salt()


def test_an_entry_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        _entry(at=AT.replace(tzinfo=None)).canonical()


def test_facts_are_kept_in_one_spelling() -> None:
    assert canonical_facts({"b": 1, "a": "浙"}) == '{"a":"浙","b":1}'
