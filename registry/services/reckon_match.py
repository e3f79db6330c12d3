"""The whole reckoning between an applicant and a listed person, line by line, and what the policy makes of it.

Nothing is looked up or kept here: two identities in, an explanation out. No line carries a name or a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from matching.identity import Identity, Kind
from matching.model import Model
from matching.name_weight import bearers_share, closest_names
from matching.prepare import Prepared, prepare
from matching.score import Comparison, population, reckon
from registry.law.policy import Policy, Threshold
from registry.law.roles import Purpose
from registry.law.verdict import IdentityRule, identity_rule
from registry.services.describe_model import texts
from registry.services.explain_evidence import Language, explain

_THE_NAME_ITSELF = frozenset({"exact", "form", "former", "differs"})
"""Levels of which it says enough how many bear the listed name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the reckoning; `alike` is how many others are as like the listed person in this."""

    feature: str
    level: str
    millibits: int
    running: int
    alike: float
    says: dict[str, str]

    @property
    def bits(self) -> float:
        """The weight in bits."""
        return self.millibits / 1000


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The sum, what it means among so many residents, and by which rule of the policy it is judged."""

    model: str
    policy: str
    purpose: Purpose
    lines: tuple[Line, ...]
    comparison: Comparison
    population: int
    threshold: Threshold
    rule: IdentityRule

    @property
    def bits(self) -> float:
        """The sum of the lines in bits."""
        return self.comparison.millibits / 1000

    @property
    def share(self) -> float:
        """The share of random other residents whose evidence would add up to as much."""
        return self.comparison.expected_coincidences / self.population

    def as_json(self) -> dict[str, Any]:
        """Return the reckoning for machines."""
        return {
            "model": self.model,
            "policy": self.policy,
            "purpose": self.purpose.value,
            "evidence": [_line_json(line) for line in self.lines],
            "bits": self.bits,
            "population": self.population,
            "share_as_strong": self.share,
            "expected_coincidences": self.comparison.expected_coincidences,
            "identity": self.comparison.identity.value,
            "name_compatible": self.comparison.name_compatible,
            "review_from": {
                "expected_coincidences": self.threshold.expected_coincidences,
                "bits": self.threshold.millibits / 1000,
            },
            "rule": self.rule.value,
            "verdict_on_identity": self.rule.verdict.value,
            "says": texts()["rule"][self.rule],
        }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "feature": line.feature,
        "level": line.level,
        "bits": line.bits,
        "running": line.running / 1000,
        "alike": line.alike,
        "says": line.says,
    }


@dataclass(frozen=True, slots=True)
class Measure:
    """By what is measured: model, policy and the purpose that chooses the policy's threshold."""

    model: Model
    policy: Policy
    purpose: Purpose


def reckon_match(measure: Measure, applicant: Identity, listed: Identity) -> Reckoning:
    """Return the reckoning between two identities, however little connects them."""
    ours, theirs = prepare(applicant), prepare(listed)
    comparison = reckon(measure.model, ours, theirs)
    return Reckoning(
        model=measure.model.version,
        policy=measure.policy.version,
        purpose=measure.purpose,
        lines=tuple(_lines(measure.model, ours, theirs, comparison)),
        comparison=comparison,
        population=population(measure.model, ours.kind),
        threshold=measure.policy.threshold(measure.purpose),
        rule=identity_rule(measure.policy, comparison, measure.purpose),
    )


def strongest(measure: Measure, applicant: Identity, faces: Iterable[Identity]) -> Reckoning:
    """Return the reckoning with the face that fits best, as a check would choose it; there must be one."""
    found = (reckon_match(measure, applicant, face) for face in faces)
    return min(found, key=lambda each: (each.comparison.expected_coincidences, -each.comparison.millibits))


def _lines(model: Model, ours: Prepared, theirs: Prepared, comparison: Comparison) -> Iterable[Line]:
    everybody = population(model, ours.kind)
    running = accumulate(line.millibits for line in comparison.evidence)
    for line, total in zip(comparison.evidence, running, strict=True):
        share = model.level(line.feature, line.level).same / 2 ** (line.millibits / 1000)
        alike = everybody * min(share, 1.0)
        says = {language.value: explain(line.feature, line.level, line.millibits, language) for language in Language}
        if line.feature == "name":
            bearers = _bearers(model, ours, theirs)
            says = {
                lang: f"{text}{_gap(lang)}{_rarity(line.level, bearers, alike, lang)}" for lang, text in says.items()
            }
        yield Line(line.feature, line.level, line.millibits, total, alike, says)


def _bearers(model: Model, ours: Prepared, theirs: Prepared) -> float:
    _, listed = closest_names(model, ours.names, theirs.names)
    return population(model, Kind.PERSON) * bearers_share(model.names, listed.parts)


def _rarity(level: str, bearers: float, alike: float, language: str) -> str:
    numbers = [bearers] if level in _THE_NAME_ITSELF else [bearers, alike]
    text: str = texts()["rarity"]["bears" if level in _THE_NAME_ITSELF else "near"][language]
    for number in numbers:
        text = text.replace("{}", rounded(number), 1)
    return text


def _gap(language: str) -> str:
    return " " if language == Language.EN else ""


def rounded(number: float) -> str:
    """Return a number of people to two figures: the tables vouch for no more."""
    if number < 10:
        return f"{number:.1f}"
    digits = len(str(int(number)))
    return f"{round(number, 2 - digits):,.0f}"
