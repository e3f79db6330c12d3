"""Brings an identity into the form that is compared: one spelling of each value, numbers taken apart."""

from __future__ import annotations

from typing import NamedTuple

from matching.documents import canonical_number
from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, Sex
from matching.name_likeness import ComparedName, compared_name
from matching.organisation import ComparedOrganisation, compared_organisation
from matching.resident_id import UNKNOWN, ResidentId

CITIZEN_NUMBERS = frozenset({IdType.RESIDENT_ID, IdType.HK_MO_TW_RESIDENCE, IdType.FOREIGN_PERMANENT})
"""Documents whose number has eighteen characters and the check of GB 11643."""

ORGANISATIONS_DOCUMENTS = frozenset({IdType.USCC, IdType.LICENCE})

NAMES_THAT_MATCH = frozenset({None, NameKind.FORMER, NameKind.ALSO_KNOWN_AS, NameKind.ALIAS})
"""A nickname or a made-up name never stops anyone."""


class CitizenNumber(NamedTuple):
    """A citizen number as it is compared; `parts` is what its visible digits say."""

    parts: ResidentId

    @property
    def digits(self) -> str:
        """Return the characters, `*` where hidden."""
        return self.parts.digits

    @property
    def sound(self) -> bool:
        """Say whether this is a whole number somebody can have."""
        return self.parts.sound

    @property
    def fifteen(self) -> bool:
        """Say whether the number arrived in its old form of fifteen digits."""
        return self.parts.was_15

    @property
    def masked(self) -> bool:
        """Say whether some digits are hidden."""
        return UNKNOWN in self.digits

    @property
    def rounded(self) -> bool:
        """Say whether the number may be one a spreadsheet rounded: it ends in three zeros."""
        return self.digits.endswith("000")

    @property
    def proves_another(self) -> bool:
        """Say whether a different number of the same kind must be another person's."""
        return self.sound and not self.fifteen and not self.rounded

    @property
    def tail(self) -> str:
        """Return the four last characters, `*` where hidden or not to be told."""
        return self.digits[14:] if len(self.digits) == 18 else UNKNOWN * 4


class Prepared(NamedTuple):
    """An identity ready to be compared; empty tuples and None where nothing is stated."""

    kind: Kind
    names: tuple[ComparedName, ...]
    organisation: ComparedOrganisation | None
    number: CitizenNumber | None
    documents: tuple[tuple[IdType, str], ...]
    births: tuple[BirthDate, ...]
    sex: Sex | None
    domicile: str | None


def prepare(identity: Identity) -> Prepared:
    """Return the identity in compared form; what cannot be read is left out, never guessed."""
    number, documents = _documents(identity.documents)
    person = identity.kind is Kind.PERSON
    return Prepared(
        kind=identity.kind,
        names=_names(identity) if person else (),
        organisation=None if person else compared_organisation(identity.name),
        number=number,
        documents=documents,
        births=_births(identity.birth, number),
        sex=_sex(identity.sex, number),
        domicile=identity.domicile_code,
    )


def _names(identity: Identity) -> tuple[ComparedName, ...]:
    compared = [compared_name(identity.name)]
    if identity.other_names:
        others = (other.name for other in identity.other_names if other.kind in NAMES_THAT_MATCH)
        compared += [compared_name(name, other=True) for name in others]
    return tuple([name for name in compared if name is not None])


def is_citizen_number(document: IdDocument) -> bool:
    """Say whether a document bears a citizen number, whatever type it was entered as.

    Permanent residence cards before December 2023 bear three letters and twelve digits instead. Eighteen (or
    fifteen) characters that read as a citizen number are one even where the type says passport or other.
    """
    if document.type in CITIZEN_NUMBERS:
        return document.type is not IdType.FOREIGN_PERMANENT or not document.number.strip()[:3].isalpha()
    if document.type in ORGANISATIONS_DOCUMENTS:
        return False
    read = ResidentId.parse(document.number)
    return read.sound or (document.type is IdType.OTHER and len(read.digits) == 18 and read.birth is not None)


def _documents(stated: tuple[IdDocument, ...]) -> tuple[CitizenNumber | None, tuple[tuple[IdType, str], ...]]:
    """Tell the citizen number, the first of several, from the numbers of other documents."""
    number, others = None, []
    for document in stated:
        if not is_citizen_number(document):
            others.append((document.type, canonical_number(document.type, document.number)))
        elif number is None:
            number = _citizen_number(document)
    return number, tuple(each for each in others if each[1])


def _citizen_number(document: IdDocument) -> CitizenNumber | None:
    parts = ResidentId.parse(document.number)
    return CitizenNumber(parts) if parts.digits.strip(UNKNOWN) else None


def _births(stated: BirthDate | None, number: CitizenNumber | None) -> tuple[BirthDate, ...]:
    from_number = number.parts.birth if number else None
    if from_number is None or from_number == stated:
        return () if stated is None else (stated,)
    return (from_number,) if stated is None else (stated, from_number)


def _sex(stated: Sex | None, number: CitizenNumber | None) -> Sex | None:
    return stated or (number.parts.sex if number else None)
