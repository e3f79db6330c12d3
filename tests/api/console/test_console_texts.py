"""Every text is there in both languages with the same words to fill in, and every text a page names is there."""

from __future__ import annotations

import re
import string

import pytest

from api.console.texts import Language, all_texts
from registry.law.roles import Region
from registry.store.account_repository import UserRole
from tests.contracts.source_tree import ROOT

PLACE = ROOT / "api" / "console"
SOURCES = [*PLACE.glob("*.py"), *(PLACE / "templates").glob("*.html")]
NAME = re.compile(r"""["']([a-z_]+\.[a-z0-9_]+)["']""")
COMPOSED = re.compile(r"""\bt\((?:f["']([a-z_]+\.[a-z_]*)\{|["']([a-z_]+\.[a-z_]+)["'] ?~)""")


def braces(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("name", sorted(all_texts()))
def test_a_text_is_there_in_both_languages_with_the_same_words_to_fill_in(name: str) -> None:
    both = all_texts()[name]
    assert set(both) == set(Language)
    assert all(text.strip() for text in both.values())
    assert braces(both[Language.ZH]) == braces(both[Language.EN])
    if name != "console.other_language":
        assert not re.search("[一-鿿]", both[Language.EN])


def test_every_text_a_page_names_is_there_and_every_text_is_named_by_one() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    parts = {name.partition(".")[0] for name in all_texts()}
    named = {name for name in NAME.findall(source) if name.partition(".")[0] in parts}
    begun = {first or second for first, second in COMPOSED.findall(source)} | {"fault."}
    routes = set(re.findall(r"""url_for\(\s*["']([a-z_.]+)["']""", source)) | set(
        re.findall(r"""Entry\("[a-z_.]+", "([a-z_.]+)\"""", source)
    )
    files = {name for name in named if name.endswith((".js", ".css", ".html"))}
    redirects = set(re.findall(r"""done\(\s*["'][a-z_.]+["'],\s*["']([a-z_.]+)["']""", source))
    assert named - all_texts().keys() - routes - files - redirects - begun == set()
    unnamed = [name for name in all_texts() if name not in named and not name.startswith(tuple(begun))]
    assert unnamed == []


def test_every_role_and_region_has_its_name_and_every_role_its_words() -> None:
    for role in UserRole:
        assert {f"console.role_{role.value}", f"home.role_{role.value}", f"users.may_{role.value}"} <= set(all_texts())
    assert {f"console.region_{region.value}" for region in Region} <= set(all_texts())
