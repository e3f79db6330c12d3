"""What goes wrong between a record of the list and an application, cause by cause.

Each step changes one of the two papers of a case and notes the cause; it returns False where it does not apply to this
person (a number that begins a century cannot lose it), and then another person is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks import character_errors as characters
from benchmarks import date_errors, number_errors
from benchmarks.case import Case, Row
from benchmarks.draw import Generator, any_of
from benchmarks.han_names import generations, han_names
from benchmarks.other_names import hong_kong_spelling, respelt, wade_giles
from benchmarks.population import Bearer

Step = Callable[[Generator, Case], bool]


def one_of(*steps: Step, weights: Sequence[float] = ()) -> Step:
    """Take one of several steps; where it does not apply, another of them."""
    shares = np.array(weights or [1.0] * len(steps))

    def step(rng: Generator, case: Case) -> bool:
        order = rng.choice(len(steps), size=len(steps), replace=False, p=shares / shares.sum())
        return any(steps[place](rng, case) for place in order)

    return step


def _some_side(rng: Generator, case: Case) -> Row:
    """Court records are typed from hearing and paper more often than applications: four errors in five are theirs."""
    return case.listed if rng.random() < 0.8 else case.applied


def _character_step(cause: str, change: Callable[[Generator, str, bool], str | None]) -> Step:
    def step(rng: Generator, case: Case) -> bool:
        if case.person.kind is not Bearer.HAN:
            return False
        side = _some_side(rng, case)
        place = _place(rng, case)
        changed = change(rng, side["name"][place], place < len(case.person.surname))
        if changed is None or changed == side["name"][place]:
            return False
        side["name"] = side["name"][:place] + changed + side["name"][place + 1 :]
        case.causes.append(f"{cause} {'surname' if place < len(case.person.surname) else 'given name'}")
        return True

    return step


def _place(rng: Generator, case: Case) -> int:
    """Surnames are asked for and known: one error in six is theirs."""
    surname, given = len(case.person.surname), len(case.person.given)
    return int(rng.integers(surname)) if rng.random() < 1 / 6 else surname + int(rng.integers(given))


misheard = _character_step("misheard", characters.misheard)
misread = _character_step("misread", characters.misread)
mistyped = _character_step("mistyped", characters.mistyped)


def other_form(rng: Generator, case: Case) -> bool:
    """Write the name in traditional characters or with a variant."""
    side = _some_side(rng, case)
    changed = characters.other_form(rng, side["name"]) if case.person.kind is Bearer.HAN else None
    case.causes.append("other form")
    side["name"] = changed or side["name"]
    return changed is not None


def not_written(rng: Generator, case: Case) -> bool:
    """Put pinyin, a description or a box where the rarest character of the given name should stand."""
    if case.person.kind is not Bearer.HAN:
        return False
    start = len(case.person.surname)
    name = case.listed["name"]
    rarest = min(range(start, len(name)), key=lambda place: characters.how_usual(name[place]))
    case.listed["name"] = characters.not_written(rng, name, rarest) or name
    case.causes.append("character not written")
    return case.listed["name"] != name


name_error = one_of(misheard, misread, mistyped, weights=(0.4, 0.25, 0.35))
"""A character misheard, misread or mistyped."""

name_error_or_form = one_of(misheard, misread, mistyped, other_form, not_written, weights=(0.3, 0.2, 0.25, 0.15, 0.1))


def order_confused(rng: Generator, case: Case) -> bool:
    """Exchange the characters of the given name, or put the surname last."""
    person = case.person
    if person.kind is not Bearer.HAN or len(person.given) != 2 or person.given[0] == person.given[1]:
        return False
    last = rng.random() < 0.25
    case.listed["name"] = person.given + person.surname if last else person.surname + person.given[::-1]
    case.causes.append("surname last" if last else "given name turned round")
    return True


def character_left_out(rng: Generator, case: Case) -> bool:
    """Leave out one character of a given name of two."""
    person = case.person
    if person.kind is not Bearer.HAN or len(person.given) != 2:
        return False
    _some_side(rng, case)["name"] = person.surname + person.given[int(rng.integers(2))]
    case.causes.append("character left out")
    return True


def renamed(rng: Generator, case: Case) -> bool:
    """Apply under a new given name (one time in ten under a new surname as well) that the list does not know."""
    if case.person.kind is not Bearer.HAN:
        return False
    males = np.array([case.person.male])
    given = str(han_names().draw_givens(rng, generations(rng, males, None, 1))[0])
    surname = han_names().surnames.one(rng) if rng.random() < 0.1 else case.person.surname
    case.applied["name"] = surname + given
    case.causes.append("renamed")
    return case.applied["name"] != case.person.name


def former_name_listed(rng: Generator, case: Case) -> bool:
    """Apply under the name that the list gives as 曾用名."""
    if not renamed(rng, case):
        return False
    case.listed["other_names"] = f"曾用名:{case.applied['name']}"
    case.causes[-1] = "applies under the former name"
    return True


def married_name(rng: Generator, case: Case) -> bool:
    """Put the husband's surname before one's own, as in Hong Kong and Taiwan."""
    if case.person.male or case.person.kind is Bearer.MINORITY:
        return False
    case.listed["name"] = han_names().surnames.one(rng) + case.person.name
    case.causes.append("married name")
    return True


def respelt_minority(rng: Generator, case: Case) -> bool:
    """Transcribe a minority name with other characters, with or without the dot."""
    if case.person.kind is not Bearer.MINORITY:
        return False
    changed = respelt(rng, case.person.name)
    if changed is None:
        return False
    dot = any_of(rng, ("·", "·", "", "•", ".", "．", " "))
    case.listed["name"] = changed.replace("·", dot)
    case.causes.append("minority name respelt")
    return True


def shortened_minority(_: Generator, case: Case) -> bool:
    """Leave out the father's name."""
    if case.person.kind is not Bearer.MINORITY or "·" not in case.person.name:
        return False
    case.listed["name"] = case.person.name.split("·")[0]
    case.causes.append("minority name shortened")
    return len(case.listed["name"]) > 1


