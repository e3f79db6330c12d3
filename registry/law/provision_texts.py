"""The words of a provision, as people read them before they file; where none are kept, whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from registry.law.provisions import Provision
from registry.law.strict_toml import read_table


def provision_text(provision: Provision) -> str:
    """Return the passage that bars, in Chinese; else whom the provision reaches."""
    return _texts().get(provision.id, provision.who)


def load_texts(path: Path | None = None) -> Mapping[str, str]:
    """Read provision_texts.toml. Raises SettingsError naming the entry."""
    table = read_table("provision_texts.toml", path)
    texts: dict[str, str] = {}
    for entry in table.tables("text"):
        texts[entry.text("provision")] = entry.text("text")
        entry.finish()
    table.finish()
    return texts


@cache
def _texts() -> Mapping[str, str]:
    return load_texts()
