"""Rows as each revision's store may hold them; a new revision adds what its own store may hold."""

from __future__ import annotations

import datetime
from typing import Any

_AT = datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC)
_DAY = datetime.date(2025, 11, 21)
_SEALED = bytes(range(64))

_AT_0001: dict[str, dict[str, Any]] = {
    "listed_subject": {"id": 1, "ban_no": "b-1", "kind": "person", "created_version": 1},
    "list_record": {
        "id": 1, "source_region": "33", "record_no": "r-1", "version": 1, "kind": "conviction", "state": "active",
        "outcome": "in_force", "subject_id": 1, "document_no": "d-1", "data_key": _SEALED, "payload": _SEALED,
        "content_digest": _SEALED, "food_related": True, "received_at": _AT,
    },
    "list_change": {
        "version": 1, "subject_id": 1, "kind": "listed", "region": "33", "record_id": 1, "recorded_at": _AT,
    },
    "listed_identity": {
        "id": 1, "subject_id": 1, "record_id": 1, "data_key": _SEALED, "name_enc": _SEALED, "other_names_enc": None,
        "id_type": "resident_id", "id_number_enc": _SEALED, "birth_enc": _SEALED, "sex": "男",
        "domicile_code": "339900", "id_index": _SEALED, "name_birth_index": _SEALED,
    },
    "basis": {
        "id": 1, "subject_id": 1, "record_id": 1, "provision": "fsl-135-2", "document_no": "d-1", "region": "33",
        "starts_on": _DAY, "ends_on": None, "data_key": _SEALED, "text_enc": _SEALED,
    },
    "quarantine_row": {
        "id": 1, "file_digest": "f" * 64, "line": 7, "field": "birth_date", "reason_code": "date", "reason": "no day",
        "original_enc": _SEALED, "data_key": _SEALED, "state": "open", "received_at": _AT,
    },
    "refused_row": {"id": 1, "file_digest": "f" * 64, "line": 8, "code": "sealed_juvenile", "received_at": _AT},
    "import_run": {
        "id": 1, "file_digest": "f" * 64, "source_region": "33", "started_at": _AT, "counts": {"in_force": 1},
        "actor": "operator",
    },
    "region_coverage": {"region": "33", "as_of": _AT},
    "api_client": {
        "id": 1, "name": "office", "region": "33", "role": "licensing", "key_hash": _SEALED, "key_hint": "fbr_…1",
        "created_at": _AT,
    },
    "screening_run": {
        "run_no": "s-1", "input_digest": "f" * 64, "rows": 1, "list_version": 1, "model_version": "m",
        "policy_version": "p", "started_at": _AT, "actor": "operator",
    },
    "decision": {
        "id": 1, "check_no": "c-1", "client_id": 1, "application_no": "a-1", "purpose": "food_filing",
        "region": "330110", "decided_at": _AT, "verdict": "block", "list_version": 1, "model_version": "m",
        "policy_version": "p", "request_digest": _SEALED, "data_key": _SEALED, "answer_enc": _SEALED,
        "outcome": "open",
    },
    "idempotency_key": {
        "client_id": 1, "key_digest": _SEALED, "request_digest": _SEALED, "state": "done", "status": 200,
        "data_key": _SEALED, "response_enc": _SEALED, "created_at": _AT,
    },
    # Far from the ids the migration's own entry may take.
    "ledger_entry": {
        "id": 1000, "kind": "check_read", "at": _AT, "actor": "client:1", "list_version": 1, "model_version": "m",
        "policy_version": "p", "commitment": _SEALED, "salt": _SEALED, "facts": "{}",
    },
    "key_check": {"key_id": "master-1", "proof": _SEALED, "created_at": _AT},
}  # fmt: skip

_AT_0002: dict[str, dict[str, Any]] = {
    **_AT_0001,
    "decision": {**_AT_0001["decision"], "request_enc": _SEALED},
    "rule_text": {
        "rule": "model", "version": "m", "digest": "f" * 64, "text": "version = 'm'", "kept_at": _AT, "in_use": True,
    },
}  # fmt: skip

