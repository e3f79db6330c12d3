"""Accounts: added once under a name, opened by a link that works once, changed and disabled with immediate effect."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, NotAuthenticatedError, NotFoundError, RateExceededError
from registry.law.retention import Retention, RetentionRule
from registry.ledger.events import EventKind
from registry.privacy import passwords
from registry.services.add_user import add_user
from registry.services.change_user import change_role, disable_user, enable_user
from registry.services.context import Services
from registry.services.desk_session import SignedIn, end_other_sessions, find_session
from registry.services.password_link import LINK_LIVES, reset_password
from registry.services.read_users import find_user, find_user_named, read_users
from registry.services.retain import apply_retention
from registry.services.set_password import change_password, require_strong, set_password
from registry.services.sign_in import sign_in
from registry.services.throttle import OF_ACCOUNT
from registry.store.account_repository import UserRole
from registry.store.account_tables import desk_session, desk_user, password_link, sign_in_count
from tests.api.console.people import PASSWORD, person_with_password, session_of
from tests.quick_passwords import quick_passwords
from tests.registry.services.register_under_test import rows
from tests.registry.services.test_sign_in import attempt, fail, recorded, seconds_refused

__all__ = ["quick_passwords"]
pytestmark = pytest.mark.usefixtures("quick_passwords")

ANOTHER = "Neun-Kegel-im-Garten"


def signed_in(services: Services, name: str = "李录入", password: str = PASSWORD) -> tuple[str, SignedIn]:
    token = sign_in(services, attempt(name, password))
    found = find_session(services, token)
    assert found is not None
    return token, found


def faults(refused: pytest.ExceptionInfo[InvalidInputError]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_a_user_is_recorded_by_number_role_and_region_and_never_by_name(services: Services) -> None:
    added = add_user(services, " 李  录入 ", UserRole.CLERK, "33", "operator:x")
    assert find_user(services, added.id).name == "李 录入"
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries()]
    assert [(entry.kind, entry.actor, entry.facts) for entry in entries] == [
        (EventKind.USER_ADDED, "operator:x", {"user_id": added.id, "role": "clerk", "region": "33"}),
        (EventKind.PASSWORD_LINK_MADE, "operator:x", {"user_id": added.id}),
    ]


@pytest.mark.parametrize(
    ("name", "region", "fault"),
    [
        ("  ", "33", ("name", "required")),
        ("长" * 61, "33", ("name", "too_long:60")),
        ("李\u200b录入", "33", ("name", "odd_characters")),
        ("李\n录入", "33", ("name", "odd_characters")),
        ("\ufdfa" * 20, "33", ("name", "odd_characters")),
        ("ＬＩ ｗｅｉ", "33", ("name", "name_taken")),
        ("李录入", "44", ("region", "one_of")),
    ],
)
def test_a_name_that_cannot_be_told_from_another_s_is_refused(
    services: Services, name: str, region: str, fault: tuple[str, str]
) -> None:
    add_user(services, "Li Wei", UserRole.CLERK, None, "test")
    with pytest.raises(InvalidInputError) as refused:
        add_user(services, name, UserRole.CLERK, region, "test")
    assert faults(refused) == [fault]
    assert len(read_users(services)) == 1


def test_a_link_sets_one_password_once(services: Services) -> None:
    code = add_user(services, "李录入", UserRole.CLERK, "33", "test").link.code
    assert set_password(services, code, PASSWORD) == "李录入"
    with pytest.raises(NotFoundError):
        set_password(services, code, ANOTHER)
    signed_in(services)
    assert code not in repr(rows(services, password_link))
    assert recorded(services, EventKind.PASSWORD_SET) == [{"user_id": 1, "by": "link"}]


def test_a_link_is_good_for_a_day_and_only_the_latest_one(services: Services, clock: FixedClock) -> None:
    first = add_user(services, "李录入", UserRole.CLERK, "33", "test").link.code
    second = reset_password(services, 1, "test").code
    with pytest.raises(NotFoundError):
        set_password(services, first, PASSWORD)
    clock.advance(LINK_LIVES)
    with pytest.raises(NotFoundError):
        set_password(services, second, PASSWORD)


def test_a_reset_leaves_the_password_until_the_link_is_used_and_then_ends_every_session(services: Services) -> None:
    person_with_password(services, "李录入")
    token, _ = signed_in(services)
    code = reset_password(services, 1, "test").code
    assert find_session(services, token) is not None
    set_password(services, code, ANOTHER)
    assert find_session(services, token) is None
    with pytest.raises(NotAuthenticatedError):
        sign_in(services, attempt())
    signed_in(services, password=ANOTHER)


def test_a_link_lets_in_whom_others_had_locked_out(services: Services) -> None:
    person_with_password(services, "李录入")
    fail(services, OF_ACCOUNT)
    assert seconds_refused(services) == 60
    set_password(services, reset_password(services, 1, "test").code, ANOTHER)
    signed_in(services, password=ANOTHER)


def test_a_refused_password_does_not_use_the_link_up(services: Services) -> None:
    code = add_user(services, "李录入", UserRole.CLERK, "33", "test").link.code
    with pytest.raises(InvalidInputError):
        set_password(services, code, "short")
    set_password(services, code, PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elf-Zeichen", "too_short:12"),
        ("x" * 129, "too_long:128"),
        ("aaaaaaaaaaaaaaa", "easy_password"),
        ("1234567890123", "easy_password"),
        ("qwertyuiop[]", "easy_password"),
        ("Password2026!", "easy_password"),
        ("Ｐａｓｓｗｏｒｄ2026", "easy_password"),
        ("Zhang.San-2026", "easy_password"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        require_strong(password, "zhang.san")
    assert faults(refused) == [("password", code)]


@pytest.mark.parametrize("password", [PASSWORD, "四月的西湖边下着小雨而且有风", "correct horse battery staple"])
def test_a_sentence_will_do_for_a_password(password: str) -> None:
    require_strong(password, "zhang.san")


def test_changing_a_password_needs_the_former_one_and_ends_the_other_sessions(services: Services) -> None:
    person_with_password(services, "李录入")
    other, _ = signed_in(services)
    token, here = signed_in(services)
    with pytest.raises(InvalidInputError) as refused:
        change_password(services, here, "wrong", ANOTHER)
    assert faults(refused) == [("former_password", "wrong_password")]
    change_password(services, here, PASSWORD, ANOTHER)
    assert find_session(services, other) is None
    assert find_session(services, token) is not None
    signed_in(services, password=ANOTHER)


def test_a_stolen_session_cannot_try_passwords_out(services: Services) -> None:
    person_with_password(services, "李录入")
    _, here = signed_in(services)
    for _ in range(OF_ACCOUNT):
        with pytest.raises(InvalidInputError):
            change_password(services, here, "wrong", ANOTHER)
    with pytest.raises(RateExceededError):
        change_password(services, here, PASSWORD, ANOTHER)


def test_another_role_or_region_holds_at_once(services: Services) -> None:
    person_with_password(services, "李录入")
    token, _ = signed_in(services)
    change_role(services, 1, UserRole.CLERK, "33", "user:9")
    assert find_session(services, token) is not None  # nothing has changed
    change_role(services, 1, UserRole.CONFIRMER, None, "user:9")
    assert find_session(services, token) is None
    assert signed_in(services)[1].actor.role is UserRole.CONFIRMER
    assert recorded(services, EventKind.USER_CHANGED) == [
        {"user_id": 1, "role": "confirmer", "region": "", "former_role": "clerk", "former_region": "33"}
    ]


def test_a_disabled_user_is_out_at_once_and_back_when_enabled(services: Services) -> None:
    code = add_user(services, "新来的", UserRole.CLERK, "33", "test").link.code
    user = person_with_password(services, "李录入")
    token, _ = signed_in(services)
    disable_user(services, 1, "user:9")
    for _ in range(2):
        disable_user(services, user, "user:9")
    assert find_session(services, token) is None
    with pytest.raises(NotFoundError):
        set_password(services, code, PASSWORD)
    with pytest.raises(ConflictError):
        reset_password(services, user, "user:9")
    for _ in range(2):
        enable_user(services, user, "user:9")
    signed_in(services)
    assert recorded(services, EventKind.USER_DISABLED) == [{"user_id": 1}, {"user_id": user}]
    assert recorded(services, EventKind.USER_ENABLED) == [{"user_id": user}]
    ended: list[dict[str, Any]] = recorded(services, EventKind.SESSIONS_ENDED)
    assert ended == [{"user_id": user, "sessions": 1, "by": "disabled"}]


def test_nobody_changes_or_disables_themselves(services: Services) -> None:
    add_user(services, "管理", UserRole.ADMIN, None, "test")
    with pytest.raises(ConflictError):
        disable_user(services, 1, "user:1")
    with pytest.raises(ConflictError):
        change_role(services, 1, UserRole.CONFIRMER, None, "user:1")


def test_who_is_not_there_cannot_be_changed(services: Services) -> None:
    for act in (lambda: disable_user(services, 7, "t"), lambda: reset_password(services, 7, "t")):
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(NotFoundError):
        change_role(services, 7, UserRole.CLERK, None, "t")
    with pytest.raises(NotFoundError):
        find_user_named(services, "无此人")


def test_other_sessions_end_and_the_present_one_stays(services: Services) -> None:
    person_with_password(services, "李录入")
    others = [signed_in(services)[0] for _ in range(2)]
    token, here = signed_in(services)
    assert end_other_sessions(services, here) == 2
    assert [find_session(services, other) for other in others] == [None, None]
    assert find_session(services, token) is not None


def test_sessions_links_and_counts_go_after_their_periods_and_accounts_stay(services: Services) -> None:
    person_with_password(services, "李录入")
    signed_in(services)
    fail(services, 1)
    periods = Retention.load().periods
    counts = after(services, periods[RetentionRule.SIGN_IN_COUNTS].days)
    assert (counts[RetentionRule.SIGN_IN_COUNTS], counts[RetentionRule.SESSIONS]) == (0, 0)
    counts = after(services, 1)
    assert counts[RetentionRule.SIGN_IN_COUNTS] == 2
    assert rows(services, sign_in_count) == []
    counts = after(services, periods[RetentionRule.SESSIONS].days)
    assert counts[RetentionRule.SESSIONS] == 2
    assert rows(services, desk_session) == rows(services, password_link) == []
    assert len(rows(services, desk_user)) == 1


def after(services: Services, days: int) -> Any:
    clock = FixedClock(services.store.clock.now() + datetime.timedelta(days=days))
    services.store.clock = clock  # type: ignore[misc]
    return apply_retention(dataclasses.replace(services, clock=clock), actor="test").counts


def test_passwords_are_kept_at_the_cost_the_documents_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = passwords.hash_password(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.hash_password(PASSWORD) != kept
    assert passwords.fits(kept, PASSWORD)
    assert not passwords.fits(kept, PASSWORD + " ")
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits("no hash at all", PASSWORD)


def test_a_disabled_account_s_session_opens_nothing_even_if_it_was_never_ended(services: Services) -> None:
    user = person_with_password(services, "李录入")
    disable_user(services, user, "user:9")
    token = session_of(services, user)
    assert find_session(services, token) is None
    enable_user(services, user, "user:9")
    assert find_session(services, token) is not None
