"""A form on its way back: what was typed, and what is wrong with it, beside the field and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from flask import request

from api.console.language import t
from api.console.texts import is_text
from registry.errors import FieldFault, InvalidInputError, OutOfReachError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: with which field, and what to do about it."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Form:
    """What the fields of a form show: values typed before, and the faults found in them."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @classmethod
    def typed(cls) -> Self:
        """Return what this request's form brought; the last value of each field, never a password."""
        kept = {name: values[-1] for name, values in request.form.lists() if "password" not in name}
        return cls(kept)

    def refused(self, error: InvalidInputError | OutOfReachError) -> Form:
        """Return the form with the faults a service found in it."""
        return Form(self.values, tuple(Fault(fault.field, says(fault)) for fault in error.faults))

    def at_fault(self, name: str, text: str, /, **filled: object) -> Form:
        """Return the form with one more fault, in the words of a text."""
        return Form(self.values, (*self.faults, Fault(name, t(text, **filled))))

    def value(self, name: str, default: str = "") -> str:
        """Return what a field shows."""
        return self.values.get(name, default)

    def fault(self, name: str) -> str | None:
        """Return what is wrong with a field, or None."""
        found = [fault.says for fault in self.faults if fault.field == name]
        return " ".join(found) or None


def says(fault: FieldFault) -> str:
    """Return what a fault says to people: the text `fault.<code>`, with what stands after the code's colon in it."""
    code, _, parameter = fault.code.partition(":")
    text = f"fault.{code}"
    return t(text, parameter=parameter) if is_text(text) else t("fault.other")
