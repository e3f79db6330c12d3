"""Where the exchange's adapters look in tests: folders of two kinds, and a front-end database of each kind."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.conftest import create_database
from tests.registry.exchange.foreign_drop_at_hand import folder_url


@pytest.fixture(params=["directory", "memory"])
def folder_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A foreign system's folder, on this machine and elsewhere."""
    return folder_url(request.param, tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A directory, where the kind of file system makes no difference."""
    return str(tmp_path / "drop")


@pytest.fixture(params=["sqlite", "postgresql"])
def tables_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty front-end database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'front.sqlite3'}"
    return create_database(request.getfixturevalue("postgresql_server"), f"front_{uuid.uuid4().hex}")
