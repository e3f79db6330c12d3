"""What the fuzzer starts from where random bytes would not get past a parser's first line: one sound input each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from matching import model_file
from matching.model import DEFAULT
from registry.exchange.digest_statement import DigestStatement, statement_bytes
from registry.exchange.manifest import written_manifest, written_sums
from registry.exchange.wire import batch_bytes, enveloped
from registry.intake.headings import ListKind
from registry.law.policy import Policy
from registry.privacy.keyring import Keyring
from tests.registry.exchange.partners_at_hand import EPOCH, batch_of, item
from tests.registry.exchange.test_partner_file import DROP, FEED, FIELDS
from tests.registry.intake.invented_judgments import SENTENCE, appeal, judgment
from tests.registry.intake.list_rows_at_hand import conviction, csv_text, revocation
from tests.registry.intake.test_document_text import archive, pdf, word
from tests.registry.services.sheets_at_hand import court_row, workbook

_SIGNED = 'sig1=("@method" "@path" "content-digest");created=1763700000;keyid="1";nonce="abcdefgh"'

_MADE_AT = "2026-03-01T00:00:00Z"
_BATCH = batch_of([item(1)], region="33", addressee="hub")


def seeds() -> Mapping[str, list[bytes]]:
    """Return the inputs by parser; a parser that is not named begins with nothing."""
    text = judgment(SENTENCE).encode()
    batch = batch_bytes(_BATCH, _MADE_AT)
    stated = statement_bytes(DigestStatement("33", "hub", EPOCH, 1, items=_BATCH.items), _MADE_AT)
    body = json.dumps({"application_no": "1", "subjects": [{"subject_no": "1", "name": "王示例"}]}).encode()
    return {
        "list_file": [csv_text([conviction()]).encode(), _book(csv_text([conviction()]))],
        "convictions": [csv_text([conviction()]).encode().partition(b"\n")[2]],
        "revocations": [csv_text([revocation()], ListKind.REVOCATION).encode().partition(b"\n")[2]],
        "court_rows": [workbook(court_row())],
        "judgments": [text, appeal("驳回上诉，维持原判。").encode(), judgment(SENTENCE).encode("gb18030")],
        "documents": [word("<w:p><w:r><w:t>判决书</w:t></w:r></w:p>"), archive({"a.txt": text}), workbook(court_row())],
        "pdf_files": [pdf("被告人周明远无罪")],
        "bodies": [body],
        "signatures": [f"{_SIGNED}\nsig1=:AAAA:\nsha-256=:AAAA:".encode()],
        "key_files": [Keyring.generate().as_json().encode()],
        "rules": [Policy.wording().encode(), model_file.written(DEFAULT).encode()],
        "batches": [batch, enveloped(batch, ())],
        "statements": [stated, enveloped(stated, ())],
        "manifests": [written_manifest(_BATCH, (), None), written_sums(()) + b"0" * 64 + b"  list.csv"],
        "partner_files": [FEED.encode(), (DROP + FIELDS).encode()],
    }


def _book(table: str) -> bytes:
    """Return a list file as a workbook."""
    headings, row = csv.reader(io.StringIO(table))
    return workbook(list(row), headings=tuple(headings))


def lay(folder: Path, parser: str) -> None:
    """Write a parser's inputs into its corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds().get(parser, [])):
        (folder / f"seed-{number}").write_bytes(data)
