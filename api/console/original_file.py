"""A file as it was uploaded, given to be saved: under its number, for its own name may say whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response

if TYPE_CHECKING:
    from registry.store.upload_repository import OpenedOriginal

_KINDS: Final = {
    "text": ("text/plain; charset=utf-8", ".txt"),
    "word": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "pdf": ("application/pdf", ".pdf"),
    "jpeg": ("image/jpeg", ".jpg"),
    "png": ("image/png", ".png"),
}


def original_answer(opened: OpenedOriginal, number: str) -> Response:
    """Return a kept file to be saved under a number; its own name may say whom it is about."""
    kind, ending = _KINDS.get(opened.form, ("application/octet-stream", ""))
    answer = Response(opened.content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}{ending}"'
    return answer
