"""Splink on DuckDB, over the whole set at once, trained on the set itself."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.peer_set import LabelledRows, Peer, Row, table_of

THRESHOLD = 0.9


def measure(rows: LabelledRows) -> Iterator[Peer]:
    """Load, train and predict, and look up everybody in what was predicted."""

    logging.getLogger("splink").setLevel(logging.ERROR)
    begun = time.perf_counter()
    database = DuckDBAPI()
    sides = ((rows.listed, "record_no"), (list(rows.applicants.values()), "request_no"))
    tables = [database.register(pa.Table.from_pylist([_splink_row(row, key) for row in side])) for side, key in sides]
    linker = Linker(tables, _splink_settings(), log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in (("name", "birth_year"), ("id_number",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    trained = time.perf_counter()
    found = linker.inference.predict(threshold_match_probability=THRESHOLD).as_record_list()
    ended = time.perf_counter()
    table = table_of(rows.truth, _stopped((pair["unique_id_l"], pair["unique_id_r"]) for pair in found))
    note = f"loaded and trained in {trained - begun:.1f} s, predicted in {ended - trained:.1f} s"
    yield Peer("Splink on DuckDB", table, ended - begun, "applicant", len(rows.applicants), note)


def _splink_settings() -> object:

    slips = [cl.DamerauLevenshteinAtThresholds(column, [1, 2]) for column in ("id_number", "birth_date")]
    exact = [cl.ExactMatch(column) for column in ("sex", "area", "tail")]
    blocks = (("id_number",), ("name", "birth_year"), ("birth_date", "sex"), ("area", "tail"), ("name", "area"))
    return SettingsCreator(
        link_type="link_only",
        comparisons=[cl.JaroWinklerAtThresholds("name", [0.9, 0.7]), *slips, *exact],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in blocks],
    )


def _splink_row(row: Row, key: str) -> dict[str, str | None]:
    whole = {column: row[column] or None for column in ("name", "id_number", "birth_date", "sex")}
    return {"unique_id": row[key]} | whole | _parts(row)


def _parts(row: Row) -> dict[str, str | None]:
    number = row["id_number"]
    area, tail = number[:6], number[-4:]
    return {
        "birth_year": row["birth_date"][:4] or None,
        "area": area if len(number) == 18 and area.isdigit() else None,
        "tail": tail if len(number) == 18 and tail[:3].isdigit() else None,
    }


def _stopped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    stopped: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        record_no, request_no = sorted((one, other), reverse=True)
        stopped[request_no].append(record_no)
    return stopped
