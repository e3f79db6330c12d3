"""Invented judgments on their way through the judgments' door, and courts' systems that send them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.desk_actor import NamedActor
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import DeskDocument, read_document
from registry.services.receive_judgment import receive_judgment
from tests.registry.intake.invented_judgments import SENTENCE, judgment
from tests.registry.intake.list_rows_at_hand import id_number
from tests.registry.services.desk_at_hand import certified, edited

TEXT = judgment(SENTENCE)
IN_31 = TEXT.replace("浙", "沪")
ID_NUMBER = id_number("19810506", "401")
BODY = {"document": base64.b64encode(TEXT.encode()).decode(), "name": "判决.txt"}


def in_effect(content: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return what was read with what a certificate of effect and a person add."""
    defendant = content["defendants"][0] | {"id_type": "resident_id", "id_number": ID_NUMBER}
    effect = {"effect_by": "certificate", "effective_date": "2020-03-20"}
    return {**content, **effect, "defendants": [defendant, *content["defendants"][1:]], **changes}


@dataclass(frozen=True)
class Laid:
    """A document on the desk, the filing that waits (0: none), and the row version last seen."""

    document_no: str
    number: int
    expected: int
    content: dict[str, Any]


def laid(services: Services, by: str, text: str = TEXT, region: str = "33", stage: str = "draft") -> Laid:
    """Lay a judgment down for a client, and take it as far as `stage`: draft, filed, or pending (confirmed)."""
    actor = NamedActor(by, region)
    received = receive_judgment(services, text, actor=actor, although_known=True)
    assert received.document_no is not None
    document = read_document(services, received.document_no, actor)
    content = edited(document) if stage == "pending" else certified(document)
    number = 0
    if stage != "draft":
        expected = document.row_version
        filed = file_judgment(services, document.document_no, actor=actor, expected=expected, content=content)
        number = filed.number
    if stage == "pending":
        confirm_judgment(services, document.document_no, number=number, actor=NamedActor("client:0", region))
    return _seen(read_document(services, document.document_no, actor), number, content)


def _seen(document: DeskDocument, number: int, content: dict[str, Any]) -> Laid:
    return Laid(document.document_no, number, document.row_version, content)
