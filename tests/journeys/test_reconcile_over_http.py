"""Two registers compare over real HTTP, by the operator's command: what was altered is named, mended and then equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.clock import FixedClock
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import base64url
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.sequence_log import log_keys
from registry.store.client_repository import ClientRole
from seeds.province_nodes import NODES, OtherSide, file_at_hub
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.altered_store import ALTERATIONS, behind_the_back
from tests.registry.services.exchange_at_hand import pull, side, sqlite_copy
from tests.registry.services.register_under_test import take
from tests.soak.served_door import served_door

SHANGHAI = next(node for node in NODES if node.adapter == "feed")


@pytest.fixture
def sides(
    tmp_path: Path, keyring: Keyring, clock: FixedClock, sqlite_template: Path
) -> Iterator[tuple[Services, Services]]:
    """The centre and Shanghai's own system, which hold the same three rows."""
    opened = [
        side(tmp_path, name, keyring, clock, sqlite_copy(tmp_path, name, sqlite_template))
        for name in ("hub", SHANGHAI.region)
    ]
    people = [
        conviction(f"R{n}", source_region="31", name=f"赵{n}", id_number=id_number(sequence=f"40{2 * n + 1}"))
        for n in range(3)
    ]
    take(opened[1], *people)
    pull(opened[0], opened[1])
    yield opened[0], opened[1]
    for services in opened:
        services.store.close()


@pytest.fixture
def compare(sides: tuple[Services, Services], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Result]]:
    """`registry sync reconcile --json` at the centre, while Shanghai's door is served."""
    hub, shanghai = sides
    settings = hub.settings
    for name, value in (("HOME", settings.home), ("DATABASE_URL", settings.database_url), ("KEYS", settings.keys)):
        monkeypatch.setenv(f"REGISTRY_{name}", str(value))
    settings.partner_files.mkdir(parents=True, exist_ok=True)
    credential = settings.partner_files / "key-31"
    credential.write_text(add_client(shanghai, "hub", ClientRole.PROVINCE, "31", "test").key, "utf-8")
    credential.chmod(0o600)
    with served_door(shanghai) as port:
        key = base64url(log_keys(shanghai.store).signing.public)
        known = OtherSide(key, settings.home, f"http://127.0.0.1:{port}", credential.name)
        (settings.partner_files / "31.toml").write_text(file_at_hub(SHANGHAI, known), "utf-8")
        yield lambda: CliRunner().invoke(main, ["sync", "reconcile", "31", "--json"])


def told(result: Result) -> dict[str, Any]:
    (found,) = json.loads(result.stdout.splitlines()[-1])  # before it stands what the door has logged
    return dict(found)


def test_rows_altered_behind_the_programs_back_are_named_mended_and_equal_by_command(
    sides: tuple[Services, Services], compare: Callable[[], Result]
) -> None:
    first = compare()
    assert first.exit_code == 0, first.output
    assert (told(first)["equal"], told(first)["compared"]) == (True, 3)
    behind_the_back(sides[0], *ALTERATIONS["payload swapped"])
    mended = compare()
    assert mended.exit_code == 0, mended.output
    assert told(mended)["differences"] == [{"record": "31:R1", "what": "content"}]
    assert told(mended)["restated"] == ["31:R1"]
    assert told(compare())["equal"]


def test_what_the_owner_has_altered_itself_is_left_to_it_and_the_command_says_so(
    sides: tuple[Services, Services], compare: Callable[[], Result]
) -> None:
    behind_the_back(sides[1], *ALTERATIONS["payload swapped"])
    left = compare()
    assert left.exit_code == 3, left.output
    assert told(left)["left"] == ["31:R1"]


def test_a_partner_nobody_answers_for_is_told_with_its_fault(
    sides: tuple[Services, Services], compare: Callable[[], Result]
) -> None:
    file = sides[0].settings.partner_files / "31.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("http://127.0.0.1:", "http://127.0.0.1:1/"), "utf-8")
    failed = compare()
    assert failed.exit_code == 1, failed.output
    assert told(failed)["fault"]
