"""Makes a labelled set: a list, applicants, and who is who, in the columns of the register's files.

    python -m benchmarks.labelled_set DIRECTORY [--list 20000] [--applicants 30000] [--seed 1]

DIRECTORY gets convictions.csv, applicants.csv and truth.csv (request_no, stratum, expect, record_no, cause). The same
numbers make the same files. Everybody in them is invented.
"""

from __future__ import annotations

import argparse
import csv
import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.case import Case, Person, Row, people, plain_case
from benchmarks.draw import Generator, any_of
from benchmarks.error_model import BEARER_OF, STRATA
from benchmarks.near_innocents import NEAR
from benchmarks.population import YEAR, Bearer, Manner, invent, years_of

PART_OF_STRATUM = 100
"""One applicant in so many belongs to each stratum; what is left over are random innocents."""

ADULT_BY = YEAR - 24
"""Listed people were born by then, so that nobody was a juvenile at judgment."""

RECORD_FORMS = {
    "id_intact": 0.55, "id_masked": 0.14, "birth_day": 0.11, "id_masked_with_birth": 0.04, "id_format": 0.04,
    "birth_year_place": 0.03, "id_one_error": 0.02, "id_excel": 0.015, "id_masked_more": 0.01, "birth_wrong_part": 0.01,
    "former_name_listed": 0.015, "id_intact_name_error": 0.02,
}  # fmt: skip
"""In which state the records are that no applicant of a stratum belongs to: estimates."""

