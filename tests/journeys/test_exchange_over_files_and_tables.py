"""Hub and provinces over folders and tables, with the real services: what one lists stands everywhere, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.clock import FixedClock
from registry.exchange.adapters import open_adapter
from registry.exchange.partner import Partner
from registry.exchange.partner_file import read_partner
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import base64url
from registry.services.context import Services
from registry.services.decide_hold import refuse_hold, release_hold
from registry.services.import_list import import_list
from registry.services.own_epoch import own_epoch, renew_epoch
from registry.services.pull_partner import Pulled, pull_partner
from registry.services.push_partner import push_partner
from registry.services.reconcile_partner import Reconciled, reconcile_partner
from registry.services.seal_record import seal_record
from registry.services.sequence_log import log_keys
from seeds.province_nodes import NODES, Node, OtherSide, file_at_hub, file_at_node, make_shared
from tests.registry.exchange.foreign_drop_at_hand import HEADINGS, MOVED, ROW, Drop, text_of
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, id_number
from tests.registry.services.exchange_at_hand import side, sqlite_copy, standing

OVER_FILES = [node for node in NODES if node.adapter != "feed"]


class Region:
    """The centre and two or three nodes, and the files by which they know each other."""

    def __init__(self, folder: Path, hub: Services, nodes: dict[Node, Services]) -> None:
        self.folder = folder
        self.hub = hub
        self.nodes = nodes
        self.at_hub = {node: self._described(hub, node) for node in nodes}
        self.at_node = {node: self._described(services, node) for node, services in nodes.items()}

    def _described(self, services: Services, node: Node) -> Partner:
        other = self.nodes[node] if services is self.hub else self.hub
        make_shared(node, self.folder / "shared")
        known = OtherSide(base64url(log_keys(other.store).signing.public), self.folder / "shared")
        text = file_at_hub(node, known) if services is self.hub else file_at_node(node, known)
        path = services.settings.home / f"{node.region}.toml"
        path.write_text(text, "utf-8")
        return read_partner(path)

    def cycle(self) -> list[Pulled]:
        """Let everybody hand over and fetch once."""
        visits = []
        for node, services in self.nodes.items():
            self._push(services, self.at_node[node])
            visits.append(self._pull(self.hub, self.at_hub[node]))
        for node, services in self.nodes.items():
            self._push(self.hub, self.at_hub[node])
            visits.append(self._pull(services, self.at_node[node]))
        return visits

    @staticmethod
    def _push(services: Services, partner: Partner) -> None:
        adapter = open_adapter(partner, services.settings, services.store.keyring)
        push_partner(services, partner, adapter)
        adapter.close()

    @staticmethod
    def _pull(services: Services, partner: Partner) -> Pulled:
        adapter = open_adapter(partner, services.settings, services.store.keyring)
        try:
            return pull_partner(services, partner, adapter)
        finally:
            adapter.close()


@pytest.fixture
def region(tmp_path: Path, keyring: Keyring, clock: FixedClock, sqlite_template: Path) -> Iterator[Region]:
    def opened(name: str) -> Services:
        return side(tmp_path, name, keyring, clock, sqlite_copy(tmp_path, name, sqlite_template))

    made = Region(tmp_path, opened("hub"), {node: opened(node.region) for node in OVER_FILES})
    yield made
    for services in (made.hub, *made.nodes.values()):
        services.store.close()


def listed(services: Services, folder: Path, region: str, *rows: dict[str, str]) -> None:
    path = csv_file(folder, [{**row, "source_region": region} for row in rows], f"{region}-{len(rows)}.csv")
    import_list(services, path, actor="test", source_region=region)


def test_what_every_province_lists_stands_everywhere_and_once(region: Region, tmp_path: Path) -> None:
    for number, (node, services) in enumerate(region.nodes.items(), 1):
        person = {"name": f"赵{number}", "id_number": id_number(sequence=f"40{number}")}
        listed(services, tmp_path, node.region, conviction(f"R{number}", **person))
    region.cycle()
    region.cycle()
    assert len(standing(region.hub)) == len(OVER_FILES)
    for services in region.nodes.values():
        assert standing(services) == standing(region.hub)
    before = standing(region.hub)
    assert all(visit.held is None and visit.changes == 0 for visit in region.cycle())
    assert all(standing(services) == before for services in (region.hub, *region.nodes.values()))


def test_a_withdrawal_and_a_sealing_reach_every_province(region: Region, tmp_path: Path) -> None:
    anhui = next(services for node, services in region.nodes.items() if node.region == "34")
    rows = [conviction(f"R{n}", name=f"赵{n}", id_number=id_number(sequence=f"40{n}")) for n in (1, 2)]
    listed(anhui, tmp_path, "34", *rows)
    region.cycle()
    withdrawn = conviction("R1", version="2", operation="withdraw", withdraw_reason="再审改判无罪")
    listed(anhui, tmp_path, "34", withdrawn)
    seal_record(anhui, "34:R2", reason="封存决定", order_no=None, actor="test")
    region.cycle()
    region.cycle()
    for services in (region.hub, *region.nodes.values()):
        assert {key: state for key, (_, state, _) in standing(services).items()} == {("34", "R1"): "gone"}


def test_what_each_side_says_of_a_batch_comes_back_to_its_sender(region: Region, tmp_path: Path) -> None:
    for number, (node, services) in enumerate(region.nodes.items(), 1):
        person = {"name": f"赵{number}", "id_number": id_number(sequence=f"40{number}")}
        listed(services, tmp_path, node.region, conviction(f"R{number}", **person))
    for _ in range(3):
        region.cycle()
    for services, partner in [(region.hub, node.region) for node in region.nodes] + [
        (services, "hub") for services in region.nodes.values()
    ]:
        with services.store.read() as uow:
            state = uow.exchange.state(partner)
        assert state.acknowledged_to == state.given_to > 0


def test_a_sender_brought_back_hands_over_its_whole_list_as_a_snapshot(region: Region, tmp_path: Path) -> None:
    for number, (node, services) in enumerate(region.nodes.items(), 1):
        people = [
            conviction(f"R{number}{n}", name=f"赵{n}", id_number=id_number(sequence=f"4{number}{n}")) for n in (1, 2)
        ]
        listed(services, tmp_path, node.region, *people)
    region.cycle()
    region.cycle()
    renew_epoch(region.hub, actor="test")
    listed(region.hub, tmp_path, "31", conviction("S1", name="赵三", id_number=id_number(sequence="403")))
    assert [visit.held for visit in region.cycle()] == [None] * 2 * len(region.nodes)
    for services in region.nodes.values():
        assert standing(services) == standing(region.hub)
        with services.store.read() as uow:
            assert uow.exchange.state("hub").epoch == own_epoch(region.hub)
    listed(region.hub, tmp_path, "31", *[conviction(f"S{n}", name=f"赵{n}") for n in (4, 5, 6)])
    region.cycle()
    assert all(standing(services) == standing(region.hub) for services in region.nodes.values())


class ForeignProvince:
    """Jiangsu's own system writes files; the hub takes them with its real services."""

    def __init__(self, folder: Path, hub: Services) -> None:
        self.drop = Drop(folder, str(folder / "foreign"), more=MOVED)
        self.hub = hub

    def visit(self, partner: Partner | None = None) -> Pulled:
        return pull_partner(self.hub, partner or self.drop.partner, self.drop.hub.adapter)


