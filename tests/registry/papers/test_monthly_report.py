"""The month in figures: every plot has the table that says the same, sums are right, empty parts say so."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from registry.papers.monthly_report import (
    AgeBand,
    FalseShare,
    MonthlyReport,
    PeriodFigures,
    PeriodOutcomes,
    ProvinceFreshness,
    ReasonCount,
    monthly_report_paper,
    monthly_report_pdf,
)
from registry.papers.paper import Figure, Table
from tests.registry.papers.papers_at_hand import read, words

REPORT = MonthlyReport(
    month=datetime.date(2026, 11, 1),
    area="浙江省",
    unit="浙江省市场监督管理局",
    made_on=datetime.date(2026, 12, 1),
    periods=(PeriodFigures("1日", 700, 3, 7), PeriodFigures("2日", 800, 5, 9)),
    outcomes=(PeriodOutcomes("11月", 12, 30, 1, 4),),
    false_over_time=(FalseShare("10月", 40, 30, 0), FalseShare("11月", 42, 30, 2)),
    false_by_rule=(FalseShare("证件号码相同", 12, 0, 1), FalseShare("护照换发", 0, 0, 0)),
    false_by_region=(FalseShare("杭州市", 30, 21, 0),),
    ages=(AgeBand("5个工作日以内", 3, 0), AgeBand("20个工作日以上", 2, 1)),
    provinces=(
        ProvinceFreshness("上海", datetime.datetime(2026, 11, 30, 22, 0, tzinfo=datetime.UTC), 3.0, "有效"),
        ProvinceFreshness("安徽", None, None, "从未接入"),
    ),
    reasons=(ReasonCount("姓名和出生日期相同", 16),),
)


def test_a_report_says_the_months_figures_and_their_sums() -> None:
    said = words(monthly_report_pdf(REPORT))
    for wanted in (
        "2026年11月核查与处理月报",
        "共答复核查1500次，其中拦截（暂停办理）8次，人工复核16次，未发现1476次",
        "已作出认定42件，其中确认同一人12件，排除后放行30件",
        "合计15008161476",
        "证件号码相同12010.0%",
        "护照换发000—",
        "杭州市3021070.0%",
        "20个工作日以上21",
        "上海2026-12-0106:003.0有效",
        "安徽从未—从未接入",
    ):
        assert wanted in said, wanted


def test_under_every_plot_stands_a_table() -> None:
    blocks = monthly_report_paper(REPORT).blocks
    figures = [place for place, block in enumerate(blocks) if isinstance(block, Figure)]
    assert len(figures) == 9
    for place in figures:
        following = blocks[place + 1]
        assert isinstance(following, Table) or isinstance(blocks[place + 2], Table)


def described(node: Any) -> Iterator[str]:
    """Yield what the tags of a PDF say in place of pictures."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from described(each)
    elif isinstance(node, dict):
        yield from [node["/Alt"]] if "/Alt" in node else []
        yield from described(node["/K"]) if "/K" in node else []


def test_plots_are_described_to_who_cannot_see_them() -> None:
    root: Any = read(monthly_report_pdf(REPORT)).trailer["/Root"]
    texts = list(described(root["/StructTreeRoot"]))
    assert len(texts) == 9
    assert "10月至11月，最高75%（10月），最低71.4%" in texts
    assert "上海：3小时；安徽：—" in texts


def test_a_month_without_figures_says_so() -> None:
    empty = dataclasses.replace(
        REPORT,
        periods=(),
        outcomes=(),
        false_over_time=(),
        false_by_rule=(),
        false_by_region=(),
        ages=(),
        provinces=(),
        reasons=(),
    )
    assert words(monthly_report_pdf(empty)).count("本月无数据。") == 8
