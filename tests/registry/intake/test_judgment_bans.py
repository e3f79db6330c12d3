"""What a court forbids, whom, and for how long."""

from __future__ import annotations

import pytest

from tests.registry.intake.invented_judgments import CHARGE, SENTENCE, XU, ZHOU, codes, judgment, read


@pytest.mark.parametrize(
    ("order", "kind", "years"),
    [
        ("禁止被告人周明远在缓刑考验期限内从事食品生产、销售及相关活动", "probation_injunction", None),
        ("在缓刑考验期内，禁止被告人周明远从事食品生产、销售及相关活动", "probation_injunction", None),
        ("宣告禁止令，禁止被告人周明远在缓刑考验期二年内从事肉类加工、销售活动", "probation_injunction", None),
        ("禁止被告人周明远从事生猪屠宰、销售活动（禁止令期限从判决生效之日起计算）", "probation_injunction", None),
        ("禁止被告人周明远自刑罚执行完毕之日或者假释之日起三年内从事食品生产经营", "occupational_ban", 3),
        ("自刑罚执行完毕之日或者假释之日起三年内禁止被告人周明远从事食品生产经营", "occupational_ban", 3),
        ("禁止被告人周明远从事食品生产经营活动，期限为五年，自刑罚执行完毕之日起计算", "occupational_ban", 5),
        ("被告人周明远自刑罚执行完毕之日起五年内不得从事食品行业", "occupational_ban", 5),
        ("对被告人周明远宣告从业禁止，禁止其在刑满释放后三年内从事食品生产", "occupational_ban", 3),
        ("对被告人周明远从业禁止三年", "occupational_ban", 3),
        ("禁止被告人周明远终身从事食品生产经营管理工作", "occupational_ban", None),
        ("被告人周明远终身不得从事食品生产经营管理工作，也不得担任食品安全管理人员", "occupational_ban", None),
    ],
)
def test_a_ban_is_read_with_its_kind_and_length(order: str, kind: str, years: int | None) -> None:
    reading = read(judgment(f"一、{SENTENCE}二、{order}。\n三、扣押物品予以没收。\n"))
    bans = reading["defendants"][0]["bans"]
    assert [(ban["kind"], ban["years"]) for ban in bans] == [(kind, years)]
    assert bans[0]["text"].rstrip("。") in order or order.endswith(bans[0]["text"].rstrip("。"))
    assert "kind_of_ban_unclear" not in codes(reading)


def test_a_ban_whose_words_do_not_say_its_kind_is_warned_of() -> None:
    reading = read(judgment(f"一、{SENTENCE}二、禁止被告人周明远从事食品生产经营活动。\n"))
    assert "kind_of_ban_unclear" in codes(reading)


@pytest.mark.parametrize(
    "order",
    [
        "驳回公诉机关提出的禁止被告人周明远从事食品生产经营的诉讼请求",
        "对公诉机关请求禁止被告人周明远从事食品生产的意见不予支持",
    ],
)
def test_a_proposal_the_court_rejects_forbids_nothing(order: str) -> None:
    assert read(judgment(f"一、{SENTENCE}二、{order}。\n"))["defendants"][0]["bans"] == []


def test_a_ban_stops_where_the_next_item_begins_even_without_a_stop() -> None:
    decision = f"一、{SENTENCE}二、禁止被告人周明远在缓刑考验期内从事食品销售\n三、扣押物品予以没收\n"
    assert read(judgment(decision))["defendants"][0]["bans"][0]["text"] == "禁止被告人周明远在缓刑考验期内从事食品销售"


def test_a_ban_concerns_those_it_names_or_stands_beside() -> None:
    decision = (
        f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，缓刑一年，禁止其在缓刑考验期内从事食品生产、销售；\n"
        f"二、被告人许云犯{CHARGE}，判处有期徒刑八个月；\n"
        "三、禁止二被告人自刑罚执行完毕之日起五年内从事食品行业；\n"
        "四、被告人许云终身不得从事食品生产经营管理工作。\n"
    )
    zhou, xu = read(judgment(decision, ZHOU + XU))["defendants"]
    assert [ban["kind"] for ban in zhou["bans"]] == ["probation_injunction", "occupational_ban"]
    assert [(ban["kind"], ban["years"]) for ban in xu["bans"]] == [("occupational_ban", 5), ("occupational_ban", None)]