_AT_0003: dict[str, dict[str, Any]] = {
    **_AT_0002,
    "ledger_entry": {**_AT_0002["ledger_entry"], "pending": None},
    "sealed_record": {
        "id": 1, "source_region": "33", "record_no": "r-9", "order_digest": "f" * 64, "sealed_at": _AT,
    },
    "log_leaf": {"leaf_index": 0, "entry_id": 1000, "leaf_hash": _SEALED},
    "log_tile": {"level": 0, "tile_index": 0, "hashes": _SEALED},
    "log_head": {"size": 1, "previous_size": 0, "root": _SEALED, "signed_at": _AT, "checkpoint": "c"},
    "log_witness": {"name": "witness", "public_key": "k", "added_at": _AT},
    "log_cosignature": {"size": 1, "witness": "witness", "line": "l", "public_key": "k", "at": _AT},
    "alarm": {"id": 1, "kind": "log_in_doubt", "subject": "log", "raised_at": _AT, "detail": "d"},
    "client_minute": {"client_id": 1, "minute": 29_000_000, "requests": 3},
    "request_nonce": {"client_id": 1, "nonce_digest": _SEALED, "until": _AT},
    "client_conduct": {"client_id": 1, "through": 1, "data_key": _SEALED, "state_enc": _SEALED},
    "job_run": {"id": 1, "job": "sequence", "slot": 1, "started_at": _AT, "outcome": "done", "counts": {"leaves": 1}},
}  # fmt: skip

_AT_0004: dict[str, dict[str, Any]] = {
    **_AT_0003,
    "desk_document": {
        "id": 1, "document_no": "J-1", "kind": "judgment", "region": "33", "case_index": _SEALED,
        "content_index": _SEALED, "cites_index": None, "index_version": 1, "original_id": None, "data_key": _SEALED,
        "keys_enc": _SEALED, "text_enc": _SEALED, "reading_enc": _SEALED, "draft_enc": _SEALED, "state": "filed",
        "standing": None, "effective_on": None, "disputed_on": None, "attached_to": None, "row_version": 1,
        "created_by": "user:1", "created_at": _AT, "changed_at": _AT,
    },
    "desk_filing": {
        "id": 1, "document_id": 1, "number": 1, "kind": "initial", "source_id": None, "data_key": _SEALED,
        "content_enc": _SEALED, "note_enc": None, "answer_enc": None, "filed_by": "user:1", "filed_at": _AT,
    },
    "desk_row": {"document_id": 1, "source_region": "33", "record_no": "J-1-1-1"},
    "desk_watch": {"document_id": 1, "watcher": "user:1", "seen_at": _AT},
    "original": {
        "id": 1, "original_no": "o-1", "form": "workbook", "region": "33", "size": 64, "content_index": _SEALED,
        "index_version": 1, "data_key": _SEALED, "name_enc": _SEALED, "digest_enc": _SEALED, "content_enc": _SEALED,
        "received_by": "user:1", "received_at": _AT,
    },
    "original_record": {"original_id": 1, "source_region": "33", "record_no": "r-1"},
    "heading_map": {
        "id": 1, "region": "33", "name": "court", "kind": "conviction", "version": 1, "data_key": _SEALED,
        "definition_enc": _SEALED, "changed_by": "user:1", "changed_at": _AT,
    },
    "row_numbering": {"region": "33", "data_key": _SEALED},
    "sheet": {
        "id": 1, "sheet_no": "s-1", "region": "33", "original_id": 1, "file_digest": "f" * 64, "state": "filed",
        "rows": 1, "data_key": _SEALED, "name_enc": _SEALED, "table_enc": _SEALED, "map_enc": _SEALED,
        "report_enc": None, "note_enc": None, "row_version": 1, "received_by": "user:1", "received_at": _AT,
        "changed_at": _AT, "filed_by": "user:1", "filed_at": _AT,
    },
    "desk_user": {
        "id": 1, "name": "clerk", "name_key": "clerk", "role": "clerk", "region": "33", "password_hash": "h",
        "password_at": _AT, "created_at": _AT,
    },
    "desk_session": {
        "id": 1, "user_id": 1, "token_digest": _SEALED, "created_at": _AT, "seen_at": _AT,
        "address": "192.0.2.1", "device": "Firefox, Windows",
    },
    "password_link": {
        "id": 1, "user_id": 1, "code_digest": _SEALED, "made_at": _AT, "expires_at": _AT,
    },
    "sign_in_count": {"digest": _SEALED, "failures": 3, "last_at": _AT, "refused_until": None},
}  # fmt: skip

_AT_0005: dict[str, dict[str, Any]] = {
    **_AT_0004,
    "certificate": {
        "id": 1, "certificate_no": "C-1", "region": "33", "case_index": _SEALED, "content_index": _SEALED,
        "index_version": 1, "original_id": None, "data_key": _SEALED, "keys_enc": _SEALED, "text_enc": _SEALED,
        "reading_enc": _SEALED, "stated_enc": _SEALED, "row_version": 1, "received_by": "user:1", "received_at": _AT,
    },
    "finding_question": {
        "id": 1, "record_id": 1, "data_key": _SEALED, "missing_enc": _SEALED, "asked_of_enc": None,
        "asked_by": "user:1", "asked_at": _AT,
    },
}  # fmt: skip

