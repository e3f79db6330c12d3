"""Say in one line of a verdict file why: what agreed, which region's data is stale, or what is missing.

Chinese, for the office that gets the file; a refusal carries its field and stable code as well. No line carries a
name or a number.
"""

from __future__ import annotations

from collections.abc import Iterable

from matching.evidence import Evidence
from registry.errors import FieldFault
from registry.law.roles import Region
from registry.services.explain_evidence import Language, evidence_sentences

REFUSALS = {
    "missing": "必填项为空",
    "unknown_word": "不是本栏可用的词",
    "too_long": "内容过长",
    "impossible_date": "日历上没有这一天",
    "unreadable_date": "日期写法无法唯一解读",
    "region": "不是四省市的区划代码",
    "cells": "该行的列数与表头不符",
    "missing_name": "缺少姓名或名称",
    "masked_name": "姓名被隐去，无法核查",
    "name_too_long": "姓名或名称过长",
    "missing_identifier": "须有证件号码（可部分隐去）或出生日期",
    "missing_organisation_number": "须有统一社会信用代码或许可证编号",
    "id_type_not_for_kind": "证件类型不适用于此类对象",
    "unreadable_id_number": "证件号码的形式不成立（位数、字符，或者是占位数字）",
    "impossible_birth_date": "出生年份须在 1900 年至今年之间",
    "spreadsheet_damaged": "证件号码已被电子表格改成科学计数法",
}


def reason_for_refusal(faults: Iterable[FieldFault]) -> str:
    """Name every field at fault, what is wrong with it, and the code."""
    return "；".join(_refusal(fault.field.lstrip("/"), fault.code.partition(":")[0]) for fault in faults)


def _refusal(field: str, code: str) -> str:
    return f"{field}：{REFUSALS[code]} [{code}]"


def reason_for_match(evidence: Iterable[Evidence]) -> str:
    """Say what speaks for the match, strongest first."""
    telling = sorted((line for line in evidence if line.millibits > 0), key=lambda line: -line.millibits)
    sentences = evidence_sentences()
    return "".join(sentences[line.feature][line.level][Language.ZH.value] for line in telling)


def reason_for_stale(regions: Iterable[Region]) -> str:
    """Name the regions whose data is too old for a `clear` to be given."""
    return f"名单数据已过期的地区：{'、'.join(regions)} [stale]"
