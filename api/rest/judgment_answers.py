"""How the judgments' door words what the desk's services return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.errors import FieldFault
from registry.intake.returned_rows import fault_text
from registry.ledger.leaf import spell_instant

if TYPE_CHECKING:
    from registry.services.confirm_judgment import Confirmed
    from registry.services.file_judgment import Filed
    from registry.services.read_desk import DeskDocument
    from registry.services.receive_certificate import ReceivedCertificate
    from registry.services.receive_judgment import Received

Json = dict[str, Any]


def document_as_json(document: DeskDocument) -> Json:
    """Return a judgment of the desk as the door tells it; its text is not repeated."""
    waiting = document.waiting
    warnings = (document.reading or {}).get("warnings", ())
    return {
        "document_no": document.document_no,
        "state": document.state,
        "region": document.region,
        "row_version": document.row_version,
        "effective_on": document.effective_on,
        "created_at": spell_instant(document.created_at),
        "changed_at": spell_instant(document.changed_at),
        "content": document.content,
        "warnings": list(dict.fromkeys(str(warning["code"]) for warning in warnings)),
        "faults": [_fault(fault) for fault in document.faults],
        "waiting": None
        if waiting is None
        else {"number": waiting.number, "kind": waiting.kind, "filed_at": spell_instant(waiting.filed_at)},
        "rows": [{"record": row.record, "outcome": row.outcome, "ban_no": row.ban_no} for row in document.rows],
    }


def received_as_json(received: Received, document: DeskDocument | None) -> Json:
    """Return what became of a judgment that was sent."""
    return {
        "reception": received.reception,
        "known": [{"document_no": each.document_no, "state": each.state, "by": each.by} for each in received.known],
        "listed": list(received.listed),
        "refused": list(received.refused),
        "judgment": None if document is None else document_as_json(document),
        "certificate": None,
    }


def certificate_received_as_json(told: ReceivedCertificate) -> Json:
    """Return what became of a certificate of effect that was sent."""
    kept = told.certificate_no is not None
    return {
        "reception": "certificate" if kept else told.reception,
        "known": [],
        "listed": [],
        "refused": [] if told.refused is None else [told.refused],
        "judgment": None,
        "certificate": _certificate(told) if kept or told.refused is None else None,
    }


def _certificate(told: ReceivedCertificate) -> Json:
    return {
        "certificate_no": told.certificate_no,
        "case_number": told.case_number,
        "effective_date": told.effective_date,
        "fate": told.fate,
        "document_no": told.document_no,
        "warnings": [f"{field}:{code}" for field, code in told.warnings],
    }


def without_people(answer: object) -> object:
    """Return what is kept of an answer under its idempotency key: all but the content, which names people.

    Whoever may not be kept must not stand there when the judgment has long forgotten them.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("judgment"), dict):
        return answer
    return answer | {"judgment": answer["judgment"] | {"content": None}}


def filed_as_json(filed: Filed) -> Json:
    """Return what a filing, or the sending back of one, came to."""
    names = ("document_no", "number", "kind", "state", "row_version")
    return {**{name: getattr(filed, name) for name in names}, "refused": list(filed.refused)}


def confirmed_as_json(confirmed: Confirmed) -> Json:
    """Return what a confirmation came to."""
    names = ("document_no", "number", "kind", "state", "row_version", "list_version")
    return {**{name: getattr(confirmed, name) for name in names}, "rows": _rows(confirmed)}


def _rows(confirmed: Confirmed) -> list[Json]:
    return [{"record": row.record or "", "outcome": row.outcome} for row in confirmed.rows]


def _fault(fault: FieldFault) -> Json:
    return {"pointer": f"/content/{fault.field}", "code": fault.code.partition(":")[0], "says": fault_text(fault)}
