"""What a person is given of their own record: everything kept, everybody who looked, and nobody's name."""

from __future__ import annotations

import dataclasses

from registry.papers.own_record import own_record_pdf
from tests.registry.papers.papers_at_hand import BASIS, OWN_RECORD, read, words


def test_a_record_shows_bans_statements_objections_and_look_ups() -> None:
    said = words(own_record_pdf(OWN_RECORD))
    for wanted in (
        "方**",
        "339900********0232",
        BASIS.document_no,
        "自2023年6月1日起，终身",
        "有效",
        "本人已履行完毕全部罚金。",
        "Y-2026-0003",
        "处理中",
        "查询记录，共1次",
        "方圆市云岭区行政审批局",
        "339900-2026-000123",
    ):
        assert wanted in said, wanted


def test_a_look_up_bears_the_hour_it_was_in_shanghai() -> None:
    assert "2026-11-0204:30" in words(own_record_pdf(OWN_RECORD))


def test_parts_without_anything_say_so() -> None:
    empty = dataclasses.replace(OWN_RECORD, bans=(), statements=(), objections=(), look_ups=())
    said = words(own_record_pdf(empty))
    for wanted in ("名单中现在没有与本人有关的有效记录", "没有本人提交的陈述", "没有本人提出的异议", "没有查询记录"):
        assert wanted in said, wanted


def test_the_head_of_a_long_table_stands_on_every_page() -> None:
    pages = read(own_record_pdf(dataclasses.replace(OWN_RECORD, look_ups=[*OWN_RECORD.look_ups] * 120))).pages
    assert len(pages) > 2
    assert all("查询单位" in page.extract_text() for page in pages[:-1])
