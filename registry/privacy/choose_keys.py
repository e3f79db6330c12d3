"""Which key provider a process uses: what the setting REGISTRY_KEYS says."""

from __future__ import annotations

import re
from typing import Final

from registry.errors import SettingsError
from registry.privacy.key_providers import EnvironmentKeys, FileKeys, KeyProvider
from registry.privacy.token_keys import TokenKeys, token_at
from registry.settings import Settings

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)


def key_provider(settings: Settings) -> KeyProvider:
    """Return where the keys come from; SettingsError, naming the setting alone, where that is nowhere."""
    if settings.keys_kept is None:
        return FileKeys(settings.keys)
    scheme, _, name = settings.keys_kept.partition(":")
    if scheme == "pkcs11":
        return TokenKeys(token_at(settings.keys_kept))
    if _VARIABLE.fullmatch(name) is None:
        raise SettingsError("REGISTRY_KEYS must name an environment variable behind env:")
    return EnvironmentKeys(name)
