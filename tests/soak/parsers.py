"""Every parser of the register as a function of bytes: it may refuse in its own words, and must not break otherwise.

Each also holds what its readers rest on: that what was understood, written down and read again is the same.
"""

from __future__ import annotations

import datetime
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.rest.json_body import parsed as parsed_body
from api.rest.problems import MalformedBodyError
from api.rest.signatures import SentRequest, verified
from matching import model_file
from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind
from matching.normalize import fold_name, is_masked_name, normalize_name, split_name
from matching.prepare import prepare
from matching.resident_id import ResidentId
from registry.errors import (
    HeldBatchError,
    InvalidInputError,
    PartnerUnavailableError,
    RegistryError,
    SettingsError,
    SignatureRefusedError,
)
from registry.exchange.digest_statement import read_statement, understood_statement
from registry.exchange.manifest import sums_of, verified_header
from registry.exchange.own_drop import read_acknowledgement
from registry.exchange.partner import ExchangeLimits, Partner
from registry.exchange.partner_file import read_partner
from registry.exchange.wire import batch_bytes, read_batch, understood
from registry.intake import applicant_file, roster_file, sheet_parser
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.desk_content import checked_judgment, checked_revocation
from registry.intake.document_parser import parsed as parsed_document
from registry.intake.document_text import UnreadableDocumentError, as_lines, decoded, form_of
from registry.intake.heading_map import heading_names
from registry.intake.heading_suggestions import find_headings, likely_kind, suggested_map
from registry.intake.headings import ListKind, columns
from registry.intake.judgment_text import read_judgment
from registry.intake.list_rows import read_row, reread
from registry.intake.mapped_rows import MappedReader
from registry.intake.named_people import second_names
from registry.intake.number_cells import read_number
from registry.intake.sentence_cell import Unit, months_value, sentence_values, yuan_value
from registry.intake.sheet_lines import lines_of
from registry.intake.table_file import open_table
from registry.law.charges import ChargeTable
from registry.law.policy import Policy
from registry.ledger.checkpoint import Checkpoint
from registry.ledger.examine_receipt import examine
from registry.ledger.log_proof import LogProof
from registry.ledger.public_keys import PublicKeys
from registry.ledger.signed_note import Note, SignatureError, VerifierKey
from registry.privacy.keyring import Keyring

Parser = Callable[[bytes], None]

_CHARGES = ChargeTable.load()
_MADE_AT = "2026-03-01T00:00:00Z"
_PARTNER = Partner("33", "feed", signed=False, keys=(), limits=ExchangeLimits())
_DAY = datetime.date(2025, 11, 21)
_CONVICTION = ",".join(columns(ListKind.CONVICTION))
_REVOCATION = ",".join(columns(ListKind.REVOCATION))
_APPLICANTS = ",".join((*applicant_file.COLUMNS, "region"))
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def list_file(data: bytes) -> None:
    """A list file, CSV or XLSX: each row is typed or has its faults; its canonical values read back the same."""
    with suppress(InvalidInputError), open_table(io.BytesIO(data)) as table:
        for row in table.rows():
            read = read_row(row, table.kind)
            if read.faults or read.key is None:
                continue
            again = reread(read.canonical, table.kind)
            assert (again.key, again.named, again.canonical) == (read.key, read.named, read.canonical)


def convictions(data: bytes) -> None:
    """The body of a list of convictions."""
    list_file(_CONVICTION.encode() + b"\n" + data)


def revocations(data: bytes) -> None:
    """The body of a list of revocations."""
    list_file(_REVOCATION.encode() + b"\n" + data)


def applicants(data: bytes) -> None:
    """A file of applicants: every line is an applicant or says what is wrong."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(_APPLICANTS.encode() + b"\n" + data)
        with suppress(InvalidInputError):
            read = applicant_file.inspect(Path(file.name))
            understood = [read.understand(line) for batch in read.batches(0, 1) for line in batch]
            assert len(understood) == read.rows
            assert all(row.applicant is not None or row.faults for row in understood)


def roster(data: bytes) -> None:
    """A roster of people."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(b"person_no,name,id_type,id_number,birth_date,sex\n" + data)
        with suppress(InvalidInputError), roster_file.open_roster(Path(file.name)) as read:
            for _, identity in read.people():
                assert identity.name


def names(data: bytes) -> None:
    """A name: its one spelling is its own spelling, and it can be compared."""
    name = _text(data)[:300]
    normal = normalize_name(name)
    assert normalize_name(normal) == normal
    assert fold_name(fold_name(normal)) == fold_name(normal)
    split_name(normal)
    is_masked_name(name)
    for other in second_names(name):
        assert other.name
    prepare(Identity(kind=Kind.PERSON, name=normal or None))


def resident_ids(data: bytes) -> None:
    """A resident ID number: eighteen characters are understood the same when read again."""
    number = ResidentId.parse(_text(data))
    if number.complete:
        again = ResidentId.parse(number.digits)
        assert (again.digits, again.birth, again.sex) == (number.digits, number.birth, number.sex)
    read_number(_text(data))
    for kind in IdType:
        prepare(Identity(kind=Kind.PERSON, name="王示例", documents=(IdDocument(kind, _text(data)[:200] or "1"),)))


def dates(data: bytes) -> None:
    """A date as people write it: it reads back from how it is written down."""
    with suppress(UnreadableDateError, ImpossibleDateError):
        read = read_date(_text(data))
        assert read_date(read.isoformat()) == read
    with suppress(ValueError):
        BirthDate.parse(_text(data))


def charges(data: bytes) -> None:
    """The name of a charge."""
    found = _CHARGES.find(_text(data), _DAY)
    assert found is None or found.name


