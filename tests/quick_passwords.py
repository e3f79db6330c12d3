"""Passwords hashed at the least cost, for tests that are not about the cost."""

from __future__ import annotations

import functools

import pytest
from argon2 import PasswordHasher

from registry.privacy import passwords


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at the least cost for the length of a test."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    nobodys = functools.cache(lambda: passwords._hasher().hash("nobody has this password"))
    monkeypatch.setattr(passwords, "_nobodys", nobodys)
