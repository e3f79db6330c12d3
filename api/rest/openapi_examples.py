"""The examples of the OpenAPI document; the people are invented, and no ID number was ever given out."""

from __future__ import annotations

from typing import Any

_INVENTED_ID = "339900197603090013"

REQUEST: dict[str, Any] = {
    "application_no": "339900-2026-000123",
    "purpose": "food_operation_licence",
    "region": "339900",
    "subjects": [
        {
            "subject_no": "1",
            "kind": "person",
            "role": "legal_representative",
            "name": "示例甲",
            "id_type": "resident_id",
            "id_number": _INVENTED_ID,
            "birth_date": None,
            "sex": None,
            "other_names": [],
        }
    ],
}

ANSWER: dict[str, Any] = {
    "check_no": "C0123456789ABCDEF0123456789ABCD",
    "verdict": "block",
    "decided_at": "2026-11-21T08:30:00.000000Z",
    "list": {
        "version": 18342,
        "model": "2026.11-1",
        "policy": "2026-11-1",
        "coverage": [{"region": "33", "as_of": "2026-11-21T01:00:00.000000Z", "state": "fresh"}],
    },
    "subjects": [
        {
            "subject_no": "1",
            "verdict": "block",
            "matches": [
                {
                    "ban_no": "B0123456789",
                    "verdict": "block",
                    "name": "示例甲",
                    "id_number": "339900********0013",
                    "bases": [
                        {
                            "provision": "fsl-135-2",
                            "article": "食品安全法 第一百三十五条第二款",
                            "document_no": "（2020）浙9900刑初1号",
                            "bars": ["manage_food_business"],
                            "from": "2020-03-01",
                            "to": None,
                        }
                    ],
                    "evidence": [
                        {
                            "feature": "id_number",
                            "level": "equal",
                            "bits": 38.283,
                            "says": "身份证号码完全相同。这种情况出现在同一人身上的可能性约为不同人的 3,200 亿倍。",
                        }
                    ],
                    "bits": 38.283,
                    "expected_coincidences": 0.0000001,
                }
            ],
        }
    ],
    "next_step": {"code": "hold", "says": "暂缓办理。"},
    "receipt": None,
}

MODEL: dict[str, Any] = {
    "version": "2026.11-1",
    "made": {},
    "residents": 238_000_000,
    "organisations": 25_000_000,
    "how": {"zh": "证据强度（比特）= log2(same ÷ other)。", "en": "Bits are log2(same / other)."},
    "features": [
        {
            "feature": "sex",
            "explanation": {"zh": "比对性别。", "en": "Compare the sex."},
            "source": {"zh": "载明的性别。", "en": "as stated"},
            "levels": [
                {
                    "level": "equal",
                    "says": {"zh": "性别相同。", "en": "The sexes are the same."},
                    "same": 0.998,
                    "other": 0.5,
                    "bits": 0.997,
                    "decided_by": None,
                }
            ],
        }
    ],
}

CHANGES: dict[str, Any] = {
    "changes": [
        {
            "version": 18342,
            "kind": "added",
            "ban_no": "B0123456789",
            "subject_kind": "person",
            "region": "33",
            "recorded_at": "2026-11-21T01:00:00.000000Z",
        }
    ],
    "next_after": 18342,
    "head": 18342,
}

_CODES = {
    400: "malformed_body",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    409: "idempotency_in_progress",
    413: "too_large",
    415: "unsupported_media_type",
    422: "insufficient_identity",
    503: "unavailable",
}


def problem(status: int) -> dict[str, Any]:
    """Return an example of the problem a status stands for."""
    code = _CODES[status]
    body: dict[str, Any] = {
        "type": f"urn:food-ban-registry:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "instance": "urn:request:0123456789abcdef",
    }
    if status == 422:
        body["errors"] = [
            {
                "pointer": "/subjects/0/id_number",
                "code": "missing_identifier",
                "says": "被核查人 1：须提供证件号码或出生日期",
            }
        ]
    return body
