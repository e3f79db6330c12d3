"""`registry init` can be repeated, and refuses where it would hide that keys are lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str | None]:
    """A home of this test's own and nothing else set."""
    unset = dict.fromkeys(("REGISTRY_DATABASE_URL", "REGISTRY_KEYS", "REGISTRY_MODE", "REGISTRY_POLICY"))
    return {**unset, "REGISTRY_HOME": str(tmp_path / "home")}


def init(environment: dict[str, str | None]) -> Result:
    """Run `registry init`."""
    return CliRunner().invoke(main, ["init"], env=environment)


def test_init_makes_database_and_keys_once_and_can_be_repeated(environment: dict[str, str | None]) -> None:
    first = init(environment)
    assert first.exit_code == 0, first.output
    assert "Keys were made" in first.output
    keys = Path(str(environment["REGISTRY_HOME"])) / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    made = keys.read_bytes()
    again = init(environment)
    assert again.exit_code == 0, again.output
    assert "Keys were made" not in again.output
    assert keys.read_bytes() == made


def test_lost_keys_are_not_replaced_by_new_ones(environment: dict[str, str | None]) -> None:
    init(environment)
    keys = Path(str(environment["REGISTRY_HOME"])) / "keys.json"
    keys.unlink()
    again = init(environment)
    assert (again.exit_code, keys.exists()) == (1, False)
    assert again.output.startswith("Error: ")


def test_a_wrong_setting_is_wrong_use_and_its_value_is_not_shown(environment: dict[str, str | None]) -> None:
    wrong = init({**environment, "REGISTRY_DATABASE_URL": "mysql://name:secret@host/base"})
    assert wrong.exit_code == 2
    assert "REGISTRY_DATABASE_URL" in wrong.output
    assert "secret" not in wrong.output


def test_a_store_that_does_not_answer_is_a_failure(environment: dict[str, str | None]) -> None:
    nobody = "postgresql+psycopg://registry:secret@127.0.0.1:1/registry?connect_timeout=1"
    failed = init({**environment, "REGISTRY_DATABASE_URL": nobody})
    assert failed.exit_code == 1
    assert "secret" not in failed.output
