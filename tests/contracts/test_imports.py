"""The import contracts of setup.cfg hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.contracts.source_tree import ROOT


def test_every_import_points_inwards() -> None:
    # A process of its own: the linter sets up logging for the whole process and silences every logger it finds.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
