"""What stands against a subject, as one digest: its bases that have not ended and the identities they came with.

A change of the list keeps the digest of what it left behind, so that a ban that was shortened or a name that was
taken away straight in the database is found. Personal data goes in as it is sealed: nothing need be opened, and
another master key, which seals only the record's key anew, changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy import exists, select

from registry.store.list_reading import parts, streamed
from registry.store.named_values import among
from registry.store.tables import basis, listed_identity
from registry.store.transaction import Transaction

State = tuple[int, bytes]
"""A subject and the SHA-256 of what stands against it."""

_BASES: Final = (
    select(
        basis.c.subject_id,
        basis.c.id,
        basis.c.record_id,
        basis.c.provision,
        basis.c.document_no,
        basis.c.region,
        basis.c.starts_on,
        basis.c.ends_on,
        basis.c.text_enc,
    )
    .where(basis.c.ended_at.is_(None))
    .order_by(basis.c.subject_id, basis.c.id)
)
_NAMED: Final = select(
    listed_identity.c.subject_id,
    listed_identity.c.id,
    listed_identity.c.record_id,
    listed_identity.c.id_type,
    listed_identity.c.sex,
    listed_identity.c.domicile_code,
    listed_identity.c.name_enc,
    listed_identity.c.other_names_enc,
    listed_identity.c.id_number_enc,
    listed_identity.c.birth_enc,
).order_by(listed_identity.c.subject_id, listed_identity.c.id)
_IDENTITIES: Final = _NAMED.where(
    exists().where(
        basis.c.record_id == listed_identity.c.record_id,
        basis.c.subject_id == listed_identity.c.subject_id,
        basis.c.ended_at.is_(None),
    )
)
NOTHING_STANDS: Final = hashlib.sha256(b"[[],[]]").digest()
"""The digest where nothing stands (any more)."""


def states_of(transaction: Transaction, subjects: Iterable[int]) -> dict[int, bytes]:
    """Return the digest of each of these subjects as this transaction sees it now.

    Which identities came with a standing basis is told here: asked of the server, which does not know yet how many rows
    a catching-up side has just written, it went through every basis of the list for each batch.
    """
    found: dict[int, bytes] = {}
    here = transaction.connection
    for part in parts(sorted(set(subjects))):
        rows = here.execute(_BASES.where(among(here, basis.c.subject_id, part))).all()
        founding = {(row.subject_id, row.record_id) for row in rows}
        named = here.execute(_NAMED.where(among(here, listed_identity.c.subject_id, part)))
        faces = [face for face in named if (face.subject_id, face.record_id) in founding]
        found |= dict.fromkeys(part, NOTHING_STANDS) | dict(_digested(rows, faces))
    return found


def all_states(transaction: Transaction) -> Iterator[State]:
    """Stream the digest of every subject against which something stands, by its number."""
    yield from _digested(streamed(transaction, _BASES), streamed(transaction, _IDENTITIES))


def _digested(bases: Iterable[Any], faces: Iterable[Any]) -> Iterator[State]:
    """Join both, each in the order of subjects; every identity here has a basis."""
    grouped = groupby(faces, key=itemgetter(0))
    face = next(grouped, None)
    for subject, rows in groupby(bases, key=itemgetter(0)):
        stands = [_plain(row) for row in rows]
        named: list[list[Any]] = []
        if face is not None and face[0] == subject:
            named = [_plain(row) for row in face[1]]
            face = next(grouped, None)
        yield subject, hashlib.sha256(orjson.dumps([stands, named])).digest()


def _plain(row: Sequence[Any]) -> list[Any]:
    return [cell.hex() if isinstance(cell, bytes) else cell for cell in row[1:]]
