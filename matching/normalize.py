"""Brings a name into one spelling, and folds it further where only candidates are sought.

What is normalised is what clerks, keyboards and old character sets do to a name without meaning it: width, blanks,
the many dots, code points of older systems, remarks in brackets. What is folded (traditional and variant forms,
surnames written two ways) is a difference in the record itself and stays visible as evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from matching.name_data import rows
from matching.transcribed_name import DOT, is_transcribed

__all__ = ("DOT", "UNKNOWN_CHARACTER", "NameParts", "Script", "fold_name", "normalize_name", "split_name")

UNKNOWN_CHARACTER = "□"
"""Stands where a character could not be encoded or read; it agrees with nothing and contradicts nothing."""

_DOTS = "•‧・．∙･⋅●᛫⸱﹒。."
_NOTHING = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad\u180e\u061c"
_BLANKS = "\t\n\r\x0b\x0c\x85\u00a0\u1680\u202f\u205f\u3000\u2028\u2029" + "".join(map(chr, range(0x2000, 0x200B)))
_OPENING, _CLOSING = "（【〔［[﹙{｛〈《", "）】〕］]﹚}｝〉》"
_UNREADABLE = "■▢〓\ufffd?？◇◆△▲"
_MASKS = "×✕╳*＊﹡∗※"
_APOSTROPHES = "'’‘`´ʼʻ＇"
_SEPARATORS_OF_LATIN = "-‐‑–—－,，_、;；/"


def _invisible_points() -> Iterator[int]:
    """Yield what prints nothing or only a ring round its neighbour: control, format, ignorable and enclosing points."""
    yield from (*range(0x20), 0x7F, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)
    yield from (*range(0x180B, 0x1810), *range(0x2060, 0x2070), *range(0x20DD, 0x20E5), *range(0xFE00, 0xFE10))
    yield from range(0xE0000, 0xE1000)
    yield from (point for point in range(0x80, 0x20000) if unicodedata.category(chr(point)) in {"Cf", "Me"})


def _sign_table() -> dict[int, str]:
    table = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
    groups = {
        DOT: _DOTS, "": _NOTHING + _APOSTROPHES, " ": _BLANKS + _SEPARATORS_OF_LATIN, "(": _OPENING, ")": _CLOSING,
        UNKNOWN_CHARACTER: _UNREADABLE, "×": _MASKS,
    }  # fmt: skip
    for sign, forms in groups.items():
        table |= {ord(form): sign for form in forms}
    table |= {point: "" for point in _invisible_points() if chr(point) not in _BLANKS}
    return table | {int(wrong, 16): right for wrong, right in rows("spelling.tsv")}


_SIGNS = _sign_table()
_FOLD = {ord(form): standard for standard, forms in rows("fold.tsv") for form in forms}
# Surnames that households and registers write both ways (萧 became 肖 in the never adopted scheme of 1977).
_SURNAME_FORMS = {"萧": "肖", "阎": "闫", "傅": "付", "戴": "代", "蓝": "兰", "锺": "钟", "甯": "宁", "於": "于"}

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff" + UNKNOWN_CHARACTER
_PLAIN_HAN_NAME = re.compile(r"[\u4e00-\u9fa5]{2,4}")
_REMARKS_ALONE = frozenset(
    ("在逃", "另案处理", "已判刑", "已判决", "已死亡", "自报", "化名", "绰号", "不详", "男", "女")
)
_REMARK = re.compile(r"\([^()]*\)?|\)")
_DESCRIBED = re.compile(
    rf"\((?:[上左外])([{_HAN}]{{1,2}})(?:[下右内中])([{_HAN}]{{1,2}})\)|[\u2ff0-\u2ffb]([{_HAN}])([{_HAN}])"
    rf"|(?<=^[{_HAN}])\(([{_HAN}])([{_HAN}])\)|(?<=^[{_HAN}][{_HAN}])\(([{_HAN}])([{_HAN}])\)(?=[{_HAN}])"
)
"""In words, by composition signs, or by two parts in brackets within a name or behind its first character alone."""
_COMPOSITION = re.compile("[\u2ff0-\u2ffb]")
_BLANK_IN_HAN = re.compile(rf"(?<=[{_HAN}×{DOT}]) +| +(?=[{_HAN}×{DOT}])")
_DOTS_AROUND = re.compile(rf" *{DOT}[{DOT} ]*")
_PARTS_BY_BLANK = re.compile(rf"[{_HAN}]{{2,}} +[{_HAN}]{{2,}}")
_ANY_HAN = re.compile(rf"[{_HAN}]")
_MASKED_NAME = re.compile(rf"某|×|(?<=[{_HAN}])X{{1,3}}(?![A-Z])")

# Seven and more pass the longest known chain of clean-ups; the loop ends when nothing changes.
_MOST_PASSES = 20


def normalize_name(text: str) -> str:
    """Bring a name into one spelling; applying it twice changes nothing, and of nothing comes nothing.

    Half-width signs, no blanks within Chinese names, every dot the standard U+00B7, code points of older character
    sets replaced, remarks in brackets removed, Latin letters upper-case with single blanks, described characters
    resolved or shown as one unknown character.
    """
    if _PLAIN_HAN_NAME.fullmatch(text):
        return text
    before = text
    for _ in range(_MOST_PASSES):
        after = _one_pass(before)
        if after == before:
            break
        before = after
    return after


def _one_pass(text: str) -> str:
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_SIGNS).upper())
    if "(" in plain or ")" in plain or _COMPOSITION.search(plain):
        plain = _without_remarks(_DESCRIBED.sub(_described_character, plain))
    plain = _DOTS_AROUND.sub(DOT, plain).strip(" " + DOT)
    if not _ANY_HAN.search(plain):
        return re.sub(" +", " ", plain.replace(DOT, " ")).strip()
    if DOT not in plain and _PARTS_BY_BLANK.fullmatch(plain) and len(plain) > 5:
        return re.sub(" +", DOT, plain)
    return _BLANK_IN_HAN.sub("", plain)


def _without_remarks(text: str) -> str:
    """Remove what stands in brackets; a name that stands wholly in brackets loses only them."""
    rest = _REMARK.sub(" ", text)
    within = text.replace("(", " ").replace(")", " ")
    return rest if rest.strip(" " + DOT) or within.strip() in _REMARKS_ALONE else within


def _described_character(found: re.Match[str]) -> str:
    """Resolve （上龙下天）; behind the very character it describes, the description adds nothing.

    Two characters in brackets that describe none are a remark and stay as they are.
    """
    parts = [group for group in found.groups() if group]
    bare = found.group()[1:-1] == "".join(parts)
    described = _DESCRIPTIONS.get(fold_characters("".join(parts)), found.group() if bare else UNKNOWN_CHARACTER)
    before = found.string[: found.start()].rstrip()[-1:]
    return "" if fold_characters(before) == described else described


def fold_characters(text: str) -> str:
    """Fold traditional and variant characters into simplified standard ones, one for one."""
    return text.translate(_FOLD)


_DESCRIPTIONS: dict[str, str] = dict(rows("described.tsv"))


def alternative_names(text: str) -> tuple[str, ...]:
    """Return the names a remark in brackets states beside the main one, as in CHAN TAI MAN（中文名陈大文）."""
    stated = re.findall(r"\(([^()]*)\)?", text.translate(_SIGNS))
    stripped = (re.sub(r"^(?:中文名|英文名|又名|曾用名|原名|别名|化名)[:：为 ]*", "", part) for part in stated)
    names = (normalize_name(part) for part in stripped)
    return tuple(name for name in names if _looks_like_name(name))


def _looks_like_name(name: str) -> bool:
    return len(name) >= 2 and (
        split_name(name).script is not Script.HAN or fold_characters(name[0]) in _COMMON_SURNAMES
    )


def fold_name(text: str) -> str:
    """Fold a name for finding candidates: simplified, variants and surname forms united, no dots or blanks."""
    return joined_name(fold_characters(normalize_name(text)))


def joined_name(characters: str) -> str:
    """Return a normalised name whose characters are folded without dots and blanks, its surname in one form."""
    folded = characters.replace(DOT, "").replace(" ", "")
    if folded.isascii():
        return folded
    if min(folded) >= "A" and not _PLAIN_HAN_NAME.fullmatch(folded):
        folded = _without_accents(folded)
    return _SURNAME_FORMS.get(folded[:1], folded[:1]) + folded[1:]


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_masked_name(text: str) -> bool:
    """Say whether a name was made unreadable on purpose (张某某, 张×, 李某甲): it names nobody."""
    return hides_name(normalize_name(text))


def hides_name(normalized: str) -> bool:
    """Say whether a normalised name was made unreadable on purpose."""
    return bool(_MASKED_NAME.search(normalized))


class Script(StrEnum):
    """By which custom a name is built."""

    HAN = "han"
    MINORITY = "minority"
    LATIN = "latin"


class NameParts(NamedTuple):
    """A normalised name in its parts; minority and Latin names have no surname to split off."""

    surname: str
    given: str
    script: Script


_COMPOUND = frozenset(row[0] for row in rows("compound_surnames.tsv"))
_COMMON_SURNAMES = frozenset(name for name, share in rows("surnames.tsv") if int(share) >= 200_000)
_LONGEST_HAN_NAME = 4
_UNIT = re.compile(r"[A-Z]+|.", re.DOTALL)


def split_name(normalized: str) -> NameParts:
    """Split a normalised name into surname and given name; never after the first character of a compound surname."""
    return split_folded(normalized, fold_characters(normalized))


def split_folded(normalized: str, folded: str) -> NameParts:
    """Split a normalised name whose folded characters are known."""
    if DOT in normalized:
        return NameParts("", normalized, Script.MINORITY)
    if not _ANY_HAN.search(normalized):
        return NameParts("", normalized, Script.LATIN)
    units = len(name_units(normalized))
    if units > _LONGEST_HAN_NAME or (is_transcribed(folded) and not (units == 2 and folded[0] in _COMMON_SURNAMES)):
        return NameParts("", normalized, Script.MINORITY)
    length = _surname_length(folded, units)
    return NameParts(normalized[:length], normalized[length:], Script.HAN)


def _surname_length(folded: str, units: int) -> int:
    """Two characters are a compound surname, or both parents' surnames before a given name of two (张杨子涵)."""
    if units > 2 and folded[:2] in _COMPOUND:
        return 2
    return 2 if units == 4 and folded[0] in _COMMON_SURNAMES and folded[1] in _COMMON_SURNAMES else 1


def name_units(text: str) -> tuple[str, ...]:
    """Split a Chinese name into characters; Latin letters in a row are one reading in place of a character."""
    return tuple(text) if min(text, default="") > "Z" else tuple(_UNIT.findall(text))
