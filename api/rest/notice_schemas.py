"""The shapes of the notices' door: where a system wants to be told, and what it is told."""

from __future__ import annotations

from marshmallow import fields

from api.rest import meanings
from api.rest.schema_fields import Answer, Choice, Strict, Text
from api.rest.webhook_openapi import content_schema
from registry.exchange.webhook_address import LONGEST


class WebhookSchema(Strict):
    """Where a system wants to be told: an https address within its own reach and outside the register's network."""

    url = Text(LONGEST, required=True)


class WebhookSetSchema(Answer):
    """Where a system is told, and since when."""

    url = fields.String(required=True)
    made_at = fields.String(required=True)


class WebhookTriedSchema(Answer):
    """Whether an event of the kind `test` arrived; `fault` says how it failed."""

    delivered = fields.Boolean(required=True)
    fault = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null where it arrived.\n\n" + meanings.listed(meanings.WEBHOOK_FAULTS)},
    )


class NothingSchema(Strict):
    """An empty object: the address says it all."""


class NoticeSchema(Answer):
    """What a system is told of a check it made; `number` counts its notices without gaps, and nobody is named."""

    notice_no = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = Choice(
        list(meanings.NOTICE_KINDS),
        required=True,
        metadata={"description": "More kinds may come.\n\n" + meanings.listed(meanings.NOTICE_KINDS)},
    )
    check_no = fields.String(required=True, allow_none=True)
    application_no = fields.String(required=True, allow_none=True)
    made_at = fields.String(required=True)
    acknowledge_by = fields.Date(required=True, allow_none=True)
    acknowledged_at = fields.String(required=True, allow_none=True)
    content = fields.Dict(required=True, metadata=content_schema())


class NoticesSchema(Answer):
    """A page of a system's own notices; `next` is what to state as `after` for the page that follows."""

    notices = fields.List(fields.Nested(NoticeSchema), required=True)
    next = fields.Integer(required=True)


WEBHOOK = WebhookSchema()
NOTHING = NothingSchema()