@pytest.fixture
def foreign(tmp_path: Path, services: Services) -> ForeignProvince:
    return ForeignProvince(tmp_path, services)


def people(*numbers: int, operation: str = "") -> list[str]:
    return [ROW.format(f"R{number}", operation).replace("赵一鸣", f"赵{number}") for number in numbers]


def test_a_foreign_files_rows_stand_and_what_a_full_file_lacks_is_withdrawn(foreign: ForeignProvince) -> None:
    foreign.drop.put_one(1, text_of(*people(1, 2, 3, operation="I")))
    assert foreign.visit().changes == 3
    foreign.drop.put({"all_2.csv": text_of(*people(1, 3))}, "all_2.ok")
    assert foreign.visit().changes == 1
    states = {key[1]: (version, state) for key, (version, state, _) in standing(foreign.hub).items()}
    assert states == {"R1": (1, "stands"), "R2": (2, "gone"), "R3": (1, "stands")}
    told = foreign.drop.folder.read("acks", "all_2.csv.ack.csv").decode("utf-8-sig")
    assert [line.rpartition(",")[0].rpartition(",")[2] for line in told.splitlines()[1:]] == [
        "known",
        "known",
        "withdrawn",
    ]


def test_a_full_file_that_lacks_too_much_waits_for_a_person_and_stays_where_it_is(foreign: ForeignProvince) -> None:
    foreign.drop.put_one(1, text_of(*people(*range(1, 9), operation="I")))
    foreign.visit()
    foreign.drop.put({"all_2.csv": text_of(*people(1))}, "all_2.ok")
    foreign.drop.put_one(3, text_of(*people(9, operation="I")))
    for _ in range(2):
        assert foreign.visit().held is not None
    assert len(standing(foreign.hub)) == 8
    assert foreign.drop.folder.names("in") == ["all_2.csv", "all_2.ok", "pj_3.csv", "pj_3.ok"]


