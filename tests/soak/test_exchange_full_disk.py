"""A receiver whose disk is really full takes nothing in part, and goes on where it was once there is room.

As in test_full_disk.py a process of its own may not let any file grow (RLIMIT_FSIZE). It fetches a snapshot in small
pages: some fit, the others are refused by the kernel in the middle of their commit.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

from registry.bootstrap import build
from registry.errors import UnavailableError
from registry.exchange.feed import open_feed
from registry.exchange.partner import ExchangeLimits, Partner
from registry.services.pull_partner import pull_partner
from registry.settings import Role, Settings
from registry.store.exchange_tables import exchange_batch
from tests.contracts.source_tree import ROOT
from tests.registry.services.register_under_test import rows
from tests.soak.exchange_changes import Changes, differences
from tests.soak.exchange_pair import PROVINCE, Pair, pair, two_sides

PEOPLE = 300
ROOM = 900_000
"""Bytes by which the longest file may still grow: some pages fit, most do not."""


def test_where_the_receivers_disk_is_full_a_batch_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    with pair(*two_sides(tmp_path, None), Random("full"), (None, None)) as both:
        changes = Changes(Random("full"))
        changes.take(both.hub.services, [changes.new("31") for _ in range(PEOPLE)])
        told = fetched_on_a_full_disk(both)
        assert told["faults"]
        assert 0 < told["pages"] < PEOPLE // 20
        assert len([row for row in rows(both.province.services, exchange_batch) if row.items]) == told["pages"]
        assert both.cycle() == []
        assert differences(both.hub.services, both.province.services, changes) == []


def fetched_on_a_full_disk(both: Pair) -> dict[str, int]:
    """Let the province fetch in a process whose files may hardly grow; return what it met."""
    partner = both.province.partner
    stated = {"key": partner.keys[0].hex(), "options": {name: str(value) for name, value in partner.options.items()}}
    home = both.province.services.settings.home
    asked = [sys.executable, "-m", "tests.soak.test_exchange_full_disk", str(home), json.dumps(stated)]
    done = subprocess.run(asked, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Fetch under a limit, twice; print how often that failed and how many pages are there."""
    home, stated = Path(sys.argv[1]), json.loads(sys.argv[2])
    settings = Settings(
        home, f"sqlite:///{home}/registry.sqlite3", home / "keys.json", role=Role.PROVINCE, region=PROVINCE
    )
    services = build(settings)
    options = stated["options"] | {"folder": Path(stated["options"]["folder"])}
    partner = Partner("hub", "feed", keys=(bytes.fromhex(stated["key"]),), options=options)
    partner = replace(partner, limits=ExchangeLimits(items_per_batch=20))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(file.stat().st_size for file in home.iterdir())
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + ROOM, most))
    faults = 0
    for _ in range(2):
        faults += 1
        with suppress(UnavailableError):
            adapter = open_feed(partner, settings, services.keyring)
            pull_partner(services, partner, adapter)
            faults -= 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    pages = len([row for row in rows(services, exchange_batch) if row.items])
    print(json.dumps({"faults": faults, "pages": pages}))
    services.store.close()


if __name__ == "__main__":
    main()
