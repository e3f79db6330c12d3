"""Files brought as evidence, to an objection or a case: told by content, and refused where they cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from registry.errors import FieldFault, InvalidInputError
from registry.intake.upload_files import UploadedFile, open_upload

MOST_FILES: Final = 10


def open_evidence(files: Sequence[tuple[str, bytes]]) -> list[UploadedFile]:
    """Return the files (name, content) as they will be kept; an archive counts as its files.

    Raises InvalidInputError naming `files`: too many, or one that is no text, Word, PDF or whole photograph.
    """
    opened = [each for name, content in files for each in open_upload(content, name)]
    if len(opened) > MOST_FILES:
        raise InvalidInputError([FieldFault("files", "too_many", f"at most {MOST_FILES} files")])
    if any(each.fault is not None for each in opened):
        reason = "text, Word, PDF, JPEG or PNG files only"
        raise InvalidInputError([FieldFault("files", "unreadable_file", reason)])
    return opened
