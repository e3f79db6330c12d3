"""What would follow if a document were confirmed today: for each person the bans, since when, and by which words.

Asked before filing, with the very functions that place the rows; nothing is written and nothing is recorded.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matching.identity import Kind
from registry.errors import FieldFault
from registry.intake.desk_content import checked_judgment, checked_revocation
from registry.intake.judgment_rows import FiledRow, is_listed
from registry.law.ban import Basis
from registry.law.judgment import RowOutcome
from registry.law.provision_texts import ProvisionText, provision_text
from registry.law.provisions import Law, Provision
from registry.law.reasons import Reason
from registry.services.document_rows import document_rows, filing_faults
from registry.services.leave_out_sealed import leave_out_sealed
from registry.services.list_draft import Judged
from registry.services.place_rows import judge, row_outcome
from registry.store.desk_values import Content, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services


@dataclass(frozen=True, slots=True)
class ForeseenBan:
    """One ban: its provision and words, what it bars (Chinese, English), from when (None: not yet), until when.

    `ends_on` None is for life. `entailed` are citations of other laws that the same fact founds.
    """

    provision: str
    article_zh: str
    article_en: str
    wording: ProvisionText
    bars: tuple[tuple[str, str], ...]
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    order: str | None
    entailed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ForeseenPerson:
    """What follows for one person, unit or organisation.

    `outcome` None: no row at all, `left_out` says why (unit, acquitted, masked, not_concerned, refused). `reasons` are
    (code, Chinese, English).
    """

    no: int
    name: str | None
    kind: str
    outcome: RowOutcome | None
    reasons: tuple[tuple[str, str, str], ...]
    bans: tuple[ForeseenBan, ...]
    left_out: str | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What follows for everybody; `faults` keep it from being filed, `notes` say what was unusual, both by field."""

    people: tuple[ForeseenPerson, ...]
    faults: tuple[FieldFault, ...]
    notes: tuple[FieldFault, ...]


def foresee_bans(services: Services, kind: DocumentKind, content: object) -> Foreseen:
    """Return what a document with this content would found today. Raises InvalidInputError where the shape is wrong."""
    if kind is DocumentKind.REVOCATION:
        return _foreseen(services, kind, checked_revocation(content), {})
    whole = checked_judgment(content)
    left_out = leave_out_sealed(services.law, services.clock.today(), whole)
    refused = {each["no"]: each for each in whole["defendants"] if each["no"] in left_out.codes}
    return _foreseen(services, kind, left_out.content, refused)


def _foreseen(services: Services, kind: DocumentKind, content: Content, refused: Mapping[int, Content]) -> Foreseen:
    found = document_rows(kind, "", 1, content)
    today = services.clock.today()
    named = content["people"] or [{"no": 0}] if kind is DocumentKind.REVOCATION else content["defendants"]
    people = [_person(services.law, today, each, found.rows) for each in named]
    if kind is DocumentKind.REVOCATION and content["people"] and content.get("organisation"):
        people.append(_organisation(services.law, today, content, found.rows))
    people += [ForeseenPerson(no, each.get("name"), "person", None, (), (), "refused") for no, each in refused.items()]
    return Foreseen(tuple(people), filing_faults(kind, "", content), found.notes)


def _person(law: Law, today: datetime.date, named: Mapping[str, Any], rows: Iterable[FiledRow]) -> ForeseenPerson:
    own = [filed for filed in rows if filed.defendant_no == named["no"]]
    kind = "organisation" if named["no"] == 0 else str(named.get("kind") or "person")
    wanted = Kind.ORGANISATION if kind == "organisation" else Kind.PERSON
    judged = [
        each for filed in own for each in judge(law, filed.row, today, None) if each.named.identity.kind is wanted
    ]
    return _summed_up(law, today, named["no"], named.get("name"), kind, judged, _left_out(named, judged))


def _organisation(law: Law, today: datetime.date, content: Content, rows: Sequence[FiledRow]) -> ForeseenPerson:
    """The organisation stands in every row; the first speaks for it."""
    judged = [each for each in judge(law, rows[0].row, today, None) if each.named.identity.kind is Kind.ORGANISATION]
    return _summed_up(law, today, 0, content["organisation"], "organisation", judged, None)


def _left_out(named: Mapping[str, Any], judged: Sequence[Judged]) -> str | None:
    if judged:
        return None
    if named.get("kind") == "unit":
        return "unit"
    if named.get("left_out"):
        return str(named["left_out"])
    return "acquitted" if "counts" in named and not is_listed(named) else None


def _summed_up(  # noqa: PLR0913, PLR0917 - what is shown of one person
    law: Law,
    today: datetime.date,
    no: int,
    name: str | None,
    kind: str,
    judged: Sequence[Judged],
    left_out: str | None,
) -> ForeseenPerson:
    bases = dict.fromkeys(basis for each in judged for basis in each.terms.bases)
    reasons = dict.fromkeys(each.terms.reason for each in judged)
    return ForeseenPerson(
        no,
        name,
        kind,
        row_outcome(judged) if judged else None,
        tuple(_said(reason) for reason in reasons),
        tuple(_ban(law, basis, today) for basis in bases),
        left_out,
    )


def _said(reason: Reason) -> tuple[str, str, str]:
    return reason.value, reason.says("zh"), reason.says("en")


def _ban(law: Law, basis: Basis, today: datetime.date) -> ForeseenBan:
    provision = law.provision(basis.provision)
    activities, _ = law.barred_activities(provision, basis.text)
    entailed = law.entailed(provision, basis.starts_on or today)
    return ForeseenBan(
        provision.id,
        *_cited(law, provision),
        provision_text(provision),
        tuple((law.activity(each, "zh"), law.activity(each, "en")) for each in activities),
        basis.starts_on,
        basis.ends_on,
        basis.text,
        tuple(_cited(law, each) for each in entailed),
    )


def _cited(law: Law, provision: Provision) -> tuple[str, str]:
    return law.article(provision.id, "zh"), law.article(provision.id, "en")
