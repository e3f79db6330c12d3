"""`registry list headings` and `registry list faults`: courts' own spreadsheets, and rows to be corrected."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
import orjson

from api.cli.main import WrongUse
from api.cli.operation import open_services, operator
from registry.services.desk_actor import NamedActor
from registry.services.import_list import known_region
from registry.services.import_mapped import Stated, propose_mapping, require_region
from registry.services.return_rows import ReturnForm, return_quarantined


@click.command("headings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", metavar="REGION", required=True, help="The region all rows are from: 31, 32, 33 or 34.")
def headings(file: Path, source: str) -> None:
    """Say what the headings of a court's own spreadsheet FILE seem to mean, as JSON to be corrected.

    Saved and passed to `registry list import --mapping MAPPING.json` it says what they do mean.
    """
    services = open_services()
    try:
        proposed = propose_mapping(services, file.read_bytes(), require_region(known_region(source)))
    finally:
        services.store.close()
    click.echo(json.dumps(proposed, ensure_ascii=False, indent=2))


@click.command("faults")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="OUT.xlsx or OUT.csv.")
def faults(file: Path, out: Path) -> None:
    """Write the rows of the imported FILE that wait in quarantine to --out, each with its reason beside it.

    Corrected there and imported again, they take their place; what is on the list already is known.
    """
    form = {".xlsx": ReturnForm.XLSX, ".csv": ReturnForm.CSV}.get(out.suffix.lower())
    if form is None:
        raise WrongUse("--out must end in .xlsx or .csv")
    services = open_services()
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        given = return_quarantined(services, digest, actor=NamedActor(operator()), form=form)
    finally:
        services.store.close()
    out.write_bytes(given.content)
    click.echo(f"{given.rows:,} rows to be corrected: {out}")


def stated_mapping(text: str) -> Stated:
    """Return a mapping as it was stated: a file of JSON, or the name one is remembered under."""
    path = Path(text)
    if path.suffix.lower() != ".json":
        return text
    try:
        stated: Any = orjson.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        raise WrongUse("--mapping names a file that cannot be read as JSON") from None
    if not isinstance(stated, dict):
        raise WrongUse("--mapping must be a JSON object")
    return stated
