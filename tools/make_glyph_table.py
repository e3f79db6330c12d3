"""Makes matching/data/glyphs.tsv: for each character of the national standard table, those that look most like it.

Each character is drawn in two openly licensed typefaces (Noto Serif CJK and Noto Sans CJK, SIL Open Font Licence 1.1),
slightly blurred as a tired eye or a scanner would, and compared by correlation of ink within its frame, allowing the
halves of a character to differ in place by a pixel. The fonts are needed here only; nothing of them is shipped.
python tools/make_glyph_table.py /usr/share/fonts/opentype/noto   (needs Pillow, numpy, fonts-noto-cjk)
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DATA = Path(__file__).parents[1] / "matching" / "data"
EXCERPT = Path(__file__).parent / "name_sources" / "unihan_excerpt.tsv"

FACES = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2
"""Place of the Simplified Chinese face in the collections."""

SIDE, BLUR = 40, 1.1
MOST, LEAST = 24, 0.60
"""At most this many look-alikes a character, and none below this correlation."""

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


def look_alikes(characters: list[str], folder: Path) -> list[str]:
    """Return a line a character: it and its look-alikes, each followed by its likeness as one digit of base 62."""
    pictures = [drawn(characters, folder / face) for face in FACES]
    lines = []
    for first in range(0, len(characters), 500):
        block = correlations(pictures, first, min(first + 500, len(characters)))
        for offset, row in enumerate(block):
            own = first + offset
            row[own] = -1
            best = [int(place) for place in np.argsort(-row)[:MOST] if row[place] >= LEAST]
            pairs = "".join(characters[place] + DIGITS[min(61, int(row[place] * 62))] for place in best)
            lines.append(f"{characters[own]}\t{pairs}")
    return lines


def main(folder: Path) -> None:
    """Write the table."""
    note = f"# look-alikes of a character, each with its likeness in 62nds; {' and '.join(FACES)}, OFL 1.1"
    lines = [note, *look_alikes(standard_characters(), folder)]
    (DATA / "glyphs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
