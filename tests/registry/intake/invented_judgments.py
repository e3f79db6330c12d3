"""Invented judgments: courts, people and firms that do not exist, in the layouts real courts use."""

from __future__ import annotations

from typing import Any

from registry.intake.judgment_text import read_judgment

HEAD = "浙江省德川县人民法院\n刑 事 判 决 书\n（2020）浙0599刑初7号\n公诉机关德川县人民检察院。\n"
ZHOU = "被告人周明远，男，1981年5月6日出生，汉族，小学文化。\n"
XU = "被告人许云，女，1982年5月6日出生，回族，农民。\n"
LYU = "被告人吕望，男，1983年5月6日出生，汉族。\n"
CHARGE = "销售有毒、有害食品罪"
TRIAL = f"""德川县人民检察院以德检刑诉〔2020〕10号起诉书指控被告人犯{CHARGE}，于2020年1月2日向本院提起公诉。
现已审理终结。
本院认为……依照《中华人民共和国刑法》第一百四十四条之规定，判决如下：
"""
TAIL = """如不服本判决，可在接到判决书的第二日起十日内，通过本院或者直接向吴兴市中级人民法院提出上诉。
审　判　长　　甲乙
人民陪审员　　丙丁
二〇二〇年三月五日
书　记　员　　戊己
附：相关法律条文
第一百四十四条 ……处五年以下有期徒刑，并处罚金；……禁止其自刑罚执行完毕之日起从事相关职业，期限为三年至五年。"""
SENTENCE = f"被告人周明远犯{CHARGE}，判处有期徒刑一年，缓刑二年，并处罚金人民币三万元。\n"


def judgment(decision: str, parties: str = ZHOU, head: str = HEAD, trial: str = TRIAL, tail: str = TAIL) -> str:
    """Return a first-instance judgment with this operative part."""
    return head + parties + trial + decision + tail


def appeal(decision: str, kind: str = "判决", number: str = "（2020）浙05刑终12号", party: str = "上诉人") -> str:
    """Return a judgment or order on appeal or retrial; it tells of the former decision."""
    return f"""浙江省吴兴市中级人民法院
刑事{kind}书
{number}
原公诉机关德川县人民检察院。
{party}（原审被告人）周明远，男，1981年5月6日出生，汉族。
原审被告人许云，女，1982年5月6日出生，汉族。
德川县人民法院审理德川县人民检察院指控原审被告人周明远、许云犯{CHARGE}一案，于2020年3月5日作出（2020）浙0599刑初7号刑事判决。
原判判决如下：一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。二、被告人许云犯{CHARGE}，判处拘役三个月。
宣判后，周明远不服，提出上诉。现已审理终结。
本院认为，原判……依照《中华人民共和国刑事诉讼法》第二百三十六条之规定，{kind}如下：
{decision}
本{kind}为终审{kind}。
审判长 甲
审判员 乙
二〇二〇年六月一日
书记员 丙"""


def read(text: str) -> dict[str, Any]:
    """Read a judgment as the command prints it."""
    return read_judgment(text).as_json("invented.txt")


def counts(defendant: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return charge, sentence, months and fine of each count."""
    return [tuple(each[name] for name in ("charge", "sentence", "months", "fine_yuan")) for each in defendant["counts"]]


def executed(defendant: dict[str, Any]) -> tuple[Any, ...]:
    """Return sentence, months, probation and fine of what is executed."""
    return tuple(defendant["executed"].values())


def codes(reading: dict[str, Any]) -> set[str]:
    """Return the codes of a reading's warnings."""
    return {warning["code"] for warning in reading["warnings"]}
