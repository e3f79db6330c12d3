"""On what grounds people looked somebody up, sealed, under the digests the log has of them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, select

from registry.store.audit_tables import look_up_ground
from registry.store.transaction import Transaction
from registry.store.upsert import upsert


class GroundRepository:
    """Keeps each ground once, with the time it was last used."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def keep(self, ground: str) -> str:
        """Keep a ground and return its digest, hexadecimal, as the log states it."""
        stated, here = ground.strip(), self._transaction
        digest = hashlib.sha256(stated.encode()).hexdigest()
        key = here.cipher.new_record(look_up_ground.name, digest)
        used = {"used_at": here.now()}
        sealed = {"data_key": key.wrapped, "ground_enc": key.seal("ground_enc", stated)}
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

    def forget(self, before: datetime.datetime) -> None:
        """Erase the grounds last used before an instant: no look-up that can still be opened rests on them."""
        self._transaction.connection.execute(delete(look_up_ground).where(look_up_ground.c.used_at < before))
