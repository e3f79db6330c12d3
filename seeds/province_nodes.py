"""The four provinces of the demonstration: a node each over another transport, and how both sides describe it.

Shanghai exchanges over HTTP, Jiangsu over a folder of CSV files, Zhejiang over tables of a SQLite database, Anhui over
a folder of JSON Lines; all of it signed, and looked at every second, as somebody is watching.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.exchange.batch import HUB

_HEAD: Final = """\
# {says}
partner = "{partner}"
adapter = "{adapter}"
keys = ["{key}"]
valid_until = "1d"

[schedule]
pull_every = "1s"
push_every = "1s"
first_retry = "1s"
longest_retry = "5s"
"""
_FEED: Final = """
[feed]
url = "{address}"
key = "file:{credential}"
"""
_DROP: Final = """
[drop]
url = "{folder}"
inbox = "to-{own}"
outbox = "to-{other}"
done = "taken-by-{own}"
acknowledgements = "told-by-{own}"
acknowledged = "told-by-{other}"
format = "{form}"
"""
_TABLE: Final = """
[table]
database = "sqlite:///{folder}/exchange.sqlite3"
manifest = "ours"
inbox = "to_{own}"
outbox = "to_{other}"
"""
_SAYS: Final = {
    "feed": "over HTTP",
    "drop": "over a folder of {form} files",
    "table": "over tables of a SQLite database",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One province's own system in the demonstration; `form` is of the files of a drop."""

    region: str
    name: str
    city: str
    adapter: str
    form: str = ""

    @property
    def transport(self) -> str:
        """How it exchanges, in words."""
        return _SAYS[self.adapter].format(form=self.form)


NODES: Final = (
    Node("31", "上海 Shanghai", "Shanghai", "feed"),
    Node("32", "江苏 Jiangsu", "Nanjing", "drop", "csv"),
    Node("33", "浙江 Zhejiang", "Hangzhou", "table"),
    Node("34", "安徽 Anhui", "Hefei", "drop", "jsonl"),
)


@dataclass(frozen=True, slots=True)
class OtherSide:
    """What one side has to know of the other: its public key, where files and tables stand, and of a feed the address.

    `key` is the public key in base64url; `credential` the file, beside the configuration, with our key at its door.
    """

    key: str
    shared: Path
    address: str = ""
    credential: str = ""


def file_at_hub(node: Node, other: OtherSide) -> str:
    """Return the centre's file about a node."""
    return _file(node, other, partner=node.region, own=HUB, theirs=node.region)


def file_at_node(node: Node, other: OtherSide) -> str:
    """Return a node's file about the centre."""
    return _file(node, other, partner=HUB, own=node.region, theirs=HUB)


def _file(node: Node, other: OtherSide, *, partner: str, own: str, theirs: str) -> str:
    says = f"{node.name}, {node.transport}"
    head = _HEAD.format(says=says, partner=partner, adapter=node.adapter, key=other.key)
    body = {"feed": _FEED, "drop": _DROP, "table": _TABLE}[node.adapter]
    places = {"folder": other.shared / node.region, "own": own, "other": theirs, "form": node.form}
    return head + body.format(address=other.address, credential=other.credential, **places)


def make_shared(node: Node, shared: Path) -> None:
    """Make the folder a node and the centre share, where their transport has one."""
    if node.adapter != "feed":
        (shared / node.region).mkdir(mode=0o700, parents=True, exist_ok=True)