PURPOSES = ("food_operation_licence", "food_production_licence", "staff_appointment", "licence_renewal")
ROLES = ("legal_representative", "operator", "person_in_charge", "food_safety_director")
COURTS = {
    "31": "上海铁路运输法院",
    "32": "苏州市吴江区人民法院",
    "33": "杭州市西湖区人民法院",
    "34": "合肥市包河区人民法院",
}
LISTED_COLUMNS = (
    "record_no", "name", "other_names", "sex", "birth_date", "id_type", "id_number", "domicile_code", "source_region",
    "document_no", "court", "charge", "sentence", "sentence_months", "judgment_date", "effective_date", "food_related",
)  # fmt: skip
APPLICANT_COLUMNS = ("request_no", "purpose", "role", "name", "id_type", "id_number", "birth_date", "sex")
TRUTH_COLUMNS = ("request_no", "stratum", "expect", "record_no", "cause")


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Rows of the three files."""

    listed: list[Row]
    applicants: list[Row]
    truth: list[Row]

    def write(self, directory: Path) -> None:
        """Write the three files, which must not be there yet or are replaced."""
        directory.mkdir(parents=True, exist_ok=True)
        write_rows(directory / "convictions.csv", LISTED_COLUMNS, self.listed)
        write_rows(directory / "applicants.csv", APPLICANT_COLUMNS, self.applicants)
        write_rows(directory / "truth.csv", TRUTH_COLUMNS, self.truth)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as CSV under these headings."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make_set(seed: int, listed: int, applicants: int, *, invented_codes: bool = False) -> LabelledSet:
    """Invent a list and applicants of these sizes."""
    maker = _Maker(np.random.default_rng(seed), listed, applicants, invented_codes)
    return maker.made()


class _Maker:
    """Takes people from pools of residents, one after another, and puts rows together."""

    def __init__(self, rng: Generator, listed: int, applicants: int, invented_codes: bool) -> None:
        self.rng = rng
        self.wanted_list, self.wanted_applicants = listed, applicants
        self.each = applicants // PART_OF_STRATUM
        self.codes = invented_codes
        self.pools = {Bearer.HAN: self._pool(0.0025, 0.003), Bearer.MINORITY: self._pool(1.0, 0.0)}
        self.pools[Bearer.ABROAD] = self._pool(0.0, 1.0)
        self.cases: list[tuple[str, Case]] = []
        self.near: list[tuple[str, Case, Person]] = []

    def _pool(self, minority: float, abroad: float) -> Iterator[Person]:
        """Yield residents without end who could have been judged; they are invented in blocks."""
        manner = Manner(minority=minority, abroad=abroad, invented_codes=self.codes)
        while True:
            block = invent(self.rng, 20_000 if minority < 1 and abroad < 1 else 2_000, manner)
            yield from people(block.take(np.flatnonzero(years_of(block.births) <= ADULT_BY)))

    def made(self) -> LabelledSet:
        for stratum in STRATA:
            bearer = BEARER_OF.get(stratum.partition("_")[0], Bearer.HAN)
            self.cases += [(stratum, self._case(stratum, bearer)) for _ in range(self.each)]
        for stratum in NEAR:
            self.near += [self._near(stratum) for _ in range(self.each)]
        background = self._background(self.wanted_list - len(self.cases) - len(self.near))
        innocents = self.wanted_applicants - len(self.cases) - len(self.near)
        strangers = [plain_case(self.rng, next(self.pools[Bearer.HAN])) for _ in range(innocents)]
        return self._numbered(background, strangers)

    def _case(self, stratum: str, bearer: Bearer = Bearer.HAN) -> Case:
        while True:
            case = plain_case(self.rng, next(self.pools[bearer]))
            if all(step(self.rng, case) for step in STRATA[stratum]):
                return case

    def _near(self, stratum: str) -> tuple[str, Case, Person]:
        near, pool = NEAR[stratum], self.pools[Bearer.HAN]
        while True:
            case = plain_case(self.rng, next(pool))
            if case.person.kind is Bearer.HAN and all(step(self.rng, case) for step in near.record):
                return stratum, case, near.other(self.rng, case.person, next(pool))

    def _background(self, count: int) -> list[Case]:
        forms = self.rng.choice(list(RECORD_FORMS), size=max(count, 0), p=_shares(RECORD_FORMS.values()))
        return [self._case(str(form)) for form in forms]

    def _numbered(self, background: list[Case], strangers: list[Case]) -> LabelledSet:
        """Put list and applicants each in a random order and number them."""
        listed = [*(case for _, case in self.cases), *(case for _, case, _ in self.near), *background]
        order = self.rng.permutation(len(listed))
        record_no = {id(listed[place]): f"B{number:07d}" for number, place in enumerate(order)}
        rows = [self._listed_row(record_no[id(listed[place])], listed[place]) for place in order]
        judged = [(stratum, case.applied, record_no[id(case)], case.causes) for stratum, case in self.cases]
        judged += [(stratum, plain_case(self.rng, other).applied, "", []) for stratum, _, other in self.near]
        judged += [("innocent_random", case.applied, "", []) for case in strangers]
        shuffled = [judged[place] for place in self.rng.permutation(len(judged))]
        numbered = [(f"A{number:07d}", *entry) for number, entry in enumerate(shuffled)]
        applicants = [self._applicant_row(request_no, applied) for request_no, _, applied, _, _ in numbered]
        truth = [
            dict(
                zip(TRUTH_COLUMNS, (no, stratum, "stop" if record else "clear", record, "; ".join(causes)), strict=True)
            )
            for no, stratum, _, record, causes in numbered
        ]
        return LabelledSet(rows, applicants, truth)

    def _listed_row(self, record_no: str, case: Case) -> Row:
        region = any_of(self.rng, tuple(COURTS))
        judged = datetime.date(2021, 1, 1) + datetime.timedelta(days=int(self.rng.integers(1200)))
        return case.listed | {
            "record_no": record_no,
            "source_region": region,
            "document_no": f"（{judged.year}）{COURTS[region][:1]}刑初{record_no}号",
            "court": COURTS[region],
            "charge": any_of(self.rng, ("生产、销售不符合安全标准的食品罪", "生产、销售有毒、有害食品罪")),
            "sentence": "有期徒刑",
            "sentence_months": str(int(self.rng.integers(6, 40))),
            "judgment_date": judged.isoformat(),
            "effective_date": (judged + datetime.timedelta(days=11)).isoformat(),
            "food_related": "yes",
        }

    def _applicant_row(self, request_no: str, applied: Row) -> Row:
        purpose, role = any_of(self.rng, PURPOSES), any_of(self.rng, ROLES)
        return {"request_no": request_no, "purpose": purpose, "role": role} | applied


def _shares(weights: Iterable[float]) -> list[float]:
    listed = list(weights)
    return [weight / sum(listed) for weight in listed]


def main() -> None:
    """Make one set as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--list", type=int, default=20_000, dest="listed")
    parser.add_argument("--applicants", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    make_set(options.seed, options.listed, options.applicants).write(options.directory)


if __name__ == "__main__":
    main()
