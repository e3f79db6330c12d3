"""Settings are checked when the process starts; a wrong one is named and its value not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import SettingsError
from registry.settings import CipherName, Mode, Settings


def test_without_any_variable_everything_lies_under_var() -> None:
    settings = Settings.from_environment({})
    assert settings.home == Path("var")
    assert settings.database_url == "sqlite:///var/registry.sqlite3"
    assert settings.keys == Path("var/keys.json")
    assert (settings.mode, settings.cipher, settings.policy) == (Mode.DEVELOPMENT, CipherName.AES_256_GCM, None)


def test_a_blank_variable_is_as_good_as_none() -> None:
    assert Settings.from_environment({"REGISTRY_HOME": " ", "REGISTRY_CIPHER": ""}) == Settings.from_environment({})


def test_every_variable_is_heard(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.touch()
    settings = Settings.from_environment(
        {
            "REGISTRY_HOME": "/srv/registry",
            "REGISTRY_DATABASE_URL": "postgresql+psycopg://registry@db/registry",
            "REGISTRY_KEYS": "/etc/registry/keys.json",
            "REGISTRY_MODE": "Production",
            "REGISTRY_CIPHER": "sm4-gcm",
            "REGISTRY_POLICY": str(policy),
        }
    )
    assert settings == Settings(
        Path("/srv/registry"),
        "postgresql+psycopg://registry@db/registry",
        Path("/etc/registry/keys.json"),
        Mode.PRODUCTION,
        CipherName.SM4_GCM,
        policy,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REGISTRY_MODE", "hunter2"),
        ("REGISTRY_CIPHER", "hunter2"),
        ("REGISTRY_POLICY", "/nowhere/hunter2.toml"),
        ("REGISTRY_DATABASE_URL", "mysql://root:hunter2@db/registry"),
        ("REGISTRY_DATABASE_URL", "postgresql://root:hunter2@db/registry"),
        ("REGISTRY_DATABASE_URL", "hunter2"),
        ("REGISTRY_DATABASE_URL", "sqlite://"),
        ("REGISTRY_DATABASE_URL", "sqlite:///:memory:"),
    ],
)
def test_a_wrong_value_names_its_variable_and_is_not_shown(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_environment({variable: value})
    assert "hunter2" not in str(caught.value)


def test_production_names_its_keys() -> None:
    with pytest.raises(SettingsError, match="REGISTRY_KEYS"):
        Settings.from_environment({"REGISTRY_MODE": "production"})
    assert Settings.from_environment({"REGISTRY_MODE": "production", "REGISTRY_KEYS": "k"}).keys == Path("k")


def test_the_database_address_is_not_shown() -> None:
    address = "postgresql+psycopg://registry:hunter2@db/registry"
    assert "hunter2" not in repr(Settings.from_environment({"REGISTRY_DATABASE_URL": address}))
