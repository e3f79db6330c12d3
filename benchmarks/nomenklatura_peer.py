"""nomenklatura, the matcher of yente and OpenSanctions, pair by pair."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from followthemoney import model
from nomenklatura.matching import get_algorithm

from benchmarks.catch_table import CatchTable
from benchmarks.peer_set import LabelledRows, Peer, Row

THRESHOLD = 0.7


def measure(rows: LabelledRows) -> Iterator[Peer]:
    """Score pairs; entities bear numbers of their own, because logic-v2 keeps the names of an entity by its number."""

    def entity(number: str, row: Row) -> object:
        properties = {
            "name": [row["name"]],
            "birthDate": [row["birth_date"]],
            "idNumber": [row["id_number"]],
            "country": ["cn"],
        }
        properties["gender"] = [{"男": "male", "女": "female"}.get(row["sex"], "")]
        properties["alias"] = [part.partition(":")[2] for part in row.get("other_names", "").split(";") if part]
        stated = {name: [value for value in values if value] for name, values in properties.items()}
        return model.get_proxy({"id": number, "schema": "Person", "properties": stated})

    near = _Near(rows.listed)
    for name in ("logic-v1", "logic-v2"):
        algorithm = get_algorithm(name)
        config = algorithm.default_config()
        table, pairs, seconds = CatchTable(), 0, 0.0
        for truth in rows.sample():
            asked = rows.applicants[truth["request_no"]]
            candidates = near.of(asked, truth["record_no"])
            ours, theirs = (
                entity(truth["request_no"], asked),
                [(row["record_no"], entity(row["record_no"], row)) for row in candidates],
            )
            begun = time.perf_counter()
            scores = [(algorithm.compare(ours, other, config).score, record_no) for record_no, other in theirs]
            seconds += time.perf_counter() - begun
            pairs += len(theirs)
            stopped = [record_no for score, record_no in scores if score >= THRESHOLD]
            table.add(truth["stratum"], "review" if stopped else "clear", truth["record_no"], stopped)
        yield Peer(f"nomenklatura {name}", table, seconds, "pair", pairs, "candidates were found for it")


class _Near:
    """Finds records that share something whole with an applicant."""

    def __init__(self, listed: Iterable[dict[str, str]]) -> None:
        self._by: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for row in listed:
            for key in _keys(row):
                self._by[key].append(row)
            self._by["record_no", row["record_no"]].append(row)

    def of(self, asked: Row, record_no: str) -> list[dict[str, str]]:
        found = [row for key in (*_keys(asked), ("record_no", record_no)) for row in self._by.get(key, ())]
        return list({row["record_no"]: row for row in found}.values())


def _keys(row: Row) -> list[tuple[str, str]]:
    whole = [(column, row[column]) for column in ("name", "id_number", "birth_date") if row[column]]
    return [*whole, ("surname and birth year", row["name"][:1] + row["birth_date"][:4])]
