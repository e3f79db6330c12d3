"""The language a caller reads: Chinese unless Accept-Language prefers English."""

from __future__ import annotations

from flask import Response, has_request_context, request

from registry.services.explain_evidence import Language

__all__ = ["Language", "in_language", "preferred_language"]

_TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}


def preferred_language() -> Language:
    """Return the language of the answer by the caller's Accept-Language header."""
    if not has_request_context() or not request.headers.get("Accept-Language"):
        return Language.ZH
    best = request.accept_languages.best_match(["zh", "en", "zh-CN", "en-GB", "en-US"], "zh")
    return Language.EN if str(best).startswith("en") else Language.ZH


def in_language(response: Response, language: Language | None = None) -> Response:
    """Say on a response in which language its sentences are, and that this depends on what was asked for."""
    response.vary.add("Accept-Language")
    response.content_language.add(_TAGS[language or preferred_language()])
    return response
