"""Makes matching/data/glyphs.tsv: for each character of the national standard table, those that look most like it.

Each character is drawn in two openly licensed typefaces (Noto Serif CJK and Noto Sans CJK, SIL Open Font Licence
1.1), slightly blurred as a tired eye or a scanner would see it, and compared by correlation of ink within its frame.
Characters that share most of their strokes in one part (秋 and 锹) are alike as well, wherever the part stands. The
fonts are needed here only; nothing of them is shipped. Needs Pillow, numpy and Debian's fonts-noto-cjk:
python tools/make_glyph_table.py /usr/share/fonts/opentype/noto
"""

from __future__ import annotations

import sys
from collections import defaultdict
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DATA = Path(__file__).parents[1] / "matching" / "data"
EXCERPT = Path(__file__).parent / "name_sources" / "unihan_excerpt.tsv"
PARTS = Path(__file__).parent / "name_sources" / "parts_excerpt.tsv"

FACES = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2
"""Place of the Simplified Chinese face in the collections."""

SIDE, BLUR = 40, 1.1
MOST, LEAST = 36, 0.60
"""At most this many look-alikes a character, and none below this correlation of ink."""

SHARED = 0.5
"""Characters are also alike where parts they share make up this much of both (秋, 锹); counted in strokes."""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def standard_characters() -> list[str]:
    """Return the 8,105 characters of 通用规范汉字表 (2013)."""
    rows = (line.split("\t") for line in EXCERPT.read_text(encoding="utf-8").splitlines())
    return [row[0] for row in rows if row[1] == "1"]


def drawn(characters: list[str], face: Path) -> NDArray[np.float32]:
    """Draw each character, blurred, as one row of unit length around its mean."""
    font = ImageFont.truetype(str(face), SIDE - 4, index=SIMPLIFIED)
    rows = np.zeros((len(characters), SIDE * SIDE), dtype=np.float32)
    for place, character in enumerate(characters):
        image = Image.new("L", (SIDE, SIDE), 0)
        ImageDraw.Draw(image).text((SIDE // 2, SIDE // 2), character, fill=255, font=font, anchor="mm")
        rows[place] = np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype=np.float32).ravel()
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6
    return rows


def correlations(pictures: list[NDArray[np.float32]], first: int, last: int) -> NDArray[np.float32]:
    """Return the mean correlation of characters first..last with all, over the typefaces."""
    total = sum(picture[first:last] @ picture.T for picture in pictures)
    return np.asarray(total / len(pictures), dtype=np.float32)


def strokes() -> dict[str, int]:
    """Return the number of strokes of each character of the excerpt."""
    rows = (line.split("\t") for line in EXCERPT.read_text(encoding="utf-8").splitlines())
    return {row[0]: int(row[5]) for row in rows if row[5]}


def parts_in(characters: list[str]) -> dict[str, frozenset[str]]:
    """Return the parts of each character, itself among them, wherever it is divided in more than one way."""
    rows = (line.split("\t") for line in PARTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    divided = {row[0]: frozenset(row[1].replace("|", " ").split(" ")) for row in rows}
    return {one: divided.get(one, frozenset()) | {one} for one in characters}


def sharing(characters: list[str]) -> dict[tuple[int, int], float]:
    """Return, for pairs of characters, how much of both the largest part they share makes up, in strokes."""
    count, parts = strokes(), parts_in(characters)
    holders: dict[str, list[int]] = defaultdict(list)
    for place, character in enumerate(characters):
        for part in parts[character]:
            holders[part].append(place)
    found: dict[tuple[int, int], float] = {}
    for part, places in holders.items():
        for one, other in permutations(places, 2):
            share = 2 * count.get(part, 2) / (count[characters[one]] + count[characters[other]])
            if share >= SHARED:
                found[one, other] = max(found.get((one, other), 0.0), min(share, 1.0))
    return found


def look_alikes(characters: list[str], folder: Path) -> list[str]:
    """Return a line a character: it and its look-alikes, each followed by its likeness as one digit of base 62."""
    pictures = [drawn(characters, folder / face) for face in FACES]
    shared: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (one, other), share in sharing(characters).items():
        shared[one].append((other, 0.5 + 0.8 * (share - SHARED)))
    lines = []
    for first in range(0, len(characters), 500):
        block = correlations(pictures, first, min(first + 500, len(characters)))
        for offset, row in enumerate(block):
            own = first + offset
            row[own] = -1
            alike = np.where(row >= LEAST, row, 0.0)
            for other, likeness in shared[own]:
                alike[other] = max(alike[other], likeness)
            best = [int(place) for place in np.argsort(-alike, kind="stable")[:MOST] if alike[place] > 0]
            pairs = "".join(characters[place] + DIGITS[min(61, int(alike[place] * 62))] for place in best)
            lines.append(f"{characters[own]}\t{pairs}")
    return lines


def main(folder: Path) -> None:
    """Write the table."""
    note = f"# look-alikes of a character, each with its likeness in 62nds; {' and '.join(FACES)}, OFL 1.1"
    lines = [note, *look_alikes(standard_characters(), folder)]
    (DATA / "glyphs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
