"""What is installed is whole: data beside the code goes into the package, in folders of any depth."""

from __future__ import annotations

import configparser

from tests.contracts.source_tree import ROOT, SHIPPED, relative


def test_every_file_beside_the_code_is_of_a_kind_that_is_packaged() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    packaged = {pattern.strip() for pattern in parser["options.package_data"]["*"].split(",")}
    beside = [
        path
        for place in SHIPPED
        for path in (ROOT / place).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py"
    ]
    assert len(beside) > 50
    left_out = [path for path in beside if f"**/*{path.suffix}" not in packaged and path.name not in packaged]
    assert [relative(path) for path in left_out] == []
