"""An invented judgment of a court that does not exist, taken to the list by two people of Anhui, and who applies."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from registry.services.actor import Actor
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.file_judgment import file_judgment
from registry.services.read_desk import read_document
from registry.services.receive_judgment import receive_judgment

EFFECTIVE: Final = "2025-04-25"
_NAME, _NUMBER = "岑望舒", "349900198207152311"


def file_in_hefei(services: Services, clerk: Actor) -> tuple[str, int]:
    """Lay the judgment on the desk and file it with its certificate of effect; return its number and the filing's."""
    text = files("seeds.data").joinpath("hefei_judgment.txt").read_text("utf-8")
    received = receive_judgment(services, text, actor=clerk)
    document = read_document(services, str(received.document_no), clerk)
    content = {**(document.content or {}), "effect_by": "certificate", "effective_date": EFFECTIVE}
    filed = file_judgment(services, document.document_no, actor=clerk, expected=document.row_version, content=content)
    return document.document_no, filed.number


def confirm_in_hefei(services: Services, filed: tuple[str, int], confirmer: Actor) -> int:
    """Confirm it; return the list's version from which the ban stands."""
    document_no, number = filed
    confirm_judgment(services, document_no, number=number, actor=confirmer)
    with services.store.read() as uow:
        return uow.head.version()


def application(number: int) -> dict[str, object]:
    """Return an application in Shanghai whose legal representative is the one convicted."""
    subject = {
        "subject_no": "1",
        "kind": "person",
        "role": "legal_representative",
        "name": _NAME,
        "id_type": "resident_id",
        "id_number": _NUMBER,
    }
    return {
        "application_no": f"DEMO-2025-{number:0>6}",
        "purpose": "food_operation_licence",
        "region": "310115",
        "subjects": [subject],
    }
