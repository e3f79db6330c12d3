"""Invented certificates of effect, in the layouts real courts use, for the judgments of invented_judgments."""

from __future__ import annotations

from typing import Any

from registry.intake.certificate_text import read_certificate

CASE = "（2020）浙0599刑初7号"
DAY = "2020-03-20"
LETTER = f"""浙江省德川县人民法院
裁判文书生效证明书
（2020）浙0599刑证12号
本院于2020年3月5日作出的{CASE}刑事判决书，已于二〇二〇年三月二十日发生法律效力。
特此证明。
浙江省德川县人民法院
二〇二〇年四月一日
"""
FORM = f"""浙江省德川县人民法院
生 效 证 明
案号　{CASE}
被告人　周明远
作出日期　2020年3月5日
生效日期　2020年3月20日
"""
NOTICE = f"""浙江省德川县人民法院
执 行 通 知 书
（2020）浙0599刑执通字第8号
德川县看守所：
罪犯周明远犯销售有毒、有害食品罪一案，经本院以{CASE}刑事判决，判处有期徒刑一年。判决已于2020年3月20日起发生法
律效力，现将有关法律文书送达你所，请依法执行。
（院印）
二〇二〇年三月二十五日
"""


def certified(case: str = CASE, day: str = "2020年3月20日") -> str:
    """Return a certificate of a case and a day."""
    return LETTER.replace(CASE, case).replace("二〇二〇年三月二十日", day)


def read(text: str) -> dict[str, Any]:
    """Read a certificate as the command prints it."""
    return read_certificate(text).as_json("invented.txt")
