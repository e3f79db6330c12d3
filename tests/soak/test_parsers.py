"""Whatever bytes come, a parser understands them or refuses them in the register's own words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.headings import ListKind, columns
from tests.soak.parsers import PARSERS

EXAMPLES = 60

WORDS = st.sampled_from(
    [
        "王",
        "小军",
        "曾用名:王小军;绰号:老五",
        "张·",
        "某某",
        "×××",
        "男",
        "女",
        "resident_id",
        "hk_mo_permit",
        "other",
        "uscc",
        "33",
        "330106",
        "yes",
        "no",
        "是",
        "吊销许可证",
        "withdraw",
        "upsert",
        "生产、销售有毒、有害食品罪",
        "有期徒刑",
        "十二",
        "12",
        "4.5",
        "2020-02-01",
        "2020年2月",
        "二〇二〇年二月三十日",
        "44000",
        "20200230",
        "***1234",
        "330106********1234",
        "339900197603090010",
        "33990019760309001X",
        "3.30106E+17",
        "91339900M8B77FPM4E",
        "（2020）浙9900刑初1号",
        "legal_representative",
        "food_operation_licence",
        "occupational_ban",
        "operator",
        "=1+1",
        "\ufeff",
        "\x00",
        "—",
        "name+00000000+AAAA",
        "0",
        "-1",
        "1e9",
        "１２",
    ]
)
CELLS = st.one_of(WORDS, st.text(max_size=12), st.integers().map(str))
LINES = st.lists(st.lists(CELLS, max_size=len(columns(ListKind.CONVICTION))).map(",".join), max_size=4).map("\n".join)
BYTES = st.one_of(
    LINES.map(str.encode),
    LINES.map(lambda text: text.encode("gb18030", "replace")),
    CELLS.map(str.encode),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=200),
)


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_every_parser_understands_or_refuses(name: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=BYTES)
    def holds(data: bytes) -> None:
        PARSERS[name](data)

    holds()


DEEP = (b"[" * 3_000, b'{"a":' * 3_000, b"a = " + b"[" * 3_000, b"a = " + b"{a = " * 3_000)


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_no_parser_breaks_on_what_is_nested_deeply(name: str) -> None:
    for data in DEEP:
        PARSERS[name](data)
