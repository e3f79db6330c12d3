"""On what grounds people looked somebody up, sealed, under the digests the log has of them."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, select

from registry.ledger.events import EventKind
from registry.privacy.masking import mask_in_text
from registry.store.audit_tables import look_up_ground
from registry.store.spoken_of import NOT_AN_ANSWER
from registry.store.tables import ledger_entry
from registry.store.transaction import Transaction
from registry.store.upsert import upsert


class GroundRepository:
    """Keeps each ground once, with the time it was last used."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def keep(self, ground: str) -> str:
        """Keep a ground, numbers of identity cards masked; return its digest as stated, hexadecimal, for the log."""
        here = self._transaction
        digest = hashlib.sha256(ground.strip().encode()).hexdigest()
        key = here.cipher.new_record(look_up_ground.name, digest)
        used = {"used_at": here.now()}
        sealed = {"data_key": key.wrapped, "ground_enc": key.seal("ground_enc", mask_in_text(ground.strip(), ()))}
        row = upsert(here.connection, look_up_ground).values(ground_digest=digest, **used, **sealed)
        here.connection.execute(row.on_conflict_do_update(index_elements=["ground_digest"], set_=used))
        return digest

    def of(self, digests: Iterable[str]) -> dict[str, str]:
        """Return the grounds that are kept, by digest; raises KeysMismatchError as opening does."""
        query = select(look_up_ground).where(look_up_ground.c.ground_digest.in_(sorted(set(digests))))
        opened = self._transaction.cipher.open_record
        return {
            row.ground_digest: opened(look_up_ground.name, row.ground_digest, row.data_key).open(
                "ground_enc", row.ground_enc
            )
            for row in self._transaction.connection.execute(query).all()
        }

    def forget_about(self, ban_nos: Iterable[str]) -> None:
        """Erase the grounds on which these bans were looked up: their words may name whom nothing may be kept of."""
        told = (ledger_entry.c.kind == EventKind.LIST_SEARCHED, ledger_entry.c.about.in_(sorted(ban_nos)))
        facts = self._transaction.connection.execute(select(ledger_entry.c.facts).where(NOT_AN_ANSWER, *told)).scalars()
        digests = {json.loads(each)["ground_digest"] for each in facts if each is not None}
        self._transaction.connection.execute(delete(look_up_ground).where(look_up_ground.c.ground_digest.in_(digests)))

    def forget(self, before: datetime.datetime) -> None:
        """Erase the grounds last used before an instant: no look-up that can still be opened rests on them."""
        self._transaction.connection.execute(delete(look_up_ground).where(look_up_ground.c.used_at < before))
