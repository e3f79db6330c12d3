"""How a character of a name comes to be written as another: misheard, misread, mistyped, in another form.

None of this looks into the matcher's tables of likeness. Hearing goes by pypinyin's first readings and the mergers of
the provinces' dialects listed here; seeing by Cangjie and four-corner codes (benchmarks/data/shapes.tsv) and a short
list of pairs that scanners confuse (benchmarks/data/kept_lists.tsv); typing by what an input method offers for the same
letters (GB 2312 level 1) or for letters beside them; forms by OpenCC and a short list. Which character is written in
the end is drawn by how usual it is in names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from benchmarks.draw import Generator, Weighted, any_of
from benchmarks.kept_lists import entries
from matching.name_data import rows

_SHAPES = Path(__file__).parent / "data" / "shapes.tsv"
_UNUSUAL = 0.00002
"""Weight of a common character that the tables of names do not hold."""

INITIALS = (
    ("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"), ("b", "p"), ("j", "q"), ("zh", "j"),
    ("ch", "q"), ("sh", "x"), ("d", "t"), ("g", "k"), ("m", "n"),
)  # fmt: skip
INITIAL_WEIGHTS = (4, 3, 4, 4, 2, 2, 0.5, 0.5, 0.7, 0.5, 0.7, 0.4, 0.4, 0.2)
FINALS = (
    ("an", "ang"), ("en", "eng"), ("in", "ing"), ("ian", "iang"), ("uan", "uang"), ("un", "ong"), ("eng", "ong"),
    ("uo", "e"), ("ei", "ui"), ("o", "e"), ("an", "uan"), ("ian", "uan"), ("v", "i"), ("ve", "ie"), ("vn", "in"),
)  # fmt: skip
FINAL_WEIGHTS = (4, 5, 6, 1, 2, 1, 1, 0.3, 0.3, 0.2, 0.5, 0.5, 0.6, 0.4, 0.5)
SURNAMES_CONFUSED = entries("surnames confused")
"""Surnames one sound in Wu or in the Mandarin of the Huai, or nearly so."""

SCANNED = entries("scanned")
_TRADITIONAL = tuple(OpenCC(name) for name in ("s2t", "s2hk", "s2tw"))
_VARIANTS = entries("variants")


@cache
def _usual() -> dict[str, float]:
    """Return how usual characters are in given names, and the level 1 characters of GB 2312 with a little."""
    usual = {bytes((row, cell)).decode("gb2312"): _UNUSUAL for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)}
    for character, *shares in rows("given_names.tsv"):
        usual[character] = usual.get(character, 0.0) + sum(map(int, shares)) / 7e9
    return usual


@cache
def syllable(character: str) -> str:
    """Return a character's usual reading in pinyin letters, without tone; ü is v."""
    return str(lazy_pinyin(character, style=Style.NORMAL, v_to_u=False)[0])


@cache
def _surnames() -> dict[str, float]:
    return {surname: int(share) / 1e9 for surname, share in rows("surnames.tsv") if len(surname) == 1}


@cache
def _by_syllable(surname: bool) -> dict[str, Weighted]:
    said: dict[str, dict[str, float]] = defaultdict(dict)
    for character, weight in (_surnames() if surname else _usual()).items():
        said[syllable(character)][character] = weight**0.7
    return {each: Weighted(found.keys(), found.values()) for each, found in said.items()}


def _written_as(rng: Generator, character: str, said: str, surname: bool) -> str | None:
    """Draw a character that is said so, other than this one; whoever writes a surname writes one there is."""
    table = _by_syllable(surname).get(said)
    if table is None or set(table.entries) <= {character}:
        return None
    drawn = [one for one in table.draw(rng, 20) if one != character]
    return str(drawn[0]) if drawn else None


def homophone(rng: Generator, character: str, surname: bool = False) -> str | None:
    """Write a character with another of the same sound, as somebody writes a name he is told."""
    return _written_as(rng, character, syllable(character), surname)


@cache
def _heard_as(said: str) -> Weighted | None:
    found: dict[str, float] = defaultdict(float)
    for pairs, weights in ((INITIALS, INITIAL_WEIGHTS), (FINALS, FINAL_WEIGHTS)):
        for pair, weight in zip(pairs, weights, strict=True):
            for one, other in (pair, pair[::-1]):
                heard = _exchange(said, one, other, first=pairs is INITIALS)
                if heard in _by_syllable(False) and heard != said:
                    found[heard] += weight
    return Weighted(found.keys(), found.values()) if found else None


