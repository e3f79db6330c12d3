"""The wording of every matching model and policy that judged here, so that an old answer can be replayed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, insert, literal_column, select, update

from registry.errors import ConflictError, NotFoundError
from registry.store.tables import rule_text
from registry.store.transaction import Transaction


class Rule(StrEnum):
    """What is kept by version."""

    MODEL = "model"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One kept version: its digest (SHA-256 of its wording) and whether it was chosen to be used."""

    version: str
    digest: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class Adopted:
    """Which model and policy were adopted in the store; None: the program's own model, the policy of the settings."""

    model: str | None = None
    policy: str | None = None


def adopted_version(rule: Rule) -> ScalarSelect[str | None]:
    """Return the query for the version of a rule that was adopted."""
    chosen = select(rule_text.c.version).where(rule_text.c.rule == literal_column(f"'{rule}'"), rule_text.c.in_use)
    return chosen.scalar_subquery()


_ADOPTED: Final = select(adopted_version(Rule.MODEL), adopted_version(Rule.POLICY))
_KEPT: Final = select(rule_text.c.version, rule_text.c.digest, rule_text.c.in_use)
_TEXT: Final = select(rule_text.c.text)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a wording, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class RuleRepository:
    """Keeps wordings; none is changed or removed, because decisions rest on it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def kept(self, rule: Rule) -> list[RuleVersion]:
        """Return every kept version, in the order they came."""
        query = _KEPT.where(rule_text.c.rule == rule).order_by(rule_text.c.kept_at, rule_text.c.version)
        return [RuleVersion(*row) for row in self._transaction.connection.execute(query)]

    def text(self, rule: Rule, version: str) -> str:
        """Return the wording of a version. Raises NotFoundError where it is not kept here."""
        found = self._transaction.connection.execute(_TEXT.where(*_named(rule, version))).scalar()
        if found is None:
            raise NotFoundError(f"the {rule} {version} is not kept here")
        return str(found)

    def is_kept(self, rule: Rule, version: str, text: str) -> bool:
        """Say whether a version is kept. Raises ConflictError where it is kept with another wording."""
        known = _KEPT.where(*_named(rule, version))
        row = self._transaction.connection.execute(known).first()
        if row is not None and row.digest != digest_of(text):
            raise ConflictError(f"the {rule} {version} was used here with another wording: give it a new version")
        return row is not None

    def keep(self, rule: Rule, version: str, text: str) -> None:
        """Keep the wording of a version that is not kept yet; the caller holds the list's lock against others."""
        kept = {"rule": rule, "version": version, "digest": digest_of(text), "text": text, "in_use": False}
        self._transaction.connection.execute(insert(rule_text), {**kept, "kept_at": self._transaction.now()})

    def in_use(self, rule: Rule) -> str | None:
        """Return the version that was chosen, or None where it is left to the program."""
        chosen = select(rule_text.c.version).where(rule_text.c.rule == rule, rule_text.c.in_use)
        return self._transaction.connection.execute(chosen).scalar()

    def adopted(self) -> Adopted:
        """Return which model and policy were adopted."""
        return Adopted(*self._transaction.connection.execute(_ADOPTED).one())

    def use(self, rule: Rule, version: str) -> None:
        """Choose a kept version in place of any other."""
        mark = update(rule_text).where(rule_text.c.rule == rule)
        self._transaction.connection.execute(mark.values(in_use=rule_text.c.version == version))


def _named(rule: Rule, version: str) -> tuple[ColumnElement[bool], ...]:
    return rule_text.c.rule == rule, rule_text.c.version == version
