"""Every parser under a coverage-guided fuzzer (atheris), each in a process of its own; the corpus is kept.

    python -m tests.soak.fuzzing PARSER --seconds 30 --corpus DIR --seed 1

atheris is not among the locked libraries: `pip install food-ban-registry[fuzz]` has it.
"""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 30
"""Of every parser in one slice; twenty slices make ten minutes."""

_RUNS = re.compile(r"Done (\d+) runs")
_COVERED = re.compile(r"cov: (\d+)")


def fuzzed(name: str, seed: int, corpus: Path) -> dict[str, float]:
    """Fuzz one parser for a slice; return runs, the most code covered, and whether it broke."""
    from tests.soak.fuzz_seeds import lay  # noqa: PLC0415 -- what the process that fuzzes imports is not instrumented

    folder = corpus / name
    lay(folder, name)
    command = [sys.executable, "-m", "tests.soak.fuzzing", name, "--corpus", str(folder)]
    done = subprocess.run(
        [*command, "--seconds", str(SECONDS), "--seed", str(seed)], capture_output=True, text=True, check=False
    )
    runs, covered = _RUNS.search(done.stderr), _COVERED.findall(done.stderr)
    broke = done.returncode != 0 or runs is None
    if broke:
        print(f"  wrong: {name}\n{done.stderr[-3000:]}", flush=True)
    figures = {f"runs {name}": float(runs[1]) if runs else 0, f"seconds {name}": SECONDS}
    return figures | {f"most covered {name}": float(covered[-1]) if covered else 0, "wrong": broke}


def main() -> None:
    """Fuzz one parser in this process."""
    parser = argparse.ArgumentParser(description="Fuzz one parser.")
    parser.add_argument("name")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    atheris: Any = importlib.import_module("atheris")
    # What the parsers are made of reports which of its branches were taken only if it is imported in here.
    with atheris.instrument_imports(include=["matching", "registry", "tests"]):
        parse = importlib.import_module("tests.soak.parsers").PARSERS[asked.name]
    broken = f"-artifact_prefix={asked.corpus.parent}/broke-{asked.name}-"
    options = [f"-max_total_time={asked.seconds}", f"-seed={asked.seed % 2**31 or 1}", "-max_len=4096", "-timeout=20"]
    atheris.Setup([sys.argv[0], str(asked.corpus), broken, *options], parse)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
