"""Every line of evidence the matching model can give has its sentence, in both languages."""

from __future__ import annotations

from matching.model import DEFAULT
from registry.services.explain_evidence import Language, evidence_sentences, explain


def test_every_level_of_the_model_is_explained_in_both_languages() -> None:
    sentences = evidence_sentences()
    wanted = {feature.name: set(feature.levels) for feature in DEFAULT.features.values()}
    silent = {feature: levels - set(sentences.get(feature, {})) for feature, levels in wanted.items()}
    assert {feature: levels for feature, levels in silent.items() if levels} == {}
    for feature, levels in wanted.items():
        for level in levels:
            chinese = explain(feature, level, 12_000, Language.ZH)
            assert chinese.endswith("。")
            assert chinese != explain(feature, level, 12_000, Language.EN)
