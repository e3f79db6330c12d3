"""A partner's file is read whole, or refused with the name of the file, the line and the entry."""

from __future__ import annotations

import base64
import datetime
from pathlib import Path

import pytest

from registry.errors import SettingsError
from registry.exchange.credentials import resolved
from registry.exchange.partner_file import load_partners, read_partner
from registry.exchange.toml_lines import entry_lines

KEY = base64.urlsafe_b64encode(bytes(range(200, 232))).rstrip(b"=").decode()
FEED = f"""\
partner = "31"
adapter = "feed"
keys = [
  "{KEY}",
]

[feed]
url = "https://register.example"
key = "env:FEED_KEY"
"""
DROP = """\
# Jiangsu
partner = "32"
adapter = "drop"
signed = false

[drop]
url = "drop"
inbox = "in"
manifest = "{stem}.ok"

[[drop.files]]
name = "a_{number}.csv"
kind = "conviction"

[[drop.files]]
name = "b_{number}.csv"
kind = "revocation"
"""
FIELDS = """
[fields.conviction]
record_no = "BH"
name = "XM"
document_no = "AH"
court = "FY"
charge = "ZM"
sentence = "XZ"
judgment_date = "PJRQ"
id_type = "ZJLX"
"""


def written(folder: Path, text: str, name: str = "32.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as refused:
        read_partner(written(folder, text))
    return str(refused.value)


def test_a_file_is_read_with_its_keys_limits_and_schedule(tmp_path: Path) -> None:
    more = '\n[limits]\nwithdrawals_percent = 2\n\n[schedule]\npull_every = "90s"\nreconcile_at = "03:15"\n'
    partner = read_partner(written(tmp_path, FEED.replace("keys", 'valid_until = "36h"\nkeys', 1) + more))
    assert (partner.name, partner.adapter, partner.signed) == ("31", "feed", True)
    assert partner.keys == (bytes(range(200, 232)),)
    assert partner.valid_until == datetime.timedelta(hours=36)
    assert partner.limits.withdrawals_percent == 2.0
    assert partner.limits.withdrawals_always == 3
    assert partner.schedule.pull_every == datetime.timedelta(seconds=90)
    assert partner.schedule.reconcile_at == datetime.time(3, 15)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (FEED.replace('"31"', '"35"'), 1, "partner: must be one of 31, 32, 33, 34, hub"),
        (FEED.replace('"feed"', '"ftp"', 1), 2, "adapter: must be one of feed, drop, table, not ftp"),
        (FEED.replace(KEY, KEY[:-2]), 3, "keys: each must be an Ed25519 public key"),
        (FEED.replace(f'"{KEY}",', ""), 3, "keys: a partner that signs needs its public keys here"),
        (FEED.replace("https://", "ftp://"), 8, "feed.url: must be https://"),
        (FEED.replace("env:FEED_KEY", "s3cret"), 9, "feed.key: must say where it is (env:NAME or file:PATH)"),
        (FEED.replace("url", "uri"), 7, "feed.url: is missing"),
        (FEED + "tls = true\n", 10, "feed.tls: is not an entry known here"),
        (FEED + "[drop]\n", 10, "drop: is not an entry known here"),
        (FEED + '[schedule]\npull_every = "5 min"\n', 11, "schedule.pull_every: must be a length of time"),
        (FEED + '[schedule]\nfirst_retry = "1h"\n', 10, "schedule.longest_retry: must not be shorter than first_retry"),
        (FEED + "[limits]\nwithdrawals_percent = 101\n", 11, "limits.withdrawals_percent: must be at most 100"),
        (DROP.replace("b_{number}", "b_"), 16, "drop.files.2.name: must be a file name with {number}"),
        (DROP.replace('"revocation"', '"penalty"'), 17, "drop.files.2.kind: must be one of conviction, revocation"),
        (DROP.replace("{stem}.ok", "ok"), 9, 'drop.manifest: must be "ours", or a file name with one of'),
        (DROP.replace('"in"', '"../in"'), 8, "drop.inbox: must be a folder below url"),
        (DROP.replace('"drop"\ninbox', '"sftp://u:p@h/d"\ninbox'), 7, "drop.url: holds a password"),
        (FEED.replace("//register", "//r[egister"), 8, "feed.url: is no address"),
        (FEED.replace('example"', 'example:99999"'), 8, "feed.url: is no address"),
        (DROP.replace('"drop"\ninbox', '"sftp://h[/d"\ninbox'), 7, "drop.url: is no address"),
        (DROP.replace("signed = false\n", ""), 8, "drop.manifest: only manifests of ours are signed"),
        (DROP + FIELDS, 11, "drop.files: a kind of file has no fields"),
        (DROP + "[codes.sex]\n1 = '男'\n", 1, "fields: codes, units and [written] need the fields they are about"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(text: str, line: int, says: str, tmp_path: Path) -> None:
    told = refusal(tmp_path, text)
    assert told.startswith(f"32.toml, line {line}: "), told
    assert says in told


ONLY_CONVICTIONS = DROP[: DROP.rindex("[[drop.files]]")]
WITH_FIELDS = ONLY_CONVICTIONS + FIELDS


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        (WITH_FIELDS.replace('court = "FY"\n', ""), "[fields.conviction]", "no heading stands for court"),
        (
            WITH_FIELDS.replace("charge =", "crime ="),
            "crime =",
            "fields.conviction.crime: is no column of a conviction",
        ),
        (WITH_FIELDS.replace('"ZM"', '"FY"'), 'charge = "FY"', "FY stands for court already"),
        (WITH_FIELDS.replace('record_no = "BH"\n', ""), "[fields.conviction]", "every row needs a number of its own"),
        (WITH_FIELDS + '[codes.id_type]\n9 = "id_card"\n', '9 = "id_card"', "codes.id_type.9: must mean one of"),
        (WITH_FIELDS + '[codes.colour]\n1 = "x"\n', "[codes.colour]", "codes.colour: is no column of the list"),
        (WITH_FIELDS + '[units]\nsex = "years"\n', "sex =", "units.sex: has no unit"),
        (WITH_FIELDS + '[rows]\ndays = "dd.mm.yy"\n', "days =", "rows.days: must be one of"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_line(text: str, at: str, says: str, tmp_path: Path) -> None:
    told = refusal(tmp_path, text)
    assert says in told
    assert f"line {line_of(text, at)}:" in told


def test_a_slip_in_the_syntax_is_named_with_its_line(tmp_path: Path) -> None:
    assert "(at line 3, column" in refusal(tmp_path, 'partner = "31"\nadapter = "feed"\nkeys = none\n')


def test_a_credential_that_slipped_into_the_file_is_never_repeated(tmp_path: Path) -> None:
    assert "hunter2" not in refusal(tmp_path, FEED.replace("env:FEED_KEY", "hunter2"))
    assert "hunter2" not in refusal(tmp_path, DROP.replace('"drop"\ninbox', '"sftp://u:hunter2@h/d"\ninbox'))


def test_two_files_about_one_partner_are_refused(tmp_path: Path) -> None:
    written(tmp_path, FEED, "a.toml")
    written(tmp_path, FEED, "b.toml")
    with pytest.raises(SettingsError, match=r"b\.toml: a\.toml is about partner 31 already"):
        load_partners(tmp_path)


def test_partners_come_by_name_and_none_where_there_is_no_folder(tmp_path: Path) -> None:
    written(tmp_path, DROP, "a.toml")
    written(tmp_path, FEED, "b.toml")
    assert [partner.name for partner in load_partners(tmp_path)] == ["31", "32"]
    assert load_partners(tmp_path / "nowhere") == ()


def test_a_credential_is_fetched_from_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n", "utf-8")
    assert resolved("file:key", tmp_path) == "s3cret"
    assert resolved("env:A_KEY", tmp_path, {"A_KEY": "s3cret"}) == "s3cret"
    with pytest.raises(SettingsError, match="no variable A_KEY"):
        resolved("env:A_KEY", tmp_path, {})
    with pytest.raises(SettingsError, match="the file gone"):
        resolved("file:gone", tmp_path)


def test_lines_are_found_beside_strings_and_lists_over_several_lines() -> None:
    text = 'a = """\n[no]\nb = 1\n"""\nc = [\n  "d = 1", # ]\n]\n[e."f g"]\nh = { i = 1 }\n[[j]]\nk = 1\n[[j]]\nk = 2\n'
    lines = entry_lines(text)
    assert lines[("a",)] == 1
    assert lines[("c",)] == 5
    assert lines[("e", "f g", "h")] == 9
    assert lines[("j", "2", "k")] == 13
    assert ("no",) not in lines
