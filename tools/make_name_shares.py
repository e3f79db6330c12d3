"""Makes the tables of how often surnames and given-name characters are borne, matching/data/{surnames,given_names}.tsv.

Source: sinonym's frequency tables (Apache-2.0; ORCID researchers), corrected towards the general population of the
four provinces: surnames by region and to 85.9 % for the leading hundred, given names by a mixture with the generations
born before 1970, the leading names set to published counts. docs/decisions/0003-name-tables.md says why.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import zipfile
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from pypinyin import Style, lazy_pinyin

DATA = Path(__file__).parents[1] / "matching" / "data"
SOURCES = Path(__file__).parent / "name_sources"
SINONYM = Path(str(files("sinonym"))) / "data"

FROM_ELSEWHERE = 0.3
"""Residents whose families come from other provinces and bear the whole country's surnames (estimate)."""

TOP_HUNDRED = 0.859
UNLISTED = 0.008
"""Share of residents with one of the thousands of surnames the tables do not list (6,150 are in use; estimate)."""

PUBLISHED_POPULATION = 1_367_000_000
ONE_CHARACTER = 0.18
"""Share of residents with a given name of one character."""

NATIONAL_SURNAME = {"王": 0.0725, "李": 0.0719, "张": 0.0683, "刘": 0.0538}
"""Shares published with the names (household registration, 2007), to turn full-name counts into given-name shares."""

PUBLISHED_HERE = 0.92
"""How much of a nationally leading name's share it has in the four provinces (about 42,000 张伟 among 238 million)."""

SURNAME_ENTERED_AS_GIVEN = 0.31
"""Share of ORCID records with the two fields swapped: 王, 刘, 陈, 孙, 朱 all stand in the given-name table at 0.31."""

HALF_JAPANESE = 0.5
"""Discount of everyday words the researchers' table leaves out (一 中 和 月): Japanese names use them too."""

OTHER_POSITION = 0.2
"""Share of given names in which a character stands in the position it is less used to (estimate)."""

SMOOTHING = 1.0e-6
"""Share every listed character has at least: researchers do not bear all of the population's rare characters."""

CORPUS_NAMES = 1_050_000
"""Distinct names sinonym's classifier learnt from, Chinese and Japanese together."""

RECORDS_BEHIND_CORPUS = 3.0e6
"""Records of people behind those distinct names: chosen so that no unpublished name passes the published fiftieth."""

SURNAME_BEFORE_ALL = 1.0e-3
"""Two characters that begin with a surname this common are mostly surname and first character, not a given name."""

JAPANESE_CHARACTERS = "佐藤笠"
JAPANESE_ENDINGS = "郎介助之夫男子美一二三四五代也吉彦樹雄造蔵太"
JAPANESE_ENDINGS_OF_MEN = frozenset("助郎")
"""Endings that the classifier learnt from Japanese names and no lexicon of theirs lists."""

MOST_UNPUBLISHED = 0.012
"""The largest share of one-character given names that a character not among the published may have."""


COMPOUND = {
    "欧阳": 5.7e-4, "上官": 6e-5, "皇甫": 4e-5, "令狐": 4e-5, "诸葛": 3.5e-5, "司徒": 3e-5, "司马": 2e-5,
    "申屠": 1.5e-5, "夏侯": 1e-5, "尉迟": 6e-6, "端木": 6e-6, "慕容": 6e-6, "公孙": 5e-6,
}  # fmt: skip
RARE_COMPOUND = 2e-6
"""Estimates; compound surnames together are 0.09 % of the Han population, 欧阳 about 810,000 people."""


