"""What the operator decides from outside: environment variables prefixed REGISTRY_, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from registry.errors import SettingsError

Choice = TypeVar("Choice", bound=StrEnum)
_KEPT_ELSEWHERE = ("env:", "pkcs11:")
_REGIONS = ("31", "32", "33", "34")
_SCHEMES = ("sqlite", "postgresql+psycopg")
Network = IPv4Network | IPv6Network


class Mode(StrEnum):
    """Whether the process serves the public (production) or is being tried out (development)."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Role(StrEnum):
    """Whether the process belongs to the regional centre or to one province's own system."""

    HUB = "hub"
    PROVINCE = "province"


class CipherName(StrEnum):
    """Ciphers for new records: AES-256-GCM (NIST SP 800-38D) or SM4-GCM (GB/T 32907, RFC 8998)."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the register keeps its things and how strictly it starts; the database address is never shown."""

    home: Path
    database_url: str = field(repr=False)
    keys: Path
    mode: Mode = Mode.DEVELOPMENT
    cipher: CipherName = CipherName.AES_256_GCM
    policy: Path | None = None
    keys_kept: str | None = field(repr=False, default=None)
    """Where the keys are where that is no file: `env:NAME` or `pkcs11:…`; `keys` counts for nothing then."""
    console_origin: str | None = None
    """Scheme and host at which browsers reach the console, such as `https://register.example`."""
    proxy: str | None = None
    """The address of the reverse proxy, whose word is taken for where a browser is."""
    role: Role = Role.HUB
    region: str | None = None
    """Which province's system this is; None at the regional centre."""
    partners: Path | None = None
    """The directory of the partners' files (*.toml); None: `partners` under the home."""
    webhook_networks: tuple[Network, ...] = ()
    """Private networks in which licensing systems may be told; public addresses always may be."""
    webhook_authorities: Path | None = None
    """A file of certificates (PEM) licensing systems' own may rest on; None: those the machine trusts."""

    @property
    def partner_files(self) -> Path:
        """Where the partners' files are."""
        return self.partners or self.home / "partners"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings; absent or blank variables take their defaults.

        Raises SettingsError naming the variable that is wrong, never its value.
        """
        home = Path(_stated(env, "REGISTRY_HOME") or "var")
        mode = _choice(env, "REGISTRY_MODE", Mode, Mode.DEVELOPMENT)
        keys = _stated(env, "REGISTRY_KEYS")
        elsewhere = keys is not None and keys.startswith(_KEPT_ELSEWHERE)
        return cls(
            home=home,
            database_url=_database_url(_stated(env, "REGISTRY_DATABASE_URL"), home),
            keys=home / "keys.json" if elsewhere else _keys(keys, home, mode),
            mode=mode,
            cipher=_choice(env, "REGISTRY_CIPHER", CipherName, CipherName.AES_256_GCM),
            policy=_file(env, "REGISTRY_POLICY"),
            keys_kept=keys if elsewhere else None,
            console_origin=_origin(_stated(env, "REGISTRY_CONSOLE_ORIGIN")),
            proxy=_stated(env, "REGISTRY_PROXY"),
            role=(role := _choice(env, "REGISTRY_ROLE", Role, Role.HUB)),
            region=_region(_stated(env, "REGISTRY_REGION"), role),
            partners=Path(partners) if (partners := _stated(env, "REGISTRY_PARTNERS")) else None,
            webhook_networks=_networks(_stated(env, "REGISTRY_WEBHOOK_NETWORKS")),
            webhook_authorities=_file(env, "REGISTRY_WEBHOOK_CA"),
        )


def _stated(env: Mapping[str, str], variable: str) -> str | None:
    return env.get(variable, "").strip() or None


def _file(env: Mapping[str, str], variable: str) -> Path | None:
    text = _stated(env, variable)
    if text is not None and not Path(text).is_file():
        raise SettingsError(f"{variable} names no file")
    return None if text is None else Path(text)


def _networks(text: str | None) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in (text or "").split(",") if part.strip())
    except ValueError:
        raise SettingsError("REGISTRY_WEBHOOK_NETWORKS must be networks such as 10.20.0.0/16, with commas") from None


def _choice(env: Mapping[str, str], variable: str, kind: type[Choice], default: Choice) -> Choice:
    text = _stated(env, variable)
    if text is None:
        return default
    try:
        return kind(text.lower())
    except ValueError:
        raise SettingsError(f"{variable} must be one of {', '.join(kind)}") from None


def _database_url(text: str | None, home: Path) -> str:
    if text is None:
        return f"sqlite:///{home / 'registry.sqlite3'}"
    # urlsplit lets neither "+" in a scheme nor an absent one pass unseen; the value itself may carry a password.
    scheme = urlsplit(text).scheme
    if scheme not in _SCHEMES:
        raise SettingsError(f"REGISTRY_DATABASE_URL must begin with {' or '.join(f'{name}://' for name in _SCHEMES)}")
    if scheme == "sqlite" and text.partition("://")[2].lstrip("/") in ("", ":memory:"):
        raise SettingsError("REGISTRY_DATABASE_URL must name a file: a list in memory would be lost with the process")
    return text


def _region(text: str | None, role: Role) -> str | None:
    if role is Role.PROVINCE and text not in _REGIONS:
        raise SettingsError(f"REGISTRY_REGION must be one of {', '.join(_REGIONS)} where REGISTRY_ROLE is province")
    if role is Role.HUB and text is not None:
        raise SettingsError("REGISTRY_REGION belongs to REGISTRY_ROLE=province: the regional centre has no region")
    return text


def _origin(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or text != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise SettingsError("REGISTRY_CONSOLE_ORIGIN must be https:// and a host, with nothing after it")
    return text


def _keys(text: str | None, home: Path, mode: Mode) -> Path:
    if text is not None:
        return Path(text)
    if mode is Mode.PRODUCTION:
        raise SettingsError("REGISTRY_KEYS must be set in production: keys are never made or guessed there")
    return home / "keys.json"
