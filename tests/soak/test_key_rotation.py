"""A seeded part of the long run: keys exchanged while two worker processes answer checks."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from registry.settings import Settings
from tests.soak.key_rotation import rotate_under_load

PEOPLE = 1_000


def test_no_check_fails_or_errs_while_keys_are_exchanged_and_the_former_open_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, own)
    own.chmod(0o600)
    told = rotate_under_load(dataclasses.replace(settings, keys=own), PEOPLE)
    assert told.wrong == []
    assert told.rows >= 4 * PEOPLE
    assert told.checks > 50
