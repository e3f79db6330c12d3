"""What one stretch of a decision punishes with: the kind of sentence, its length, probation, a fine.

Lengths the Criminal Law does not know (art. 38, 42, 45, 69, 73) are read as slips and left empty.
"""

from __future__ import annotations

import re

from registry.intake.chinese_numerals import DURATION, NUMBER, NUMERAL, months, yuan
from registry.intake.judgment_reading import Punishment, Quoted
from registry.intake.judgment_stretch import BLANK, Stretch

SENTENCE = re.compile(
    r"(?P<reprieve>死刑\0*，?(?:缓期(?:二|两|2)年执行|缓期执行))|(?P<death>死刑)|(?P<life>无期徒刑)"
    r"|(?P<term>有期徒刑|拘役|管制)"
    r"|(?P<exempt>免予刑事处罚|免予刑事处分|免除刑事处罚|免于刑事处罚|免于刑事处分|免除处罚)|(?P<acquitted>无罪)"
)
TIMED = frozenset({"有期徒刑", "拘役", "管制"})
_STANDARD = {
    "reprieve": "死刑缓期二年执行",
    "death": "死刑",
    "life": "无期徒刑",
    "exempt": "免予刑事处罚",
    "acquitted": "无罪",
}
_PROBATION = re.compile(r"缓刑(?:考验期(?:限)?)?(?:为)?")
_FINE = re.compile(
    rf"罚金\0*(?:共计|合计|各|计)?\0*(?:人民币|￥|¥)?\0*(?:各)?(?:人民币)?\0*(?P<amount>{NUMBER})余?元(?P<small>[{NUMERAL[1:-1]}]+角)?"
)
_UNFINISHED = re.compile(rf"{NUMERAL}|[0-9A-Za-z.\-—]|个|年|月|[日天]")
"""What after a length shows that the length was not read to its end (三年O六个月)."""
_LONGEST = {"有期徒刑": 25 * 12, "拘役": 12, "管制": 36}
_LONGEST_PROBATION = 60


def punishment(stretch: Stretch) -> Punishment:
    """Return what a stretch punishes with; what it does not say, or says in a form that is not known, is None."""
    sentence, length = _main(stretch)
    fine = _FINE.search(stretch.text)
    amount = None if fine is None or fine["small"] else yuan(fine["amount"])
    fined = stretch.measured(amount, *fine.span("amount")) if fine else None
    if sentence is None and fine is not None and fined is not None:
        sentence = stretch.quote("罚金", fine.start(), fine.start() + 2)
    return Punishment(sentence, length, _probation(stretch), fined)


def _main(stretch: Stretch) -> tuple[Quoted[str] | None, Quoted[float] | None]:
    found = SENTENCE.search(stretch.text)
    if found is None:
        return None, None
    if not found["term"]:
        kind = next(name for name, value in found.groupdict().items() if value)
        return stretch.quote(_STANDARD[kind], *found.span()), None
    length = _length(stretch, found.end())
    return stretch.quote(found["term"], *found.span()), _at_most(length, _LONGEST[found["term"]])


def _length(stretch: Stretch, place: int) -> Quoted[float] | None:
    blank = re.compile(rf"{BLANK}*").match(stretch.text, place)
    found = DURATION.match(stretch.text, blank.end() if blank else place)
    if found is None or found.end() == found.start() or _UNFINISHED.match(stretch.text, found.end()):
        return None
    return stretch.measured(months(found), *found.span())


def _probation(stretch: Stretch) -> Quoted[float] | None:
    for found in _PROBATION.finditer(stretch.text):
        length = _length(stretch, found.end())
        if length is not None:
            return _at_most(length, _LONGEST_PROBATION)
    return None


def _at_most(length: Quoted[float] | None, longest: float) -> Quoted[float] | None:
    return length if length is not None and 0 < length.value <= longest else None
