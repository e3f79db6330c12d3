"""Bring a backup back where there is no store, once its file, its keys and its log have been found sound.

What was sealed since the backup was made is sealed again before anybody can ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import ConflictError
from registry.ledger.checkpoint import Checkpoint, open_checkpoint
from registry.ledger.events import EventKind
from registry.ledger.signed_note import SignatureError
from registry.services.apply_sealing_orders import apply_sealing_orders
from registry.services.backup import DATABASE, Manifest, OpenOn
from registry.services.log_report import FaultKind
from registry.services.own_epoch import begin_epoch
from registry.services.sequence_log import log_keys, verifier_keys
from registry.services.verify_log import verify_log
from registry.store.backup_sqlite import (
    copy_for_restoring,
    database_file,
    discard,
    put_in_place,
    require_nothing_at,
    settle,
)

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the manifest, how many entries of the ledger were verified, and how many records sealed again."""

    manifest: Manifest
    entries: int
    sealed_again: int


def restore(settings: Settings, backup: Path, heads: Sequence[str], open_on: OpenOn, actor: str) -> Restored:
    """Put a backup in the place of the store, verified; `heads` are signed heads it must reach (a witness's, say).

    Nothing stands under the store's name before all was found sound. Raises ConflictError where there is a store
    already, where the backup is damaged, or where its log has a fault or does not contain a head, and what `open_on`
    raises (KeysMismatchError: not the keys it was sealed with; UnavailableError: of another revision).
    """
    target = database_file(settings.database_url)
    require_nothing_at(target)
    manifest = Manifest.read(backup)
    manifest.require_fit(backup)
    draft = copy_for_restoring(backup / DATABASE, target)
    try:
        restored = _made_ready(open_on(f"sqlite:///{draft.resolve()}"), manifest, heads, actor)
        settle(draft)
        put_in_place(draft, target)
    finally:
        discard(draft)
    return restored


def _made_ready(services: Services, manifest: Manifest, heads: Sequence[str], actor: str) -> Restored:
    try:
        entries = _verified(services, [*filter(None, [manifest.checkpoint]), *heads])
        sealed_again = apply_sealing_orders(services, actor)
        with services.store.write() as uow:
            facts: dict[str, str | int] = {"sha256": manifest.sha256, "of_list_version": manifest.list_version}
            uow.ledger.record(EventKind.STORE_RESTORED, actor, facts)
            # Numbers told after the backup was made are taken again by other changes: partners must not mix them up.
            begin_epoch(uow, actor)
        return Restored(manifest, entries, sealed_again)
    finally:
        services.store.close()


def _verified(services: Services, heads: Sequence[str]) -> int:
    """Verify the whole log once for each head it must contain, or once; return how many entries were verified."""
    entries = 0
    known_heads: list[Checkpoint | None] = [_opened(services, head) for head in heads]
    for known in known_heads or [None]:
        report = verify_log(services.store, known)
        # What waited for its place when the backup was made has waited since; a worker will place it.
        faults = [fault for fault in report.faults if fault.kind is not FaultKind.WAITS_TOO_LONG]
        if faults:
            raise ConflictError(f"the log of the backup does not verify: {faults[0].kind}, {faults[0].says}")
        entries = report.entries
    return entries


def _opened(services: Services, head: str) -> Checkpoint:
    keys = log_keys(services.store)
    try:
        return open_checkpoint(head, verifier_keys(keys), keys.log)
    except SignatureError as fault:
        raise ConflictError(f"a signed head cannot be used: {fault}") from None