def romanised(rng: Generator, case: Case) -> bool:
    """Write the name in Latin letters on one side: as Hong Kong, as pinyin, or as Taiwan does, in either order."""
    person = case.person
    if person.kind is Bearer.ABROAD:
        parts = hong_kong_spelling(person.surname, person.given).split(" ")
        written = [" ".join(parts), f"{parts[0]}, {' '.join(parts[1:])}", " ".join([*parts[1:], parts[0]])]
    elif person.kind is Bearer.HAN:
        spell = wade_giles if rng.random() < 0.2 else str
        surname, given = (
            "".join(spell(characters.syllable(one)) for one in part) for part in (person.surname, person.given)
        )
        written = [f"{surname} {given}".upper(), f"{surname.title()} {given.title()}", f"{given} {surname}".upper()]
    else:
        return False
    side = case.listed if rng.random() < 0.5 else case.applied
    side["name"] = any_of(rng, written)
    case.causes.append("romanised")
    return True


def one_number_slip(rng: Generator, case: Case) -> bool:
    """Make one slip in the listed number."""
    case.listed["id_number"] = number_errors.one_slip(rng, case.person.number)
    case.causes.append("one slip in the listed number")
    return case.listed["id_number"] != case.person.number


def two_number_slips(rng: Generator, case: Case) -> bool:
    """Make two slips in the listed number."""
    case.listed["id_number"] = number_errors.two_slips(rng, case.person.number)
    case.causes.append("two slips in the listed number")
    return True


def applicant_slip(rng: Generator, case: Case) -> bool:
    """Make one slip in the number applied with; the date of birth is not stated beside it."""
    case.applied["id_number"] = number_errors.one_slip(rng, case.person.number)
    case.causes.append("one slip in the applicant's number")
    return case.applied["id_number"] != case.person.number


def number_format(rng: Generator, case: Case) -> bool:
    """Write the same number in another form on one side."""
    side = case.listed if rng.random() < 0.6 else case.applied
    side["id_number"] = number_errors.other_format(rng, case.person.number)
    case.causes.append("number in another form")
    return side["id_number"] != case.person.number


def fifteen_with_slip(rng: Generator, case: Case) -> bool:
    """List an old number of fifteen digits with one wrong digit, which no check character betrays."""
    if case.person.born.year >= 2000:
        return False
    old = number_errors.fifteen(case.person.number)
    case.listed["id_number"] = number_errors.wrong_digit(rng, old)
    case.causes.append("slip in a number of fifteen digits")
    return case.listed["id_number"] != old and case.listed["id_number"].isdigit()


def excel_damage(rng: Generator, case: Case) -> bool:
    """Let a spreadsheet round the listed number."""
    case.listed["id_number"] = number_errors.excel_damage(rng, case.person.number)
    case.causes.append("number rounded by a spreadsheet")
    return case.listed["id_number"] != case.person.number


def _mask_step(shapes: Sequence[str], cause: str) -> Step:
    def step(rng: Generator, case: Case) -> bool:
        case.listed["id_number"] = number_errors.masked(rng, case.person.number, any_of(rng, shapes))
        case.listed["birth_date"] = case.person.born.isoformat() if rng.random() < 0.7 else ""
        case.causes.append(cause)
        return True

    return step


masked = _mask_step(number_errors.MASKS[:1], "birth and sequence masked")
masked_more = _mask_step(number_errors.MASKS[1:], "most of the number masked")
masked_with_birth = _mask_step(number_errors.MASKS_WITH_BIRTH, "part of the number masked")


def with_birth_stated(_: Generator, case: Case) -> bool:
    """State the birth date on the list."""
    case.listed["birth_date"] = case.person.born.isoformat()
    return True


def superseded_number(rng: Generator, case: Case) -> bool:
    """List the sound number somebody had before the register's error in the birth date was corrected."""
    changes = (date_errors.year_off, date_errors.month_and_day_exchanged, date_errors.lunar_birthday)
    earlier = any_of(rng, changes)(rng, case.person.born)
    if earlier is None:
        return False
    case.listed["id_number"] = number_errors.with_other_birth(case.person.number, earlier.strftime("%Y%m%d"))
    case.listed["birth_date"] = earlier.isoformat()
    case.causes.append("number superseded")
    return True


