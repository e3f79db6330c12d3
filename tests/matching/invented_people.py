"""Invented people for the tests of matching; their county codes were never assigned."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, OtherName, Sex
from matching.resident_id import check_character

AREAS = ("319900", "329900", "339900", "349900")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"


def citizen_number(area: str, born: datetime.date, sequence: int) -> str:
    """Return a number with the right check character."""
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def person(  # noqa: PLR0917
    name: str | None = None,
    number: str | None = None,
    birth: str | None = None,
    sex: Sex | None = None,
    domicile: str | None = None,
    other_names: tuple[OtherName, ...] = (),
    id_type: IdType = IdType.RESIDENT_ID,
) -> Identity:
    """Return a person stating just what is given."""
    documents = (IdDocument(id_type, number),) if number else ()
    return Identity(Kind.PERSON, name, other_names, documents, BirthDate.parse(birth), sex, domicile)


def organisation(name: str | None = None, number: str | None = None, id_type: IdType = IdType.USCC) -> Identity:
    """Return an organisation stating just what is given."""
    return Identity(Kind.ORGANISATION, name, documents=(IdDocument(id_type, number),) if number else ())


names = st.builds(str.__add__, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2))
births = st.dates(datetime.date(1950, 1, 1), datetime.date(1955, 12, 31))
numbers = st.builds(citizen_number, st.sampled_from(AREAS), births, st.integers(1, 60))


@st.composite
def masked(draw: st.DrawFn) -> str:
    number = draw(numbers)
    first, last = draw(st.sampled_from(((6, 14), (10, 14), (14, 18), (0, 14))))
    return number[:first] + "*" * (last - first) + number[last:]


@st.composite
def slipped(draw: st.DrawFn) -> str:
    number = draw(numbers)
    place = draw(st.integers(0, 16))
    digit = draw(st.sampled_from("0123456789"))
    return draw(
        st.sampled_from(
            (
                number[:place] + digit + number[place + 1 :],
                number[:place] + number[place + 1 :],
                number[:place] + number[place + 1] + number[place] + number[place + 2 :],
            )
        )
    )


people = st.builds(
    person,
    name=names,
    number=st.one_of(st.none(), numbers, masked(), slipped()),
    birth=st.one_of(
        st.none(), births.map(str), births.map(lambda day: f"{day:%Y}"), births.map(lambda day: f"{day:%Y-%m}")
    ),
    sex=st.one_of(st.none(), st.sampled_from(Sex)),
    domicile=st.one_of(st.none(), st.sampled_from(AREAS)),
)
