"""What docs/security.md claims is shown by tests that exist."""

from __future__ import annotations

import re

from tests.contracts.source_tree import ROOT, functions, python_files

SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_every_test_the_security_document_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", SECURITY))
    there = {node.name for path in python_files("tests") for node in functions(path)}
    assert len(named) > 30
    assert named - there == set()


def test_every_claimed_item_names_a_test() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.[\dx][^|]*)\|[^|]*\|([^|]*)\|$", SECURITY, re.MULTILINE)
    assert len(rows) > 20
    assert [item for item, shown in rows if "`test_" not in shown] == []
