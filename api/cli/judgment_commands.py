"""`registry judgment`: read judgments and print what was read, or lay them on the desk for confirmation."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.cli.main import DONE_WITH_ROWS_LEFT, FAILED
from api.cli.operation import open_services, operator
from registry.intake.certificate_text import is_certificate, read_certificate
from registry.intake.document_text import DocumentText, read_documents
from registry.intake.judgment_reading import Warned
from registry.intake.judgment_text import read_judgment
from registry.services.desk_actor import NamedActor
from registry.services.file_documents import FiledFile, FileOutcome, file_documents

OUTCOMES = {
    FileOutcome.FILED: "待复核",
    FileOutcome.DRAFT: "草稿，待补正",
    FileOutcome.KNOWN: "已有",
    FileOutcome.CERTIFICATE: "生效证明，待核对",
    FileOutcome.REFUSED: "依法不予接收",
    FileOutcome.UNREADABLE: "无法读取",
}


@click.group("judgment")
def judgment_group() -> None:
    """Read judgments, and file them."""


_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)


@judgment_group.command("read")
@_FILES
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Read judgments from FILES (txt, docx, text PDF, or a zip of these).

    Prints one JSON object a judgment, one line each; touches no database. A certificate of effect says so
    ("document": "certificate") and states the case, the day, its court and its own number. Files that
    cannot be read are named on standard error: status 3 where others could be read, 1 where none could.
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
    reading = read_certificate(document.text) if is_certificate(document.text) else read_judgment(document.text)
    if document.damaged:
        reading.warnings.insert(0, Warned("text", "characters_lost"))
    return reading.as_json(document.name)


@judgment_group.command("file")
@_FILES
@click.option("--source", "source", metavar="REGION", help="The region they are from: 31, 32, 33 or 34.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a judgment, one line each.")
@click.pass_context
def file(ctx: click.Context, files: tuple[Path, ...], source: str | None, *, as_json: bool) -> None:
    """Lay judgments from FILES on the desk, each as a draft; complete ones wait for confirmation by a second person.

    A certificate of effect gives its judgment the day: a judgment of the same files is filed with it, one that was
    confirmed without is filed anew as effective. Ends with status 3 where something is no more than a draft, is known,
    waits for its judgment, is refused or unreadable; each is named.
    """
    services = open_services()
    ctx.call_on_close(services.store.close)
    actor = NamedActor(operator())
    results = list(file_documents(services, files, actor=actor, region=source))
    for result in results:
        click.echo(json.dumps(_filed(result), ensure_ascii=False) if as_json else _filed_line(result))
    if any(result.outcome is not FileOutcome.FILED for result in results if not _is_done(result)):
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _is_done(result: FiledFile) -> bool:
    """A certificate whose day its judgment was filed with has done its part."""
    return result.outcome is FileOutcome.CERTIFICATE and not result.faults and not result.warnings


def _filed(result: FiledFile) -> dict[str, object]:
    faults = [{"field": fault.field, "code": fault.code, "reason": fault.reason} for fault in result.faults]
    return {
        "file": result.file,
        "outcome": str(result.outcome),
        "document_no": result.document_no,
        "faults": faults,
        "warnings": list(result.warnings),
        "known": list(result.known),
        "refused": list(result.refused),
        "certificate_no": result.certificate_no,
    }


def _filed_line(result: FiledFile) -> str:
    """Of a file that may not be kept nobody is told more than that."""
    told = [result.certificate_no or "", result.document_no or "", *result.known, *result.warnings, *result.refused]
    told += [f"{fault.field}: {fault.reason} [{fault.code}]" for fault in result.faults]
    named = "; ".join(each for each in told if each)
    return f"{result.file}: {result.outcome} {OUTCOMES[result.outcome]}" + (f"  {named}" if named else "")