def key_files(data: bytes) -> None:
    """A key file: sound or refused in the register's own words."""
    with suppress(RegistryError):
        Keyring.parse(_text(data))


def signed_notes(data: bytes) -> None:
    """A signed note, a checkpoint, a public key: what is read is written the same."""
    text = _text(data)
    with suppress(SignatureError):
        assert Note.parse(text).written() == text
    with suppress(SignatureError):
        assert Checkpoint.parse(text).text() == text
    with suppress(SignatureError):
        assert VerifierKey.parse(text).spelt() == text


def punishments(data: bytes) -> None:
    """A punishment, a length, an amount in one cell of a court's spreadsheet: never negative, never half understood."""
    text = _text(data)
    found = sentence_values(text)
    assert found is None or "sentence" in found
    for unit in (None, *Unit):
        assert all(value is None or value >= 0 for value in (months_value(text, unit), yuan_value(text, unit)))


def court_rows(data: bytes) -> None:
    """A court's own spreadsheet, read as it is guessed to mean: every row is typed, or says what is wrong."""
    found = sheet_parser.parsed(data).get("rows")
    if not isinstance(found, list) or not found:
        return
    lines = lines_of(found)
    place = find_headings([line.cells for line in lines])
    headings = heading_names(lines[place].cells)
    mapping = suggested_map(headings, likely_kind(headings))
    reader = MappedReader(headings, mapping, "33", lambda about: f"T{len(about)}")
    for line in lines[place + 1 :]:
        assert reader.read(line).line == line.number


def judgments(data: bytes) -> None:
    """The text of a judgment, in whatever encoding: every value read has a quote that lies in the text."""
    with suppress(UnreadableDocumentError):
        text = as_lines(decoded(data)[0])
        read = read_judgment(text).as_json("fuzzed")
        assert all(0 <= start < end <= len(text) for start, end in read["quotes"].values())
        with suppress(InvalidInputError):
            checked_judgment(read)


def documents(data: bytes) -> None:
    """A Word file, a workbook or an archive as it is uploaded, and what forms it is told to be of."""
    form_of(data)
    assert parsed_document("upload", data, None)


def pdf_files(data: bytes) -> None:
    """A PDF."""
    assert parsed_document("pdf", data, None)


def bodies(data: bytes) -> None:
    """The body of a request, and as content of the desk."""
    with suppress(MalformedBodyError):
        body = parsed_body(data)
        assert json.loads(orjson.dumps(body)) == body
        for checked in (checked_judgment, checked_revocation):
            with suppress(InvalidInputError):
                content = checked(body)
                assert checked(content) == content


def signatures(data: bytes) -> None:
    """The headers of a signed request: no fuzzer finds a signature that holds."""
    about, _, rest = _text(data).partition("\n")
    signature, _, digest = rest.partition("\n")
    headers = {"Signature-Input": about, "Signature": signature, "Content-Digest": digest}
    with suppress(SignatureRefusedError):
        verified(SentRequest("POST", "http://127.0.0.1/v1/checks", headers), _KEY, frozenset({"1"}))
        raise AssertionError("a signature nobody made was taken")


def receipts(data: bytes) -> None:
    """A receipt, the public keys and a proof as somebody brings them to be verified."""
    with suppress(SignatureError):
        LogProof.parse(_text(data))
    with suppress(ValueError):
        document = orjson.loads(_text(data))
        with suppress(SignatureError):
            PublicKeys.parse(document)
        with suppress(SignatureError):
            examine(document, PublicKeys("log", (_KEY,)), document)


def rules(data: bytes) -> None:
    """A policy and a model as an operator writes them."""
    with suppress(SettingsError):
        Policy.parse(_text(data))
    with suppress(ValueError):
        model_file.read(_text(data))


def batches(data: bytes) -> None:
    """A batch as a partner sends it, its envelope unsigned; what is read and written is read the same again.

    Written once, a number too long for JSON is a text.
    """
    with suppress(HeldBatchError):
        understood(data, _PARTNER, "hub")
    with suppress(HeldBatchError):
        batch = read_batch(batch_bytes(read_batch(data), _MADE_AT))
        assert read_batch(batch_bytes(batch, _MADE_AT)).items == batch.items


def statements(data: bytes) -> None:
    """What a partner states of its list for the comparison."""
    with suppress(HeldBatchError):
        understood_statement(data, _PARTNER, "hub")
    with suppress(HeldBatchError):
        read_statement(data)


def manifests(data: bytes) -> None:
    """What closes files in a drop: our manifest, a foreign file of digests, and an acknowledgement."""
    with suppress(HeldBatchError):
        verified_header(data, keys=(), signed=False)
    sums_of(data)
    with suppress(PartnerUnavailableError):
        read_acknowledgement("file", data)


def partner_files(data: bytes) -> None:
    """A partner's file as a province's engineer writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "33.toml")
        path.write_bytes(data)
        with suppress(SettingsError):
            read_partner(path)


PARSERS: Mapping[str, Parser] = {
    "list_file": list_file,
    "convictions": convictions,
    "revocations": revocations,
    "applicants": applicants,
    "roster": roster,
    "names": names,
    "resident_ids": resident_ids,
    "dates": dates,
    "charges": charges,
    "key_files": key_files,
    "signed_notes": signed_notes,
    "punishments": punishments,
    "court_rows": court_rows,
    "judgments": judgments,
    "documents": documents,
    "pdf_files": pdf_files,
    "bodies": bodies,
    "signatures": signatures,
    "receipts": receipts,
    "rules": rules,
    "batches": batches,
    "statements": statements,
    "manifests": manifests,
    "partner_files": partner_files,
}
