"""The examples of the OpenAPI document; the people are invented, and no ID number was ever given out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from api.rest.limits import CHECK_BYTES
from api.rest.problem_texts import TEXTS
from matching.model import DEFAULT
from registry.law.policy import Policy
from registry.law.roles import Region
from registry.law.verdict import RETRY, NextStep, NextStepCode
from registry.ledger.receipt import Receipt, ReceiptSigner, Stated, request_digest
from registry.privacy.masking import mask_id
from registry.privacy.signing_keys import KEY_BYTES, SigningKey
from registry.services.explain_evidence import Language, explain

_NAME = "方知远"
_INVENTED_ID = "339900197603090232"

REQUEST: dict[str, Any] = {
    "application_no": "339900-2026-000123",
    "purpose": "food_operation_licence",
    "region": "339900",
    "subjects": [
        {
            "subject_no": "1",
            "kind": "person",
            "role": "legal_representative",
            "name": _NAME,
            "id_type": "resident_id",
            "id_number": _INVENTED_ID,
            "birth_date": None,
            "sex": None,
            "other_names": [],
        }
    ],
}

_BASES: list[dict[str, Any]] = [
    {
        "provision": "fsl-135-2",
        "article": "食品安全法 第一百三十五条第二款",
        "document_no": "（2021）浙0106刑初99001号",
        "bars": ["manage_food_business"],
        "from": "2021-05-29",
        "to": None,
    },
    {
        "provision": "fsl-135-2",
        "article": "食品安全法 第一百三十五条第二款",
        "document_no": "（2017）沪7101刑初99003号",
        "bars": ["manage_food_business"],
        "from": "2017-09-29",
        "to": None,
    },
    {
        "provision": "fsl-135-1",
        "article": "食品安全法 第一百三十五条第一款",
        "document_no": "杭西市监处罚〔2022〕99005号",
        "bars": ["manage_food_business"],
        "from": "2022-10-09",
        "to": "2027-10-09",
    },
]


def _evidence(feature: str, level: str, millibits: int) -> dict[str, Any]:
    says = explain(feature, level, millibits, Language.ZH)
    return {"feature": feature, "level": level, "bits": millibits / 1000, "says": says}


_EVIDENCE = [_evidence("id_number", "equal", 38_283), _evidence("name", "exact", 24_069)]


def _receipt(answer: dict[str, Any]) -> Receipt:
    """Sign the example with a key that everybody has."""
    stated = Stated(
        check_no=answer["check_no"],
        coverage=answer["list"]["coverage"],
        decided_at=answer["decided_at"],
        leaf_hash=hashlib.sha256(b"example").hexdigest(),
        list_version=answer["list"]["version"],
        log="food-ban-registry/example",
        model_version=answer["list"]["model"],
        policy_version=answer["list"]["policy"],
        request_digest=request_digest(REQUEST),
        subjects=[subject["verdict"] for subject in answer["subjects"]],
        verdict=answer["verdict"],
    )
    return ReceiptSigner(SigningKey.of(1, bytes(KEY_BYTES))).sign(stated)


ANSWER: dict[str, Any] = {
    "check_no": "C01A200380BA1783D4B1D409E3FE5DF7A",
    "application_no": REQUEST["application_no"],
    "purpose": REQUEST["purpose"],
    "region": REQUEST["region"],
    "verdict": "block",
    "decided_at": "2026-11-21T08:30:00.000000Z",
    "list": {
        "version": 69,
        "model": DEFAULT.version,
        "policy": Policy.load().version,
        "coverage": [
            {"region": region.value, "as_of": "2026-11-21T01:00:00.000000Z", "state": "fresh"} for region in Region
        ],
    },
    "subjects": [
        {
            "subject_no": "1",
            "verdict": "block",
            "matches": [
                {
                    "ban_no": "B76DD1808C94028F4C8C6",
                    "verdict": "block",
                    "name": _NAME,
                    "id_number": mask_id(_INVENTED_ID),
                    "bases": _BASES,
                    "evidence": _EVIDENCE,
                    "bits": 62.352,
                    "expected_coincidences": 3.451e-11,
                }
            ],
        }
    ],
    "next_step": {"code": "hold", "says": NextStep(NextStepCode.HOLD).says("zh")},
}
ANSWER["receipt"] = _receipt(ANSWER)

MODEL: dict[str, Any] = {
    "version": DEFAULT.version,
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

_CODES: Mapping[int, tuple[str, ...]] = {
    400: ("malformed_body",),
    401: ("not_authenticated", "signature_refused"),
    403: ("not_allowed", "client_flagged", "same_person"),
    404: ("not_found",),
    409: ("idempotency_in_progress", "changed_meanwhile", "conflict", "unknown_position", "epoch_changed"),
    410: ("snapshot_needed",),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    422: ("insufficient_identity", "invalid_input", "idempotency_key_reused"),
    429: ("rate_exceeded",),
    503: ("unavailable", "overloaded", "keys_mismatch"),
}
_FAULTS: Mapping[str, tuple[str, str, str]] = {
    "insufficient_identity": ("/subjects/0/id_number", "missing_identifier", "1"),
    "invalid_input": ("/subjects/0/birth_date", "not_a_date", ""),
    "signature_refused": ("Signature-Input", "signature_missing", ""),
    "not_allowed": ("/region", "region_not_yours", "33"),
}


def problems(status: int) -> dict[str, Any]:
    """Return an example of each problem a status stands for, as the door words it."""
    return {code: {"value": _problem(status, code)} for code in _CODES[status]}


def _problem(status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:food-ban-registry:problem:{code}",
        "title": TEXTS[code]["zh"].replace("{}", f"{CHECK_BYTES:,}"),
        "status": status,
        "code": code,
        "instance": "urn:request:0123456789abcdef",
    }
    if code in _FAULTS:
        pointer, fault, parameter = _FAULTS[code]
        says = TEXTS["fault." + fault]["zh"].replace("{}", parameter)
        body["errors"] = [{"pointer": pointer, "code": fault, "says": says}]
    if status in {429, 503} or code == "idempotency_in_progress":
        body["next_step"] = {"code": RETRY.code.value, "says": TEXTS["retry"]["zh"]}
    return body


BATCH_ANSWER: dict[str, Any] = {
    "results": [
        {"status": 200, "application_no": REQUEST["application_no"], "answer": ANSWER},
        {
            "status": 422,
            "application_no": "339900-2026-000124",
            "problem": _problem(422, "insufficient_identity"),
        },
    ]
}

STORED_ANSWER = {**ANSWER, "outcome": "open", "outcome_reason": None}
