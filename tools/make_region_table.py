"""Makes matching/data/counties.tsv from the open table of county codes 1981 to 2024 (CC0).

python tools/make_region_table.py county_codes_1981_2024.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "matching" / "data" / "counties.tsv"
_HEAD = "# code, name, first year, last year (empty: in use), successors; source: county codes 1981-2024, CC0\n"


def main(source: Path) -> None:
    """Write code, name, start, end and successor codes; provinces and prefectures included."""
    with source.open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (row["代码"], row["启用时间"]))
    cells = ((row["代码"], row["名称"], row["启用时间"], row["变更/弃用时间"], row["新代码"]) for row in rows)
    OUT.write_text(_HEAD + "".join("\t".join(line) + "\n" for line in cells), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
