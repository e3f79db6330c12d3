"""`registry keys public | rotate signing` and `registry witness add | remove`, as an operator calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.ledger.signed_note import KeyKind, SignerKey
from registry.settings import Settings

KEY = SignerKey("zhejiang.example", bytes(32), KeyKind.COSIGNATURE_V1).verifier().spelt()


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """A register with a key file of this test's own."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    return {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(keys),
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def public(environment: dict[str, str]) -> dict[str, list[Any]]:
    document: dict[str, list[Any]] = json.loads(run(environment, "keys", "public").stdout)
    return document


def test_a_rotated_signing_key_stands_first_and_the_former_one_stays_public(environment: dict[str, str]) -> None:
    before = public(environment)["keys"]
    rotated = json.loads(run(environment, "keys", "rotate", "signing", "--json").stdout)
    after = public(environment)["keys"]
    assert [key["signs"] for key in after] == [True, False]
    assert after[0]["kid"] == rotated[0]["thumbprint"]
    assert after[1]["x"] == before[0]["x"]
    assert "every witness" in run(environment, "keys", "rotate", "signing").stdout


def test_a_witness_is_entered_and_taken_out_by_name(environment: dict[str, str]) -> None:
    assert run(environment, "witness", "add", "zhejiang.example", KEY).exit_code == 0
    assert public(environment)["witnesses"] == [{"name": "zhejiang.example", "verifier": KEY}]
    assert run(environment, "witness", "add", "zhejiang.example", KEY).exit_code == 1
    assert run(environment, "witness", "add", "anhui.example", KEY).exit_code == 2
    assert run(environment, "witness", "remove", "zhejiang.example").exit_code == 0
    assert public(environment)["witnesses"] == []
    assert run(environment, "witness", "remove", "zhejiang.example").exit_code == 1
