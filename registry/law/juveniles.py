"""Sealed juvenile records (刑事诉讼法 286, 预防未成年人犯罪法 59, 刑诉解释 581): recognised at the door, never kept.

Whoever was under eighteen at the time of the offence and was sentenced to at most five years, 免予刑事处罚
included, has a sealed record. The test is the day of the offence; somebody is under eighteen up to and
including the eighteenth birthday (法释〔2006〕1号 Art 2: 从周岁生日的第二天起算).
"""

from __future__ import annotations

import calendar
import datetime
from enum import StrEnum

from matching.identity import BirthDate
from registry.law.judgment import Conviction, Sentence
from registry.law.legal_days import years_after
from registry.law.policy import OpenQuestions

ADULT_AT = 18
LONGEST_SEALED_MONTHS = 60
_NEVER_SEALED = frozenset({Sentence.DEATH, Sentence.DEATH_SUSPENDED, Sentence.LIFE})


class AgeFinding(StrEnum):
    """What the offender's age makes of the record."""

    OPEN = "open"
    ACROSS_EIGHTEEN = "across_eighteen"
    SEALED = "sealed"
    PERHAPS_SEALED = "perhaps_sealed"


class _Ages:
    """The birth days a stated birth date leaves possible."""

    def __init__(self, birth: BirthDate) -> None:
        first_month, last_month = (birth.month, birth.month) if birth.month else (1, 12)
        last_day = birth.day or calendar.monthrange(birth.year, last_month)[1]
        self.earliest = datetime.date(birth.year, first_month, birth.day or 1)
        self.latest = datetime.date(birth.year, last_month, last_day)

    def surely_under(self, age: int, day: datetime.date) -> bool:
        return day <= years_after(self.earliest, age)

    def perhaps_under(self, age: int, day: datetime.date) -> bool:
        return day <= years_after(self.latest, age)

    def plausible(self, day: datetime.date, youngest: int, oldest: int) -> bool:
        """Say whether some possible birth day makes an age between the two on that day."""
        return years_after(self.earliest, youngest) <= day < years_after(self.latest, oldest + 1)


def age_finding(questions: OpenQuestions, conviction: Conviction, day: datetime.date) -> AgeFinding:
    """Say whether a record is sealed; `day` stands in where the judgment has no date.

    With a birth date known only to the year or month, a record that could be sealed is refused as well
    (perhaps_sealed): the duty not to keep it weighs more, and the row can be sent again with the full date.
    An implausible age at judgment is a slip in the birth date, not a young person.
    """
    if conviction.birth is None or _beyond_sealing(conviction):
        return AgeFinding.OPEN
    ages = _Ages(conviction.birth)
    judged = conviction.judgment_date or conviction.effective_date or day
    if _plainly_grown_up(questions, conviction, judged):
        return AgeFinding.OPEN
    if not ages.plausible(judged, questions.plausible_age_from, questions.plausible_age_to):
        return AgeFinding.OPEN
    offences = [each for each in (conviction.offence_from, conviction.offence_to) if each is not None]
    if not offences:
        return _without_offence_dates(ages, questions.juvenile_presumed_under, judged)
    return _by_offence_dates(ages, min(offences), min(max(offences), judged))


def _plainly_grown_up(questions: OpenQuestions, conviction: Conviction, judged: datetime.date) -> bool:
    """The plain case, of a million rows nearly all: no offence dates, and years beyond the age presumed."""
    if conviction.birth is None or conviction.offence_from is not None or conviction.offence_to is not None:
        return False
    return judged.year - conviction.birth.year > questions.juvenile_presumed_under


def _beyond_sealing(conviction: Conviction) -> bool:
    """A sentence above five years is never sealed; one of unknown length may be."""
    months = conviction.sentence_months
    long_term = conviction.sentence is Sentence.FIXED_TERM and months is not None and months > LONGEST_SEALED_MONTHS
    return long_term or conviction.sentence in _NEVER_SEALED


def _without_offence_dates(ages: _Ages, presumed_under: int, judged: datetime.date) -> AgeFinding:
    if ages.surely_under(presumed_under, judged):
        return AgeFinding.SEALED
    return AgeFinding.PERHAPS_SEALED if ages.perhaps_under(presumed_under, judged) else AgeFinding.OPEN


def _by_offence_dates(ages: _Ages, first: datetime.date, last: datetime.date) -> AgeFinding:
    if ages.surely_under(ADULT_AT, last):
        return AgeFinding.SEALED
    if ages.perhaps_under(ADULT_AT, last):
        return AgeFinding.PERHAPS_SEALED
    return AgeFinding.ACROSS_EIGHTEEN if ages.perhaps_under(ADULT_AT, first) else AgeFinding.OPEN
