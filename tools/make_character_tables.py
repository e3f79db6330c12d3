"""Makes the tables of spelling, folding and readings in matching/data from well-kept sources.

Sources: the checked-in excerpt of the Unicode Han Database (Unicode licence v3), OpenCC's character tables
(Apache-2.0), 漢語拆字字典 (CC BY 3.0), pypinyin's readings (MIT), Python's own codecs for GB18030.
`python tools/make_character_tables.py` rewrites the tables; a test makes them again and compares.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import opencc
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

DATA = Path(__file__).parents[1] / "matching" / "data"
EXCERPT = Path(__file__).parent / "name_sources" / "unihan_excerpt.tsv"
PARTS = Path(__file__).parent / "name_sources" / "parts_excerpt.tsv"

_COMPATIBILITY_BLOCKS = ((0x2F00, 0x2FD5), (0xF900, 0xFAD9), (0x2F800, 0x2FA1D))
# GB18030 kept these eighty places of GBK for characters Unicode took in later; older systems store the place.
_GBK_PRIVATE_FIRST = 0xE815
_GBK_LATE_TRAILS = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
# GB18030-2022, table of the characters moved out of private use (the codec of Python still follows an older edition).
_GB18030_2022 = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
    0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
# Forms of one name character that registers mix; neither OpenCC nor the Han Database folds them.
_FURTHER_FORMS = {
    "锺": "钟", "淸": "清", "昇": "升", "於": "于", "淩": "凌", "龎": "庞",
    "菓": "果", "祘": "算", "陞": "升", "囯": "国", "囶": "国", "圀": "国", "邨": "村", "勛": "勋", "釗": "钊",
    "徳": "德", "恵": "惠", "栄": "荣", "広": "广", "浜": "滨", "桜": "樱", "辺": "边", "竜": "龙",
    "姉": "姊", "戸": "户", "黒": "黑", "暁": "晓", "児": "儿", "絵": "绘", "沢": "泽", "斉": "齐",
    "豊": "丰", "艶": "艳", "豔": "艳", "贇": "赟",
}  # fmt: skip
# These are characters of their own in today's names although a dictionary calls them variants.
_APART = frozenset("乾淼喆堃犇彣")


class HanRow(NamedTuple):
    """One line of the excerpt."""

    character: str
    standard: bool
    readings: tuple[str, ...]
    jyutping: str
    variants: str


@cache
def han_rows() -> tuple[HanRow, ...]:
    """Read the excerpt of the Han Database."""
    rows = (line.split("\t") for line in EXCERPT.read_text(encoding="utf-8").splitlines())
    return tuple(HanRow(cells[0], cells[1] == "1", tuple(cells[2].split()), cells[3], cells[4]) for cells in rows)


def spelling_table() -> str:
    """Compatibility and private-use code points and the character each stands for, `wrong<TAB>right` a line."""
    pairs: dict[str, str] = {}
    for first, last in _COMPATIBILITY_BLOCKS:
        for point in range(first, last + 1):
            right = unicodedata.normalize("NFKC", chr(point))
            if right != chr(point) and len(right) == 1:
                pairs[chr(point)] = right
    for place, trail in enumerate(_GBK_LATE_TRAILS):
        private = _GBK_PRIVATE_FIRST + place
        right = chr(_GB18030_2022[private]) if private in _GB18030_2022 else bytes((0xFE, trail)).decode("gb18030")
        pairs[chr(private)] = right
    return _lines((f"{ord(wrong):X}\t{right}" for wrong, right in sorted(pairs.items())))


def fold_table() -> str:
    """Forms folded into one simplified standard character, `standard<TAB>forms` a line."""
    simplify = opencc.OpenCC("t2s")
    steps = [opencc.OpenCC(name) for name in ("jp2t", "tw2t", "hk2t")]
    standard = {row.character for row in han_rows() if row.standard}
    forms: dict[str, str] = {}
    for character in sorted({row.character for row in han_rows()} | set(_FURTHER_FORMS)):
        target = _standard_form(character, simplify, steps, standard)
        if target != character:
            forms[character] = target
    return _grouped(_followed_to_the_end(forms))


def _standard_form(character: str, simplify: opencc.OpenCC, steps: list[opencc.OpenCC], standard: set[str]) -> str:
    if character in _APART:
        return character
    if character in _FURTHER_FORMS:
        return _FURTHER_FORMS[character]
    simple: str = simplify.convert(character)
    if simple != character:
        return simple
    if character in standard:
        return character
    candidates = [simplify.convert(step.convert(character)) for step in steps]
    candidates += [simplify.convert(variant) for variant in _VARIANTS.get(character, "")]
    return next((candidate for candidate in candidates if candidate in standard), character)


_VARIANTS = {row.character: row.variants for row in han_rows()}


def _followed_to_the_end(forms: dict[str, str]) -> dict[str, str]:
    """Make folding idempotent: a form's form is folded at once."""
    ends = {}
    for form, target in forms.items():
        seen = {form}
        end = target
        while end in forms and end not in seen:
            seen.add(end)
            end = forms[end]
        if end != form:
            ends[form] = end
    return ends


