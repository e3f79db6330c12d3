"""`registry bench`: measures the matcher on this machine, beside its peers where they are installed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import click

from api.cli.main import Failure, WrongUse
from registry.clock import SystemClock

PARTS = ("accuracy", "calibration", "latency", "bulk", "peers")
_PROJECT = Path(__file__).resolve().parents[2]
_ABSENT = (
    "The benchmarks are not part of an installed package: run this in a checkout of the project "
    "(git clone, then `make run` once), where the folder benchmarks/ is."
)


@click.command()
@click.option("--size", "sizes", type=click.IntRange(500), multiple=True, help="Listed people; else 10k, 100k, 1M.")
@click.option("--only", help=f"Some of {', '.join(PARTS)}, separated by commas.")
@click.option(
    "--labelled", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Your own labelled set."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed invents the same people.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for page and figures; else benchmarks/frozen.")
def bench(sizes: tuple[int, ...], only: str | None, labelled: Path | None, seed: int, out: Path | None) -> None:
    """Measure accuracy, calibration, latency, bulk rate and peers; write a page with plots and frozen figures.

    Parts measured before on the same day, with the same sizes, seed and model, stay on the page.
    """
    suite, pages = _benchmarks("suite"), _benchmarks("page")
    plan = suite.Plan(_parts(only), sizes or suite.SIZES, labelled, seed)
    sections = suite.run(plan, click.echo)
    for section in sections:
        click.echo("\n".join(["", section.title, *section.lines]))
    day, folder = SystemClock().today(), out or _PROJECT / "benchmarks" / "frozen"
    sections = suite.with_former(folder, day, plan, sections)
    figures = suite.freeze(folder, day, plan, sections)
    page = figures.with_suffix(".html")
    page.write_text(pages.write_page(f"Benchmarks of {day.isoformat()}, {suite.machine()}", sections), "utf-8")
    click.echo(f"\nWritten: {page}, {figures}")


def _parts(only: str | None) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in only.split(",")) if only else PARTS
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        raise WrongUse(f"--only knows {', '.join(PARTS)}; not {', '.join(unknown)}")
    return asked


def _benchmarks(module: str) -> ModuleType:
    """Import a module of benchmarks/, which lies beside the package in a checkout and is in no wheel."""
    if not (_PROJECT / "benchmarks" / f"{module}.py").exists():
        raise Failure(_ABSENT)
    if str(_PROJECT) not in sys.path:
        sys.path.append(str(_PROJECT))
    return importlib.import_module(f"benchmarks.{module}")
