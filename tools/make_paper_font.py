"""Makes registry/papers/fonts/papers.otf: the typeface every PDF of the register embeds, cut out of Noto Sans CJK SC.

Beside it stands papers_coverage.txt: the code points the font draws.

Kept is every ideograph the typeface draws (20,976 of the unified block, Extension A but ten, of the others those in
use, so all 8,105 of 通用规范汉字表), the signs of GB 2312, Latin, punctuation, circled numbers and box signs; dropped
are Hangul, hints, vertical writing and everything else. The family is renamed, so that a reader never mistakes it for
the complete typeface. Noto Sans CJK is under the SIL Open Font Licence 1.1 without a reserved font name; the licence
lies beside the font. Needs fontTools and Debian's fonts-noto-cjk (1:20220127), and gives the same bytes each time
(some four minutes on one core):
python tools/make_paper_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "registry" / "papers" / "fonts"
TARGET, COVERAGE = FONTS / "papers.otf", FONTS / "papers_coverage.txt"
FAMILY = "Register Papers Sans"
SIMPLIFIED = 2
"""Place of the Simplified Chinese face in the collection."""

RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0x17F),
    (0x2010, 0x205E),  # punctuation
    (0x2160, 0x217F),  # Roman numbers
    (0x2190, 0x2199),
    (0x2460, 0x24FF),  # circled numbers
    (0x2500, 0x25FF),  # boxes and squares
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x303F),  # CJK punctuation, 〇
    (0x3400, 0x4DBF),  # ideographs: Extension A, the unified block, compatibility, the further extensions
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
    (0xFF00, 0xFFEF),  # full width
)
DROPPED_TABLES = ("BASE", "VORG", "vhea", "vmtx")
NAME_IDS = {
    0: None,
    1: FAMILY,
    2: "Regular",
    3: f"{FAMILY} 1",
    4: FAMILY,
    5: None,
    6: FAMILY.replace(" ", ""),
    13: None,
    14: None,
}
"""The names that stay, by their number in the standard; None keeps the original's (copyright, version, licence)."""


def of_gb2312() -> Iterator[int]:
    """Yield the characters of GB 2312."""
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            yield from map(ord, bytes([lead, trail]).decode("gb2312", "ignore"))


def wanted() -> set[int]:
    """Return every code point the papers can print."""
    ranges = {code for first, last in RANGES for code in range(first, last + 1)}
    return ranges | set(of_gb2312())


def renamed(font: TTFont) -> None:
    """Give the font its own name, keeping copyright, version and licence."""
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in NAME_IDS and record.langID == 0x409]
    for number, text in NAME_IDS.items():
        if text is not None:
            names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [NAME_IDS[6]]
    top[0].FullName = top[0].FamilyName = FAMILY


def stretches(codes: list[int]) -> Iterator[str]:
    """Yield one line for each run of code points without a gap: its first and its last."""
    first = codes[0]
    for code, following in zip(codes, [*codes[1:], -1], strict=True):
        if following != code + 1:
            yield f"{first:04X}-{code:04X}\n"
            first = following


def main(collection: Path) -> None:
    """Cut the font out and write it."""
    options = Options(hinting=False, layout_features=["kern", "ccmp"], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += DROPPED_TABLES
    font = TTFont(collection, fontNumber=SIMPLIFIED, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    renamed(font)
    FONTS.mkdir(parents=True, exist_ok=True)
    save_font(font, TARGET, options)
    COVERAGE.write_text("".join(stretches(sorted(TTFont(TARGET).getBestCmap()))), encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
