"""The shape of the published model."""

from __future__ import annotations

from marshmallow import fields, validate

from api.rest.schema_fields import Answer


class BothLanguagesSchema(Answer):
    """A text in Chinese and in English; both say the same."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class DecidedBySchema(Answer):
    """What the weight of a level depends on beside the table."""

    code = fields.String(required=True, validate=validate.OneOf(["name_rarity", "visible_characters"]))
    says = fields.Nested(BothLanguagesSchema, required=True)


class LevelSchema(Answer):
    """One result a comparison can have; `bits` is log2(same / other), null where the listed name's rarity decides."""

    level = fields.String(required=True)
    says = fields.Nested(BothLanguagesSchema, required=True)
    same = fields.Float(required=True, metadata={"description": "How often two records of one person show it."})
    other = fields.Float(
        required=True, allow_none=True, metadata={"description": "How often a random other resident shows it."}
    )
    bits = fields.Float(required=True, allow_none=True)
    decided_by = fields.Nested(DecidedBySchema, required=True, allow_none=True)


class FeatureSchema(Answer):
    """One compared feature and its levels, from the closest to the farthest."""

    feature = fields.String(required=True)
    explanation = fields.Nested(BothLanguagesSchema, required=True)
    source = fields.Nested(BothLanguagesSchema, required=True)
    levels = fields.List(fields.Nested(LevelSchema), required=True)


class ModelSchema(Answer):
    """The model in use: answers state its version, and its bits are those of their evidence."""

    version = fields.String(required=True)
    made = fields.Dict(
        required=True, metadata={"description": "What a re-estimated version was made from; empty for a shipped one."}
    )
    residents = fields.Integer(required=True)
    organisations = fields.Integer(required=True)
    how = fields.Nested(BothLanguagesSchema, required=True)
    features = fields.List(fields.Nested(FeatureSchema), required=True)
