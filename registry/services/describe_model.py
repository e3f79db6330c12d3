"""The matching model as it is published: what is compared, how much each result weighs, and where that comes from.

English is the docstring of the function that compares (matching/evidence.py), Chinese stands in model_texts.toml.
"""

from __future__ import annotations

import functools
import inspect
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from matching import evidence
from matching.model import Feature, Level, Model
from registry.services.explain_evidence import evidence_sentences

Json = dict[str, Any]

COMPARED_BY: Mapping[str, Callable[..., object]] = {
    "id_number": evidence.id_number,
    "document": evidence.document,
    "name": evidence.name,
    "birth_date": evidence.birth_date,
    "birth_month": evidence.birth_date,
    "birth_year": evidence.birth_date,
    "sex": evidence.sex,
    "county": evidence.county,
    "id_area": evidence.id_area,
    "id_tail": evidence.id_tail,
    "organisation_number": evidence.organisation_number,
    "organisation_name": evidence.organisation_name,
}
"""The function that compares each feature of the model."""

_RARITY, _VISIBLE = "name_rarity", "visible_characters"
_LONGEST_TAIL = 4


@functools.cache
def texts() -> Mapping[str, Any]:
    """Return the Chinese texts and those that no docstring holds, by feature."""
    return tomllib.loads(resources.files("registry.services").joinpath("model_texts.toml").read_text("utf-8"))


def describe_model(model: Model) -> Json:
    """Return the published form of a model version, every text in Chinese and English."""
    return {
        "version": model.version,
        "made": dict(model.made),
        "residents": model.residents,
        "organisations": model.organisations,
        "how": texts()["how"],
        "features": [_feature(model, feature) for feature in model.features.values()],
    }


def _feature(model: Model, feature: Feature) -> Json:
    chinese = texts()["features"][feature.name]
    return {
        "feature": feature.name,
        "explanation": {"zh": chinese["zh"], "en": inspect.getdoc(COMPARED_BY[feature.name])},
        "source": {"zh": chinese["source"], "en": feature.source},
        "levels": [_level(model, feature.name, name, level) for name, level in feature.levels.items()],
    }


def _level(model: Model, feature: str, name: str, level: Level) -> Json:
    decided_by = None if level.other is not None else _RARITY if feature == "name" else _VISIBLE
    other = evidence.visible_share(name, _LONGEST_TAIL) if feature == "id_tail" else level.other
    return {
        "level": name,
        "says": evidence_sentences()[feature][name],
        "same": level.same,
        "other": other,
        "bits": None if other is None else model.weight(feature, name, other) / 1000,
        "decided_by": None if decided_by is None else {"code": decided_by, "says": texts()["decided_by"][decided_by]},
    }
