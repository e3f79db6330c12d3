"""Credentials of partners by reference: a configuration names where a secret is, never the secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from registry.errors import SettingsError

REFERENCE: Final = re.compile(r"(env):([A-Za-z_][A-Za-z0-9_]*)|(file):(.+)")


def is_reference(text: str) -> bool:
    """Tell whether a text names where a credential is: `env:NAME` or `file:PATH`."""
    return REFERENCE.fullmatch(text) is not None


def resolved(reference: str, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Return the credential; a relative path is one beside the configuration, and the last line end is no part of it.

    Raises SettingsError naming the variable or file that is not there or empty, never what it holds.
    """
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise SettingsError("a credential must be named as env:NAME or file:PATH")
    return _from_environment(found[2], os.environ if env is None else env) if found[1] else _from_file(folder, found[4])


def _from_environment(name: str, env: Mapping[str, str]) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise SettingsError(f"the environment has no variable {name}, which a partner's configuration names")
    return value


def _from_file(folder: Path, path: str) -> str:
    try:
        value = (folder / path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"the file {path}, which a partner's configuration names, cannot be read") from None
    if not value:
        raise SettingsError(f"the file {path}, which a partner's configuration names, is empty")
    return value
