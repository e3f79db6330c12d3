"""One comparison per function; each docstring is the explanation a regulator reads.

Every function takes the applicant's and the listed person's prepared identity and returns one
`Evidence`, or None where either side states nothing: missing is never a match and never a mismatch.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from matching.documents import canonical_number, organisation_code, problems
from matching.identity import BirthDate, IdType
from matching.lunar_calendar import solar_days
from matching.model import Model
from matching.name_weight import best_pair
from matching.prepare import ORGANISATIONS_DOCUMENTS, CitizenNumber, Prepared
from matching.regions import MUNICIPALITIES, same_place
from matching.regions import Level as Place
from matching.resident_id import UNKNOWN, slip_distance

RENEWABLE = frozenset({IdType.PASSPORT, IdType.OTHER})
PERSONS_DOCUMENTS = frozenset(IdType) - ORGANISATIONS_DOCUMENTS
LEAST_ACROSS_TYPES = 7
"""Characters two numbers of different types must have to be one number entered twice."""
TAIL = 4
"""Characters of a resident number behind the birth date: three of a sequence, one that checks."""
LOW_SEQUENCES = 4.0
"""A sequence below 100 is so many times as common as another: stations give the low numbers first (estimate)."""
LEAST_PART_SHARE = 1.0e-8
"""What is shown of a masked number agrees by chance once in ten times a character, never more seldom than this."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the reckoning: the feature, how it agreed or differed, and its weight in thousandths of a bit."""

    feature: str
    level: str
    millibits: int

    @property
    def bits(self) -> float:
        """Return the weight in bits."""
        return self.millibits / 1000


def _weighed(model: Model, feature: str, level: str) -> Evidence:
    return Evidence(feature, level, model.weight(feature, level))


