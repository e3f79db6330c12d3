"""Which licence a penalty takes away: only 吊销 of a food licence founds the five-year ban.

A penalty is read clause by clause, verb first: 吊销食品经营许可证 revokes a food licence, while
撤销, 注销, 责令停产停业 and 吊销营业执照 do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from registry.law.strict_toml import Table, read_table

_CLAUSES = re.compile(r"[,，、;；。:：\s]|并处|并|和|及|与")
_BRACKETS = str.maketrans("（）", "()")


class Licence(StrEnum):
    """What kind of licence a word names; `unnamed` says no more than 许可证, `unknown` is in no list."""

    FOOD = "food"
    TRANSPORT_PERMIT = "transport_permit"
    SMALL_PERMIT = "small_permit"
    SLAUGHTER = "slaughter"
    BUSINESS = "business"
    OTHER = "other"
    UNNAMED = "unnamed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Loss:
    """The kinds of licence a penalty revokes (吊销) and those it cancels (注销)."""

    revoked: frozenset[Licence]
    cancelled: frozenset[Licence]


@dataclass(frozen=True, slots=True)
class LicenceTable:
    """Verbs and licence words, longest first; the words that name no licence come last."""

    revoking: tuple[str, ...]
    cancelling: tuple[str, ...]
    other_verbs: tuple[str, ...]
    words: tuple[tuple[str, Licence], ...]

    @classmethod
    def load(cls) -> LicenceTable:
        """Read licences.toml. Raises SettingsError naming the entry."""
        table = read_table("licences.toml")
        words: list[tuple[str, Licence]] = []
        for entry in table.tables("licence"):
            words += _words(entry)
        unnamed = [(word, Licence.UNNAMED) for word in table.texts("unnamed")]
        loaded = cls(
            revoking=table.texts("revoking"),
            cancelling=table.texts("cancelling"),
            other_verbs=table.texts("other_verbs"),
            words=(*sorted(words, key=lambda word: -len(word[0])), *unnamed),
        )
        table.finish()
        return loaded

    def loss(self, penalty: str, licence_kind: str | None) -> Loss:
        """Read a penalty; where it names no licence, the row's own `licence_kind` does, else a food licence.

        A clause without a verb of its own goes with the one before: 吊销营业执照和食品经营许可证.
        """
        lost: dict[str, set[Licence]] = {"revoked": set(), "cancelled": set()}
        verb = None
        for clause in filter(None, _CLAUSES.split(penalty.translate(_BRACKETS))):
            verb = self._verb(clause) or verb
            if verb in lost:
                lost[verb].add(self._licence(clause, licence_kind))
        return Loss(frozenset(lost["revoked"]), frozenset(lost["cancelled"]))

    def kind_of(self, text: str) -> Licence:
        """Return the kind of licence a text names."""
        return next((licence for word, licence in self.words if word in text), Licence.UNKNOWN)

    def _licence(self, clause: str, licence_kind: str | None) -> Licence:
        named = self.kind_of(clause)
        if named not in (Licence.UNNAMED, Licence.UNKNOWN):
            return named
        if licence_kind is not None:
            own = self.kind_of(licence_kind.translate(_BRACKETS))
            return Licence.UNKNOWN if own is Licence.UNNAMED else own
        return Licence.FOOD if named is Licence.UNNAMED else Licence.UNKNOWN

    def _verb(self, clause: str) -> str | None:
        for name, verbs in (
            ("other", self.other_verbs),
            ("revoked", self.revoking),
            ("cancelled", self.cancelling),
        ):
            if any(verb in clause for verb in verbs):
                return name
        return None


def _words(entry: Table) -> list[tuple[str, Licence]]:
    licence = entry.choice("name", Licence)
    words = entry.texts("words")
    entry.finish()
    return [(word, licence) for word in words]
