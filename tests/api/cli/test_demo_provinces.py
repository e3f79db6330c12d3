"""`registry demo --provinces`: a region on one machine, made anew in a home of its own, and a ban on its way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.demo_provinces import begin_anew, prepare, seats
from registry.errors import ConflictError, SettingsError
from registry.exchange.partner_file import load_partners
from registry.privacy.signing_keys import thumbprint
from registry.settings import Mode
from seeds.province_nodes import NODES
from tests.api.cli.test_demo import LAST_LINE, UNSET, free_port


def test_a_home_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "register.sqlite3").touch()
    with pytest.raises(ConflictError):
        begin_anew(tmp_path, Mode.DEVELOPMENT)
    assert (tmp_path / "register.sqlite3").exists()
    with pytest.raises(SettingsError):
        begin_anew(tmp_path / "new", Mode.PRODUCTION)
    assert not (tmp_path / "new").exists()


def test_a_home_made_before_is_emptied(tmp_path: Path) -> None:
    home = tmp_path / "home"
    begin_anew(home, Mode.DEVELOPMENT)
    (home / "hub").mkdir()
    begin_anew(home, Mode.DEVELOPMENT)
    assert not (home / "hub").exists()


def test_the_centre_and_every_province_know_each_other_by_key_and_transport(tmp_path: Path) -> None:
    chosen = seats(tmp_path, "127.0.0.1", free_port())
    assert len({seat.port for seat in chosen.values()}) == len(chosen) == 5
    sides = prepare(tmp_path, chosen)
    try:
        at_hub = {partner.name: partner for partner in load_partners(sides["hub"].seat.home / "partners")}
        assert {name: partner.adapter for name, partner in at_hub.items()} == {
            node.region: node.adapter for node in NODES
        }
        for node in NODES:
            [hub] = load_partners(sides[node.region].seat.home / "partners")
            assert (hub.name, hub.adapter, hub.signed) == ("hub", node.adapter, True)
            assert [thumbprint(key) for key in hub.keys] == [sides["hub"].signing.thumbprint]
            assert [thumbprint(key) for key in at_hub[node.region].keys] == [sides[node.region].signing.thumbprint]
    finally:
        for side in sides.values():
            side.services.store.close()


def test_a_ban_confirmed_in_hefei_holds_an_applicant_at_the_centre_and_in_shanghai(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    command = [sys.executable, "-m", "api.cli", "demo", "--provinces", "--port", str(free_port())]
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    demo = subprocess.Popen(
        command, env=environment | {"REGISTRY_HOME": str(tmp_path)}, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    signal.signal(signal.SIGINT, former)
    assert demo.stdout is not None
    printed = ""
    for line in demo.stdout:
        printed += line
        if LAST_LINE in line:
            break
    demo.send_signal(signal.SIGINT)
    rest = demo.communicate(timeout=180)[0]
    assert (demo.returncode, "has ended" in rest) == (0, True), printed
    assert "before: the centre 区域中心 clear, Shanghai 上海 clear" in printed
    held = re.findall(r"block 拦截（暂停办理） at (the centre|Shanghai) .* after [\d.]+ s", printed)
    assert sorted(held) == ["Shanghai", "the centre"]
