"""Who is accused: each person or unit with what the judgment says about them in the paragraph of the parties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.resident_id import ResidentId
from registry.intake.compact_text import CompactText
from registry.intake.dates import ImpossibleDateError, UnreadableDateError, read_date
from registry.intake.judgment_reading import Defendant, JudgmentReading, Quoted, Warned
from registry.intake.judgment_sections import Sections

MOST_DEFENDANTS = 200
"""More than any court tries together; what seems to name more is no judgment, and nobody is read in it."""

_LABEL = r"(?:被告单位|被告人|上诉单位|上诉人|原审被告单位|原审被告人|原审上诉人|罪犯)"
_ASIDE = (
    r"(?:\([^()]{0,40}\))?"
    r"(?:[暨兼](?:附带民事(?:公益)?诉讼被告人?|被告单位[^，。]{0,20}?(?:诉讼代表人|法定代表人|负责人)))?"
    r"(?:[：]?自报(?:姓名|名)?)?"
)
_NUMBERED = re.compile(r"(?:\(?[一二三四五六七八九十\d]{1,2}[、.)]|第[一二三四五六七八九十]{1,2})$")
_PARTY = re.compile(rf"(?P<label>{_LABEL}){_ASIDE}[：]?(?P<name>[^，。；：()]{{1,50}}?)(?=[，。；(]|[男女]，|曾用名|$)")
_ACCUSED = re.compile(
    rf"(?:指控|起诉)(?P<who>(?:{_LABEL}){_ASIDE}[：]?[^，。；：]{{1,200}}?)(?:涉嫌)?(?:共同)?犯(?!罪(?:嫌疑|事实))"
)
_SPLIT = re.compile(rf"[、]|和(?={_LABEL})|及(?={_LABEL})|与(?={_LABEL})")
_OTHERS = re.compile(
    r"(?:指定|委托)?辩护人|诉讼代表人|法定代理人|诉讼代理人|附带民事(?:公益)?诉讼(?:原告|起诉)|公诉机关|证人|翻译人员"
)
_NOT_A_NAME = re.compile(r"犯|辩护|到庭|及其|本人|供述|认罪|有期|判处|系累犯|诉讼|对指控|的")

_SEX = re.compile(r"(?:(?<=[，。(；])|(?<=性别)|(?<=性别：))(?P<value>[男女])性?(?=[，。；、)]|$)")
_SEX_AFTER_NAME = re.compile(r"(?P<value>[男女])(?=，)")
_SIGNS_OF_DATES = "0-9〇○零OoＯ一二三四五六七八九十元正"
_YEAR = r"(?:\d{4}|[一二][〇○零OoＯ一二三四五六七八九]{3})年"
_DATE = rf"(?P<value>{_YEAR}(?:[{_SIGNS_OF_DATES}]{{1,3}}月(?:[{_SIGNS_OF_DATES}廿]{{1,4}}[日号])?)?)"
_BIRTHS = (
    re.compile(rf"{_DATE}(?:\(.{{1,12}}\))?(?:出生|生(?=[，。；于)]|$))"),
    re.compile(rf"(?:出生日期|出生年月日?|出生于|生于|出生)[：为是]?{_DATE}"),
)
_ETHNIC = re.compile(r"(?:(?<=[，。；、(])|(?<=民族：))(?P<value>[^\W\d_]{1,6}族)(?=[，。；、)]|$)")
_NUMBER = re.compile(
    r"(?:身份证?(?:号码|证号|号|证)?|身份号码|身份证件号码?)(?:号码|号)?[：为是]?(?P<value>[0-9Xx×*＊]{6,18})"
)
_PERMIT = re.compile(r"(?:护照|通行证|居留证|居住证)(?:号码|号)?[：为是]?(?P<value>[A-Z]{0,3}[0-9×*＊]{5,18})")
_CREDIT_CODE = re.compile(
    r"(?:统一社会信用代码|社会信用代码|组织机构代码|注册号)(?:号)?[：为是]?(?P<value>[0-9A-Z×*＊-]{9,18})"
)
_OTHER_NAME = re.compile(
    r"(?P<kind>曾用名|又名|别名|绰号|外号|诨名|诨号|化名|小名|乳名|别号|网名|艺名|原名|英文名|中文名)(?:叫|为|是)?[：]?"
    r"[“\"‘'《]?(?P<value>[^，。；：()、“”\"‘’'《》]{1,30})[”\"’'》]?"
)
_ANOTHER = re.compile(r"、[“\"‘'](?P<value>[^，。；：()、“”\"‘’']{1,30})[”\"’']")
_ANOTHER_BARE = re.compile(
    r"、(?!曾用|又名|别名|绰号|外号|化名|小名|网名|户籍|身份)(?P<value>[\u4e00-\u9fff·]{2,4})(?=[，、；)])"
)
_SAYS_NOTHING = frozenset({"无", "不详", "没有"})
_MASK = re.compile(r"[某×xX*＊□]")
_ONLY_MASK = re.compile(r"[×xX*＊□]+")


@dataclass(frozen=True, slots=True)
class _Place:
    label: str
    start: int
    end: int


def parties(compact: CompactText, parts: Sections, reading: JudgmentReading) -> None:
    """Add everybody accused to the reading: from the parties' paragraph, else from the indictment."""
    found = list(_paragraphs(compact, parts)) or list(_indicted(compact, parts))
    if not found and parts.operative is not None:
        found = list(_sentenced(compact, *parts.operative))
    found = found[: MOST_DEFENDANTS + 1]
    seen: set[str] = set()
    for position, place in enumerate(found):
        name = compact.quoted(place.start, place.end)
        if name in seen:
            continue
        seen.add(name)
        following = found[position + 1].start if position + 1 < len(found) else None
        read = _defendant(compact, parts, place, following)
        _warn(read, f"defendants[{len(reading.defendants)}]", reading)
        reading.defendants.append(read)


