"""How long work shows itself: a bar on a terminal, a plain line now and then elsewhere (on standard error)."""

from __future__ import annotations

import time
from types import TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

SECONDS_BETWEEN_LINES = 5.0


class WorkProgress:
    """A context manager that is called with (done, total); total None where it is not known."""

    def __init__(self, label: str, *, unit: str = "rows") -> None:
        self._label = label
        self._unit = unit
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._said_at = time.monotonic()

    def __enter__(self) -> WorkProgress:
        if self._console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, TextColumn("{task.fields[detail]}"), console=self._console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=None, detail="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that `done` of `total` units are done."""
        detail = f"{done:,} {self._unit}" if total is None else f"{done:,} of {total:,} {self._unit}"
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, detail=detail)
        elif time.monotonic() - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = time.monotonic()
            click.echo(f"{self._label}: {detail}", err=True)
