"""docs/province-adapters.md keeps its word: its configurations are read, its sample becomes what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import main
from registry.exchange.partner_file import AdapterName, read_partner
from registry.intake.headings import REQUIRED, columns
from tests.contracts.source_tree import ROOT

DOCUMENT = (ROOT / "docs" / "province-adapters.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_configuration_of_the_document_is_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "partner.toml"
    path.write_text(text, "utf-8")
    assert read_partner(path).name in {"31", "32", "33", "34", "hub"}


def test_the_document_has_an_example_of_every_adapter(tmp_path: Path) -> None:
    adapters = {found for text in blocks("toml") for found in re.findall(r'adapter = "(\w+)"', text)}
    assert adapters == set(AdapterName)


def test_the_first_example_becomes_what_the_document_says(tmp_path: Path) -> None:
    (tmp_path / "32.toml").write_text(blocks("toml")[0], "utf-8")
    (tmp_path / "pj_0001.csv").write_text(blocks("csv")[0], "utf-8")
    result = CliRunner().invoke(
        main, ["province", "check", str(tmp_path / "32.toml"), str(tmp_path / "pj_0001.csv")], env={"REGISTRY_ROLE": ""}
    )
    assert result.output == blocks("text")[0]
    assert result.exit_code == 0


def test_every_column_of_the_list_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", DOCUMENT))
    assert {column for kind in REQUIRED for column in columns(kind)} <= named
