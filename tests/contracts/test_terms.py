"""One word for one thing: what docs/terms.md has set aside stands on no page, in no answer and in no record."""

from __future__ import annotations

import re

import pytest

from tests.contracts.source_tree import ROOT

SPOKEN = [
    *(ROOT / "api" / "console" / "texts").glob("*.toml"),
    *(ROOT / "api" / "console" / "templates").glob("*.html"),
    *(ROOT / "registry" / "law").glob("*.toml"),
    *(ROOT / "registry" / "ledger").glob("*.*"),
    *(ROOT / "api" / "rest").glob("*.*"),
    *(ROOT / "registry" / "services").glob("*.py"),
]
_, _, _TABLE = (ROOT / "docs" / "terms.md").read_text("utf-8").partition("## Words that are not used")
SET_ASIDE = re.findall(r"^\| ([一-鿿]+) \|", _TABLE, re.MULTILINE)


def test_the_terms_set_words_aside() -> None:
    assert {"查验", "禁业", "暂缓"} <= set(SET_ASIDE)


@pytest.mark.parametrize("word", SET_ASIDE)
def test_no_page_answer_or_record_uses_a_word_that_was_set_aside(word: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in SPOKEN if word in path.read_text("utf-8")] == []
