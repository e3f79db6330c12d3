"""Takes an organisation's name apart: region, trade name and form of business.

Source: Regulations on the Registration of Enterprise Names (2021), article 6: a name consists of the
administrative region, the trade name, the line of business and the form of organisation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from matching.normalize import fold_characters

_FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "总公司", "公司", "集团",
    "合伙企业(有限合伙)", "合伙企业(普通合伙)", "合伙企业", "个人独资企业", "农民专业合作社", "专业合作社", "合作社",
    "个体工商户", "经营部", "服务部", "加工厂", "工厂", "厂", "中心",
    "商行", "商店", "超市", "饭店", "餐厅", "酒楼", "店",
)  # fmt: skip
_PROVINCES = ("上海", "江苏", "浙江", "安徽", "中国")
# The prefectures of the three provinces (GB/T 2260, 2024); county names follow the pattern "…市", "…县" or "…区".
_CITIES = (
    "南京|无锡|徐州|常州|苏州|南通|连云港|淮安|盐城|扬州|镇江|泰州|宿迁|"
    "杭州|宁波|温州|嘉兴|湖州|绍兴|金华|衢州|舟山|台州|丽水|"
    "合肥|芜湖|蚌埠|淮南|马鞍山|淮北|铜陵|安庆|黄山|滁州|阜阳|宿州|六安|亳州|池州|宣城"
)
_REGION = re.compile(rf"^(?:{'|'.join(_PROVINCES)})[省市]?|^(?:{_CITIES})市?|^[\u4e00-\u9fff]{{2,3}}?[市县区]")
_NOT_NAME = re.compile(r"[^0-9A-Z\u3400-\u9fff()]")
_ANY_FORM = re.compile(rf"(?:\([^()]*\))?(?:{'|'.join(map(re.escape, _FORMS))})(?:\([^()]*\))?$")


@dataclass(frozen=True, slots=True)
class ComparedOrganisation:
    """A registered name as written, in one spelling, and its core without region and form words."""

    text: str
    folded: str
    core: str


def compared_organisation(name: str | None) -> ComparedOrganisation | None:
    """Return the name in compared form; None where none is stated."""
    if name is None:
        return None
    text = _NOT_NAME.sub("", unicodedata.normalize("NFKC", name).upper())
    if not text:
        return None
    folded = fold_characters(text).replace("(", "").replace(")", "")
    return ComparedOrganisation(text, folded, _core(fold_characters(text)))


def _core(text: str) -> str:
    """Strip regions from the front and forms from the back; a name of nothing else keeps itself."""
    bare = text.replace("(", "").replace(")", "")
    core = _strip(_ANY_FORM, text).replace("(", "").replace(")", "")
    return _strip(_REGION, core) or bare


def _strip(pattern: re.Pattern[str], text: str) -> str:
    while len(shorter := pattern.sub("", text)) < len(text) and len(shorter) >= 2:
        text = shorter
    return text
