"""A desk with two people at it, and invented judgments to lay on it."""

from __future__ import annotations

import copy
from typing import Any

from registry.services.actor import Actor
from registry.services.confirm_judgment import Confirmed, confirm_judgment
from registry.services.context import Services
from registry.services.file_judgment import Filed, file_judgment
from registry.services.read_desk import DeskDocument, read_document
from registry.services.receive_judgment import receive_judgment
from registry.services.search_listed import LookUp, LookUpPurpose
from registry.store.account_repository import UserRole
from tests.registry.intake.invented_judgments import CHARGE, LYU, XU, ZHOU, judgment
from tests.registry.intake.list_rows_at_hand import id_number

LOOK_UP = LookUp(LookUpPurpose.CASE, "专项检查第 7 号")
CLERK = Actor(1, "甲", UserRole.CLERK, "33")
CONFIRMER = Actor(2, "乙", UserRole.CONFIRMER, "33")
ELSEWHERE = Actor(3, "丙", UserRole.CLERK, "32")

NAME = "周明远"
NUMBER = id_number("19810506", "401")
HEARD = judgment(
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处拘役三个月，并处罚金人民币一万元。\n",
    ZHOU + XU,
)
ALONE = judgment(f"被告人周明远犯{CHARGE}，判处有期徒刑一年，缓刑二年，并处罚金人民币三万元。\n", ZHOU)
THREE = judgment(
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币一万元。\n"
    f"三、被告人吕望犯{CHARGE}，判处有期徒刑六个月，并处罚金人民币一万元。\n",
    ZHOU + XU + LYU,
)


def laid_down(services: Services, text: str = ALONE) -> DeskDocument:
    """Lay a judgment on the desk and open it."""
    received = receive_judgment(services, text, actor=CLERK)
    assert received.document_no is not None
    return read_document(services, received.document_no, CLERK)


def edited(document: DeskDocument, **changes: object) -> dict[str, Any]:
    """Return a document's content with changes to the whole, and the first defendant's number where none was read."""
    assert document.content is not None
    content = copy.deepcopy(document.content)
    for place, defendant in enumerate(content.get("defendants", ())):
        birth = (defendant["birth_date"] or "1981-05-06").replace("-", "")
        defendant["id_number"] = defendant["id_number"] or id_number(birth, f"40{place * 2 + 1}")
    return {**content, **changes}


def certified(document: DeskDocument, since: str = "2020-03-20", **changes: object) -> dict[str, Any]:
    """Return a document's content with a certificate of effect."""
    return edited(document, effect_by="certificate", effective_date=since, **changes)


def filed(services: Services, document: DeskDocument, content: dict[str, Any]) -> Filed:
    return file_judgment(services, document.document_no, actor=CLERK, expected=document.row_version, content=content)


def confirmed(services: Services, step: Filed) -> Confirmed:
    return confirm_judgment(services, step.document_no, number=step.number, actor=CONFIRMER)


def in_force(services: Services, text: str = ALONE) -> DeskDocument:
    """Bring a judgment all the way to the list."""
    document = laid_down(services, text)
    confirmed(services, filed(services, document, certified(document)))
    return again(services, document)


def again(services: Services, document: DeskDocument) -> DeskDocument:
    """Open a document as it is now."""
    return read_document(services, document.document_no, CLERK)