def rows(name: str) -> list[list[str]]:
    """Read a hand-kept source table."""
    lines = (SOURCES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def sinonym_table(name: str, key: str, value: str) -> dict[str, float]:
    """Read one of sinonym's tables as a mapping."""
    with (SINONYM / name).open(encoding="utf-8", newline="") as lines:
        return {row[key]: float(row[value]) for row in csv.DictReader(lines)}


def surname_shares() -> dict[str, float]:
    """Return each surname's share of the four provinces' residents."""
    listed = sinonym_table("familyname_orcid.csv", "surname", "ppm")
    national = {name: ppm / sum(listed.values()) for name, ppm in listed.items() if len(name) == 1}
    here = {name: float(factor) for name, factor in rows("regional_surnames.tsv")}
    tilted = {
        name: share * (FROM_ELSEWHERE + (1 - FROM_ELSEWHERE) * here.get(name, 1.0)) for name, share in national.items()
    }
    leading = set(sorted(tilted, key=lambda name: -tilted[name])[:100])
    top = sum(share for name, share in tilted.items() if name in leading)
    tail = sum(tilted.values()) - top
    compound = {cells[0]: COMPOUND.get(cells[0], RARE_COMPOUND) for cells in _compound_rows()}
    left = 1 - TOP_HUNDRED - UNLISTED - sum(compound.values())
    return {
        name: share * (TOP_HUNDRED / top if name in leading else left / tail) for name, share in tilted.items()
    } | compound


def _compound_rows() -> list[list[str]]:
    lines = (DATA / "compound_surnames.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def general_characters() -> dict[str, float]:
    """Return the shares of given-name characters among ORCID researchers, swapped fields taken out."""
    listed = sinonym_table("givenname_orcid.csv", "character", "ppm")
    surnames = sinonym_table("familyname_orcid.csv", "surname", "ppm")
    cleaned = {
        character: max(ppm - SURNAME_ENTERED_AS_GIVEN * surnames.get(character, 0.0), 0.02 * ppm)
        for character, ppm in listed.items()
        if len(character) == 1
    }
    corpus = {one: count for one, count in corpus_terms(1).items() if one in standard_characters()}
    usual = median(cleaned[one] / corpus[one] for one in cleaned if one in corpus)
    left_out = {one: count * usual * HALF_JAPANESE for one, count in corpus.items() if one not in cleaned}
    smooth = SMOOTHING * sum(cleaned.values())
    return shares({one: weight + smooth for one, weight in (cleaned | left_out).items()})


@cache
def standard_characters() -> frozenset[str]:
    """Return the characters of 通用规范汉字表 (2013)."""
    lines = (SOURCES / "unihan_excerpt.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(line[0] for line in lines if line.split("\t")[1] == "1")


def shares(weights: dict[str, float]) -> dict[str, float]:
    """Scale weights so that they add up to one."""
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def by_position(general: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Split the characters of two-character given names into first and second, as their syllables are."""
    first_counts = sinonym_table("given_position.csv", "syllable", "initial_count")
    second_counts = sinonym_table("given_position.csv", "syllable", "final_count")
    first, second = {}, {}
    for character, share in general.items():
        syllable = lazy_pinyin(character, style=Style.NORMAL)[0]
        ahead, behind = first_counts.get(syllable, 1.0) + 50, second_counts.get(syllable, 1.0) + 50
        first[character] = share * ahead / (ahead + behind)
        second[character] = share * behind / (ahead + behind)
    return shares(first), shares(second)


def generation(sex: str, position: str, general: dict[str, float]) -> dict[str, float]:
    """Return an older generation's characters: four fifths its own list, one fifth as everybody."""
    (listed,) = (cells for one, where, cells in rows("generations.tsv") if (one, where) == (sex, position))
    own = shares({cell[0]: float(cell[1:]) for cell in listed.split(" ")})
    characters = own.keys() | general.keys()
    return {one: 0.8 * own.get(one, 0.0) + 0.2 * general.get(one, 0.0) for one in characters}


def _loosened(first: dict[str, float], second: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Let every character stand in the other position too: position is a habit, not a rule."""
    characters = sorted(first.keys() | second.keys())

    def mixed(mostly: dict[str, float], seldom: dict[str, float]) -> dict[str, float]:
        return {
            one: (1 - OTHER_POSITION) * mostly.get(one, 0.0) + OTHER_POSITION * seldom.get(one, 0.0)
            for one in characters
        }

    return mixed(first, second), mixed(second, first)


def single_characters(general: dict[str, float]) -> dict[str, float]:
    """Return the shares of one-character given names: fewer lead than in pairs; the published ones are exact."""
    leading = {one: share / ONE_CHARACTER for one, share in published_given_names().items() if len(one) == 1}
    others = shares({character: share**1.3 for character, share in general.items() if character not in leading})
    # No character may lead the published ones: researchers' 文 stands in pairs far more often than alone.
    others = shares({character: min(share, MOST_UNPUBLISHED) for character, share in others.items()})
    left = 1 - sum(leading.values())
    return {character: share * left for character, share in others.items()} | leading


@cache
def corpus_terms(length: int) -> dict[str, float]:
    """Return in how many distinct names each character or pair stands, from the weights of sinonym's classifier."""
    with zipfile.ZipFile(SINONYM / "chinese_japanese_classifier.skops") as archive:
        vectorizer = _vectorizer(json.loads(archive.read("schema.json")))
        weights = _array(archive, vectorizer["_tfidf"]["content"]["content"]["idf_"])
        places = {
            term: int(_array(archive, place))
            for term, place in vectorizer["vocabulary_"]["content"].items()
            if len(term) == length
        }
    return {term: CORPUS_NAMES / math.exp(float(weights[place]) - 1) for term, place in places.items()}


def _vectorizer(schema: dict[str, Any]) -> dict[str, Any]:
    union = schema["content"]["content"]["steps"]["content"][0]["content"][1]["content"]["content"]
    found: dict[str, Any] = union["transformer_list"]["content"][0]["content"][1]["content"]["content"]
    return found


def _array(archive: zipfile.ZipFile, node: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.load(io.BytesIO(archive.read(node["file"])))  # type: ignore[no-any-return]


def japanese_names() -> set[str]:
    """Return Japanese surnames, and given names with a Japanese ending: the corpus holds both peoples' names."""
    lexicons = json.loads(gzip.decompress((SINONYM / "japanese_native_lexicons.json.gz").read_bytes()))
    given = {name for name in lexicons["japanese_given_names"] if name[-1] in JAPANESE_ENDINGS}
    surnames = [name.replace("々", name[:1]) for name in lexicons["japanese_surnames"]]
    return given | {name[start : start + 2] for name in surnames for start in range(len(name) - 1)}


def given_pairs() -> dict[str, float]:
    """Return shares of two-character given names from with how many surnames each is found in distinct names.

    A given name of share g is found with a surname of share s in n records with probability 1 - exp(-n s g); the
    number of surnames found is solved for g. Independent characters would make 志强 or 婷婷 far too rare.
    """
    surnames, known, japanese = surname_shares(), general_characters(), japanese_names()
    spread = np.array(list(surnames.values()))
    return {
        pair: _solved(spread, breadth) / RECORDS_BEHIND_CORPUS
        for pair, breadth in corpus_terms(2).items()
        if pair not in japanese
        and pair[-1] not in JAPANESE_ENDINGS_OF_MEN
        and pair not in COMPOUND
        and all(character in known and character not in JAPANESE_CHARACTERS for character in pair)
        and surnames.get(pair[0], 0.0) < SURNAME_BEFORE_ALL
    }


def _solved(spread: np.ndarray[Any, Any], breadth: float) -> float:
    low, high = 1.0, 1e7
    for _ in range(60):
        middle = math.sqrt(low * high)
        if float((1 - np.exp(-middle * spread)).sum()) < breadth:
            low = middle
        else:
            high = middle
    return low


def published_given_names() -> dict[str, float]:
    """Return the share of each given name among the published leading full names, in the four provinces."""
    found: dict[str, list[float]] = defaultdict(list)
    for name, count in rows("published_names.tsv"):
        bearers = float(count.lstrip("~"))
        found[name[1:]].append(bearers / PUBLISHED_POPULATION / NATIONAL_SURNAME[name[0]] * PUBLISHED_HERE)
    return {given: sum(each) / len(each) for given, each in found.items()}


def surname_table() -> str:
    """`surname<TAB>share in parts per billion` a line."""
    return _table({name: [share] for name, share in surname_shares().items()})


def given_table() -> str:
    """Shares in parts per billion: alone; first and second of the general, the older women's and older men's names."""
    general = general_characters()
    first, second = by_position(general)
    pairs = [(first, second)] + [
        (generation(sex, "first", first), generation(sex, "second", second)) for sex in ("女", "男")
    ]
    columns = [single_characters(general), *(column for pair in pairs for column in _loosened(*pair))]
    characters = set().union(*columns)
    return _table({one: [column.get(one, 0.0) for column in columns] for one in characters})


def published_table() -> str:
    """Common two-character given names, the published ones exact: `given name<TAB>share in parts per billion`."""
    leading = given_pairs() | {given: share for given, share in published_given_names().items() if len(given) == 2}
    return _table({given: [share] for given, share in leading.items()})


def _table(cells: dict[str, list[float]]) -> str:
    ordered = sorted(cells.items(), key=lambda item: (-sum(item[1]), item[0]))
    return "".join("\t".join([key, *(str(round(share * 1e9)) for share in each)]) + "\n" for key, each in ordered)


TABLES = {
    "surnames.tsv": surname_table,
    "given_names.tsv": given_table,
    "leading_given_names.tsv": published_table,
}

if __name__ == "__main__":
    for name, make in TABLES.items():
        (DATA / name).write_text(make(), encoding="utf-8")
