"""The language a caller reads: Chinese unless Accept-Language prefers English."""

from __future__ import annotations

from flask import has_request_context, request

from registry.services.explain_evidence import Language

__all__ = ["Language", "preferred_language"]


def preferred_language() -> Language:
    """Return the language of the answer by the caller's Accept-Language header."""
    if not has_request_context() or not request.headers.get("Accept-Language"):
        return Language.ZH
    best = request.accept_languages.best_match(["zh", "en", "zh-CN", "en-GB", "en-US"], "zh")
    return Language.EN if str(best).startswith("en") else Language.ZH
