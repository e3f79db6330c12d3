"""The published model: what is compared, how it weighs, and where that comes from; open to everybody."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from api.rest.checks import desk
from registry.services.describe_model import describe_model

model = Blueprint("model", __name__)


@model.get("/v1/model")
def published() -> Response:
    """Give the model this process judges by; no key is needed, whoever is judged by it may read it."""
    return Response(orjson.dumps(describe_model(desk().services.model)), content_type="application/json")
