"""A calling system in tests, and the bodies it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from matching.identity import IdType


@dataclass(frozen=True, slots=True)
class Caller:
    """A system with a key, asking through the application without a server between."""

    app: Flask
    key: str

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask with GET; header names are written with underscores."""
        return self.app.test_client().get(path, headers=self._headers(headers))

    def post(self, path: str, body: object, **headers: str) -> TestResponse:
        """Ask with POST and a JSON body."""
        return self.app.test_client().post(path, json=body, headers=self._headers(headers))

    def check(self, *subjects: dict[str, Any], **headers: str) -> TestResponse:
        """Check subjects of one application."""
        return self.post("/v1/checks", application(*subjects), **headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.key}"} | named


def application(*subjects: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the body of a check."""
    return {
        "application_no": "339900-2025-000001",
        "purpose": "food_operation_licence",
        "region": "339900",
        "subjects": list(subjects),
    } | changed


def applicant(name: str | None, number: str | None, **changed: Any) -> dict[str, Any]:
    """Return a subject who is to manage the business."""
    return {
        "subject_no": "1",
        "kind": "person",
        "role": "legal_representative",
        "name": name,
        "id_type": IdType.RESIDENT_ID.value if number else None,
        "id_number": number,
    } | changed
