"""Signing in: by name and password only, told apart by nobody, throttled, recorded, and kept in the store."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher

from registry.clock import FixedClock
from registry.errors import NotAuthenticatedError, RateExceededError
from registry.ledger.events import EventKind
from registry.privacy.passwords import fits, hash_password
from registry.services.actor import Actor
from registry.services.add_user import add_user
from registry.services.change_user import disable_user
from registry.services.context import Services
from registry.services.desk_session import IDLE, LONGEST, end_session, find_session, open_sessions
from registry.services.sign_in import Attempt, sign_in
from registry.services.throttle import FORGOTTEN_AFTER, OF_ACCOUNT, OF_ADDRESS
from registry.store.account_repository import UserRole
from registry.store.account_tables import desk_session, desk_user, sign_in_count
from tests.api.console.people import PASSWORD, person_with_password
from tests.quick_passwords import quick_passwords
from tests.registry.services.register_under_test import rows

__all__ = ["quick_passwords"]
pytestmark = pytest.mark.usefixtures("quick_passwords")

MINUTE = datetime.timedelta(minutes=1)


def attempt(name: str = "李录入", password: str = PASSWORD, address: str = "192.0.2.1") -> Attempt:
    return Attempt(name, password, address, "Firefox, Windows")


def recorded(services: Services, *kinds: EventKind) -> list[dict[str, Any]]:
    with services.store.read() as uow:
        return [dict(entry.facts) for _, entry, _, _ in uow.ledger.entries() if entry.kind in kinds]


def fail(services: Services, times: int, **typed: str) -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticatedError):
            sign_in(services, attempt(**{"password": "wrong", **typed}))


def watched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list to which every hash that a password is compared with will be added."""
    compared: list[object] = []
    verify: Callable[..., bool] = PasswordHasher.verify

    def compare(hasher: PasswordHasher, kept: str, typed: str) -> bool:
        compared.append(kept)
        return verify(hasher, kept, typed)

    monkeypatch.setattr(PasswordHasher, "verify", compare)
    return compared


def seconds_refused(services: Services, **typed: str) -> int:
    with pytest.raises(RateExceededError) as refused:
        sign_in(services, attempt(**typed))
    return refused.value.seconds


@pytest.mark.parametrize("written", ["Li Wei", "li wei", "  LI   WEI ", "Ｌｉ Ｗｅｉ"])
def test_a_name_is_the_same_in_any_case_and_width(services: Services, written: str) -> None:
    user = person_with_password(services, "Li Wei", UserRole.CONFIRMER, "31")
    found = find_session(services, sign_in(services, attempt(written)))
    assert found is not None
    assert found.actor == Actor(user, "Li Wei", UserRole.CONFIRMER, "31")
    assert recorded(services, EventKind.SIGNED_IN) == [{"user_id": user, "session_id": found.session_id}]


def test_neither_a_password_nor_a_token_is_kept_nor_what_was_typed_as_a_name(services: Services) -> None:
    person_with_password(services, "李录入")
    token = sign_in(services, attempt())
    fail(services, 1, name=PASSWORD)
    kept = repr([rows(services, table) for table in (desk_user, desk_session, sign_in_count)])
    assert "$argon2id$" in kept
    assert token not in kept
    assert PASSWORD not in kept
    assert PASSWORD.casefold() not in kept
    assert PASSWORD not in repr(attempt())


