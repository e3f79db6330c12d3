"""What was asked in a check, as it is kept encrypted beside the answer: enough to judge it again years later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex
from registry.law.roles import Purpose, Role
from registry.services.admit_applicants import CheckRequest, SubjectRequest


def written(request: CheckRequest) -> str:
    """Return the one spelling of a request: JSON, keys sorted."""
    return orjson.dumps(request, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str) -> CheckRequest:
    """Return the request that was written."""
    values = orjson.loads(text)
    subjects = tuple(_subject(subject) for subject in values["subjects"])
    return CheckRequest(values["application_no"], Purpose(values["purpose"]), values["region"], subjects)


def _subject(values: Mapping[str, Any]) -> SubjectRequest:
    return SubjectRequest(values["subject_no"], Role(values["role"]), _identity(values["identity"]))


def _identity(values: Mapping[str, Any]) -> Identity:
    return Identity(
        kind=Kind(values["kind"]),
        name=values["name"],
        other_names=tuple(OtherName(NameKind(other["kind"]), other["name"]) for other in values["other_names"]),
        documents=tuple(IdDocument(IdType(paper["type"]), paper["number"]) for paper in values["documents"]),
        birth=None if values["birth"] is None else BirthDate(**values["birth"]),
        sex=None if values["sex"] is None else Sex(values["sex"]),
        domicile_code=values["domicile_code"],
    )
