"""What was read in a judgment: every value with the place it stands at, and what a person should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from registry.intake.compact_text import Span

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Quoted(Generic[Value]):
    """A value and where the text says it."""

    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person must look at before the judgment is filed: which field, a stable code, and why."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Punishment:
    """A sentence: its kind in the words of the Criminal Law, its length, probation and fine; None where not stated."""

    sentence: Quoted[str] | None = None
    months: Quoted[float] | None = None
    probation_months: Quoted[float] | None = None
    fine_yuan: Quoted[float] | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One charge somebody was found guilty of (or acquitted), and what it was punished with."""

    charge: Quoted[str] | None
    punishment: Punishment


@dataclass(frozen=True, slots=True)
class Ban:
    """An order of the court that forbids an occupation; years are None where the order states none."""

    kind: str
    years: Quoted[float] | None
    text: Quoted[str]


@dataclass(slots=True)
class Defendant:
    """One accused person or unit and everything read about them."""

    kind: str
    name: Quoted[str] | None
    name_masked: bool = False
    other_names: list[tuple[str, Quoted[str]]] = field(default_factory=list)
    sex: Quoted[str] | None = None
    birth_date: Quoted[str] | None = None
    ethnic_group: Quoted[str] | None = None
    id_number: Quoted[str] | None = None
    counts: list[Count] = field(default_factory=list)
    executed: Punishment = field(default_factory=Punishment)
    bans: list[Ban] = field(default_factory=list)


@dataclass(slots=True)
class JudgmentReading:
    """One judgment as read."""

    case_number: Quoted[str] | None = None
    court: Quoted[str] | None = None
    decided_on: Quoted[str] | None = None
    instance: Quoted[str] | None = None
    defendants: list[Defendant] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)

    def as_json(self, file: str) -> dict[str, Any]:
        """Return the reading in the shape of `registry judgment read`; paths of `quotes` lead to the values."""
        return {
            "file": file,
            **{name: _value(getattr(self, name)) for name in _DOCUMENT},
            "defendants": [_defendant(each) for each in self.defendants],
            "warnings": [{"field": each.field, "code": each.code} for each in self.warnings],
            "quotes": {path: list(span) for path, span in self._quotes()},
        }

    def _quotes(self) -> Iterator[tuple[str, Span]]:
        yield from _quoted("", self, _DOCUMENT)
        for position, defendant in enumerate(self.defendants):
            yield from _quotes_of(f"defendants[{position}].", defendant)


_DOCUMENT: Final = ("case_number", "court", "decided_on", "instance")
_PERSON: Final = ("name", "sex", "birth_date", "ethnic_group", "id_number")
_PUNISHMENT: Final = ("sentence", "months", "probation_months", "fine_yuan")


def _value(quoted: Quoted[Any] | None) -> Any:
    return None if quoted is None else quoted.value


def _defendant(read: Defendant) -> dict[str, Any]:
    return {
        "kind": read.kind,
        "name": _value(read.name),
        "name_masked": read.name_masked,
        "other_names": [{"kind": kind, "name": name.value} for kind, name in read.other_names],
        **{name: _value(getattr(read, name)) for name in _PERSON[1:]},
        "counts": [{"charge": _value(each.charge), **_count_values(each.punishment)} for each in read.counts],
        "executed": {name: _value(getattr(read.executed, name)) for name in _PUNISHMENT},
        "bans": [{"kind": each.kind, "years": _value(each.years), "text": each.text.value} for each in read.bans],
    }


def _count_values(punishment: Punishment) -> dict[str, Any]:
    """Probation belongs to what is executed, not to a count."""
    return {name: _value(getattr(punishment, name)) for name in _PUNISHMENT if name != "probation_months"}


def _quotes_of(path: str, read: Defendant) -> Iterator[tuple[str, Span]]:
    yield from _quoted(path, read, _PERSON)
    for position, (_, name) in enumerate(read.other_names):
        yield f"{path}other_names[{position}].name", name.span
    for position, count in enumerate(read.counts):
        yield from _quoted(f"{path}counts[{position}].", count, ("charge",))
        yield from _quoted(f"{path}counts[{position}].", count.punishment, ("sentence", "months", "fine_yuan"))
    yield from _quoted(f"{path}executed.", read.executed, _PUNISHMENT)
    for position, ban in enumerate(read.bans):
        yield from _quoted(f"{path}bans[{position}].", ban, ("text", "years"))


def _quoted(path: str, holder: object, names: Sequence[str]) -> Iterator[tuple[str, Span]]:
    for name in names:
        quoted: Quoted[Any] | None = getattr(holder, name)
        if quoted is not None:
            yield f"{path}{name}", quoted.span
