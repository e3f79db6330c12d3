"""Invented objections for the demonstration: to a listing, to a held application, and one that was upheld.

The upheld one is to a judgment of a court that does not exist, taken to the list at the desk, so that a clerk has
something to correct. None of them is about anybody in the applications made up for practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from registry.services.actor import Actor
from registry.services.confirm_judgment import confirm_judgment
from registry.services.context import Services
from registry.services.decide_objection import Decision, decide_objection
from registry.services.file_judgment import file_judgment
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_desk import read_document
from registry.services.receive_judgment import receive_judgment

APPLICATION: Final = "DEMO-2025-2001"
"""The application whose hold somebody objects to."""

_LISTED: Final = ("33", "DEMO-33-C012")
_EFFECTIVE: Final = "2025-04-28"
_SECOND_INSTANCE: Final = (
    "（2025）浙01刑终99002号判决书于2025年6月12日宣判并送达，自宣判之日起生效："
    "撤销一审判决的量刑部分，改判纪怀瑾拘役三个月。"
)
_EVIDENCE: Final = "（演示材料）{office}证明：{says}"


@dataclass(frozen=True, slots=True)
class DemoParty:
    """Who takes part: two people of the desk in Zhejiang, and two regulators."""

    clerk: Actor
    confirmer: Actor
    regulator: Actor
    decider: Actor


def object_to_listings(services: Services, party: DemoParty) -> list[str]:
    """Lodge an objection to a listing, and one that is upheld and waits for a correction; return their numbers."""
    open_one = _objection(
        services,
        party.regulator,
        ban_no=_ban_of(services, *_LISTED),
        objector="徐永康",
        statement="判我的是徐永康没错，但我在判决以前就把店转让了，禁业不应当记到我现在的单位。请核对判决书。",
        contact="电话 0571-55550112",
        files=[_evidence("德川县市场监督管理局", "该店已于2019年11月办理转让。")],
    )
    return [open_one, _upheld(services, party)]


def application() -> dict[str, object]:
    """Return the application whose hold somebody objects to, as the body of a check."""
    subject = {
        "subject_no": "1",
        "kind": "person",
        "role": "legal_representative",
        "name": "朱美玲",
        "id_type": "resident_id",
        "id_number": "339900196208091089",
    }
    return {
        "application_no": APPLICATION,
        "purpose": "food_operation_licence",
        "region": "339900",
        "subjects": [subject],
    }


def object_to_hold(services: Services, check_no: str, party: DemoParty) -> str:
    """Lodge an objection to the held application, with evidence; return its number."""
    return _objection(
        services,
        party.regulator,
        check_no=check_no,
        objector="朱美玲",
        statement="我从来没有被判过刑。身份证2016年丢过，已报案挂失，可能是别人冒用。",
        contact="电话 0571-55550233",
        files=[_evidence("杭州市西湖区公安分局", "朱美玲于2016年5月报失身份证，被判刑者的指纹与其不符。")],
    )


def _upheld(services: Services, party: DemoParty) -> str:
    document_no = _listed_at_the_desk(services, party)
    document = read_document(services, document_no, party.clerk)
    number = _objection(
        services,
        party.regulator,
        ban_no=str(document.rows[0].ban_no),
        objector="纪怀瑾",
        statement="一审判了八个月，二审已经改判拘役三个月，不应当终身禁业。二审判决书随附。",
        contact="德川县东街 12 号",
        files=[_evidence("杭州市中级人民法院", _SECOND_INSTANCE)],
    )
    reason = "二审（2025）浙01刑终99002号改判拘役三个月，不再符合食品安全法第一百三十五条第二款。名单应予更正。"
    decide_objection(services, number, Decision(upheld=True, reason=reason), party.decider)
    return number


def _listed_at_the_desk(services: Services, party: DemoParty) -> str:
    text = files("seeds.data").joinpath("zhejiang_judgment.txt").read_text("utf-8")
    received = receive_judgment(services, text, actor=party.clerk)
    document = read_document(services, str(received.document_no), party.clerk)
    content = {**(document.content or {}), "effect_by": "certificate", "effective_date": _EFFECTIVE}
    number, seen = document.document_no, document.row_version
    filed = file_judgment(services, number, actor=party.clerk, expected=seen, content=content)
    confirm_judgment(services, number, number=filed.number, actor=party.confirmer)
    return number


def _ban_of(services: Services, region: str, record_no: str) -> str:
    with services.store.read() as uow:
        (record,) = uow.lists.records_of([(region, record_no)])
        return uow.lists.ban_numbers([record.subject_id or 0])[0][1]


def _objection(services: Services, actor: Actor, **stated: object) -> str:
    about: dict[str, object] = {"ban_no": None, "check_no": None, "received_on": services.clock.today()}
    lodging = Lodging(**{**about, "lodged_through": "德川县行政审批局", **stated})  # type: ignore[arg-type]
    return lodge_objection(services, lodging, actor).objection_no


def _evidence(office: str, says: str) -> tuple[str, bytes]:
    return f"{office}证明.txt", _EVIDENCE.format(office=office, says=says).encode()