def test_no_name_no_password_a_wrong_one_and_a_disabled_account_are_the_same_to_whoever_asks(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_with_password(services, "李录入")
    add_user(services, "还没设置", UserRole.CLERK, "33", "test")
    disable_user(services, person_with_password(services, "已停用"), "test")
    verified = watched(monkeypatch)
    said = set()
    for name, password in (("李录入", "wrong"), ("无此人", PASSWORD), ("还没设置", PASSWORD), ("已停用", PASSWORD)):
        verified.clear()
        with pytest.raises(NotAuthenticatedError) as refused:
            sign_in(services, attempt(name, password))
        said.add(str(refused.value))
        assert len(verified) == 1, name  # as much work for each of them
    assert len(said) == 1
    assert [facts["user_id"] for facts in recorded(services, EventKind.SIGN_IN_FAILED)] == [1, 0, 2, 3]


def test_an_account_is_refused_after_five_failures_even_with_its_password_and_longer_each_time(
    services: Services, clock: FixedClock
) -> None:
    user = person_with_password(services, "李录入")
    fail(services, OF_ACCOUNT)
    waits = [seconds_refused(services)]
    assert recorded(services, EventKind.SIGN_IN_THROTTLED) == [{"user_id": user, "by": "account"}]
    for _ in range(5):
        clock.advance(datetime.timedelta(seconds=waits[-1]))
        fail(services, 1)
        waits.append(seconds_refused(services))
    assert waits == [60, 120, 240, 480, 900, 900]
    clock.advance(datetime.timedelta(seconds=waits[-1]))
    sign_in(services, attempt())
    fail(services, OF_ACCOUNT - 1)
    sign_in(services, attempt())


def test_a_name_nobody_has_is_refused_just_the_same(services: Services) -> None:
    fail(services, OF_ACCOUNT, name="无此人")
    assert seconds_refused(services, name="无此人") == 60
    assert recorded(services, EventKind.SIGN_IN_THROTTLED) == [{"user_id": 0, "by": "account"}]


def test_failures_long_apart_are_not_counted_together(services: Services, clock: FixedClock) -> None:
    person_with_password(services, "李录入")
    for _ in range(3):
        fail(services, OF_ACCOUNT - 1)
        clock.advance(FORGOTTEN_AFTER + MINUTE)
    sign_in(services, attempt())


def test_an_address_is_refused_whatever_names_it_tries_and_others_are_not(services: Services) -> None:
    person_with_password(services, "李录入")
    for number in range(OF_ADDRESS):
        fail(services, 1, name=f"无此人{number}")
    assert seconds_refused(services) == 60
    assert recorded(services, EventKind.SIGN_IN_THROTTLED) == [{"user_id": 0, "by": "address"}]
    sign_in(services, attempt(address="192.0.2.2"))


def test_signing_in_rightly_never_uses_an_address_up(services: Services) -> None:
    person_with_password(services, "李录入")
    for _ in range(OF_ADDRESS + 2):
        sign_in(services, attempt())


def test_attempts_made_at_once_gain_nothing(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    person_with_password(services, "李录入")
    verified = watched(monkeypatch)
    outcomes: list[str] = []

    def guess(number: int) -> None:
        try:
            sign_in(services, attempt(password=f"guess {number}"))
        except (NotAuthenticatedError, RateExceededError) as refused:
            outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 12
    assert len(verified) == outcomes.count("NotAuthenticatedError") == OF_ACCOUNT


def test_a_session_ends_when_it_is_not_used_and_after_a_day_s_work(services: Services, clock: FixedClock) -> None:
    person_with_password(services, "李录入")
    token = sign_in(services, attempt())
    began = clock.now()
    while clock.now() - began < LONGEST - IDLE:
        clock.advance(IDLE - MINUTE)
        assert find_session(services, token) is not None
    clock.advance(began + LONGEST - clock.now())
    assert find_session(services, token) is None
    token = sign_in(services, attempt())
    clock.advance(IDLE)
    assert find_session(services, token) is None


def test_what_a_page_asks_by_itself_does_not_keep_a_session_alive(services: Services, clock: FixedClock) -> None:
    person_with_password(services, "李录入")
    token = sign_in(services, attempt())
    clock.advance(IDLE - MINUTE)
    assert find_session(services, token, in_use=False) is not None
    clock.advance(MINUTE)
    assert find_session(services, token) is None


def test_an_ended_session_is_over_at_once_and_only_its_owner_can_end_it(services: Services) -> None:
    person_with_password(services, "李录入")
    person_with_password(services, "别人")
    mine, others = find_session(services, token := sign_in(services, attempt())), sign_in(services, attempt("别人"))
    stranger = find_session(services, others)
    assert mine is not None
    assert stranger is not None
    assert end_session(services, stranger.actor, mine.session_id, "user") == 0
    assert [session.id for session in open_sessions(services, mine.actor.user_id)] == [mine.session_id]
    assert end_session(services, mine.actor, mine.session_id, "sign_out") == 1
    assert find_session(services, token) is None
    assert open_sessions(services, mine.actor.user_id) == []
    ended = recorded(services, EventKind.SESSIONS_ENDED)
    assert ended == [{"user_id": mine.actor.user_id, "sessions": 1, "by": "sign_out"}]


def test_every_sign_in_has_a_token_of_its_own(services: Services) -> None:
    person_with_password(services, "李录入")
    tokens = {sign_in(services, attempt()) for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 43 for token in tokens)
    assert find_session(services, "A" * 43) is None


def test_no_password_longer_than_can_be_chosen_is_ever_hashed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = watched(monkeypatch)
    fail(services, 1, password="x" * 100_000)
    assert verified == []


def test_a_hash_made_at_another_cost_is_renewed_when_its_owner_signs_in(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_with_password(services, "李录入")
    before = rows(services, desk_user)[0].password_hash
    monkeypatch.setattr("registry.privacy.passwords._hasher", lambda: PasswordHasher(2, 16, 1))
    sign_in(services, attempt())
    after = rows(services, desk_user)[0].password_hash
    assert "m=8,t=1,p=1" in before
    assert "m=16,t=2,p=1" in after
    assert fits(after, PASSWORD)
    assert not fits(hash_password("another"), PASSWORD)