def _grouped(forms: dict[str, str]) -> str:
    by_target: dict[str, list[str]] = defaultdict(list)
    for form, target in forms.items():
        by_target[target].append(form)
    return _lines(f"{target}\t{''.join(sorted(group))}" for target, group in sorted(by_target.items()))


def reading_table() -> str:
    """Toneless readings: `syllable<TAB>characters read so first<TAB>characters read so besides` a line."""
    first: dict[str, list[str]] = defaultdict(list)
    besides: dict[str, list[str]] = defaultdict(list)
    dictionary = {row.character: row.readings for row in han_rows()}
    for point, listed in sorted(PINYIN_DICT.items()):
        readings = _readings(listed.split(","), dictionary.get(chr(point), ()))
        if readings:
            first[readings[0]].append(chr(point))
        for reading in readings[1:]:
            besides[reading].append(chr(point))
    syllables = sorted(first.keys() | besides.keys())
    return _lines(f"{one}\t{''.join(first[one])}\t{''.join(besides[one])}" for one in syllables)


def _readings(of_pypinyin: list[str], of_dictionary: tuple[str, ...]) -> list[str]:
    """Keep the usual reading first and then what a dictionary of today's language knows; archaic ones stay out."""
    plain = [_syllable(reading) for reading in (of_pypinyin[0], *of_dictionary)]
    return [reading for reading in dict.fromkeys(plain) if reading]


def _syllable(reading: str) -> str:
    plain = to_normal(reading.strip()).replace("ü", "v").replace("ê", "e")
    return plain if plain.isascii() and plain.isalpha() and set(plain) & set("aeiouv") else ""


def cantonese_table() -> str:
    """Jyutping syllables without tone and the characters read so, `syllable<TAB>characters` a line."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in han_rows():
        for reading in row.jyutping.split():
            groups[reading.rstrip("123456")].append(row.character)
    return _lines(f"{syllable}\t{''.join(group)}" for syllable, group in sorted(groups.items()))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def described_table() -> str:
    """Characters by the two parts people describe them with, `parts<TAB>character` a line.

    A character of the standard table goes before others; where the parts fit several, none is guessed.
    """
    folded, standard = _folding(), {row.character for row in han_rows() if row.standard}
    found: dict[str, set[str]] = defaultdict(set)
    for character, divisions in divisions_of_characters().items():
        for parts in divisions:
            if len(parts) == 2:
                found["".join(folded.get(part, part) for part in parts)].add(folded.get(character, character))
    best = {parts: characters & standard or characters for parts, characters in found.items()}
    single = {parts: characters.pop() for parts, characters in best.items() if len(characters) == 1}
    return _lines(f"{parts}\t{character}" for parts, character in sorted(single.items()))


def divisions_of_characters() -> dict[str, list[list[str]]]:
    """Read the excerpt of 漢語拆字字典."""
    rows = (line.split("\t") for line in PARTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {character: [division.split(" ") for division in listed.split("|")] for character, listed in rows}


def _folding() -> dict[str, str]:
    rows = (line.split("\t") for line in fold_table().splitlines())
    return {form: standard for standard, forms in rows for form in forms}


TABLES = {
    "spelling.tsv": spelling_table,
    "fold.tsv": fold_table,
    "readings.tsv": reading_table,
    "cantonese.tsv": cantonese_table,
    "described.tsv": described_table,
}

if __name__ == "__main__":
    for name, make in TABLES.items():
        (DATA / name).write_text(make(), encoding="utf-8")
