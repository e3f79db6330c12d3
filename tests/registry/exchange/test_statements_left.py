"""Statements of digests left for the other side: in a folder, and in exchange tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.exchange.adapters import open_adapter
from registry.exchange.digest_statement import DigestPost
from registry.exchange.partner_file import read_partner
from registry.privacy.keyring import Keyring
from registry.settings import CipherName, Mode, Role, Settings
from tests.registry.exchange.test_partner_file import DROP, FIELDS

KEY = 'keys = ["O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik"]\n'
DROPS = (
    'partner = "{partner}"\nadapter = "drop"\n'
    + KEY
    + '[drop]\nurl = "{place}"\ndone = "done"\nacknowledgements = "acks"\ninbox = "{inbox}"\noutbox = "{outbox}"\n'
)
TABLES = (
    'partner = "{partner}"\nadapter = "table"\n'
    + KEY
    + '[table]\nmanifest = "ours"\ndatabase = "sqlite:///{place}/front.sqlite3"\n'
    + 'inbox = "{inbox}"\noutbox = "{outbox}"\n'
)

Opened = Callable[[str, str], DigestPost]


@pytest.fixture(params=[DROPS, TABLES], ids=["drop", "table"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring, key_file: Path) -> Opened:
    """Open the transport between the centre and Jiangsu from one of its ends."""

    def open_one(partner: str, own: str) -> DigestPost:
        boxes = {"inbox": f"from_{partner}", "outbox": f"from_{own}", "place": tmp_path, "partner": partner}
        for box in ("inbox", "outbox"):
            (tmp_path / str(boxes[box])).mkdir(exist_ok=True)
        path = tmp_path / f"{own}-{partner}.toml"
        path.write_text(request.param.format(**boxes), encoding="utf-8")
        role, region = (Role.HUB, None) if own == "hub" else (Role.PROVINCE, own)
        settings = Settings(tmp_path, "sqlite://", key_file, Mode.DEVELOPMENT, CipherName.AES_256_GCM)
        adapter = open_adapter(read_partner(path), _of(settings, role, region), keyring)
        assert isinstance(adapter, DigestPost)
        return adapter

    return open_one


def _of(settings: Settings, role: Role, region: str | None) -> Settings:
    return Settings(
        settings.home, settings.database_url, settings.keys, settings.mode, settings.cipher, role=role, region=region
    )


def test_a_side_finds_what_the_other_left_last_and_never_its_own(opened: Opened) -> None:
    hub, province = opened("32", "hub"), opened("hub", "32")
    assert hub.collect_statement() is None
    province.leave_statement(b"first")
    province.leave_statement(b"second")
    assert hub.collect_statement() == b"second"
    assert province.collect_statement() is None
    hub.leave_statement(b"answer")
    assert (hub.collect_statement(), province.collect_statement()) == (b"second", b"answer")


def test_a_foreign_system_s_folder_states_no_digests(tmp_path: Path, keyring: Keyring, key_file: Path) -> None:
    (tmp_path / "drop" / "in").mkdir(parents=True)
    path = tmp_path / "32.toml"
    path.write_text(DROP.partition('[[drop.files]]\nname = "b_')[0] + FIELDS, encoding="utf-8")
    settings = Settings(tmp_path, "sqlite://", key_file, Mode.DEVELOPMENT, CipherName.AES_256_GCM)
    adapter = open_adapter(read_partner(path), settings, keyring)
    assert not isinstance(adapter, DigestPost)
