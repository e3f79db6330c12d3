"""One revocation as it is shown: what it says, what follows, and the steps that are open to who looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, url_for

from api.console import desk_words
from api.console.corrections import pending_on
from api.console.forms import Fault, Form, says
from api.console.language import t
from api.console.page import show
from api.console.revocation_form import FIELDS, PERSON, changes, joined_names, shown
from registry.errors import NotFoundError
from registry.services.actor import Actor
from registry.services.foresee_bans import Foreseen, ForeseenPerson, foresee_bans
from registry.services.read_desk import DeskDocument, read_document
from registry.store.account_repository import UserRole
from registry.store.desk_values import Decision, DeskState, DocumentKind

if TYPE_CHECKING:
    from registry.services.context import Services

_STANDS = frozenset({DeskState.IN_FORCE, DeskState.PENDING, DeskState.WAITING, DeskState.NO_BAN})
_CHOSEN = {"role", "id_type"}
_WORDS = {"yes": "revocations.yes", "no": "revocations.no"}


@dataclass(frozen=True, slots=True)
class Open:
    """What who looks may do now."""

    edit: bool
    file: bool
    decide: bool
    take_back: bool
    follow_up: bool
    change: bool


def open_revocation(services: Services, document_no: str, actor: Actor) -> DeskDocument:
    """Return a revocation; NotFoundError where there is none in the actor's region, or it is a judgment."""
    document = read_document(services, document_no, actor)
    if document.kind is not DocumentKind.REVOCATION:
        raise NotFoundError("this is no revocation")
    return document


def show_revocation(services: Services, actor: Actor, document_no: str, form: Form) -> Response:
    """Show one revocation with a form's faults, if there are any."""
    document = open_revocation(services, document_no, actor)
    differing = begun_changes(document)
    foreseen = None if document.content is None else foreseen_of(services, document)
    may = _open(document, actor, changed=bool(differing))
    editing = url_for("revocations.show_editing", document_no=document_no)
    return show(
        "revocation.html",
        form=form,
        upheld=pending_on(document, actor),
        correct_at=editing if may.edit else None,
        document=document,
        content=document.content or {},
        foreseen=foreseen,
        groups=() if foreseen is None else alike(foreseen.people),
        open=may,
        differing=[(label(path), value_shown(path, old), value_shown(path, new)) for path, old, new in differing],
        returned=_returned(document),
        actor=actor,
        fields=FIELDS,
        person_fields=PERSON,
        person_value=person_value,
        value_shown=value_shown,
        says=says,
        label=fault_label,
        **desk_words.SPOKEN,
    )


def foreseen_of(services: Services, document: DeskDocument) -> Foreseen:
    """Return what follows from what the document says."""
    return foresee_bans(services, DocumentKind.REVOCATION, document.content)


def alike(people: Iterable[ForeseenPerson]) -> list[list[ForeseenPerson]]:
    """Return people together for whom the very same follows, in the order of the first of each."""
    groups: dict[object, list[ForeseenPerson]] = {}
    for person in people:
        if person.outcome is not None:
            groups.setdefault((person.outcome, person.reasons, person.bans), []).append(person)
    return list(groups.values())


def named(form: Form) -> Form:
    """Return the form with the field's name before each fault, in the order of the fields."""
    told = [Fault(each.field, f"{_place_label(each.field)}：{each.says}") for each in form.faults]
    return Form(form.values, tuple(sorted(told, key=_place)))


def _place(fault: Fault) -> tuple[str, int]:
    """Return where on the form a field stands: the decision's own first, then person by person."""
    of, _, name = fault.field.rpartition(".")
    order = (*FIELDS, *PERSON)
    return of, order.index(name) if name in order else len(order)


def begun_changes(document: DeskDocument) -> list[tuple[str, str, str]]:
    """Return in what the present content differs from the one that stands; nothing before the first confirmation."""
    standing = [step.content for step in document.history if step.decision is Decision.CONFIRMED and step.content]
    if not standing or document.content is None:
        return []
    return changes(standing[-1], document.content)


def label(path: str) -> str:
    """Return what a field is called; a person's with their number."""
    place, _, name = path.rpartition("].")
    if not place:
        return t(f"revocations.field_{name}")
    number = place.removeprefix("people[")
    return f"{t('revocations.person', number=number)} · {t(f'revocations.field_{name}')}"


def _place_label(path: str) -> str:
    known = path.rpartition(".")[2] in {*FIELDS, *PERSON, "source_region"}
    return fault_label(path) if known else t("revocations.title")


def fault_label(path: str) -> str:
    """Return what the field of a fault is called; people are told by their place there."""
    place, _, name = path.rpartition("].")
    return label(f"people[{int(place.removeprefix('people[')) + 1}].{name}" if place else path)


def value_shown(path: str, value: str) -> str:
    """Return a value as it is read: words of a closed list in the reader's language, a dash for none."""
    name = path.rpartition(".")[2]
    if not value:
        return "–"
    if name == "sex":
        return desk_words.sex_name(value)
    if name in _CHOSEN:
        return t(f"revocations.{name}_{value}") if value in _known_words(name) else value
    return t(_WORDS[value]) if name == "food_related" else value


def person_value(person: Mapping[str, Any], name: str) -> str:
    """Return what is said of a person under a field."""
    return joined_names(person) if name == "other_names" else shown(person.get(name))


def _known_words(name: str) -> frozenset[str]:
    return ROLES if name == "role" else ID_TYPES


ROLES = frozenset({"legal_representative", "manager_in_charge", "other_responsible"})
ID_TYPES = frozenset(
    {"resident_id", "hk_mo_permit", "tw_permit", "hk_mo_tw_residence", "foreign_permanent", "passport", "other"}
)


def _open(document: DeskDocument, actor: Actor, *, changed: bool) -> Open:
    clerk, own = actor.role is UserRole.CLERK, document.waiting is not None and document.waiting.filed_by == actor.text
    free = document.waiting is None
    unconfirmed = document.standing is None and document.state in {DeskState.DRAFT, DeskState.RETURNED}
    stands = document.standing in _STANDS
    return Open(
        edit=clerk and free and (unconfirmed or document.standing is not None),
        file=clerk and free and unconfirmed and not document.faults,
        decide=actor.role is UserRole.CONFIRMER and not free and not own,
        take_back=not free and own,
        follow_up=clerk and free and stands and not changed,
        change=clerk and free and changed,
    )


def _returned(document: DeskDocument) -> object:
    """Return the last step where it was sent back and nothing was filed since."""
    last = document.history[-1] if document.history else None
    return last if last is not None and last.decision is Decision.RETURNED else None
