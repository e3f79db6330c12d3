"""Cuts out of the Unicode Han Database what the name tables need, so that they can be made again anywhere.

Run where the database is installed (Debian package unicode-data, Unicode licence v3):
python tools/excerpt_unihan.py /usr/share/unicode
"""

from __future__ import annotations

import bz2
import re
import sys
from collections import defaultdict
from pathlib import Path

EXCERPT = Path(__file__).parent / "name_sources" / "unihan_excerpt.tsv"
_FIELDS = {
    "kTGH": "Unihan_OtherMappings",
    "kTGHZ2013": "Unihan_Readings",
    "kCantonese": "Unihan_Readings",
    "kTotalStrokes": "Unihan_IRGSources",
    "kSemanticVariant": "Unihan_Variants",
    "kZVariant": "Unihan_Variants",
    "kSimplifiedVariant": "Unihan_Variants",
}
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")


def main(folder: Path) -> None:
    """Write one line a character: standard (1 or empty), dictionary readings, Jyutping, variants, strokes."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for field, file in _FIELDS.items():
        for character, value in _values(folder / f"{file}.txt.bz2", field):
            found[character][field] = value
    lines = ["\t".join(row) for row in _rows(found)]
    EXCERPT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _values(path: Path, field: str) -> list[tuple[str, str]]:
    with bz2.open(path, "rt", encoding="utf-8") as lines:
        cells = [line.rstrip("\n").split("\t") for line in lines if f"\t{field}\t" in line]
    return [(chr(int(code[2:], 16)), value) for code, _, value in cells]


def _rows(found: dict[str, dict[str, str]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for character, fields in sorted(found.items()):
        variants = "".join(
            chr(int(code, 16))
            for field in ("kSimplifiedVariant", "kZVariant", "kSemanticVariant")
            for code in _CODE_POINT.findall(fields.get(field, ""))
        )
        readings = " ".join(re.findall(r":([^ ]+)", fields.get("kTGHZ2013", "")))
        standard = "1" if "kTGH" in fields else ""
        strokes = fields.get("kTotalStrokes", "").split(" ")[0]
        if standard or variants:
            rows.append((character, standard, readings, fields.get("kCantonese", ""), variants, strokes))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
