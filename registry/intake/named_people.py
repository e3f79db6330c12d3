"""Who a row names: a person with other names and documents, an organisation with its codes and licence."""

from __future__ import annotations

import re
import unicodedata

from matching.documents import problems
from matching.identity import IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex, stated
from matching.normalize import DOT, UNKNOWN_CHARACTER, alternative_names, is_masked_name, normalize_name
from matching.resident_id import ResidentId, Shape
from registry.intake.number_cells import NumberCell, resident_id
from registry.intake.row_reader import RowReader

_LONGEST_NAME = 200
_LONGEST_NUMBER = 60

SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE, "2": Sex.FEMALE}

_PERSONAL = (
    IdType.RESIDENT_ID,
    IdType.HK_MO_PERMIT,
    IdType.TW_PERMIT,
    IdType.HK_MO_TW_RESIDENCE,
    IdType.FOREIGN_PERMANENT,
    IdType.PASSPORT,
    IdType.OTHER,
)
ID_TYPES = {str(kind): kind for kind in _PERSONAL} | {
    "居民身份证": IdType.RESIDENT_ID,
    "身份证": IdType.RESIDENT_ID,
    "港澳居民来往内地通行证": IdType.HK_MO_PERMIT,
    "台湾居民来往大陆通行证": IdType.TW_PERMIT,
    "港澳台居民居住证": IdType.HK_MO_TW_RESIDENCE,
    "外国人永久居留身份证": IdType.FOREIGN_PERMANENT,
    "护照": IdType.PASSPORT,
}

_NAME_KINDS = {str(kind): kind for kind in NameKind} | {
    "原名": NameKind.FORMER,
    "旧名": NameKind.FORMER,
    "外号": NameKind.NICKNAME,
    "诨名": NameKind.NICKNAME,
    "小名": NameKind.NICKNAME,
    "乳名": NameKind.NICKNAME,
}
_SAYS_NOTHING = frozenset({"无", "不详", "未知", "不明", "/", "-", "--", "无证件", "none", "n/a", "null"})
_QUOTES = "“”\"'‘’「」『』"


def read_person(row: RowReader, *, required: bool) -> Identity | None:
    """Read the person a row names; None where none is named and none must be.

    Faults: name missing (where required), a number without a type, a number that cannot be read.
    """
    name = row.text("name", required=required, longest=_LONGEST_NAME)
    sex, birth = row.choice("sex", SEXES), row.birth("birth_date")
    document, others = _document(row), _other_names(row)
    if name is None:
        return None
    if not normalize_name(name).strip(UNKNOWN_CHARACTER + DOT):
        row.fault("name", "says_nothing", "of the name nothing is left but signs")
    elif is_masked_name(name):
        row.note("name", "masked_name", "the name is masked; only a document number can lead to this person")
    _compare_with_number(row, document, Identity(birth=birth, sex=sex))
    return Identity(
        kind=Kind.PERSON,
        name=name,
        other_names=tuple(dict.fromkeys((*others, *second_names(name)))),
        documents=() if document is None else (document,),
        birth=birth,
        sex=sex,
        domicile_code=_domicile(row),
    )


def read_organisation(row: RowReader) -> Identity | None:
    """Read the organisation a revocation names, with its credit code and licence number; None where none is named."""
    name = row.text("organisation", longest=_LONGEST_NAME)
    codes = [(IdType.USCC, _code(row, "uscc")), (IdType.LICENCE, _code(row, "licence_no"))]
    documents = tuple(IdDocument(kind, number) for kind, number in codes if number is not None)
    if name is None and not documents:
        return None
    return Identity(kind=Kind.ORGANISATION, name=name, documents=documents)


def _code(row: RowReader, column: str) -> str | None:
    cell = _number(row, column)
    if cell is None:
        return None
    kind = IdType.USCC if column == "uscc" else IdType.LICENCE
    for problem in problems(kind, cell.text):
        row.note(column, problem, "kept as stated; not used to tell organisations apart")
    return cell.text


def _document(row: RowReader) -> IdDocument | None:
    cell = _number(row, "id_number")
    kind = row.choice("id_type", ID_TYPES)
    if cell is None:
        return None
    if kind is None and resident_id(cell.text).complete:
        row.note("id_type", "assumed_resident_id", "no type is stated; the number has the form of a resident ID")
        kind = IdType.RESIDENT_ID
    if kind is None:
        if not any(fault.field == "id_type" for fault in row.faults):
            row.fault("id_type", "missing", "a number needs its document's type")
        return None
    _remark(row, kind, cell)
    return IdDocument(kind, cell.text)


