"""A drop over SFTP against a real server on loopback: files whole, moved, told of; and no machine but the one known."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncssh
import pytest

from registry.errors import PartnerUnavailableError, SettingsError
from registry.exchange.drop import DropAdapter
from registry.exchange.folder import Folder
from registry.exchange.partner import Partner
from tests.registry.exchange.partners_at_hand import Receiver, batch_of, item, partner_of

PASSWORD = "an invented password"
CONFIG = """\
partner = "32"
adapter = "drop"
signed = false
[drop]
url = "sftp://hub@127.0.0.1:{port}{root}"
password = "file:password"
known_hosts = "known_hosts"
inbox = "in"
outbox = "out"
done = "done"
acknowledgements = "acks"
manifest = "{{stem}}.ok"
[[drop.files]]
name = "pj_{{number}}.csv"
kind = "conviction"
[limits]
seconds_per_request = 5
"""


class _Door(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("hub", PASSWORD)


@dataclass(frozen=True)
class SftpServer:
    port: int
    key: asyncssh.SSHKey


@pytest.fixture(scope="module")
def server() -> Iterator[SftpServer]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen("127.0.0.1", 0, server_factory=_Door, server_host_keys=[key], sftp_factory=True)

    async def end(acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        await acceptor.wait_closed()

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    yield SftpServer(acceptor.get_port(), key)
    asyncio.run_coroutine_threadsafe(end(acceptor), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def configured(server: SftpServer, folder: Path, known: asyncssh.SSHKey | None = None, text: str = CONFIG) -> Partner:
    (folder / "password").write_text(PASSWORD + "\n", "utf-8")
    line = (known or server.key).export_public_key().decode().strip()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {line}\n", "utf-8")
    return partner_of(folder, text.format(port=server.port, root=folder / "drop"))


def opened(partner: Partner) -> Folder:
    drop = partner.options["drop"]
    return Folder.open(drop.url, drop.login, partner.options["folder"], partner.limits.seconds_per_request)


def test_files_are_taken_acknowledged_and_moved_over_sftp(server: SftpServer, tmp_path: Path) -> None:
    partner = configured(server, tmp_path)
    folder = opened(partner)
    hub = Receiver(DropAdapter(partner, "hub", folder, None))
    inbox = tmp_path / "drop" / "in"
    inbox.mkdir(parents=True)
    (inbox / "pj_1.csv").write_text("record_no,name\nR1,赵一鸣\n", "utf-8")
    assert hub.visit() == []
    (inbox / "pj_1.ok").touch()
    [batch] = hub.visit()
    assert [each.record_no for each in batch.items] == ["R1"]
    assert hub.visit() == []
    assert sorted(path.name for path in (tmp_path / "drop" / "done").iterdir()) == ["pj_1.csv", "pj_1.ok"]
    assert (tmp_path / "drop" / "acks" / "pj_1.csv.ack.csv").is_file()
    hub.adapter.deliver(batch_of([item(1)]), b"")
    written = sorted(path.name for path in (tmp_path / "drop" / "out").iterdir())
    assert written == ["batch_000000000001.sha256", "convictions_000000000001.csv"]
    hub.adapter.close()


def test_a_machine_with_another_key_is_not_spoken_to(server: SftpServer, tmp_path: Path) -> None:
    partner = configured(server, tmp_path, asyncssh.generate_private_key("ssh-ed25519"))
    with pytest.raises(PartnerUnavailableError):
        opened(partner)


def test_no_machine_is_spoken_to_without_known_hosts(server: SftpServer, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"line \d+: drop.url: SFTP needs known_hosts"):
        configured(server, tmp_path, text=CONFIG.replace('known_hosts = "known_hosts"\n', ""))
    options = configured(server, tmp_path).options
    login = {entry: value for entry, value in options["drop"].login.items() if entry != "known_hosts"}
    with pytest.raises(SettingsError, match="known_hosts"):
        opened(
            replace(configured(server, tmp_path), options={**options, "drop": replace(options["drop"], login=login)})
        )


def test_a_wrong_password_is_a_partner_that_cannot_be_reached_and_is_not_repeated(
    server: SftpServer, tmp_path: Path
) -> None:
    partner = configured(server, tmp_path)
    (tmp_path / "password").write_text("hunter2", "utf-8")
    with pytest.raises(PartnerUnavailableError) as refused:
        opened(partner)
    assert "hunter2" not in str(refused.value)
