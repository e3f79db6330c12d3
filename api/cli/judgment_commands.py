"""`registry judgment`: read judgments; what was read is printed, and nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.cli.main import DONE_WITH_ROWS_LEFT, FAILED
from registry.intake.document_text import DocumentText, read_documents
from registry.intake.judgment_reading import Warned
from registry.intake.judgment_text import read_judgment


@click.group("judgment")
def judgment_group() -> None:
    """Read judgments."""


@judgment_group.command("read")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Read judgments from FILES (txt, docx, text PDF, or a zip of these).

    Prints one JSON object a judgment, one line each; touches no database. Files that cannot be read are named on
    standard error: status 3 where others could be read, 1 where none could.
    """
    done, left = 0, 0
    for document in (each for path in files for each in read_documents(path)):
        if document.fault is None:
            click.echo(json.dumps(_as_json(document), ensure_ascii=False))
            done += 1
        else:
            click.echo(f"{document.name}: {document.fault} [{document.fault.fault}]", err=True)
            left += 1
    if left:
        ctx.exit(DONE_WITH_ROWS_LEFT if done else FAILED)


def _as_json(document: DocumentText) -> dict[str, object]:
    reading = read_judgment(document.text)
    if document.damaged:
        reading.warnings.insert(0, Warned("text", "characters_lost"))
    return reading.as_json(document.name)
