"""Cuts out of the Unicode Han Database how characters are built, for the benchmark's own misreadings.

Run where the database is installed (Debian package unicode-data, Unicode licence v3):
python -m benchmarks.excerpt_shapes /usr/share/unicode
Cangjie codes name the parts of a character from top left to bottom right, four-corner codes the strokes in its
corners. Neither is looked at by the matcher, which compares drawn ink and divisions into parts.
"""

from __future__ import annotations

import bz2
import sys
from collections import defaultdict
from pathlib import Path

EXCERPT = Path(__file__).parent / "data" / "shapes.tsv"
_FIELDS = {
    "kCangjie": "Unihan_DictionaryLikeData",
    "kFourCornerCode": "Unihan_DictionaryLikeData",
    "kTotalStrokes": "Unihan_IRGSources",
}
_HEAD = "# character, Cangjie code, four-corner code, strokes: characters of GB 2312; Unihan 15.0, Unicode licence v3"


def main(folder: Path) -> None:
    """Write one line for each character of GB 2312."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for field, file in _FIELDS.items():
        with bz2.open(folder / f"{file}.txt.bz2", "rt", encoding="utf-8") as lines:
            for line in lines:
                if f"\t{field}\t" in line:
                    code, _, value = line.rstrip("\n").split("\t")
                    found[chr(int(code[2:], 16))][field] = value.split(" ")[0].partition(".")[0]
    rows = [[one, *(found[one].get(field, "") for field in _FIELDS)] for one in sorted(found) if _is_gb2312(one)]
    EXCERPT.write_text("\n".join([_HEAD, *("\t".join(row) for row in rows)]) + "\n", "utf-8")


def _is_gb2312(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
