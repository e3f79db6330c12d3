"""The checked-in tables are what their generators make, and importing them is quick."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from matching.name_data import rows

ROOT = Path(__file__).parents[2]
DATA = ROOT / "matching" / "data"


def generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("script", "table"),
    [
        ("make_character_tables", "spelling.tsv"),
        ("make_character_tables", "fold.tsv"),
        ("make_character_tables", "readings.tsv"),
        ("make_character_tables", "cantonese.tsv"),
        ("make_character_tables", "described.tsv"),
        ("make_name_shares", "surnames.tsv"),
        ("make_name_shares", "given_names.tsv"),
        ("make_name_shares", "leading_given_names.tsv"),
    ],
)
def test_a_checked_in_table_is_what_its_generator_makes(script: str, table: str) -> None:
    made = generator(script).TABLES[table]()
    assert made == (DATA / table).read_text(encoding="utf-8")


def test_every_listed_look_alike_is_a_character_of_the_standard_table() -> None:
    table = dict(rows("glyphs.tsv"))
    assert len(table) == 8105
    assert all(set(listed[::2]) <= table.keys() for listed in table.values())
    assert all(len(set(listed[::2])) * 2 == len(listed) for listed in table.values())


def test_a_transcribed_spelling_belongs_to_one_name() -> None:
    listed = [spelling for _, _, spellings in rows("transcribed_names.tsv") for spelling in spellings.split(" ")]
    assert len(listed) == len(set(listed))


def test_every_compound_surname_has_a_reading_for_each_character() -> None:
    assert all(len(surname) == len(said.split()) for surname, said in rows("compound_surnames.tsv"))


def test_importing_all_tables_takes_less_than_a_second() -> None:
    code = (
        "import time; start = time.process_time(); "
        "import matching.name_rarity, matching.romanisation, matching.regions, matching.documents; "
        "print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert float(done.stdout) < 1.0