_AT_0006: dict[str, dict[str, Any]] = {
    **_AT_0005,
    "region_coverage": {"region": "33", "as_of": _AT, "valid_for_seconds": 86_400},
    "job_run": {
        "id": 1, "job": "sequence", "slot": 1, "started_at": _AT, "outcome": "failed", "counts": {}, "fence": 2,
        "attempts": 3, "error": "unavailable", "failures": 3, "retry_at": _AT,
    },
    "exchange_epoch": {"id": 1, "epoch": "0" * 32, "began_at": _AT},
    "exchange_partner": {
        "partner": "33", "epoch": "0" * 32, "taken_to": 7, "taken_digest": "0" * 64, "announced_to": 8, "given_to": 3,
        "given_digest": "0" * 64, "told_to": 3, "acknowledged_to": 3, "failures": 0, "last_success_at": _AT,
    },
    "exchange_batch": {
        "id": 1, "partner": "33", "direction": "in", "epoch": "0" * 32, "kind": "changes", "first": 1, "last": 7,
        "items": 7, "digest": "0" * 64, "previous": "0" * 64, "at": _AT, "counts": {"in_force": 7},
    },
    "held_batch": {
        "id": 1, "hold_no": "H-1", "partner": "33", "digest": "0" * 64, "first": 8, "last": 9, "items": 2,
        "reason_code": "gap", "detail": "", "state": "open", "data_key": _SEALED, "content_enc": _SEALED,
        "received_at": _AT,
    },
    "disagreement": {
        "id": 1, "subject_id": 1, "one_record_id": 1, "other_record_id": 1, "fields": "sentence", "state": "open",
        "noticed_at": _AT,
    },
    "exchange_run": {
        "id": 1, "partner": "33", "work": "pull", "started_at": _AT, "ended_at": _AT, "outcome": "done", "batches": 1,
        "items": 7, "behind": 0, "fault": None,
    },
    "exchange_run_tally": {"partner": "33", "work": "pull", "outcome": "done", "runs": 41},
    "job_lease": {"job": "pull 33", "fence": 1, "holder": "worker", "until": _AT, "released": False},
}  # fmt: skip

_AT_0007: dict[str, dict[str, Any]] = {
    **_AT_0006,
    "hold_case": {
        "id": 1,
        "check_no": "c-1",
        "client_id": 1,
        "application_no": "a-1",
        "region": "33",
        "purpose": "food_filing",
        "verdict": "block",
        "rule": "id_number/equal",
        "state": "open",
        "opened_at": _AT,
        "due_on": _DAY,
        "row_version": 1,
    },
    "hold_match": {
        "id": 1,
        "case_id": 1,
        "subject_no": "1",
        "ban_no": "b-1",
        "verdict": "block",
        "rule": "id_number/equal",
        "finding": "open",
        "applicant_index": _SEALED,
        "index_version": 1,
        "data_key": _SEALED,
        "applicant_enc": _SEALED,
    },
    "case_step": {
        "id": 1,
        "case_id": 1,
        "number": 1,
        "kind": "noted",
        "match_id": 1,
        "actor": "user:1",
        "at": _AT,
        "data_key": _SEALED,
        "content_enc": _SEALED,
    },
    "clearance": {
        "id": 1,
        "clearance_no": "l-1",
        "ban_no": "b-1",
        "check_no": "c-1",
        "applicant_index": _SEALED,
        "index_version": 1,
        "data_key": _SEALED,
        "applicant_enc": _SEALED,
        "evidence_enc": _SEALED,
        "given_by": "user:1",
        "given_at": _AT,
    },
    "saved_view": {"id": 1, "user_id": 1, "name": "v", "query": "state=open", "is_first": False},
}

_AT_0008: dict[str, dict[str, Any]] = {
    **_AT_0007,
    "webhook": {"client_id": 1, "url": "https://office.example/told", "made_at": _AT},
    "notice_count": {"client_id": 1, "last": 1},
    "correction_state": {"id": 1, "list_version": 1},
    "client_notice": {
        "id": 1, "notice_no": "N-1", "client_id": 1, "number": 1, "kind": "outcome_released", "check_no": "c-1",
        "application_no": "a-1", "region": "33", "content": {"outcome": "released"}, "made_at": _AT, "due_on": _DAY,
        "attempts": 2, "retry_at": _AT, "last_fault": "too_slow",
    },
}  # fmt: skip

