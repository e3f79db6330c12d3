"""Invented papers, and what is read back from those drawn and written."""

from __future__ import annotations

import datetime
import io

from pypdf import PdfReader

from registry.papers.notice import Hearing, Notice, NoticeBasis
from registry.papers.own_record import LookUp, OwnBan, OwnBasis, OwnObjection, OwnRecord, OwnStatement
from registry.papers.want_letter import Want, WantLetter

day = datetime.date
WORDS = "因食品安全犯罪被判处有期徒刑以上刑罚的，终身不得从事食品生产经营管理工作。"

BASIS = NoticeBasis(
    article="《中华人民共和国食品安全法》第一百三十五条第二款",
    text=WORDS,
    document_no="（2023）浙9901刑初45号",
    authority="方圆市人民法院",
    bars="食品生产经营管理工作",
    since=day(2023, 6, 1),
    until=None,
)

NOTICE = Notice(
    case_no="C-2026-000123",
    check_no="K7F3-9Q2M",
    application_no="339900-2026-000123",
    licensing_office="方圆市云岭区行政审批局",
    region="浙江省方圆市云岭区",
    purpose="食品经营许可",
    role="法定代表人",
    applicant="方㼆远",
    applicant_id="339900********0232",
    ban_no="B-8KQ4",
    bases=(BASIS,),
    finding="申请人员与名单人员系同一人。",
    reasons="证件号码完全一致；姓名一致。",
    legal_basis=("《中华人民共和国食品安全法》第一百三十五条",),
    heard=Hearing(day(2026, 11, 20), "当面", "承认判决属实。"),
    unit="方圆市市场监督管理局",
    decided_by="监管员 3302-017",
    decided_on=day(2026, 11, 30),
)

WANT_LETTER = WantLetter(
    case_no="C-2026-000124",
    check_no="K7F3-9Q2N",
    application_no="339900-2026-000124",
    licensing_office="方圆市云岭区行政审批局",
    region="浙江省方圆市云岭区",
    purpose="食品经营许可",
    applicant="王**",
    applicant_id="339900********0011",
    wants=(Want("身份证复印件", "申请人员本人"), Want("判决书全文", "方圆市人民法院")),
    due_on=day(2026, 12, 14),
    reasons="证件号码只差一位，不足以判断是否同一人。",
    unit="方圆市市场监督管理局",
    decided_by="监管员 3302-017",
    decided_on=day(2026, 11, 30),
)

OWN_RECORD = OwnRecord(
    request_no="Q-2026-0007",
    person="方**",
    person_id="339900********0232",
    bans=(
        OwnBan(
            "B-8KQ4",
            (OwnBasis(BASIS.article, BASIS.document_no, BASIS.authority, BASIS.bars, BASIS.since, None, "有效"),),
        ),
    ),
    statements=(OwnStatement(day(2026, 10, 2), "B-8KQ4", "本人已履行完毕全部罚金。"),),
    objections=(OwnObjection("Y-2026-0003", day(2026, 10, 9), "禁入编号B-8KQ4", None),),
    look_ups=(
        LookUp(
            datetime.datetime(2026, 11, 1, 20, 30, tzinfo=datetime.UTC),
            "方圆市云岭区行政审批局",
            "食品经营许可",
            "339900-2026-000123",
            "拦截",
        ),
    ),
    unit="方圆市市场监督管理局",
    made_on=day(2026, 11, 30),
)


def read(pdf: bytes) -> PdfReader:
    """Open a PDF."""
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return what a PDF says without line ends and spaces."""
    return "".join("".join(page.extract_text() for page in read(pdf).pages).split())
