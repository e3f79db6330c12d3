"""How the states and steps of the desk are shown: their names, and the tone of a state's tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.console.language import preferred, t
from api.console.texts import Language
from registry.services.search_listed import LookUpPurpose
from registry.store.desk_values import DeskState, FilingKind

_TONES: Final = {
    DeskState.FILED: "wait",
    DeskState.RETURNED: "bad",
    DeskState.PENDING: "wait",
    DeskState.IN_FORCE: "good",
    DeskState.WAITING: "wait",
}
_SEXES: Final = {"男": "revocations.male", "女": "revocations.female"}


def state_name(state: DeskState) -> str:
    """Return the name of a state."""
    return t(f"desk.state_{state.value}")


def state_tone(state: DeskState) -> str:
    """Return the tone of a state's tag: good, wait, bad or calm."""
    return _TONES.get(state, "calm")


def step_name(kind: FilingKind) -> str:
    """Return the name of what a filing asks for."""
    return t(f"desk.step_{kind.value}")


def purpose_name(purpose: LookUpPurpose) -> str:
    """Return what a look-up is for."""
    return t(f"search.purpose_{purpose.value}")


def told(both: tuple[str, str]) -> str:
    """Return the one of two texts (Chinese, English) that this answer is in."""
    return both[0] if preferred() is Language.ZH else both[1]


def told_all(each: Iterable[tuple[str, str]]) -> str:
    """Return several of two texts, one after another."""
    return t("desk.between").join(told(both) for both in each)


def sex_name(sex: str | None) -> str:
    """Return a sex as it is read here; empty where none is stated."""
    return t(_SEXES[sex]) if sex in _SEXES else sex or ""


SPOKEN: Final[Mapping[str, Any]] = {
    "state_name": state_name,
    "state_tone": state_tone,
    "step_name": step_name,
    "sex_name": sex_name,
    "told": told,
    "told_all": told_all,
}
"""What templates of the desk call."""