def _paragraphs(compact: CompactText, parts: Sections) -> Iterator[_Place]:
    start, end = parts.parties
    for found in _PARTY.finditer(compact.text, start, end):
        name = found["name"]
        if _opens_a_clause(compact, found.start(), start) and _may_be_name(name):
            yield _Place(found["label"], *found.span("name"))


def _opens_a_clause(compact: CompactText, place: int, start: int) -> bool:
    numbered = _NUMBERED.search(compact.text, max(start, place - 5), place)
    first = numbered.start() if numbered else place
    return first == start or compact.begins_line(first) or compact.text[first - 1] in "。；)号：院"


def _may_be_name(name: str) -> bool:
    return len(name) > 1 and not _NOT_A_NAME.search(name) and not name.isdigit()


def _indicted(compact: CompactText, parts: Sections) -> Iterator[_Place]:
    found = _ACCUSED.search(compact.text, parts.head[1])
    if found is not None:
        yield from _listed(compact, *found.span("who"))


_SENTENCED = re.compile(rf"(?P<who>{_LABEL}[^，。；：]{{1,80}}?)犯[^，。；]{{1,40}}?罪")


def _sentenced(compact: CompactText, start: int, end: int) -> Iterator[_Place]:
    for found in _SENTENCED.finditer(compact.text, start, end):
        yield from _listed(compact, *found.span("who"))


def _listed(compact: CompactText, start: int, end: int) -> Iterator[_Place]:
    """Yield each name of a list like 被告单位甲公司、被告人张三、李四."""
    label, place = "被告人", start
    for piece in _SPLIT.split(compact.text[start:end]):
        first = compact.text.index(piece, place)
        place = first + len(piece)
        named = re.match(rf"(?P<label>{_LABEL})?{_ASIDE}[：]?(?P<name>[^()]*)", piece)
        if named is None or not _may_be_name(named["name"]):
            continue
        label = named["label"] or label
        yield _Place(label, first + named.start("name"), first + named.end("name"))


def _defendant(compact: CompactText, parts: Sections, place: _Place, following: int | None) -> Defendant:
    name = _name(compact, place)
    read = Defendant(kind="unit" if "单位" in place.label else "person", name=name)
    read.name_masked = name is not None and _is_masked(name.value)
    if parts.parties[0] <= place.start < parts.parties[1]:
        _describe(compact, read, place.end, _paragraph_end(compact, place.end, following, parts.parties[1]))
    if read.birth_date is None and name is not None and not read.name_masked:
        read.birth_date = _birth_told_elsewhere(compact, compact.text[place.start : place.end])
    return read


