"""A drop on this machine whose province puts links where folders and files belong: none of them is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from registry.errors import PartnerUnavailableError
from registry.exchange.folder import Folder
from tests.registry.exchange.foreign_drop_at_hand import Drop, one
from tests.registry.exchange.partners_at_hand import batch_of, item


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    (tmp_path / "32").mkdir()
    (tmp_path / "33" / "to-hub").mkdir(parents=True)
    return Drop(tmp_path, str(tmp_path / "32"))


def refused(drop: Drop) -> str:
    with pytest.raises(PartnerUnavailableError) as fault:
        drop.hub.visit()
    return fault.value.fault


@pytest.mark.parametrize("folder", ["in", "done", "acks"])
def test_a_folder_that_is_a_link_into_another_provinces_ends_the_visit(folder: str, drop: Drop, tmp_path: Path) -> None:
    drop.put_one(1)
    if folder == "in":
        (tmp_path / "32" / "in").rename(tmp_path / "32" / "moved")
    (tmp_path / "32" / folder).symlink_to("../33/to-hub")
    assert refused(drop) == "not_a_folder"
    assert list((tmp_path / "33" / "to-hub").iterdir()) == []


def test_an_outbox_that_is_a_link_is_not_written_to(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "32" / "out").symlink_to("../33/to-hub")
    with pytest.raises(PartnerUnavailableError, match="out is a link or a file"):
        drop.hub.adapter.deliver(batch_of([item(1)]), b"")
    assert list((tmp_path / "33" / "to-hub").iterdir()) == []


def test_a_file_that_is_a_link_is_not_seen(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "33" / "to-hub" / "secret.csv").write_bytes(one())
    drop.put({}, "pj_1.ok")
    (tmp_path / "32" / "in" / "pj_1.csv").symlink_to("../../33/to-hub/secret.csv")
    assert drop.hub.visit() == []
    assert drop.folder.names("in") == ["pj_1.ok"]


def test_a_file_that_becomes_a_link_or_a_pipe_after_it_was_seen_is_not_read(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "32" / "in").mkdir()
    (tmp_path / "33" / "secret.csv").write_bytes(one())
    (tmp_path / "32" / "in" / "linked").symlink_to("../../33/secret.csv")
    os.mkfifo(tmp_path / "32" / "in" / "piped")
    for name in ("linked", "piped"):
        with pytest.raises(PartnerUnavailableError) as fault:
            drop.folder.read("in", name)
        assert fault.value.fault == "unreachable"


def test_what_is_written_leaves_alone_whatever_a_link_of_its_name_or_of_a_draft_leads_to(
    drop: Drop, tmp_path: Path
) -> None:
    victim = tmp_path / "registry.toml"
    victim.write_text("untouched", "utf-8")
    out = tmp_path / "32" / "out"
    out.mkdir()
    name = "convictions_000000000001.csv"
    for link in (name, f".{name}.part"):
        (out / link).symlink_to(victim)
    drop.hub.adapter.deliver(batch_of([item(1)]), b"")
    assert victim.read_text("utf-8") == "untouched"
    assert not (out / name).is_symlink()
    assert drop.folder.names("out") == ["batch_000000000001.sha256", name]


def test_a_write_that_fails_leaves_no_draft(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "32" / "out" / "name").mkdir(parents=True)
    with pytest.raises(PartnerUnavailableError):
        drop.folder.write("out", "name", b"data")
    assert [path.name for path in (tmp_path / "32" / "out").iterdir()] == ["name"]


def test_the_directory_of_a_drop_may_itself_be_a_link(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to("32")
    drop.put_one(1)
    folder = Folder.open("linked", {}, tmp_path, 10.0)
    assert folder.names("in") == ["pj_1.csv", "pj_1.ok"]
    assert folder.names("done/of/none") == []
