"""The words of a provision, as people read them before they file; where none are kept, whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from registry.law.provisions import Provision
from registry.law.strict_toml import read_table


class Comparison(StrEnum):
    """What a provision's kept words were compared with: the official text, a public reprint of it, or nothing."""

    OFFICIAL = "official"
    REPRINT = "reprint"
    NONE = "no"


@dataclass(frozen=True, slots=True)
class ProvisionText:
    """The passage that bars, in Chinese; the official title under which it is found; where the words come from.

    `compared` names what they were compared with (official: …, reprint: …), or is `no`. `english` is a reading aid for
    who does not read Chinese (empty: none), never the law.
    """

    text: str
    title: str
    source: str
    compared: str
    english: str = ""

    @property
    def comparison(self) -> Comparison:
        """Say what the words were compared with."""
        return Comparison(self.compared.partition(":")[0])


_WHOM: Final = "whom the provision reaches (provisions.toml), not its words"


def provision_text(provision: Provision) -> ProvisionText:
    """Return the passage that bars; else whom the provision reaches, compared with nothing."""
    found = _texts().get(provision.id)
    title = f"《{provision.law['zh']}》{provision.article['zh']}"
    return found or ProvisionText(provision.who, title, _WHOM, Comparison.NONE.value)


def load_texts(path: Path | None = None) -> Mapping[str, ProvisionText]:
    """Read provision_texts.toml. Raises SettingsError naming the entry."""
    table = read_table("provision_texts.toml", path)
    texts: dict[str, ProvisionText] = {}
    for entry in table.tables("text"):
        words = ProvisionText(*(entry.text(name) for name in ("text", "title", "source", "compared", "english")))
        if words.compared.partition(":")[0] not in list(Comparison):
            raise entry.fault("compared", "official: …, reprint: … or no")
        texts[entry.text("provision")] = words
        entry.finish()
    table.finish()
    return texts


@cache
def _texts() -> Mapping[str, ProvisionText]:
    return load_texts()
