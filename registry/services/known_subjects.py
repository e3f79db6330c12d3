"""Those already listed whom the rows at hand might name, kept in memory while one batch is placed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from matching.identity import Kind
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.services.same_subject import Signature, contradict, proof_of, proven_same, told_same
from registry.store.list_values import SubjectKeys

_PlainKey = tuple[str, ...]


class KnownSubjects:
    """Finds the listed subject a row certainly speaks of, among those stored and those of the same batch."""

    def __init__(self) -> None:
        self._faces: dict[int, dict[int, Signature]] = defaultdict(dict)
        self._named_by: dict[int, set[int]] = defaultdict(set)
        self._by_key: dict[_PlainKey, set[int]] = defaultdict(set)

    def add(self, subject: int, record_id: int, signature: Signature) -> None:
        """Take note of who a record says a subject is."""
        self._faces[subject][record_id] = signature
        self._named_by[record_id].add(subject)
        for key in _plain_keys(signature):
            self._by_key[key].add(subject)

    def remove(self, record_id: int) -> dict[Kind, int]:
        """Forget what a record said; return the subjects it named, by kind."""
        subjects = self._named_by.pop(record_id, set())
        return {self._faces[subject].pop(record_id).kind: subject for subject in sorted(subjects)}

    def find(self, signature: Signature) -> int | None:
        """Return the subject a row certainly speaks of.

        None where there is none, or where without a proving number it might be several. Of several proven, the
        one listed first.
        """
        candidates = sorted({subject for key in _plain_keys(signature) for subject in self._by_key.get(key, ())})
        for subject in candidates:
            if any(proven_same(signature, face) for face in self._faces[subject].values()):
                return subject
        told = [subject for subject in candidates if self._told(subject, signature)]
        return told[0] if len(told) == 1 else None

    def may_stay(self, subject: int, signature: Signature) -> bool:
        """Say whether a corrected row may stay with its subject: it is alone there, or fits what else is known."""
        faces = self._faces[subject].values()
        return not faces or any(proven_same(signature, face) for face in faces) or self._told(subject, signature)

    def _told(self, subject: int, signature: Signature) -> bool:
        faces = self._faces[subject].values()
        return any(told_same(signature, face) for face in faces) and not any(
            contradict(signature, face) for face in faces
        )


def _plain_keys(signature: Signature) -> Iterator[_PlainKey]:
    yield from (("number", *proof) for proof in signature.proofs)
    name = signature.folded_name
    if name is None:
        return
    if signature.kind is Kind.ORGANISATION or signature.birth_day is not None:
        yield ("name", *_name_and(signature, name))
    if signature.document_no is not None:
        yield ("document", signature.document_no, name)


def _name_and(signature: Signature, name: str) -> tuple[str, ...]:
    """A person is sought by name and birth day, an organisation by name and region."""
    if signature.kind is Kind.ORGANISATION:
        return (str(signature.kind), name, signature.source_region)
    return (str(signature.kind), name, signature.birth_day or "")


def id_indexes(index: KeyedIndex, signature: Signature) -> tuple[bytes | None, ...]:
    """Return, document by document, the keyed value it is found by; None for one that proves nothing."""
    proofs = (proof_of(document) for document in signature.identity.documents)
    return tuple(None if proof is None else index.index(IndexPurpose.ID_NUMBER, "\x1f".join(proof)) for proof in proofs)


def name_birth_index(index: KeyedIndex, signature: Signature) -> bytes | None:
    """Return the keyed value of name and birth day (of an organisation: name and region), where both are known."""
    text = _name_birth(signature)
    return None if text is None else index.index(IndexPurpose.NAME_AND_BIRTH, text)


def _name_birth(signature: Signature) -> str | None:
    name = signature.folded_name
    if name is None or (signature.kind is Kind.PERSON and signature.birth_day is None):
        return None
    return "\x1f".join(_name_and(signature, name))


def lookup_keys(index: KeyedIndex, signatures: Iterable[Signature]) -> SubjectKeys:
    """Return what the stored subjects these rows might name can be found by, under every index key version."""
    numbers: set[bytes] = set()
    names: set[bytes] = set()
    documents: set[str] = set()
    for signature in signatures:
        for proof in signature.proofs:
            numbers.update(index.lookups(IndexPurpose.ID_NUMBER, "\x1f".join(proof)))
        text = _name_birth(signature)
        if text is not None:
            names.update(index.lookups(IndexPurpose.NAME_AND_BIRTH, text))
        if signature.document_no is not None and signature.kind is Kind.PERSON:
            documents.add(signature.document_no)
    return SubjectKeys(frozenset(numbers), frozenset(names), frozenset(documents))