def id_number(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare two whole resident ID numbers (公民身份号码) digit by digit.

    Equal numbers are all but proof that two records are of one person. The last character checks the
    other seventeen, so a number with one digit wrong, missing, added or swapped with its neighbour is no
    longer valid. Where one number is invalid and lies one such slip from the other, it is most likely the
    same number miswritten. Two complete and valid numbers that differ belong to two people, and that
    outweighs any likeness of the names. Old numbers of fifteen digits are compared by the digits they
    have. Source: GB 11643-1999, ISO 7064 MOD 11-2.
    """
    a, b = applicant.number, listed.number
    if a is None or b is None or a.masked or b.masked:
        return None
    if a.digits == b.digits or _equal_in_old_form(a, b):
        return _weighed(model, "id_number", "equal" if a.sound and b.sound else "equal_unsound")
    if _rounded_alike(a, b):
        return _weighed(model, "id_number", "two_slips")
    if a.sound and b.sound and not (a.fifteen or b.fifteen):
        return _weighed(model, "id_number", "differs")
    return _weighed(model, "id_number", _slips(a.digits, b.digits, a.sound and b.sound))


def _equal_in_old_form(a: CitizenNumber, b: CitizenNumber) -> bool:
    """Compare the fifteen digits an old number had: its century was never written."""
    if not (a.fifteen or b.fifteen):
        return False
    return a.digits[:6] + a.digits[8:17] == b.digits[:6] + b.digits[8:17]


def _rounded_alike(a: CitizenNumber, b: CitizenNumber) -> bool:
    """Say whether one number is the other as a spreadsheet keeps it: fifteen digits and three zeros."""
    return (a.rounded or b.rounded) and a.digits[:15] == b.digits[:15]


def _slips(a: str, b: str, sound: bool) -> str:
    """Name the distance; an old number has no check of its own, so its slips count as two."""
    distance = slip_distance(a, b)
    if distance > 2:
        return "differs" if sound else "differs_unsound"
    return "one_slip" if distance == 1 and not sound else "two_slips"


def document(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the numbers of permits, passports and other documents of the same type.

    A permit number is kept for life, so equal numbers all but prove one person and different ones speak
    against it. A passport gets a new number at renewal: equal numbers speak strongly for one person,
    different ones say little. Of a masked number what both sides show is compared. Numbers of different
    types are compared only where they are equal: the type was then entered wrongly. Source: Exit and
    Entry Administration Law and the rules on travel permits.
    """
    pairs = _pairs_of_one_type(applicant, listed, PERSONS_DOCUMENTS)
    lines = [_number_line(model, "document", *pair) for pair in pairs]
    lines += [_weighed(model, "document", "equal_renewable") for _ in _equal_under_another_type(applicant, listed)]
    return max((line for line in lines if line), key=lambda line: line.millibits, default=None)


def _equal_under_another_type(applicant: Prepared, listed: Prepared) -> Iterator[str]:
    """Yield numbers that are equal though one side entered another type: a wrong choice in a list of types."""
    for type_, ours in applicant.documents:
        for other, theirs in listed.documents:
            long_enough = len(theirs) >= LEAST_ACROSS_TYPES and UNKNOWN not in theirs
            if type_ != other and long_enough and canonical_number(other, ours) == theirs:
                yield theirs


def _pairs_of_one_type(
    applicant: Prepared, listed: Prepared, types: frozenset[IdType]
) -> Iterator[tuple[IdType, str, str]]:
    for type_, ours in applicant.documents:
        for other, theirs in listed.documents:
            if type_ == other and type_ in types:
                yield type_, ours, theirs


def _number_line(model: Model, feature: str, type_: IdType, ours: str, theirs: str) -> Evidence | None:
    """Compare two canonical numbers; one that cannot be a number of its type says nothing against."""
    suffix = "_renewable" if type_ in RENEWABLE else ""
    if UNKNOWN in ours + theirs:
        return _masked_number_line(model, feature, f"differs{suffix}", ours, theirs)
    if ours == theirs:
        return _weighed(model, feature, "equal_unsound" if problems(type_, ours) else f"equal{suffix}")
    if type_ is IdType.USCC and len(ours) != len(theirs) and organisation_code(ours) == organisation_code(theirs) != "":
        return _weighed(model, feature, "equal_unsound")
    if slip_distance(ours, theirs, 1) == 1:
        return _weighed(model, feature, "one_slip")
    if problems(type_, ours) or problems(type_, theirs):
        return None
    return _weighed(model, feature, f"differs{suffix}")


def _masked_number_line(model: Model, feature: str, differing: str, ours: str, theirs: str) -> Evidence | None:
    """Compare what both show before the first and after the last hidden character; `differing` is the level if not."""
    heads, tails = list(zip(*_heads(ours, theirs), strict=False)), list(zip(*_tails(ours, theirs), strict=False))
    shown = heads + tails
    if not shown:
        return None
    if any(a != b for a, b in shown):
        return _weighed(model, feature, differing)
    share = max(10.0 ** -len(shown), LEAST_PART_SHARE)
    return Evidence(feature, "part", model.weight(feature, "part", share))


def _heads(*numbers: str) -> list[str]:
    return [number.partition(UNKNOWN)[0] for number in numbers]


def _tails(*numbers: str) -> list[str]:
    """Return what stands after the last hidden character, backwards."""
    return [number[::-1].partition(UNKNOWN)[0] for number in numbers]


def name(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the names, each stated name of one side with each of the other, and keep the closest pair.

    Equal names are worth what the name's rarity makes them worth: a shared rare name says much, a shared
    Zhang Wei little. Names that differ as mishearing, misreading, a variant character, another
    transcription or a changed order leave them have levels of their own, weighed by how many residents
    bear a name that lies as near. A former or other name counts as one; a nickname is never compared.
    """
    pair = best_pair(model, applicant.names, listed.names)
    return None if pair is None else Evidence("name", pair.level, pair.millibits)


def birth_date(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare birth dates, as precisely as both sides state them.

    Two records of one person agree to the day, or differ by a slip of the pen: month and day exchanged,
    one digit wrong, the year one or ten off, the day one or ten off across a month's end or a carry, a day of the
    lunar calendar entered as one of the solar.
    Two people chosen at random share a birth day about once in 22,600 pairs. Where one side states only
    the year or the month, only that much is compared and counts for less. A birth date inside an ID
    number counts as stated.
    """
    lines = [_weighed(model, *_birth_level(ours, theirs)) for ours in applicant.births for theirs in listed.births]
    return max(lines, key=lambda line: line.millibits, default=None)


def _birth_level(a: BirthDate, b: BirthDate) -> tuple[str, str]:
    if a.month is None or b.month is None:
        return "birth_year", _year_level(a.year, b.year)
    if a.day is None or b.day is None:
        return "birth_month", _month_level(a, b)
    return "birth_date", _day_level((a.year, a.month, a.day), (b.year, b.month, b.day))


def _year_level(a: int, b: int) -> str:
    if a == b:
        return "year"
    return "adjacent" if abs(a - b) == 1 else "differs"


def _month_level(a: BirthDate, b: BirthDate) -> str:
    if a.year != b.year:
        return "differs"
    return "month" if a.month == b.month else "same_year"


Day = tuple[int, int, int]


def _day_level(a: Day, b: Day) -> str:
    """Name the nearest way in which one date may be a slip of the other, from the closest on."""
    return next((level for level, fits in _DAY_LEVELS if fits(a, b)), "differs")


def _swapped(a: Day, b: Day) -> bool:
    return a[0] == b[0] and a[1:] == (b[2], b[1])


def _year_off(a: Day, b: Day) -> bool:
    return a[1:] == b[1:] and abs(a[0] - b[0]) in {1, 10}


def _one_digit(a: Day, b: Day) -> bool:
    return slip_distance(_eight_digits(*a), _eight_digits(*b), 1) == 1


def _day_or_ten_off(a: Day, b: Day) -> bool:
    return abs((date(*a) - date(*b)).days) in {1, 10}


def _days_apart(a: Day, b: Day) -> bool:
    return abs((date(*a) - date(*b)).days) <= 10


def _lunar(a: Day, b: Day) -> bool:
    return date(*a) in solar_days(*b) or date(*b) in solar_days(*a)


def _year_and_day_off(a: Day, b: Day) -> bool:
    return abs(a[0] - b[0]) == 1 and a[1] == b[1] and abs(a[2] - b[2]) <= 3


_DAY_LEVELS: tuple[tuple[str, Callable[[Day, Day], bool]], ...] = (
    ("day", operator.eq),
    ("swapped", _swapped),
    ("year_off", _year_off),
    ("one_digit", _one_digit),
    ("day_or_ten_off", _day_or_ten_off),
    ("days_apart", _days_apart),
    ("lunar", _lunar),
    ("year_and_day_off", _year_and_day_off),
    ("same_year", lambda a, b: a[0] == b[0]),
)


def _eight_digits(year: int, month: int, day: int) -> str:
    return f"{year:04d}{month:02d}{day:02d}"


def sex(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the sex, as stated or as the seventeenth digit of the ID number tells it.

    Half of all people have the same sex, so agreement says little; a difference speaks clearly against
    one person. It is not counted where that digit was already compared within the ID number.
    """
    if applicant.sex is None or listed.sex is None:
        return None
    return _weighed(model, "sex", "equal" if applicant.sex == listed.sex else "differs")


_PLACE_LEVELS = {
    Place.SAME: "county",
    Place.PREFECTURE: "prefecture",
    Place.PROVINCE: "province",
    Place.DIFFERENT: "differs",
}


def county(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the county of the ID number or of the household, following merged and renamed counties.

    Households move, so a different county says little; the same county says more than the same
    prefecture, and that more than the same province. Source: GB/T 2260 and its changes 1981-2024.
    """
    levels = [
        _PLACE_LEVELS[place]
        for ours in _codes(applicant)
        for theirs in _codes(listed)
        if (place := _place(ours, theirs)) is not Place.UNKNOWN
    ]
    lines = [_weighed(model, "county", level) for level in levels]
    return max(lines, key=lambda line: line.millibits, default=None)


def _place(ours: str, theirs: str) -> Place:
    """Count districts of one municipality as parts of a province: Shanghai alone has a tenth of the residents."""
    place = same_place(ours, theirs)
    municipal = place is Place.PREFECTURE and ours[:2] in MUNICIPALITIES
    return Place.PROVINCE if municipal else place


def _codes(prepared: Prepared) -> set[str]:
    area = prepared.number.parts.area if prepared.number else None
    return {code for code in (area, prepared.domicile) if code}


def id_area(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the first six digits, the county code, of ID numbers that are not both whole and valid.

    The code is given with the first registration and kept for life, whatever becomes of the county and
    wherever the household moves. Source: GB 11643-1999.
    """
    a, b = applicant.number, listed.number
    if a is None or b is None or not a.parts.area or not b.parts.area:
        return None
    distance = slip_distance(a.parts.area, b.parts.area, 1)
    return _weighed(model, "id_area", ("equal", "one_digit", "differs")[distance])


def id_tail(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare the visible ones of the last four characters, where an ID number is partly masked.

    Each visible digit agrees by chance once in ten times, so four that agree are worth about thirteen
    bits, two about half as much; a sequence number below 100 counts two bits less, for the low ones are
    given out first. Characters hidden on either side are left out. Source: GB 11643-1999.
    """
    pairs = visible_tail(applicant, listed)
    if not pairs:
        return None
    differing = sum(a != b for a, b in pairs)
    level = ("equal", "one_digit", "differs")[min(differing, 2)]
    if len(pairs) == 1 and differing:
        level = "differs"
    return Evidence("id_tail", level, model.weight("id_tail", level, tail_shares(pairs)[level]))


def visible_tail(applicant: Prepared, listed: Prepared) -> list[tuple[str, str]]:
    """Return the last four characters in pairs, as far as both sides show them."""
    if applicant.number is None or listed.number is None:
        return []
    pairs = zip(applicant.number.tail, listed.number.tail, strict=True)
    return [(a, b) for a, b in pairs if UNKNOWN not in (a, b)]


def tail_shares(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return how often a random resident's last characters stand so to the listed ones, where these pairs are shown."""
    first_of_sequence = pairs[0][1] if len(pairs) == TAIL else ""
    often = LOW_SEQUENCES if first_of_sequence == "0" else 1.0
    shares = {level: visible_share(level, len(pairs)) for level in ("equal", "one_digit", "differs")}
    return {level: share if level == "differs" else share * often for level, share in shares.items()}


def visible_share(level: str, visible: int) -> float:
    """Return how often a random resident's last characters are as like, given how many both sides show."""
    equal = 10.0**-visible
    one = 9 * visible * equal if visible > 1 else 0.0
    return {"equal": equal, "one_digit": one, "differs": 1 - equal - one}[level]


def organisation_number(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare unified social credit codes (统一社会信用代码), and licence numbers with licence numbers.

    An organisation keeps its credit code for life and no two have the same, so equal codes all but prove
    one organisation; a code one slip away is most likely miswritten. Of a masked code what both sides
    show is compared. Source: GB 32100-2015; GB/T 17710 for licence numbers.
    """
    pairs = _pairs_of_one_type(applicant, listed, ORGANISATIONS_DOCUMENTS)
    lines = [_number_line(model, "organisation_number", *pair) for pair in pairs]
    return max((line for line in lines if line), key=lambda line: line.millibits, default=None)


def organisation_name(model: Model, applicant: Prepared, listed: Prepared) -> Evidence | None:
    """Compare registered names of organisations: whole, then in one spelling, then the trade name alone.

    Within one registration authority no two organisations bear the same whole name. The trade name (字号),
    without region, trade and legal form, may be shared by many. Source: Regulations on Enterprise Names.
    """
    a, b = applicant.organisation, listed.organisation
    if a is None or b is None:
        return None
    if a.text == b.text:
        return _weighed(model, "organisation_name", "exact")
    if a.folded == b.folded:
        return _weighed(model, "organisation_name", "form")
    return _weighed(model, "organisation_name", "core" if a.core == b.core else "differs")
