"""Whether two rows speak of the same person or organisation, decided so that nobody is united with a stranger.

Listing somebody twice costs a second line in an answer; uniting two people would hang one's ban on the other. So
only these unite two rows, and whatever contradicts keeps them apart:

- the same complete, sound document number that stays with its bearer for life, and names that go together;
- the same document (several counts of one judgment), the same name, nothing against it;
- the same name, full birth date, sex and county, all stated, nothing against it.

Masked numbers, numbers with a wrong check character and passports (which change at renewal) prove nothing, and what
they say of birth, sex and county counts only against.

An organisation is the same by credit code, else by licence number, else by name and region; codes or licences that
differ keep organisations of one name apart.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from matching import evidence
from matching.documents import canonical_number, problems
from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, Sex
from matching.model import DEFAULT
from matching.normalize import fold_name, is_masked_name, normalize_name
from matching.organisation import compared_organisation
from matching.prepare import is_citizen_number, prepare
from matching.regions import Level, same_place
from matching.resident_id import UNKNOWN, ResidentId
from matching.score import COMPATIBLE_NAMES
from registry.intake.number_cells import resident_id

if TYPE_CHECKING:
    from registry.intake.list_row import Named

T = TypeVar("T")
_LIFELONG = frozenset({IdType.HK_MO_PERMIT, IdType.TW_PERMIT})
_CODES = frozenset({IdType.USCC, IdType.LICENCE})
_CITIZEN = "citizen"
_UNKNOWN_CHARACTERS = "□*×＊"
_BRACKETS = str.maketrans("〔[【{﹝〕]】}﹞", "(((((" + ")))))")


@dataclass(frozen=True)
class Signature:
    """What tells one person or organisation from another, taken from one row; `document_no` in one spelling."""

    identity: Identity
    source_region: str
    document_no: str | None

    @property
    def kind(self) -> Kind:
        """Person or organisation."""
        return self.identity.kind

    @cached_property
    def proofs(self) -> frozenset[tuple[str, str]]:
        """Numbers that identify their bearer: (class of document, canonical number)."""
        found = (proof_of(document) for document in self.identity.documents)
        return frozenset(proof for proof in found if proof is not None)

    @cached_property
    def folded_name(self) -> str | None:
        """The name in the form two rows are compared in; None where it is missing, masked or partly unreadable."""
        name = self.identity.name
        if name is None:
            return None
        if self.kind is Kind.ORGANISATION:
            compared = compared_organisation(name)
            return compared.folded if compared and not _unreadable(name) else None
        plain = normalize_name(name)
        return None if _unreadable(plain) else fold_name(plain) or None

    @cached_property
    def numbers(self) -> tuple[ResidentId, ...]:
        """The citizen numbers stated, in whatever state."""
        return tuple(
            resident_id(document.number) for document in self.identity.documents if is_citizen_number(document)
        )

    @cached_property
    def sound_numbers(self) -> tuple[ResidentId, ...]:
        """Those citizen numbers whose every digit can be relied on."""
        return tuple(number for number in self.numbers if number.sound)

    @cached_property
    def births(self) -> tuple[BirthDate, ...]:
        """Birth dates, however certain: as stated and as far as a number shows it."""
        return _present(self.identity.birth, *(number.birth for number in self.numbers))

    @cached_property
    def sexes(self) -> frozenset[Sex]:
        """Sex, however certain: as stated and as a number has it."""
        return frozenset(_present(self.identity.sex, *(number.sex for number in self.numbers)))

    @cached_property
    def birth_day(self) -> str | None:
        """The one full birth date that is stated or stands in a sound number, where nothing speaks against it."""
        certain = _present(self.identity.birth, *(number.birth for number in self.sound_numbers))
        full = {birth.isoformat() for birth in certain if birth.day is not None}
        agreed = len(full) == 1 and all(min(full).startswith(birth.isoformat()) for birth in self.births)
        return min(full) if agreed else None

    @cached_property
    def sex(self) -> Sex | None:
        """The sex that is stated or stands in a sound number, where nothing speaks against it."""
        certain = _present(self.identity.sex, *(number.sex for number in self.sound_numbers))
        return certain[0] if certain and len(self.sexes) == 1 else None

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """County codes: of the household and of a sound number."""
        return _present(self.identity.domicile_code, *(number.area for number in self.sound_numbers))


def _present(*values: T | None) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def signature_of(named: Named) -> Signature:
    """Return what tells whom a row names from others."""
    return Signature(named.identity, named.fact.region, document_key(named.fact.document_no))


def proof_of(document: IdDocument) -> tuple[str, str] | None:
    """Return what a document number proves: its class and canonical form; None for one that proves nothing."""
    if is_citizen_number(document):
        number = resident_id(document.number)
        return (_CITIZEN, number.digits) if number.sound else None
    if document.type not in _LIFELONG | _CODES or problems(document.type, document.number):
        return None
    number_text = canonical_number(document.type, document.number)
    return (str(document.type), number_text) if number_text and UNKNOWN not in number_text else None


def _unreadable(name: str) -> bool:
    return is_masked_name(name) or any(sign in name for sign in _UNKNOWN_CHARACTERS)


def document_key(document_no: str) -> str:
    """Bring a document number into one spelling: half width, no blanks, all brackets alike."""
    return "".join(unicodedata.normalize("NFKC", document_no).split()).upper().translate(_BRACKETS)


def proven_same(one: Signature, other: Signature) -> bool:
    """Say whether a number both state proves that they are one."""
    if one.kind is not other.kind or not one.proofs & other.proofs:
        return False
    if one.kind is Kind.ORGANISATION:
        return not _credit_codes_differ(one, other)
    return _names_go_together(one, other)


def told_same(one: Signature, other: Signature) -> bool:
    """Say whether, without a number that proves it, two rows tell of one; what contradicts is asked separately."""
    if one.kind is not other.kind or one.folded_name is None or one.folded_name != other.folded_name:
        return False
    if one.kind is Kind.ORGANISATION:
        return one.source_region == other.source_region
    if one.document_no is not None and one.document_no == other.document_no:
        return True
    same_birth = one.birth_day is not None and one.birth_day == other.birth_day
    same_sex = one.sex is not None and one.sex is other.sex
    return same_birth and same_sex and _same_county(one, other)


def still_tells(row: Signature, before: Signature) -> bool:
    """Say whether a corrected row still tells who its version before told of.

    By a number that proves it where it had one: corrected or left out, it tells of somebody else. Without one by the
    name, with no other birth date.
    """
    if row.kind is not before.kind:
        return False
    if before.proofs:
        return bool(row.proofs & before.proofs)
    if row.kind is Kind.ORGANISATION:
        return row.folded_name == before.folded_name
    if any(_births_differ(a, b) for a in row.births for b in before.births):
        return False
    return before.identity.name is None or _names_go_together(row, before)


def contradict(one: Signature, other: Signature) -> bool:
    """Say whether anything both rows state speaks against their being one: numbers, birth, sex."""
    if one.kind is Kind.ORGANISATION:
        return _lifelong_differ(one, other)
    return (
        _lifelong_differ(one, other)
        or any(_digits_differ(a.digits, b.digits) for a in one.numbers for b in other.numbers)
        or any(_births_differ(a, b) for a in one.births for b in other.births)
        or len(one.sexes | other.sexes) > 1
    )


def _same_county(one: Signature, other: Signature) -> bool:
    levels = {same_place(a, b) for a in one.counties for b in other.counties}
    return levels == {Level.SAME}


def _names_go_together(one: Signature, other: Signature) -> bool:
    compared = evidence.name(DEFAULT, prepare(one.identity), prepare(other.identity))
    return compared is not None and compared.level in COMPATIBLE_NAMES


def _lifelong_differ(one: Signature, other: Signature) -> bool:
    classes = {kind for kind, _ in one.proofs} & {kind for kind, _ in other.proofs}
    return any({proof for proof in one.proofs if proof[0] == kind}.isdisjoint(other.proofs) for kind in classes)


def _digits_differ(a: str, b: str) -> bool:
    if len(a) != len(b):
        return True
    return any(x != y and UNKNOWN not in (x, y) for x, y in zip(a, b, strict=True))


def _births_differ(a: BirthDate, b: BirthDate) -> bool:
    shorter, longer = sorted((a.isoformat(), b.isoformat()), key=len)
    return not longer.startswith(shorter)


def _credit_codes_differ(one: Signature, other: Signature) -> bool:
    ours, theirs = ({proof for proof in each.proofs if proof[0] == IdType.USCC} for each in (one, other))
    return bool(ours and theirs and ours.isdisjoint(theirs))