def _number(row: RowReader, column: str) -> NumberCell | None:
    cell = row.identifier(column)
    if cell is None:
        return None
    if unicodedata.normalize("NFKC", cell.text).lower() in _SAYS_NOTHING:
        row.note(column, "says_nothing", "the words say that no number is known")
        return None
    if len(cell.text) > _LONGEST_NUMBER:
        row.fault(column, "too_long", f"more than {_LONGEST_NUMBER} characters")
        return None
    return cell


_RESIDENT_REMARKS = {
    Shape.MASKED: ("masked", "the number is masked; the digits shown are used"),
    Shape.FIFTEEN: ("fifteen_digits", "an old number of fifteen digits; compared in its form of eighteen"),
    Shape.WRONG_LENGTH: ("length", "the number has the wrong length; kept as evidence of a slip"),
    Shape.EXCEL_DAMAGED: ("excel_damaged", "a spreadsheet lost digits of the number; they count as unknown"),
}


def _remark(row: RowReader, kind: IdType, cell: NumberCell) -> None:
    """Note in what state the number came; only a resident ID that cannot be read at all is a fault."""
    if cell.damaged:
        row.note("id_number", *_RESIDENT_REMARKS[Shape.EXCEL_DAMAGED])
        return
    if kind is not IdType.RESIDENT_ID:
        for problem in problems(kind, cell.text):
            row.note("id_number", problem, "not the form this document's numbers have; kept as stated")
        return
    number = resident_id(cell.text)
    if number.shape is Shape.UNREADABLE:
        row.fault("id_number", "unreadable", "characters that no resident ID has")
    elif number.shape in _RESIDENT_REMARKS:
        row.note("id_number", *_RESIDENT_REMARKS[number.shape])
    elif not number.check_ok:
        row.note("id_number", "check_character", "the check character is wrong; kept as evidence of a slip")


def _compare_with_number(row: RowReader, document: IdDocument | None, person: Identity) -> None:
    if document is None or document.type is not IdType.RESIDENT_ID:
        return
    number = resident_id(document.number)
    if number.birth and person.birth and number.complete and not _agree(number, person):
        row.note("birth_date", "differs_from_id", "the birth date is not that of the ID number")
    if number.sex and person.sex and number.complete and number.sex is not person.sex:
        row.note("sex", "differs_from_id", "the sex is not that of the ID number")


def _agree(number: ResidentId, person: Identity) -> bool:
    shorter, longer = sorted(
        (number.birth.isoformat() if number.birth else "", person.birth.isoformat() if person.birth else ""), key=len
    )
    return longer.startswith(shorter)


def _domicile(row: RowReader) -> str | None:
    text = row.text("domicile_code")
    if text is None:
        return None
    digits = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"\d{6}(\d{3}|\d{6})?", digits) is None:
        row.note("domicile_code", "not_a_county", "not a county code of six digits; left aside")
        return None
    return digits[:6]


def _other_names(row: RowReader) -> tuple[OtherName, ...]:
    text = row.text("other_names")
    if text is None:
        return ()
    found: list[OtherName] = []
    for part in re.split(r"[;；\n]", text):
        kind_word, colon, names = part.replace("：", ":").rpartition(":")
        kind = _name_kind(row, kind_word.strip() if colon else None)
        cleaned = (stated(name.strip(_QUOTES + " ")) for name in re.split(r"[、,，]", names))
        found += [OtherName(kind, name) for name in cleaned if name is not None and kind is not None]
    return tuple(dict.fromkeys(found))


def second_names(name: str | None) -> tuple[OtherName, ...]:
    """Return the names a person is stated by in brackets behind the first, as in CHAN TAI MAN（中文名陈大文）."""
    if name is None:
        return ()
    plain = normalize_name(name)
    return tuple(OtherName(NameKind.ALSO_KNOWN_AS, each) for each in alternative_names(name) if each != plain)


def _name_kind(row: RowReader, word: str | None) -> NameKind | None:
    """Tell the kind of another name; 自报 is a label on the name itself, not another name."""
    if word == "自报":
        row.note("other_names", "self_reported", "自报 is a label, not another name; left aside")
        return None
    kind = _NAME_KINDS.get(word or "")
    if kind is None:
        row.note("other_names", "kind_unknown", "another name without a known kind; taken as 别名")
        return NameKind.ALIAS
    return kind