_AT_0009: dict[str, dict[str, Any]] = {
    **_AT_0008,
    "objection": {
        "id": 1, "objection_no": "E-1", "ban_no": "b-1", "region": "33", "client_id": 1, "received_on": _DAY,
        "due_on": _DAY, "state": "open", "lodged_by": "user:1", "lodged_at": _AT, "data_key": _SEALED,
        "statement_enc": _SEALED, "row_version": 1,
    },
    "objection_attachment": {"objection_id": 1, "original_id": 1},
}  # fmt: skip

_AT_0010: dict[str, dict[str, Any]] = {
    **_AT_0009,
    "ledger_entry": {**_AT_0009["ledger_entry"], "about": "c-1", "session_id": 1},
    "look_up_sample": {
        "id": 1,
        "week": _DAY,
        "entry_id": 1000,
        "actor": "user:1",
        "region": "33",
        "finding": "justified",
        "reviewed_by": "user:2",
        "reviewed_at": _AT,
        "data_key": _SEALED,
        "note_enc": _SEALED,
    },
}

_AT_0011: dict[str, dict[str, Any]] = {
    **_AT_0010,
    "answer_day": {"day": _DAY, "region": "33", "verdict": "clear", "answers": 7},
}

_AT_0012: dict[str, dict[str, Any]] = {
    **_AT_0011,
    "basis": {**_AT_0011["basis"], "from_version": 1, "until_version": None},
}  # fmt: skip

_AT_0013: dict[str, dict[str, Any]] = {
    **_AT_0012,
    "look_back_state": {"id": 1, "list_version": 1, "target_version": 2, "after_id": 7, "checks": 7, "listed": 1},
    "look_back_finding": {
        "id": 1, "check_no": "c-1", "subject_no": "1", "subject_id": 1, "kind": "listed", "verdict_then": "clear",
        "verdict_now": "block", "bars_from": _DAY, "list_version": 1, "region": "33", "decided_at": _AT,
        "found_at": _AT, "state": "open", "moved_at": _AT,
    },
    "rule_proposal": {
        "id": 1, "rule": "policy", "version": "p-2", "digest": "f" * 64, "proposer": "admin", "reason": "r",
        "former_version": "p", "state": "open", "proposed_by": "user:1", "proposed_at": _AT, "rehearsal": {"days": 30},
    },
}  # fmt: skip

_AT_0014: dict[str, dict[str, Any]] = {
    **_AT_0013,
    "hold_case": {**_AT_0013["hold_case"], "release_cause": "wrong_number"},
    "original": {**_AT_0013["original"], "form": "jpeg"},
    "case_attachment": {"case_id": 1, "original_id": 1},
}

_AT_0015: dict[str, dict[str, Any]] = {
    **_AT_0014,
    "clearance_use": {"clearance_no": "l-1", "check_no": "c-1"},
}

_AT_0016: dict[str, dict[str, Any]] = {
    **_AT_0015,
    "look_back_finding": {
        **_AT_0013["look_back_finding"], "proposed_by": "user:1", "data_key": _SEALED, "proposal_enc": _SEALED,
        "reason_enc": None,
    },
}  # fmt: skip

_AT_0017: dict[str, dict[str, Any]] = {
    **_AT_0016,
    "quarantine_row": {**_AT_0016["quarantine_row"], "state": "resolved", "refused_at": _AT},
}

_AT_0018: dict[str, dict[str, Any]] = {
    **_AT_0017,
    "look_up_ground": {"ground_digest": "0" * 64, "used_at": _AT, "data_key": _SEALED, "ground_enc": _SEALED},
}

_AT_0019: dict[str, dict[str, Any]] = {
    **_AT_0018,
    "ledger_entry": {**_AT_0018["ledger_entry"], "address": "192.0.2.7", "behalf": "window-3"},
}

# Every revision has an entry; the tables are in the order in which they can be filled.
ROWS_AT: dict[str, dict[str, dict[str, Any]]] = {
    "0001": _AT_0001,
    "0002": _AT_0002,
    "0003": _AT_0003,
    "0004": _AT_0004,
    "0005": _AT_0005,
    "0006": _AT_0006,
    "0007": _AT_0007,
    "0008": _AT_0008,
    "0009": _AT_0009,
    "0010": _AT_0010,
    "0011": _AT_0011,
    "0012": _AT_0012,
    "0013": _AT_0013,
    "0014": _AT_0014,
    "0015": _AT_0015,
    "0016": _AT_0016,
    "0017": _AT_0017,
    "0018": _AT_0018,
    "0019": _AT_0019,
}