def no_number(_: Generator, case: Case) -> bool:
    """List no number: the judgment gave the date of birth."""
    case.listed |= {"id_type": "", "id_number": "", "birth_date": case.person.born.isoformat(), "sex": case.person.sex}
    return True


def only_year_and_place(rng: Generator, case: Case) -> bool:
    """List name, sex, birth year (sometimes the month) and county only; the household did not move."""
    person = case.person
    month = f"-{person.born.month:02d}" if rng.random() < 0.2 else ""
    case.listed |= {"id_type": "", "id_number": "", "birth_date": f"{person.born.year}{month}", "sex": person.sex}
    case.listed["domicile_code"] = person.area
    case.causes.append("birth month and place" if month else "birth year and place")
    return True


def _date_step(cause: str, change: Callable[..., object]) -> Step:
    def step(rng: Generator, case: Case) -> bool:
        written = change(rng, case.person.born)
        if written is None:
            return False
        case.listed["birth_date"] = str(written)
        case.causes.append(cause)
        return True

    return step


birth_wrong = one_of(
    _date_step("month and day exchanged", date_errors.month_and_day_exchanged),
    _date_step("birth year off by one", date_errors.year_off),
    _date_step("one digit of the birth date", date_errors.digit_off),
    _date_step("lunar birthday", date_errors.lunar_birthday),
    weights=(0.25, 0.25, 0.35, 0.15),
)


def moved(_: Generator, case: Case) -> bool:
    """Take only somebody whose household lives in another county than the number was given in."""
    if case.person.area == case.person.domicile:
        return False
    case.listed["domicile_code"] = case.person.domicile
    case.causes.append("household moved")
    return True


def permit(rng: Generator, case: Case) -> bool:
    """Give somebody of Hong Kong or Macao a home return permit, with or without the number of its renewal."""
    if case.person.kind is not Bearer.ABROAD:
        return False
    number = f"{any_of(rng, 'HHHM')}{case.person.number[8:16]}"
    case.listed |= {"id_type": "hk_mo_permit", "id_number": number + any_of(rng, ("", "00", "01"))}
    case.applied |= {"id_type": "hk_mo_permit", "id_number": number + any_of(rng, ("", "01", "02"))}
    case.applied["birth_date"] = case.person.born.isoformat()
    case.causes.append("permit")
    return True


def passport_renewed(rng: Generator, case: Case) -> bool:
    """List an old passport and apply with a new one; both state the birth date and the sex."""
    for side in (case.listed, case.applied):
        side |= {"id_type": "passport", "id_number": f"E{rng.integers(10**7, 10**8)}", "sex": case.person.sex}
        side["birth_date"] = case.person.born.isoformat()
    case.causes.append("passport renewed")
    return True


STRATA: dict[str, tuple[Step, ...]] = {
    "id_intact": (),
    "id_format": (number_format,),
    "id_intact_name_error": (name_error_or_form,),
    "applicant_renamed": (renamed,),
    "id_one_error": (one_number_slip,),
    "id_one_error_name_form": (one_number_slip, one_of(other_form, misheard, mistyped)),
    "id_masked": (masked,),
    "id_masked_with_birth": (masked_with_birth,),
    "id_masked_name_error": (masked, with_birth_stated, name_error_or_form),
    "birth_day": (no_number,),
    "birth_day_name_error": (no_number, name_error_or_form),
    "birth_wrong_part": (no_number, birth_wrong),
    "birth_year_place": (only_year_and_place,),
    "former_name_listed": (one_of(no_number, masked), former_name_listed),
    "applicant_id_typo": (applicant_slip,),
    "id_two_errors": (two_number_slips,),
    "id_fifteen_one_error": (fifteen_with_slip,),
    "id_excel": (excel_damage,),
    "id_superseded": (superseded_number,),
    "id_masked_more": (masked_more, with_birth_stated),
    "id_masked_birth_wrong": (masked, birth_wrong),
    "birth_day_moved": (no_number, moved),
    "birth_day_order": (no_number, order_confused),
    "birth_day_character_left_out": (no_number, character_left_out),
    "birth_day_not_written": (no_number, not_written),
    "birth_day_married_name": (no_number, married_name),
    "birth_day_romanised": (no_number, romanised),
    "minority_masked_respelt": (masked, with_birth_stated, respelt_minority),
    "minority_birth_day_respelt": (no_number, respelt_minority),
    "minority_birth_day_shortened": (no_number, shortened_minority),
    "permit_romanised": (permit, romanised),
    "passport_renewed": (passport_renewed,),
}
"""What is done to a case of each stratum; the first fifteen go by the names of the bars in docs/benchmarks.md."""

BEARER_OF = {"minority": Bearer.MINORITY, "permit": Bearer.ABROAD}
"""Strata whose name begins so need people with such names."""
