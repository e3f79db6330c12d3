"""An applicant beside who a record says the listed person is: line by line, what agrees and what differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from matching.aligned_text import Aligned, Fit, Piece, align
from matching.documents import canonical_number
from matching.identity import IdDocument, Identity, IdType, Kind
from matching.normalize import normalize_name
from matching.resident_id import ResidentId
from registry.privacy.masking import mask_id, mask_name

_RESIDENT: Final = frozenset({IdType.RESIDENT_ID, IdType.HK_MO_TW_RESIDENCE})
_AREA: Final = 6
_YEAR: Final = 4


class Standing(StrEnum):
    """How a line stands: the same, something differs, partly hidden and else the same, or one side states nothing.

    Two of the kinds of differing are told by name: a name that the other side states as another name of theirs
    (`known_as`), and two neighbouring signs that changed places (`swapped`).
    """

    SAME = "same"
    KNOWN_AS = "known_as"
    SWAPPED = "swapped"
    DIFFERS = "differs"
    HIDDEN = "hidden"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing both may state: which (`id_number` with its document's type), each side in pieces, and how they stand.

    `differing`: in how many places.
    """

    thing: str
    applicant: tuple[Piece, ...] = field(repr=False)
    listed: tuple[Piece, ...] = field(repr=False)
    standing: Standing
    differing: int
    id_type: str | None = None


def side_by_side(applicant: Identity, listed: Identity, *, masked: bool = False) -> list[Line]:
    """Return the lines of a comparison, names and numbers in one spelling; masked for who need not know them."""
    return [_masked(line) if masked else line for line in _lines(applicant, listed)]


def _lines(applicant: Identity, listed: Identity) -> Iterator[Line]:
    yield _name_line(applicant, listed)
    if applicant.other_names or listed.other_names:
        yield _other_names(applicant, listed)
    yield from _numbers(applicant.documents, listed.documents)
    if applicant.kind is Kind.PERSON:
        yield from _person(applicant, listed)


def _person(applicant: Identity, listed: Identity) -> Iterator[Line]:
    yield _line("birth", _birth(applicant), _birth(listed))
    yield _line("sex", str(_sex(applicant) or ""), str(_sex(listed) or ""))
    if listed.domicile_code:
        yield _line("area", applicant.domicile_code or _area(applicant), listed.domicile_code)


def _name_line(applicant: Identity, listed: Identity) -> Line:
    line = _line("name", _name(applicant), _name(listed))
    if line.standing is not Standing.DIFFERS:
        return line
    others = [{normalize_name(each.name) for each in somebody.other_names} for somebody in (listed, applicant)]
    is_known = _name(applicant) in others[0] or _name(listed) in others[1]
    return replace(line, standing=Standing.KNOWN_AS) if is_known else line


def _line(thing: str, one: str, other: str, id_type: str | None = None) -> Line:
    if not one or not other:
        return Line(thing, _unmarked(one), _unmarked(other), Standing.UNSTATED, 0, id_type)
    aligned = align(one, other)
    standing = Standing.SWAPPED if _is_swapped(one, other) else _standing(aligned)
    return Line(thing, aligned.one, aligned.other, standing, aligned.differing, id_type)


def _is_swapped(one: str, other: str) -> bool:
    """Say whether two neighbouring signs changed places and nothing else differs."""
    if len(one) != len(other):
        return False
    differ = [(place, pair) for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    match differ:
        case [(first, mine), (second, theirs)]:
            return second == first + 1 and mine == theirs[::-1] and "*" not in mine
    return False


def _standing(aligned: Aligned) -> Standing:
    if aligned.differing:
        return Standing.DIFFERS
    return Standing.HIDDEN if aligned.hidden else Standing.SAME


def _unmarked(text: str) -> tuple[Piece, ...]:
    return (Piece(text, Fit.SAME),) if text else ()


def _name(somebody: Identity) -> str:
    return normalize_name(somebody.name or "")


def _other_names(applicant: Identity, listed: Identity) -> Line:
    """Other names agree where both bear one; that the applicant's name is one of them stands beside the name itself."""
    sides = [[normalize_name(each.name) for each in somebody.other_names] for somebody in (applicant, listed)]
    one, other = (_unmarked("、".join(side)) for side in sides)
    shared = {*sides[0]} & {*sides[1]}
    return Line("other_names", one, other, Standing.SAME if shared else Standing.UNSTATED, 0)


def _numbers(ours: Sequence[IdDocument], theirs: Sequence[IdDocument]) -> Iterator[Line]:
    """Numbers of one type stand beside each other; of a type one side lacks, beside nothing."""
    mine, other = ({each.type: _number(each) for each in side} for side in (ours, theirs))
    for type_ in dict.fromkeys((*mine, *other)):
        yield _line("id_number", mine.get(type_, ""), other.get(type_, ""), type_.value)


def _number(document: IdDocument) -> str:
    read = ResidentId.parse(document.number).digits if document.type in _RESIDENT else ""
    return read or canonical_number(document.type, document.number) or document.number


def _resident(somebody: Identity) -> ResidentId | None:
    stated = (each.number for each in somebody.documents if each.type in _RESIDENT)
    return next((ResidentId.parse(number) for number in stated), None)


def _birth(somebody: Identity) -> str:
    read = _resident(somebody)
    birth = somebody.birth or (read.birth if read is not None else None)
    return "" if birth is None else birth.isoformat()


def _sex(somebody: Identity) -> str | None:
    read = _resident(somebody)
    return somebody.sex or (read.sex if read is not None else None)


def _area(somebody: Identity) -> str:
    read = _resident(somebody)
    return "" if read is None else read.digits[:_AREA]


def _mask_birth(birth: str) -> str:
    """The day of birth stands in the digits of the number that are masked."""
    return birth[:_YEAR] + re.sub(r"\d", "*", birth[_YEAR:])


_MASKS: Final[dict[str, Callable[[str], str]]] = {"name": mask_name, "id_number": mask_id, "birth": _mask_birth}


def _masked(line: Line) -> Line:
    if line.thing == "other_names":
        sides = ("、".join(map(mask_name, _joined(side).split("、"))) for side in (line.applicant, line.listed))
        one, other = (_unmarked(side) for side in sides)
        return replace(line, applicant=one, listed=other)
    mask = _MASKS.get(line.thing)
    if mask is None:
        return line
    return replace(line, applicant=_hidden(line.applicant, mask), listed=_hidden(line.listed, mask))


def _joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _hidden(pieces: Sequence[Piece], mask: Callable[[str], str]) -> tuple[Piece, ...]:
    """Hide characters in their places: that one differs stays visible, which it is does not."""
    whole = _joined(pieces)
    shown = mask(whole) if whole else whole
    if len(shown) != len(whole):
        return _unmarked(shown)
    found, at = [], 0
    for piece in pieces:
        found.append(Piece(shown[at : at + len(piece.text)], piece.fit))
        at += len(piece.text)
    return tuple(found)
