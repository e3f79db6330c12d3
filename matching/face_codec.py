"""Packs an identity into few bytes for the memory index, and reads it back exactly."""

from __future__ import annotations

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex

_FIELD, _ITEM, _PAIR = "\x1f", "\x1e", "\x1d"
_TYPES = tuple(IdType)
_KINDS = tuple(NameKind)


def encode(identity: Identity) -> bytes:
    """Return the identity as bytes; ValueError where a value holds a control character used as separator."""
    fields = (
        "o" if identity.kind is Kind.ORGANISATION else "",
        identity.name or "",
        _ITEM.join(f"{_KINDS.index(other.kind)}{_PAIR}{other.name}" for other in identity.other_names),
        _ITEM.join(f"{_TYPES.index(paper.type)}{_PAIR}{paper.number}" for paper in identity.documents),
        identity.birth.isoformat() if identity.birth else "",
        identity.sex.value if identity.sex else "",
        identity.domicile_code or "",
    )
    text = _FIELD.join(fields)
    if text.count(_FIELD) != len(fields) - 1:
        raise ValueError("a control character stands in an identity")
    return text.encode()


def decode(packed: bytes) -> Identity:
    """Return the identity that was encoded."""
    kind, name, others, documents, birth, sex, domicile = packed.decode().split(_FIELD)
    return Identity(
        Kind.ORGANISATION if kind else Kind.PERSON,
        name or None,
        tuple(OtherName(_KINDS[int(number)], text) for number, text in _pairs(others)),
        tuple(IdDocument(_TYPES[int(number)], text) for number, text in _pairs(documents)),
        BirthDate.parse(birth),
        Sex(sex) if sex else None,
        domicile or None,
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    split = (item.partition(_PAIR) for item in text.split(_ITEM) if item)
    return [(first, last) for first, _, last in split]
