"""Pages that take long are made one at a time, and who finds another under way is told when to ask again."""

from __future__ import annotations

import pytest

from api.console import long_pages
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.api.console.test_rules_page import propose
from tests.registry.services.test_adopt_rule import changed_policy

# One at a time does not hang on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asked(visitor: Visitor) -> list[int]:
    """Ask for each page that takes long; return the statuses."""
    pages: tuple[tuple[str, dict[str, str]], ...] = (
        ("/trail/export", {"form": "csv"}),
        ("/replay", {"what": "check", "as_of": "own", "check_no": "C1"}),
        ("/rules/1/rehearse", {}),
    )
    return [visitor.post(path, **fields).status_code for path, fields in pages]


def test_while_one_long_page_is_made_the_others_are_told_to_ask_again_and_short_ones_are_answered(
    sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_pages, "PATIENCE_SECONDS", 0.01)
    regulator = sign_in_as(UserRole.REGULATOR, None)
    propose(regulator, changed_policy())
    turn = regulator.client.application.extensions["long_page"]
    with turn:
        assert asked(regulator) == [503, 503, 503]
        refused = regulator.post("/trail/export", form="csv")
        assert int(refused.headers["Retry-After"]) > 0
        assert regulator.get("/trail").status_code == 200
    assert asked(regulator) == [200, 422, 303]
    assert not turn.locked()


def test_who_may_not_propose_rehearses_nothing(sign_in_as: SignInAs) -> None:
    propose(sign_in_as(UserRole.REGULATOR, None), changed_policy())
    refused = sign_in_as(UserRole.REGULATOR, "33").post("/rules/1/rehearse")
    assert refused.status_code == 422
    assert "还没有演练" in refused.get_data(as_text=True)
