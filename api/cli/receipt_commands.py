"""`registry receipt`: verify offline what the register answered, with public keys alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from api.cli.main import FAILED
from registry.errors import FieldFault, InvalidInputError, KeysMissingError
from registry.ledger.examine_receipt import Examined, examine
from registry.ledger.log_proof import LogProof
from registry.ledger.public_keys import PublicKeys
from registry.privacy.keyring import Keyring
from registry.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def receipt_group() -> None:
    """Verify receipts offline."""


@receipt_group.command("verify")
@click.argument("file", type=_FILE)
@click.option("--keys", type=_FILE, help="The public keys document (default: of the key file at hand).")
@click.option("--request", "asked", type=_FILE, help="The request as it was sent (JSON), to see that it is the one.")
@click.option("--proof", type=_FILE, help="Proof file of the log (`registry log prove`), to see that it stands there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def verify(file: Path, keys: Path | None, asked: Path | None, proof: Path | None, *, as_json: bool) -> None:
    """Verify the receipt in FILE: a whole answer, or its receipt alone; no connection is made.

    Ends with 0 where all that was compared holds, 1 where something is false, 2 where a file cannot be read.
    """
    examined = examine(
        _receipt(file),
        _own_keys() if keys is None else PublicKeys.parse(_json(keys)),
        None if asked is None else _json(asked),
        None if proof is None else LogProof.parse(_text(proof)),
    )
    if as_json:
        click.echo(json.dumps(_as_json(examined), ensure_ascii=False))
    else:
        click.echo("\n".join(_in_words(examined)))
    if not examined.sound:
        click.get_current_context().exit(FAILED)


def _own_keys() -> PublicKeys:
    signing = Keyring.load(Settings.from_environment(os.environ).keys).signing
    if signing is None:
        raise KeysMissingError("the key file has no signing key: name the public keys with --keys")
    return PublicKeys.of(signing)


def _receipt(path: Path) -> Any:
    """Return a receipt as JSON has it, or as the compact text it may also be."""
    text = _text(path).strip()
    return _parsed(path, text) if text.startswith(("{", '"')) else text


def _json(path: Path) -> Any:
    return _parsed(path, _text(path))


def _parsed(path: Path, text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        raise InvalidInputError([FieldFault(path.name, "not_json", "is no JSON document")]) from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InvalidInputError([FieldFault(path.name, "not_text", "cannot be read as text")]) from None


def _as_json(examined: Examined) -> dict[str, Any]:
    standing = examined.standing
    return {
        "sound": examined.sound,
        "stated": examined.stated.as_json(),
        "answer_equal": examined.answer,
        "request_equal": examined.request,
        "log": None if standing is None else asdict(standing) | {"head": standing.head.text()},
    }


def _in_words(examined: Examined) -> Iterator[str]:
    stated = examined.stated
    yield f"PROVEN: the register whose log is {stated.log} signed this answer, and it was not altered since."
    yield f"  check {stated.check_no}, decided at {stated.decided_at}: {stated.verdict.upper()}"
    yield f"  subjects in the order of the request: {', '.join(stated.subjects)}"
    yield f"  list version {stated.list_version:,}, model {stated.model_version}, policy {stated.policy_version}"
    yield f"  coverage: {'; '.join(_coverage(each) for each in stated.coverage)}"
    yield _compared(examined.answer, "the answer in the file", "pass a whole answer to compare it")
    if examined.answer:
        yield "  (compared: number, time, verdicts, versions, coverage; the matches are not part of a receipt)"
    yield _compared(examined.request, "the request in the file", "--request was not given")
    standing = examined.standing
    if standing is None:
        yield "NOT SHOWN: that the answer stands in the log (--proof was not given)."
        return
    seen = f", cosigned by {', '.join(standing.witnesses)}" if standing.witnesses else ", cosigned by no known witness"
    yield f"PROVEN: it stands in the log, entry {standing.index} of {standing.head.size} under a signed head{seen}."


def _compared(equal: bool | None, what: str, otherwise: str) -> str:
    if equal is None:
        return f"NOT SHOWN: {what} ({otherwise})."
    return f"PROVEN: {what} is the one that was signed for." if equal else f"FALSE: {what} is NOT what was signed for."


def _coverage(each: Any) -> str:
    return f"{each.get('region')} {each.get('state')} as of {each.get('as_of') or 'never'}"