def _name(compact: CompactText, place: _Place) -> Quoted[str] | None:
    quoted = compact.quoted(place.start, place.end)
    if _ONLY_MASK.fullmatch(quoted):
        return None
    latin = re.fullmatch(r"[A-Za-z .,·'-]+", compact.words(place.start, place.end))
    return Quoted(latin[0] if latin else quoted, compact.span(place.start, place.end))


def _is_masked(name: str) -> bool:
    """Latin names may hold the letter x; in others it stands for a character that is not shown."""
    return bool(_MASK.search(name)) and not re.fullmatch(r"[A-Za-z .,·'-]+", name)


def _paragraph_end(compact: CompactText, start: int, following: int | None, limit: int) -> int:
    other = _OTHERS.search(compact.text, start, limit)
    return min(each for each in (following, other.start() if other else None, limit) if each is not None)


def _describe(compact: CompactText, read: Defendant, start: int, end: int) -> None:
    if read.kind == "unit":
        read.id_number = _first(compact, (_CREDIT_CODE,), start, end)
        return
    sex = _SEX_AFTER_NAME.match(compact.text, start, end)
    read.sex = _quoted(compact, sex) if sex else _first(compact, (_SEX,), start, end)
    read.birth_date = _birth(compact, start, end)
    read.ethnic_group = _first(compact, (_ETHNIC,), start, end)
    read.id_number = _number(compact, start, end)
    read.other_names = list(_other_names(compact, start, end))


def _first(compact: CompactText, patterns: tuple[re.Pattern[str], ...], start: int, end: int) -> Quoted[str] | None:
    for pattern in patterns:
        found = pattern.search(compact.text, start, end)
        if found is not None:
            return _quoted(compact, found)
    return None


def _quoted(compact: CompactText, found: re.Match[str]) -> Quoted[str]:
    return Quoted(compact.quoted(*found.span("value")), compact.span(*found.span("value")))


def _number(compact: CompactText, start: int, end: int) -> Quoted[str] | None:
    number = _first(compact, (_NUMBER, _PERMIT), start, end)
    return None if number is None or _ONLY_MASK.fullmatch(number.value) else number


def _birth(compact: CompactText, start: int, end: int) -> Quoted[str] | None:
    for pattern in _BIRTHS:
        found = pattern.search(compact.text, start, end)
        if found is not None:
            return _day_of_birth(compact, found)
    return None


def _day_of_birth(compact: CompactText, found: re.Match[str]) -> Quoted[str] | None:
    try:
        day = read_date(found["value"].replace("正月", "一月").replace("号", "日"))
    except (ImpossibleDateError, UnreadableDateError):
        return None
    return Quoted(day.isoformat(), compact.span(*found.span("value")))


def _birth_told_elsewhere(compact: CompactText, name: str) -> Quoted[str] | None:
    """Return the birth date that the evidence states right after the name; None where two are stated."""
    told = re.compile(rf"{re.escape(name)}，?(?:系|男，|女，)?(?:出生于|生于|，?出生日期为?){_DATE}")
    days = {found["value"]: found for found in told.finditer(compact.text)}
    return _day_of_birth(compact, next(iter(days.values()))) if len(days) == 1 else None


def _other_names(compact: CompactText, start: int, end: int) -> Iterator[tuple[str, Quoted[str]]]:
    for found in _OTHER_NAME.finditer(compact.text, start, end):
        if found["value"] in _SAYS_NOTHING:
            continue
        yield found["kind"], _quoted(compact, found)
        another = _another(compact, found.end(), end)
        while another is not None:
            yield found["kind"], _quoted(compact, another)
            another = _another(compact, another.end(), end)


def _another(compact: CompactText, place: int, end: int) -> re.Match[str] | None:
    return _ANOTHER.match(compact.text, place, end) or _ANOTHER_BARE.match(compact.text, place, end)


def _warn(read: Defendant, path: str, reading: JudgmentReading) -> None:
    if read.name is None or read.name_masked:
        reading.warnings.append(Warned(f"{path}.name", "name_masked"))
    if read.kind == "person" and read.id_number is not None and read.id_number.value.isalnum():
        number = ResidentId.parse(read.id_number.value)
        if len(read.id_number.value) >= 15 and not number.sound:
            reading.warnings.append(Warned(f"{path}.id_number", "id_number_unsound"))
        elif read.birth_date is not None and number.birth and number.birth.isoformat() != read.birth_date.value:
            reading.warnings.append(Warned(f"{path}.birth_date", "birth_differs_from_number"))
