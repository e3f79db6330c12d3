"""Which recorded acts belong together, for whoever filters the trail: every kind stands in one group and no other."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.ledger.events import EventKind as Kind


class EventGroup(StrEnum):
    """The groups, in the order a filter lists them."""

    CHECKS = "checks"
    CASES = "cases"
    OBJECTIONS = "objections"
    NOTICES = "notices"
    LOOK_UPS = "look_ups"
    LIST = "list"
    DOCUMENTS = "documents"
    SPREADSHEETS = "spreadsheets"
    EXCHANGE = "exchange"
    RULES = "rules"
    PEOPLE = "people"
    SYSTEM = "system"


GROUPS: Final[Mapping[EventGroup, tuple[Kind, ...]]] = {
    EventGroup.CHECKS: (
        Kind.CHECK_DECIDED, Kind.SCREENING_RUN, Kind.CHECK_REPLAYED, Kind.PERIOD_REPLAYED, Kind.ANSWERS_LOOKED_BACK_AT,
        Kind.LOOK_BACK_PROPOSED, Kind.LOOK_BACK_CLOSED, Kind.ANSWERS_CORRECTED,
    ),
    EventGroup.CASES: (
        Kind.CASES_OPENED, Kind.CASE_STEPPED, Kind.CASE_SETTLED, Kind.CLEARANCE_GIVEN, Kind.CLEARANCE_REVOKED,
    ),
    EventGroup.OBJECTIONS: (
        Kind.OBJECTION_LODGED, Kind.OBJECTION_DECIDED, Kind.OBJECTION_MET, Kind.OBJECTION_PAPER_WRITTEN,
    ),
    EventGroup.NOTICES: (
        Kind.NOTICE_MADE, Kind.NOTICE_ACKNOWLEDGED, Kind.NOTICE_DEAD, Kind.NOTICE_RESENT, Kind.NOTICE_MOOT,
        Kind.WEBHOOK_SET, Kind.WEBHOOK_ENDED,
    ),
    EventGroup.LOOK_UPS: (
        Kind.CASE_READ, Kind.CHECK_READ, Kind.LIST_SEARCHED, Kind.EVIDENCE_EXPLAINED, Kind.OBJECTION_READ,
        Kind.ORIGINAL_READ, Kind.BATCH_READ, Kind.QUARANTINE_READ, Kind.OWN_RECORD_GIVEN, Kind.TRAIL_READ,
        Kind.TRAIL_EXPORTED, Kind.LOOK_UPS_SAMPLED, Kind.LOOK_UP_REVIEWED,
    ),
    EventGroup.LIST: (
        Kind.LIST_CHANGED, Kind.LIST_IMPORTED, Kind.LIST_EXPORTED, Kind.FOOD_RELATED_DECIDED, Kind.FOOD_RELATED_ASKED,
        Kind.RECORD_SEALED, Kind.SEALING_REACHED, Kind.RETENTION_APPLIED,
    ),
    EventGroup.DOCUMENTS: (
        Kind.DOCUMENT_RECEIVED, Kind.DOCUMENT_REFUSED, Kind.DOCUMENT_DISCARDED, Kind.DOCUMENT_FILED,
        Kind.FILING_CONFIRMED, Kind.FILING_RETURNED, Kind.CERTIFICATE_RECEIVED, Kind.CERTIFICATE_CHANGED,
        Kind.CERTIFICATE_DISCARDED, Kind.ORIGINAL_KEPT,
    ),
    EventGroup.SPREADSHEETS: (
        Kind.SHEET_RECEIVED, Kind.HEADINGS_MAPPED, Kind.SHEET_FILED, Kind.SHEET_CONFIRMED, Kind.SHEET_RETURNED,
        Kind.SHEET_DISCARDED, Kind.ROWS_RETURNED,
    ),
    EventGroup.EXCHANGE: (
        Kind.EPOCH_BEGUN, Kind.BATCH_GIVEN, Kind.BATCH_TAKEN, Kind.BATCH_HELD, Kind.BATCH_RELEASED,
        Kind.BATCH_CORRECTED, Kind.BATCH_REFUSED, Kind.BATCH_OVERTAKEN, Kind.BATCH_ERASED, Kind.QUARANTINE_RETRIED,
        Kind.QUARANTINE_CORRECTED, Kind.QUARANTINE_REFUSED, Kind.DISAGREEMENT_NOTICED, Kind.DISAGREEMENT_SETTLED,
        Kind.LISTS_COMPARED, Kind.ROWS_GIVEN, Kind.RECORDS_RESTATED,
    ),
    EventGroup.RULES: (
        Kind.RULES_KEPT, Kind.MODEL_ESTIMATED, Kind.MODEL_ADOPTED, Kind.POLICY_TRIED, Kind.RULE_PROPOSED,
        Kind.RULE_REHEARSED, Kind.RULE_ADOPTED, Kind.RULE_REFUSED,
    ),
    EventGroup.PEOPLE: (
        Kind.USER_ADDED, Kind.USER_CHANGED, Kind.USER_DISABLED, Kind.USER_ENABLED, Kind.PASSWORD_LINK_MADE,
        Kind.PASSWORD_SET, Kind.SIGNED_IN, Kind.SIGN_IN_FAILED, Kind.SIGN_IN_THROTTLED, Kind.SESSIONS_ENDED,
        Kind.CLIENT_ADDED, Kind.CLIENT_DISABLED, Kind.FLAG_CLEARED,
    ),
    EventGroup.SYSTEM: (
        Kind.KEYS_CREATED, Kind.KEYS_ROTATED, Kind.KEYS_REWRITTEN, Kind.KEY_RETIRED, Kind.STORE_MIGRATED,
        Kind.SIGNING_KEY_MADE, Kind.WITNESS_ADDED, Kind.WITNESS_REMOVED, Kind.ALARM_RAISED, Kind.ALARM_CLEARED,
        Kind.LOG_RESUMED, Kind.STORE_BACKED_UP, Kind.STORE_RESTORED, Kind.OPENINGS_ERASED,
    ),
}  # fmt: skip
