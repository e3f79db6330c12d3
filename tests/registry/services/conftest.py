"""Sides of an exchange for the tests of it: the hub on both databases, provinces on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.clock import FixedClock
from registry.privacy.keyring import Keyring
from registry.services.context import Services
from tests.registry.services.exchange_at_hand import side, sqlite_copy


@pytest.fixture
def hub(tmp_path: Path, keyring: Keyring, clock: FixedClock, database_url: str) -> Iterator[Services]:
    """The regional centre, on both databases."""
    opened = side(tmp_path, "hub", keyring, clock, database_url)
    yield opened
    opened.store.close()


@pytest.fixture
def nodes(tmp_path: Path, keyring: Keyring, clock: FixedClock, sqlite_template: Path) -> Iterator[dict[str, Services]]:
    """Two provinces' own systems: Shanghai and Zhejiang."""
    opened = {
        name: side(tmp_path, name, keyring, clock, sqlite_copy(tmp_path, name, sqlite_template))
        for name in ("31", "33")
    }
    yield opened
    for one in opened.values():
        one.store.close()


@pytest.fixture
def zhejiang(nodes: dict[str, Services]) -> Services:
    return nodes["33"]


@pytest.fixture
def shanghai(nodes: dict[str, Services]) -> Services:
    return nodes["31"]
