"""How the OpenAPI document describes the judgments' door."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from api.rest import judgment_schemas as schemas
from api.rest.limits import JUDGMENT_BYTES, STEP_BYTES

TAG = {"name": "judgments", "description": "裁判文书 / judgments, for courts' systems (keys of the role `court` only)"}

_Operation = dict[str, Any]
_Refusals = Callable[..., dict[str, Any]]
_NUMBER = "J0123456789AB"
_CONTENT = {
    "case_number": "（2023）浙3399刑初12号",
    "court": "浙江省德川县人民法院",
    "decided_on": "2023-05-18",
    "instance": "first",
    "source_region": "33",
    "effective_date": "2023-05-29",
    "effect_by": "certificate",
    "defendants": [
        {
            "no": 1,
            "kind": "person",
            "name": "方知远",
            "sex": "男",
            "birth_date": "1976-03-09",
            "counts": [
                {"charge": "生产、销售有毒、有害食品罪", "sentence": "有期徒刑", "months": 14, "fine_yuan": 50000}
            ],
        }
    ],
}
_JUDGMENT = {
    "document_no": _NUMBER,
    "state": "draft",
    "region": "33",
    "row_version": 2,
    "effective_on": None,
    "created_at": "2026-11-21T01:00:00.000000Z",
    "changed_at": "2026-11-21T01:00:00.000000Z",
    "content": _CONTENT,
    "warnings": [],
    "faults": [],
    "waiting": None,
    "rows": [],
}
_RECEIVED: dict[str, Any] = {
    "reception": "draft",
    "known": [],
    "listed": [],
    "refused": [],
    "judgment": _JUDGMENT,
    "certificate": None,
}
_STEP = {"document_no": _NUMBER, "number": 1, "kind": "initial", "state": "filed", "row_version": 3, "refused": []}
_ROW = {"record": f"33:{_NUMBER}-1-1", "outcome": "in_force"}
_CONFIRMED = {
    "document_no": _NUMBER,
    "number": 1,
    "kind": "initial",
    "state": "in_force",
    "row_version": 4,
    "list_version": 18342,
    "rows": [_ROW],
}
_UPLOAD = {"document": base64.b64encode("浙江省德川县人民法院……".encode()).decode(), "name": "12号.txt", "region": "33"}
_ABOUT = (
    "The file is told by its content (txt in any Chinese encoding, docx, text PDF), read, and laid on the desk of the "
    f"key's region; at most {JUDGMENT_BYTES:,} bytes of body. One that lies there already is named in `known` and not "
    "laid down twice. Of people of whom nothing may be kept (犯罪记录封存) nothing is, and then the file is not kept "
    "either. A certificate of effect (生效证明, 执行通知书) is told by its title and kept beside the judgment whose "
    "number it states (`certificate`); a draft gets its day at once. `judgment.warnings` are what a person should look "
    "at, `judgment.faults` what keeps it from being filed. A repeat under the same `Idempotency-Key` shows `content` "
    "as null: names are kept with the judgment alone."
)
_ABOUT_EFFECT = (
    "For a judgment that was confirmed before. State the day (`effective_date`), or the certificate: by the number it "
    "got when it was sent (`certificate`), or the file itself (`document`, Base64). Where both are stated they must "
    "agree. A certificate whose case is open on appeal is 409. What was misread is put right at the console."
)
_ABOUT_FILE = (
    f"At most {STEP_BYTES:,} bytes of body. Send `judgment.content` back whole with what the text does not say: when "
    "and by what it took effect, whether a count concerned food, numbers of documents. `expected` is the `row_version` "
    "last seen; 409 `changed_meanwhile` where somebody was quicker."
)
_ABOUT_CONFIRM = (
    "By another key than the one that filed it (403 `same_person`), or by a person at the console. Decision, rows and "
    "list change are one commit: the next check sees the ban."
)


def judgment_paths(refusals: _Refusals, parameters: list[dict[str, Any]]) -> dict[str, dict[str, _Operation]]:
    """Return the operations of this door; `refusals` describes problems by status, `parameters` go with every POST."""
    number = {"name": "document_no", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    step = [number, *parameters]
    lay_down = _posting(
        ("lay_down_judgment", "Lay a judgment, or its certificate of effect, on the desk", _ABOUT),
        (schemas.JudgmentUploadSchema, _UPLOAD),
        (schemas.ReceivedJudgmentSchema, _RECEIVED),
        (parameters, refusals(400, 401, 403, 409, 413, 415, 422, 429, 503)),
    )
    lay_down["requestBody"]["content"]["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    refused = refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
    return {
        "/v1/judgments": {"post": lay_down},
        "/v1/judgments/{document_no}": {"get": _show(number, parameters, refusals)},
        "/v1/judgments/{document_no}/file": {"post": _file(step, refused)},
        "/v1/judgments/{document_no}/effect": {"post": _effect(step, refused)},
        "/v1/judgments/{document_no}/confirmation": {"post": _confirmation(step, refused)},
        "/v1/judgments/{document_no}/return": {"post": _return(step, refused)},
    }


def _show(number: dict[str, Any], parameters: list[dict[str, Any]], refusals: _Refusals) -> _Operation:
    language = [each for each in parameters if each["name"] == "Accept-Language"]
    answer = {"application/json": {"schema": schemas.JudgmentSchema, "example": _JUDGMENT}}
    return {
        "operationId": "show_judgment",
        "tags": ["judgments"],
        "summary": "Show a judgment of the key's region: where it stands and what it says",
        "parameters": [number, *language],
        "responses": {
            "200": {"description": "The judgment as it is now", "content": answer},
            **refusals(401, 403, 404, 429, 503),
        },
    }


def _file(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> _Operation:
    return _posting(
        ("file_judgment", "Put a judgment before a second person", _ABOUT_FILE),
        (schemas.JudgmentFilingSchema, {"expected": 2, "content": _CONTENT}),
        (schemas.FilingStepSchema, _STEP),
        (parameters, refused),
    )


def _effect(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> _Operation:
    return _posting(
        ("file_effect", "File the day a certificate of effect states", _ABOUT_EFFECT),
        (schemas.JudgmentEffectSchema, {"expected": 4, "effective_date": "2023-05-29", "certificate": "C0123456789AB"}),
        (schemas.FilingStepSchema, {**_STEP, "number": 2, "kind": "effect", "row_version": 5}),
        (parameters, refused),
    )


def _confirmation(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> _Operation:
    return _posting(
        ("confirm_filing", "Confirm a filing: its bans are in force at that moment", _ABOUT_CONFIRM),
        (schemas.JudgmentConfirmationSchema, {"number": 1}),
        (schemas.ConfirmedFilingSchema, _CONFIRMED),
        (parameters, refused),
    )


def _return(parameters: list[dict[str, Any]], refused: dict[str, Any]) -> _Operation:
    return _posting(
        ("return_filing", "Send a filing back with a note", "Whoever filed it may take it back in the same way."),
        (schemas.JudgmentReturnSchema, {"number": 1, "note": "请核对罚金数额"}),
        (schemas.FilingStepSchema, {**_STEP, "state": "returned"}),
        (parameters, refused),
    )


def _posting(
    about: tuple[str, str, str],
    asked: tuple[Any, Any],
    answered: tuple[Any, Any],
    around: tuple[list[dict[str, Any]], dict[str, Any]],
) -> _Operation:
    answer = {"application/json": {"schema": answered[0], "example": answered[1]}}
    return {
        "operationId": about[0],
        "tags": ["judgments"],
        "summary": about[1],
        "description": about[2],
        "parameters": around[0],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": asked[0], "example": asked[1]}},
        },
        "responses": {"200": {"description": "Done, and durable", "content": answer}, **around[1]},
    }
