"""When two rows certainly speak of one person or organisation, and when they must not be united."""

from __future__ import annotations

import pytest

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex
from matching.resident_id import check_character
from registry.services.same_subject import Signature, contradict, document_key, proven_same, told_same
from tests.registry.intake.list_rows_at_hand import id_number

NUMBER = id_number()
MASKED = NUMBER[:6] + "********" + NUMBER[-4:]
WRONG_CHECK = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
FIFTEEN = NUMBER[:6] + NUMBER[8:17]
USCC = "91339900M8B77FPM4E"
OTHER_USCC = "91329900M1TWNUAFX7"
LICENCE = "SC10133990000023"


def person(  # noqa: PLR0917 -- the features a row can state
    name: str = "王建国",
    number: str | None = None,
    id_type: IdType = IdType.RESIDENT_ID,
    birth: str | None = None,
    sex: Sex | None = None,
    county: str | None = None,
    document: str = "（2021）浙0106刑初1号",
    others: tuple[OtherName, ...] = (),
) -> Signature:
    documents = () if number is None else (IdDocument(id_type, number),)
    identity = Identity(Kind.PERSON, name, others, documents, BirthDate.parse(birth), sex, county)
    return Signature(identity, "33", document_key(document))


def organisation(name: str | None, *codes: tuple[IdType, str], region: str = "33") -> Signature:
    documents = tuple(IdDocument(kind, number) for kind, number in codes)
    return Signature(Identity(Kind.ORGANISATION, name, documents=documents), region, None)


def united(one: Signature, other: Signature) -> bool:
    there = proven_same(one, other) or (told_same(one, other) and not contradict(one, other))
    back = proven_same(other, one) or (told_same(other, one) and not contradict(other, one))
    assert there is back, "whichever comes first"
    return there


