"""Plots: bars as high as their values, texts that stay inside, and a picture that can be read without seeing it."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from registry.papers.bar_plot import BarPlot, PlotOf, Series, bars_beside, columns_over_time, shortened, text_width
from registry.papers.plot_svg import COLOURS, plot_svg

SVG = "{http://www.w3.org/2000/svg}"
OF = PlotOf("checks", "核查次数", "次")
VALUES = st.none() | st.integers(0, 5_000_000)
SERIES = st.integers(1, 4).flatmap(
    lambda many: st.lists(st.lists(VALUES, min_size=many, max_size=many), min_size=1, max_size=31)
)


def stacked(rows: list[list[int | None]]) -> BarPlot:
    """Return a plot of one row of values a day."""
    series = [Series(f"第{number}类", column) for number, column in enumerate(zip(*rows, strict=True))]
    return columns_over_time(OF, [f"{number}日" for number in range(len(rows))], series)


def inside(plot: BarPlot) -> bool:
    """Tell whether every bar and every text stands inside the picture."""
    shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
    begins = [each.x - shares[each.anchor] * text_width(each.text) for each in plot.words]
    ends = [begin + text_width(each.text) for begin, each in zip(begins, plot.words, strict=True)]
    boxes = [
        box.left >= 0
        and box.top >= 0
        and box.left + box.width <= plot.width + 0.1
        and box.top + box.height <= plot.height
        for box in plot.boxes
    ]
    return all(boxes) and min(begins, default=0) >= -0.1 and max(ends, default=0) <= plot.width + 0.1


@given(SERIES)
def test_columns_of_any_figures_stay_inside_the_picture(rows: list[list[int | None]]) -> None:
    assert inside(stacked(rows))


@given(st.lists(st.integers(100, 5_000), min_size=1, max_size=31))
def test_columns_are_as_high_as_their_values(values: list[int]) -> None:
    boxes = columns_over_time(OF, [""] * len(values), [Series("", values)]).boxes
    of_the_highest = max(box.height for box in boxes) / max(values)
    for box, value in zip(boxes, values, strict=True):
        assert box.height == pytest.approx(value * of_the_highest, abs=0.2)
    assert max(box.height for box in boxes) >= 176 / 2.6, "the scale leaves no column small for nothing"


def test_series_stand_one_on_the_other() -> None:
    lower, upper = stacked([[30, 12]]).boxes
    assert upper.top + upper.height == pytest.approx(lower.top, abs=0.2)
    assert upper.left == lower.left
    assert (lower.series, upper.series) == (0, 1)


def test_the_scale_ends_at_a_round_number_or_a_given_step() -> None:
    def end(values: list[float], steps: list[float] | None = None) -> str:
        words = columns_over_time(OF, [""] * len(values), [Series("", values)], steps).words
        return next(each.text for each in words if each.text.endswith("次"))

    assert end([39, 11]) == "40次"
    assert end([1_299]) == "2,000次"
    assert end([5], [1, 2, 4, 8, 12, 24]) == "8次"
    assert end([1_000], [1, 2]) == "1,000次"
    assert end([0, 0]) == "1次"


def test_what_is_not_known_has_no_bar_and_a_dash() -> None:
    plot = columns_over_time(OF, ["一", "二", "三"], [Series("", [None, 0, 3])])
    assert [each.text for each in plot.words if each.kind == "mark"] == ["—", "0", "3"]
    assert len(plot.boxes) == 1


def test_a_series_of_another_length_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"3 labels.*确认"):
        columns_over_time(OF, ["一", "二", "三"], [Series("确认", [1, 2])])


@given(st.lists(st.tuples(st.text(max_size=40), VALUES), max_size=6))
def test_bars_beside_stay_inside_whatever_they_are_called(rows: list[tuple[str, int | None]]) -> None:
    assert inside(bars_beside(OF, [label for label, _ in rows], [value for _, value in rows]))


def test_a_label_too_long_is_shortened_and_a_short_one_is_whole() -> None:
    assert shortened("证件号码相同", 200) == "证件号码相同"
    assert shortened("姓名和出生日期相同" * 5, 100) == "姓名和出生日期相…"


def test_a_picture_is_read_out_by_its_title_and_what_it_says() -> None:
    root = fromstring(plot_svg(columns_over_time(OF, ["6月", "7月"], [Series("", [3, 9])])))
    titled, said = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert titled is not None
    assert said is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{titled.attrib['id']} {said.attrib['id']}"
    assert (titled.text, said.text) == ("核查次数", "6月至7月，最高9次（7月），最低3次")
    english = PlotOf("checks", "Checks", "", says="Checks a month")
    assert "Checks a month" in plot_svg(columns_over_time(english, ["6"], [Series("", [3])]))


def test_series_differ_by_pattern_and_are_named_in_a_legend() -> None:
    svg = plot_svg(stacked([[3, 4, 5, 6]]))
    root = fromstring(svg)
    bars = [each.attrib["fill"] for each in root.iter(f"{SVG}rect") if "bar" in each.attrib.get("class", "")]
    patterns = {f"url(#{each.attrib['id']})" for each in root.iter(f"{SVG}pattern")}
    assert set(bars) == {COLOURS[0], *patterns}
    assert len(set(bars)) == 4
    assert [each.text for each in root.iter(f"{SVG}text") if each.attrib["class"] == "legend"] == [
        f"第{number}类" for number in range(4)
    ]
    assert len(bars) == 8, "four columns' parts and four signs of the legend"


def test_a_label_that_looks_like_markup_is_written_as_text() -> None:
    svg = plot_svg(bars_beside(OF, ["<script>x</script>"], [1]))
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_stands_out_from_white(colour: str) -> None:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 3
