"""A sealed value opens where it was sealed, with its keys, unaltered, and nowhere else."""

from __future__ import annotations

import dataclasses
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import KeysMismatchError
from registry.privacy.envelope import RecordCipher
from registry.privacy.keyring import Keyring, MasterKey
from registry.privacy.suites import BY_CODE
from registry.settings import CipherName

KEYRING = Keyring.generate()
NAME = "欧阳测试"


@pytest.fixture(params=CipherName)
def cipher(request: pytest.FixtureRequest) -> RecordCipher:
    return RecordCipher(KEYRING, request.param)


@given(st.text(), st.sampled_from(CipherName))
def test_every_text_comes_back(text: str, name: CipherName) -> None:
    cipher = RecordCipher(KEYRING, name)
    sealed = cipher.new_record("listed_identity", 7)
    value = sealed.seal("name_enc", text)
    assert cipher.open_record("listed_identity", 7, sealed.wrapped).open("name_enc", value) == text


def test_what_is_not_stated_stays_unstated(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    assert record.seal_stated("name_enc", None) is None
    assert record.open_stated("name_enc", None) is None
    sealed = record.seal_stated("name_enc", "")
    assert sealed is not None
    assert record.open_stated("name_enc", sealed) == ""


def test_the_sealed_value_shows_nothing_and_is_never_the_same_twice(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    first, second = record.seal("name_enc", NAME), record.seal("name_enc", NAME)
    assert first != second
    assert NAME.encode() not in first
    assert cipher.new_record("listed_identity", 7).wrapped != record.wrapped


def test_the_layout_is_the_documented_one(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    code = record.wrapped[1]
    assert record.wrapped[0] == 1
    assert record.wrapped[2:4] == b"\x00\x01"
    assert len(record.wrapped) == 4 + 12 + BY_CODE[code].key_bytes + 16
    sealed = record.seal("name_enc", NAME)
    assert sealed[:2] == bytes((1, code))
    assert len(sealed) == 2 + 12 + len(NAME.encode()) + 16


@pytest.mark.parametrize(("table", "row"), [("listed_identity", 8), ("list_record", 7), ("listed_identity", "7\x1f")])
def test_a_record_key_moved_to_another_row_or_table_does_not_open(cipher: RecordCipher, table: str, row: int) -> None:
    wrapped = cipher.new_record("listed_identity", 7).wrapped
    with pytest.raises(KeysMismatchError):
        cipher.open_record(table, row, wrapped)


def test_a_value_moved_to_another_column_does_not_open(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    sealed = record.seal("name_enc", NAME)
    with pytest.raises(KeysMismatchError):
        record.open("other_names_enc", sealed)


def test_a_value_moved_to_another_record_does_not_open(cipher: RecordCipher) -> None:
    sealed = cipher.new_record("listed_identity", 7).seal("name_enc", NAME)
    with pytest.raises(KeysMismatchError):
        cipher.new_record("listed_identity", 8).open("name_enc", sealed)


def test_no_bit_of_a_value_can_be_altered(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    sealed = record.seal("name_enc", NAME)
    for position in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises(KeysMismatchError):
            record.open("name_enc", bytes(altered))


def test_no_bit_of_a_record_key_can_be_altered(cipher: RecordCipher) -> None:
    wrapped = cipher.new_record("listed_identity", 7).wrapped
    for position in range(len(wrapped) * 8):
        altered = bytearray(wrapped)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises(KeysMismatchError):
            cipher.open_record("listed_identity", 7, bytes(altered))


def test_no_shortened_value_opens(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    sealed = record.seal("name_enc", NAME)
    for length in range(len(sealed)):
        with pytest.raises(KeysMismatchError):
            record.open("name_enc", sealed[:length])
    for length in range(len(record.wrapped)):
        with pytest.raises(KeysMismatchError):
            cipher.open_record("listed_identity", 7, record.wrapped[:length])


def test_other_keys_open_nothing(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    strange = RecordCipher(Keyring.generate())
    with pytest.raises(KeysMismatchError):
        strange.open_record("listed_identity", 7, record.wrapped)


def test_both_ciphers_are_read_side_by_side_whichever_is_chosen() -> None:
    records = {name: RecordCipher(KEYRING, name).new_record("t", 1) for name in CipherName}
    values = {name: record.seal("c", NAME) for name, record in records.items()}
    assert len({value[1] for value in values.values()}) == 2
    for chosen in CipherName:
        reader = RecordCipher(KEYRING, chosen)
        for name, record in records.items():
            assert reader.open_record("t", 1, record.wrapped).open("c", values[name]) == NAME


def test_a_value_of_one_cipher_is_not_taken_for_the_other() -> None:
    aes, sm4 = (RecordCipher(KEYRING, name).new_record("t", 1) for name in CipherName)
    with pytest.raises(KeysMismatchError):
        sm4.open("c", aes.seal("c", NAME))


def test_after_a_rotation_old_records_open_and_new_ones_take_the_new_key() -> None:
    old = RecordCipher(KEYRING).new_record("t", 1)
    masters = {**KEYRING.masters, 2: MasterKey.of(2, bytes(range(32)))}
    rotated = dataclasses.replace(KEYRING, masters=masters, current_master=2)
    cipher = RecordCipher(rotated)
    assert cipher.open_record("t", 1, old.wrapped).open("c", old.seal("c", NAME)) == NAME
    assert cipher.new_record("t", 2).wrapped[2:4] == b"\x00\x02"
    with pytest.raises(KeysMismatchError, match="version 2"):
        RecordCipher(KEYRING).open_record("t", 2, cipher.new_record("t", 2).wrapped)


def test_a_refusal_and_a_record_key_show_nothing(cipher: RecordCipher) -> None:
    record = cipher.new_record("listed_identity", 7)
    assert NAME not in repr(record)
    with pytest.raises(KeysMismatchError) as caught:
        cipher.new_record("listed_identity", 8).open("name_enc", record.seal("name_enc", NAME))
    shown = "".join(traceback.format_exception(caught.value))
    assert NAME not in shown
    assert "InvalidTag" not in shown
