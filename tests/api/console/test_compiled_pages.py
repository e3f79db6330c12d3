"""Pages are compiled before the first person asks for one, and only from the text they have."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from api.console.app import create_console
from api.console.compiled_pages import CompiledPages, compile_pages
from registry.services.context import Services
from registry.services.list_index import ListIndex


def test_a_first_view_compiles_nothing_once_the_pages_were_compiled(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_pages()
    monkeypatch.setattr(Environment, "compile", None)
    console = create_console(services, ListIndex(model=services.model))
    assert console.test_client().get("/sign-in").status_code == 200


def test_a_page_whose_text_has_changed_is_compiled_anew() -> None:
    compiled = CompiledPages()
    before = Environment(loader=DictLoader({"page": "before"}), bytecode_cache=compiled, autoescape=True)
    after = Environment(loader=DictLoader({"page": "after"}), bytecode_cache=compiled, autoescape=True)
    assert [each.get_template("page").render() for each in (before, after, before)] == ["before", "after", "before"]