ELSEWHERE = "（2022）苏0509刑初9号"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person(number=NUMBER), person(number=NUMBER, document=ELSEWHERE)),
        (person(number=NUMBER), person(number=FIFTEEN, document=ELSEWHERE)),
        (person(number=NUMBER), person(number=NUMBER, id_type=IdType.PASSPORT, document=ELSEWHERE)),
        (person(number=NUMBER), person(number=NUMBER, name="王 建 国", document=ELSEWHERE)),
        (
            person(number=NUMBER),
            person(number=NUMBER, name="王小军", document=ELSEWHERE, others=(OtherName(NameKind.FORMER, "王建国"),)),
        ),
        (
            person("陈大文", "H99000001", IdType.HK_MO_PERMIT),
            person("陈大文", "H9900000102", IdType.HK_MO_PERMIT, document=ELSEWHERE),
        ),
        (person(), person(document="(2021)浙0106刑初1号")),
        (person(number=NUMBER), person()),
        (person(number=MASKED), person(number=NUMBER)),
        (
            person(birth="1976-03-09", sex=Sex.MALE, county="339900"),
            person(birth="1976-03-09", sex=Sex.MALE, county="339900", document=ELSEWHERE),
        ),
        (
            person(birth="1976-03-09", sex=Sex.MALE, county="330106"),
            person(number="330106********", birth="1976-03-09", sex=Sex.MALE, county="330106", document=ELSEWHERE),
        ),
    ],
)
def test_rows_that_certainly_speak_of_one_person_are_united(one: Signature, other: Signature) -> None:
    assert united(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person(number=NUMBER), person(number=NUMBER, name="赵敏慧", document=ELSEWHERE)),
        (
            person("王建国", NUMBER, others=(OtherName(NameKind.NICKNAME, "赵敏慧"),)),
            person("赵敏慧", NUMBER, document=ELSEWHERE),
        ),
        (person(number=MASKED), person(number=MASKED, document=ELSEWHERE)),
        (person(number=WRONG_CHECK), person(number=WRONG_CHECK, document=ELSEWHERE)),
        (person(number=WRONG_CHECK), person(number=NUMBER)),
        (
            person("陈大文", "E12345678", IdType.PASSPORT),
            person("陈大文", "E12345678", IdType.PASSPORT, document=ELSEWHERE),
        ),
        (person("陈大文", "A1", IdType.OTHER), person("陈大文", "A1", IdType.OTHER, document=ELSEWHERE)),
        (person(), person(document=ELSEWHERE)),
        (person(number=NUMBER), person(number=id_number(sequence="403"))),
        (person(birth="1976-03-09"), person(birth="1976-03-10")),
        (person(birth="1976"), person(number=id_number("19770309"))),
        (person(sex=Sex.MALE), person(sex=Sex.FEMALE)),
        (person(number=NUMBER), person(number="339900********4020")),
        (person("张某某"), person("张某某")),
        (person("张×"), person("张×")),
        (
            person(birth="1976-03-09", sex=Sex.MALE, county="330106"),
            person(birth="1976-03-09", sex=Sex.MALE, county="330105", document=ELSEWHERE),
        ),
        (
            person(birth="1976-03-09", sex=Sex.MALE, county="330106"),
            person(birth="1976-03-09", sex=Sex.MALE, document=ELSEWHERE),
        ),
        (
            person(birth="1976-03-09", county="330106"),
            person(birth="1976-03-09", county="330106", document=ELSEWHERE),
        ),
        (
            person(birth="1976-03", sex=Sex.MALE, county="330106"),
            person(birth="1976-03", sex=Sex.MALE, county="330106", document=ELSEWHERE),
        ),
    ],
)
def test_rows_that_might_speak_of_two_people_are_not_united(one: Signature, other: Signature) -> None:
    assert not united(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (organisation("甲食品厂", (IdType.USCC, USCC)), organisation("乙食品厂", (IdType.USCC, USCC)), True),
        (organisation("甲食品厂", (IdType.USCC, USCC)), organisation("甲食品厂", (IdType.USCC, OTHER_USCC)), False),
        (organisation("甲食品厂", (IdType.LICENCE, LICENCE)), organisation("乙店", (IdType.LICENCE, LICENCE)), True),
        (organisation("甲食品厂"), organisation("甲食品厂"), True),
        (organisation("甲食品厂"), organisation("甲食品厂", (IdType.USCC, USCC)), True),
        (organisation("甲食品厂"), organisation("甲食品厂", region="34"), False),
        (organisation("苏州某某食品厂"), organisation("苏州某某食品厂"), False),
        (
            organisation("甲食品厂", (IdType.USCC, USCC[:-1] + "X")),
            organisation("乙", (IdType.USCC, USCC[:-1] + "X")),
            False,
        ),
        (
            organisation("老王小吃店", (IdType.LICENCE, LICENCE)),
            organisation("老王小吃店", (IdType.LICENCE, "JY23299009900030")),
            False,
        ),
        (organisation(None), organisation(None), False),
    ],
)
def test_organisations_are_told_by_code_then_licence_then_name_and_region(
    one: Signature, other: Signature, same: bool
) -> None:
    assert united(one, other) is same


def test_a_person_is_never_an_organisation() -> None:
    assert not united(person("甲食品厂"), organisation("甲食品厂"))


@pytest.mark.parametrize(
    "written",
    ["（2021）浙0106刑初1号", "(2021)浙0106刑初1号", "〔2021〕浙 0106 刑初1号", "［2021］浙0106刑初１号"],
)
def test_document_numbers_are_alike_whatever_brackets_and_width(written: str) -> None:
    assert document_key(written) == "(2021)浙0106刑初1号"


def test_the_numbers_used_here_are_what_they_claim_to_be() -> None:
    assert check_character(NUMBER[:17]) == NUMBER[17]
    assert person(number=NUMBER).proofs
    assert not person(number=WRONG_CHECK).proofs
    assert organisation("甲", (IdType.USCC, USCC), (IdType.LICENCE, LICENCE)).proofs
