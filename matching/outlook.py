"""What random other residents would score beside a listed person, feature by feature.

Weights are added whoever the others are. How often they are reached is counted with what is known to hang together:
residents of the listed person's county share surnames with them, people of the same age given names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matching.evidence import Evidence, tail_shares, visible_tail
from matching.model import Model
from matching.name_outlook import EVERYBODY, Among, generations_of, name_outlook
from matching.prepare import Prepared
from matching.regions import codes_as_one

Outlook = tuple[tuple[int, float], ...]
"""What a random other resident would score on a feature: (millibits, share) for each level."""

_HOME = {"county": frozenset({"county"}), "id_area": frozenset({"equal"})}
_OTHER_AGE = frozenset({"differs"})
_AGES = ("birth_date", "birth_month", "birth_year")


def outlook(model: Model, line: Evidence, applicant: Prepared, listed: Prepared, among: Among = EVERYBODY) -> Outlook:
    """Return what random other residents (`among` whom, for the name) would score on this line's feature."""
    if line.feature == "name":
        return name_outlook(model, applicant.names, listed.names, among)
    if line.feature == "id_tail":
        shares = tail_shares(visible_tail(applicant, listed))
        return tuple((model.weight("id_tail", level, share), share) for level, share in shares.items() if share > 0)
    return _fixed_outlook(model, line)


def _fixed_outlook(model: Model, line: Evidence) -> Outlook:
    levels = model.features[line.feature].levels
    known = (
        (model.weight(line.feature, name), level.other) for name, level in levels.items() if level.other is not None
    )
    fixed = tuple((weight, share) for weight, share in known if share is not None)
    own = levels[line.level]
    if own.other is not None:
        return fixed
    return (*fixed, (line.millibits, own.same / 2 ** (line.millibits / 1000)))


def outlooks(
    model: Model, applicant: Prepared, listed: Prepared, lines: Sequence[Evidence]
) -> Iterator[tuple[Outlook, ...]]:
    """Yield, for each way in which others may be near the listed person, what they score on each line compared.

    The ways exclude one another: of one county or not, of about one age or not. Within each the lines are independent.
    """
    place = next((line for line in lines if line.feature in _HOME), None)
    age = next((line for line in lines if line.feature in _AGES), None)
    others = [line for line in lines if line not in (place, age)]
    merged = _codes_of_county(listed) if place is not None and place.feature == "county" else 1
    for home, places in _parted(model, place, frozenset() if place is None else _HOME[place.feature]):
        for older, ages in _parted(model, age, _OTHER_AGE):
            generations = None if age is None or older else _generations(listed, lines)
            among = Among(county=home and place is not None, generations=generations)
            near = _widened(places, merged) if among.county else places
            yield (*near, *ages, *(outlook(model, line, applicant, listed, among) for line in others))


def _parted(model: Model, line: Evidence | None, apart: frozenset[str]) -> Iterator[tuple[bool, tuple[Outlook, ...]]]:
    """Divide what others score on a line into the levels set apart and the rest; a line not compared is not divided."""
    if line is None:
        yield False, ()
        return
    levels = model.features[line.feature].levels.items()
    for chosen in (True, False):
        weighed = [
            (model.weight(line.feature, name), entry.other) for name, entry in levels if (name in apart) == chosen
        ]
        yield chosen, (tuple((weight, share) for weight, share in weighed if share is not None),)


def _codes_of_county(listed: Prepared) -> int:
    """Return how many counties once stood side by side that count as the listed person's: merged ones."""
    areas = (listed.domicile, listed.number.parts.area if listed.number else None)
    return max((codes_as_one(code) for code in areas if code), default=1)


def _widened(places: tuple[Outlook, ...], counties: int) -> tuple[Outlook, ...]:
    return tuple(tuple((weight, share * counties) for weight, share in line) for line in places)


def _generations(listed: Prepared, lines: Sequence[Evidence]) -> tuple[float, ...]:
    """Return how given names divide among people of the listed person's age, and sex where that is compared."""
    sex = listed.sex if any(line.feature == "sex" for line in lines) else None
    return generations_of(listed.births[0].year, sex)