def _exchange(said: str, one: str, other: str, *, first: bool) -> str:
    if first:
        longer = one + "h"
        return other + said.removeprefix(one) if said.startswith(one) and not said.startswith(longer) else said
    vowel = said[-len(one) - 1 : -len(one)]
    return said.removesuffix(one) + other if said.endswith(one) and vowel not in set("iuveao") else said


def misheard(rng: Generator, character: str, surname: bool = False) -> str | None:
    """Write a character as another that dialect makes sound alike, or half the time as one of the same sound."""
    confused = [one for group in SURNAMES_CONFUSED if character in group for one in group if one != character]
    if surname and confused and rng.random() < 0.5:
        return any_of(rng, confused)
    heard = _heard_as(syllable(character))
    if heard is None or rng.random() < 0.5:
        return homophone(rng, character, surname)
    return _written_as(rng, character, heard.one(rng), surname)


_BESIDE = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqrettyuioapdsfghjkxzvcnbn", strict=True))


def mistyped(rng: Generator, character: str, surname: bool = False) -> str | None:
    """Pick another candidate of the input method, or hit a key beside the right one."""
    said = syllable(character)
    if rng.random() < 0.75:
        return homophone(rng, character, surname)
    place = int(rng.integers(len(said)))
    return _written_as(
        rng, character, said[:place] + _BESIDE.get(said[place], said[place]) + said[place + 1 :], surname
    )


@cache
def _look_alikes() -> dict[str, frozenset[str]]:
    shapes = [line.split("\t") for line in _SHAPES.read_text("utf-8").splitlines() if not line.startswith("#")]
    groups: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for character, cangjie, corners, strokes in shapes:
        for pattern in _patterns(cangjie, corners):
            groups[pattern].append((character, int(strokes)))
    alike: dict[str, set[str]] = defaultdict(set)
    for group in groups.values():
        for one, strokes_one in group if len(group) <= 40 else ():
            alike[one] |= {other for other, count in group if other != one and abs(count - strokes_one) <= 2}
    for scanned in SCANNED:
        for one in scanned:
            alike[one] |= set(scanned) - {one}
    return {one: frozenset(others) for one, others in alike.items()}


def _patterns(cangjie: str, corners: str) -> Iterable[str]:
    """Two characters look alike whose Cangjie codes differ in one letter (of three or more), or not at all."""
    yield f"whole {cangjie}"
    if len(cangjie) >= 3:
        yield from (f"{cangjie[:place]}?{cangjie[place + 1 :]}" for place in range(len(cangjie)))
    if len(cangjie) >= 2 and corners:
        yield f"corners {corners} {cangjie[0]}{cangjie[-1]}"


@cache
def _seen_as(character: str) -> Weighted | None:
    alike = sorted(_look_alikes().get(character, frozenset()))
    weights = [
        _usual().get(one, _UNUSUAL / 4) ** 0.5 * (5 if _scanned_together(one, character) else 1) for one in alike
    ]
    return Weighted(alike, weights) if alike else None


def _scanned_together(one: str, other: str) -> bool:
    return any(one in group and other in group for group in SCANNED)


def misread(rng: Generator, character: str, _: bool = False) -> str | None:
    """Write a character as one that looks like it; None where none does."""
    seen = _seen_as(character)
    return seen.one(rng) if seen else None


def other_form(rng: Generator, name: str) -> str | None:
    """Write a name in traditional characters or with a variant; None where every form is the same."""
    forms = {converter.convert(name) for converter in _TRADITIONAL}
    for place, character in enumerate(name):
        for pair in _VARIANTS:
            if character in pair:
                other = pair.replace(character, "")
                forms.add(name[:place] + other + name[place + 1 :])
    forms.discard(name)
    return any_of(rng, sorted(forms)) if forms else None


@cache
def _divisions() -> dict[str, str]:
    return {whole: parts for parts, whole in rows("described.tsv") if "□" not in parts}


def not_written(rng: Generator, name: str, least_usual: int) -> str | None:
    """Replace the least usual character by what stands for it where a system cannot write it."""
    character = name[least_usual]
    parts = _divisions().get(character, "")
    described = (
        [f"（{parts[0]}{parts[1]}）", f"({'左右' if rng.random() < 0.7 else '上下'})"] if len(parts) == 2 else []
    )
    if len(parts) == 2:
        described[1] = any_of(rng, [f"（左{parts[0]}右{parts[1]}）", f"（上{parts[0]}下{parts[1]}）"])
    written = [syllable(character).upper(), syllable(character), "□", "?", "*", *described]
    return name[:least_usual] + any_of(rng, written) + name[least_usual + 1 :]


def how_usual(character: str) -> float:
    """Return how usual a character is in given names."""
    return _usual().get(character, 0.0)