def held_full_file(foreign: ForeignProvince) -> str:
    foreign.drop.put_one(1, text_of(*people(*range(1, 9), operation="I")))
    foreign.visit()
    foreign.drop.put({"all_2.csv": text_of(*people(1))}, "all_2.ok")
    foreign.drop.put_one(3, text_of(*people(9, operation="I")))
    hold_no = foreign.visit().held
    assert hold_no is not None
    return hold_no


def test_released_by_a_person_it_is_taken_once_and_the_exchange_goes_on(foreign: ForeignProvince) -> None:
    hold_no = held_full_file(foreign)
    release_hold(foreign.hub, foreign.drop.partner, hold_no, reason="年度清理", actor="test")
    foreign.visit()
    stand = {key[1] for key, (_, state, _) in standing(foreign.hub).items() if state == "stands"}
    assert stand == {"R1", "R9"}
    assert foreign.drop.folder.names("in") == []


def test_refused_by_a_person_it_is_put_away_and_the_exchange_goes_on(foreign: ForeignProvince) -> None:
    hold_no = held_full_file(foreign)
    refuse_hold(foreign.hub, foreign.drop.partner, hold_no, reason="文件不全", actor="test")
    foreign.visit()
    stand = {key[1] for key, (_, state, _) in standing(foreign.hub).items() if state == "stands"}
    assert stand == {f"R{number}" for number in range(1, 10)}
    assert foreign.drop.folder.names("in") == []


def test_an_unreadable_file_refused_by_a_person_is_put_away_and_the_exchange_goes_on(foreign: ForeignProvince) -> None:
    foreign.drop.put_one(1, b"\xff\xff")
    foreign.drop.put_one(2, text_of(*people(2, operation="I")))
    hold_no = foreign.visit().held
    assert hold_no is not None
    assert standing(foreign.hub) == {}
    refuse_hold(foreign.hub, foreign.drop.partner, hold_no, reason="乱码", actor="test")
    foreign.visit()
    assert {key[1] for key in standing(foreign.hub)} == {"R2"}
    assert foreign.drop.folder.names("in") == []


def test_a_row_changed_by_a_later_file_replaces_what_stood_without_a_version(foreign: ForeignProvince) -> None:
    foreign.drop.put_one(1, text_of(ROW.format("R1", "I")))
    foreign.drop.put_one(2, text_of(ROW.format("R1", "U").replace("1.5", "2")))
    foreign.visit()
    [(version, state, said)] = standing(foreign.hub).values()
    assert (version, state, said["sentence_months"]) == (2, "stands", "24")


def test_a_row_with_a_fault_is_quarantined_alone(foreign: ForeignProvince) -> None:
    foreign.drop.put_one(1, text_of(*people(1, operation="I"), "R2,钱二", *people(3, operation="I")))
    foreign.visit()
    assert {key[1] for key in standing(foreign.hub)} == {"R1", "R3"}
    assert HEADINGS.startswith("编号")
    told = foreign.drop.folder.read("acks", "pj_1.csv.ack.csv").decode("utf-8-sig")
    assert "pj_1.csv,3,2,quarantined,cells" in told


def test_both_sides_compare_their_digests_over_folders_and_tables_and_are_equal(region: Region, tmp_path: Path) -> None:
    for number, (node, services) in enumerate(region.nodes.items(), 1):
        person = {"name": f"赵{number}", "id_number": id_number(sequence=f"40{number}")}
        listed(services, tmp_path, node.region, conviction(f"R{number}", **person))
    region.cycle()
    region.cycle()
    for node, services in region.nodes.items():
        found = [
            reconciled(side, partner)
            for _ in range(3)
            for side, partner in ((region.hub, region.at_hub[node]), (services, region.at_node[node]))
        ]
        assert found[-1].equal
        assert found[-2].equal


def reconciled(services: Services, partner: Partner) -> Reconciled:
    adapter = open_adapter(partner, services.settings, services.store.keyring)
    try:
        return reconcile_partner(services, partner, adapter)
    finally:
        adapter.close()
