"""A foreign system's folder, its configuration and its files, for tests of drops."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import fsspec

from registry.exchange.drop import DropAdapter
from registry.exchange.folder import Folder
from tests.registry.exchange.partners_at_hand import Receiver, partner_of

CONFIG = """\
partner = "32"
adapter = "drop"
signed = false
[drop]
url = "{url}"
inbox = "in"
outbox = "out"
{more}
manifest = "{manifest}"
encoding = "gb18030"
[[drop.files]]
name = "pj_{{number}}.csv"
kind = "conviction"
[[drop.files]]
name = "cf_{{number}}.csv"
kind = "revocation"
[[drop.files]]
name = "all_{{number}}.{full}"
kind = "conviction"
content = "full"
[limits]
bytes_per_batch = 100000
[fields.conviction]
record_no = "编号"
name = "姓名"
sex = "性别"
id_type = "证件类型"
id_number = "证件号码"
document_no = "案号"
court = "法院"
charge = "罪名"
sentence = "刑种"
sentence_months = "刑期"
judgment_date = "判决日期"
operation = "操作"
source_region = "省份"
version = "版本"
[fields.revocation]
record_no = "编号"
organisation = "企业"
document_no = "文号"
authority = "机关"
penalty = "种类"
decided_on = "日期"
[codes.sex]
1 = "男"
2 = "女"
[codes.id_type]
111 = "resident_id"
[codes.operation]
I = "upsert"
U = "upsert"
D = "withdraw"
[written.operation]
upsert = "U"
[units]
sentence_months = "years"
[rows]
days = "yyyymmdd"
"""
MOVED = 'done = "done"\nacknowledgements = "acks"'
HEADINGS = "编号,姓名,性别,证件类型,证件号码,案号,法院,罪名,刑种,刑期,判决日期,操作"
ROW = "{0},赵一鸣,1,,,（2021）苏0106刑初9号,某法院,生产、销售有毒、有害食品罪,有期徒刑,1.5,20210518,{1}"


def text_of(*rows: str) -> bytes:
    return "\r\n".join([HEADINGS, *rows, ""]).encode("gb18030")


def one(record_no: str = "R1", operation: str = "I") -> bytes:
    return text_of(ROW.format(record_no, operation))


class Drop:
    """A foreign folder, and the hub that visits it."""

    def __init__(  # noqa: PLR0917 -- what differs between configurations
        self,
        folder: Path,
        url: str,
        more: str = MOVED,
        manifest: str = "{stem}.ok",
        full: str = "csv",
        config: str = CONFIG,
    ) -> None:
        self.partner = partner_of(folder, config.format(url=url, more=more, manifest=manifest, full=full))
        self.settings = self.partner.options["drop"]
        self.folder = Folder.open(url, {}, folder, 10.0)
        self.hub = Receiver(DropAdapter(self.partner, "hub", self.folder, None))

    def put(self, files: Mapping[str, bytes], marker: str | None = None, told: bytes = b"") -> None:
        for name, data in files.items():
            self.folder.write("in", name, data)
        if marker is not None:
            self.folder.write("in", marker, told)

    def put_one(self, number: int, data: bytes | None = None) -> None:
        self.put({f"pj_{number}.csv": one() if data is None else data}, f"pj_{number}.ok")

    def records(self) -> list[str]:
        return [str(each.record_no) for batch in self.hub.taken for each in batch.items]


def folder_url(kind: str, tmp_path: Path) -> str:
    """The address of an empty folder: a directory, or one in memory."""
    if kind == "directory":
        return str(tmp_path / "drop")
    fsspec.filesystem("memory").store.clear()
    return f"memory://{tmp_path.name}"
