"""What a row says was decided: a court's conviction on one count, or an authority's revocation of a licence."""

from __future__ import annotations

import datetime

from matching.identity import BirthDate, Identity
from matching.prepare import is_citizen_number
from registry.intake.number_cells import resident_id
from registry.intake.row_reader import RowReader
from registry.law.judgment import Capacity, Conviction, CourtOrder, OrderKind, ResponsibleRole, Revocation, Sentence
from registry.law.roles import Region

SENTENCES = {str(sentence): sentence for sentence in Sentence} | {
    "死缓": Sentence.DEATH_SUSPENDED,
    "死刑缓期执行": Sentence.DEATH_SUSPENDED,
    "死刑,缓期二年执行": Sentence.DEATH_SUSPENDED,
    "无期": Sentence.LIFE,
    "单处罚金": Sentence.FINE_ONLY,
    "免于刑事处罚": Sentence.EXEMPT,
    "免予刑事处分": Sentence.EXEMPT,
}
YES_NO = {"yes": True, "no": False, "是": True, "否": False, "true": True, "false": False}
_CAPACITIES = {str(capacity): capacity for capacity in Capacity}
_ORDERS = {str(kind): kind for kind in OrderKind} | {
    "职业禁止": OrderKind.OCCUPATIONAL_BAN,
    "从业禁止": OrderKind.OCCUPATIONAL_BAN,
    "禁止令": OrderKind.PROBATION_INJUNCTION,
}
_ROLES = {str(role): role for role in ResponsibleRole} | {
    "法定代表人": ResponsibleRole.LEGAL_REPRESENTATIVE,
    "直接负责的主管人员": ResponsibleRole.MANAGER_IN_CHARGE,
    "其他直接责任人员": ResponsibleRole.OTHER_RESPONSIBLE,
}
_LONGEST_DOCUMENT_NO = 120


def read_conviction(row: RowReader, region: Region | None, person: Identity | None) -> Conviction:
    """Read one count against one defendant; every column is read, so that all faults are named at once.

    Where a value could not be read the row has a fault and the conviction serves only to recognise a sealed
    juvenile record: an unreadable sentence then counts as imprisonment, so that its length decides.
    """
    document_no = row.text("document_no", required=True, longest=_LONGEST_DOCUMENT_NO)
    court, charge = row.text("court", required=True), row.text("charge", required=True)
    sentence, months = row.choice("sentence", SENTENCES, required=True), row.number("sentence_months")
    judged, effective = row.day("judgment_date", required=True), row.day("effective_date")
    offence_from, offence_to = row.day("offence_from"), row.day("offence_to")
    probation, fine, order = row.number("probation_months"), row.number("fine_yuan"), _order(row)
    food_related, capacity = row.choice("food_related", YES_NO), row.choice("capacity", _CAPACITIES)
    licence_kind, executed_on = row.text("licence_kind"), row.day("executed_on")
    row.text("ethnic_group")
    _note_order(row, judged, effective, "effective_date")
    _note_order(row, offence_from, offence_to, "offence_to")
    return Conviction(
        region=region or Region.SHANGHAI,
        document_no=document_no or "",
        charge=charge or "",
        sentence=sentence or Sentence.FIXED_TERM,
        court=court,
        sentence_months=months,
        judgment_date=judged,
        effective_date=effective,
        food_related=food_related,
        probation_months=probation,
        fine_yuan=fine,
        offence_from=offence_from,
        offence_to=offence_to,
        capacity=capacity,
        licence_kind=licence_kind,
        order=order,
        executed_on=executed_on,
        birth=best_birth(person),
    )


def read_revocation(row: RowReader, region: Region | None, *, person: bool) -> tuple[Revocation, Revocation] | None:
    """Read a revocation as it stands against the organisation and, second, against the person who answers for it.

    `person` says whether the row names one, whose role must then be stated. None where a value is missing.
    """
    document_no = row.text("document_no", required=True, longest=_LONGEST_DOCUMENT_NO)
    authority, penalty = row.text("authority", required=True), row.text("penalty", required=True)
    decided_on, role = row.day("decided_on", required=True), row.choice("role", _ROLES, required=person)
    licence_kind, food_related = row.text("licence_kind"), row.choice("food_related", YES_NO)
    row.text("ethnic_group")
    if region is None or document_no is None or penalty is None or decided_on is None:
        return None
    against = {
        organisation: Revocation(
            region=region,
            document_no=document_no,
            penalty=penalty,
            decided_on=decided_on,
            authority=authority,
            licence_kind=licence_kind,
            role=None if organisation else role,
            organisation=organisation,
            food_related=food_related,
        )
        for organisation in (True, False)
    }
    return against[True], against[False]


def best_birth(person: Identity | None) -> BirthDate | None:
    """Return the birth date best known: of an undamaged citizen number (under any type), as stated, or behind a mask.

    A whole number with a wrong check character has a wrong digit somewhere: its birth date is no ground to
    take somebody for a juvenile, whose record would be refused without a trace.
    """
    if person is None:
        return None
    numbers = [resident_id(paper.number) for paper in person.documents if is_citizen_number(paper)]
    certain = next((number.birth for number in numbers if number.complete and number.check_ok), None)
    return certain or person.birth or next((number.birth for number in numbers if not number.complete), None)


def _order(row: RowReader) -> CourtOrder | None:
    kind, years, text = row.choice("ban_kind", _ORDERS), row.number("ban_years"), row.text("ban_text")
    if kind is None:
        if years is not None or text is not None:
            row.fault("ban_kind", "missing", "a ban's length or words need its kind")
        return None
    return CourtOrder(kind, years, text)


def _note_order(row: RowReader, first: datetime.date | None, second: datetime.date | None, column: str) -> None:
    if first is not None and second is not None and second < first:
        row.note(column, "date_order", "this date lies before the one it should follow; kept as stated")
