"""Give a person an account for the console: it opens with a one-time link, with which they choose a password."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError
from registry.law.roles import Region
from registry.ledger.events import EventKind
from registry.services.password_link import PasswordLink, make_link
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

LONGEST_NAME: Final = 60
LONGEST_KEY: Final = 200
_ODD: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class AddedUser:
    """A new account and the link that opens it, which nobody can show again."""

    id: int
    link: PasswordLink


def name_key(name: str) -> str:
    """Return a name as names are compared: one width, no case, no space at the ends or doubled within."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def add_user(services: Services, name: str, role: UserRole, region: str | None, actor: str) -> AddedUser:
    """Store a new account and return its one-time link.

    `region` is 31, 32, 33 or 34; None: all four. Raises InvalidInputError where the name is blank, too long, has
    characters nobody can see, or is taken (whatever its case or width), or the region is none of the four.
    """
    if faults := list(_faults(name, region)):
        raise InvalidInputError(faults)
    with services.store.write() as uow:
        if uow.accounts.by_name(name_key(name)) is not None:
            raise InvalidInputError([FieldFault("name", "name_taken", "is the name of another user")])
        number = uow.accounts.add(" ".join(name.split()), name_key(name), role, region)
        facts: dict[str, str | int] = {"user_id": number, "role": role.value, "region": region or ""}
        uow.ledger.record(EventKind.USER_ADDED, actor, facts)
        link = make_link(uow, number, actor)
    return AddedUser(number, link)


def _faults(name: str, region: str | None) -> Iterator[FieldFault]:
    if not name.strip():
        yield FieldFault("name", "required", "must not be blank")
    elif len(name) > LONGEST_NAME:
        yield FieldFault("name", f"too_long:{LONGEST_NAME}", f"must have at most {LONGEST_NAME} characters")
    elif len(name_key(name)) > LONGEST_KEY or any(unicodedata.category(character) in _ODD for character in name):
        yield FieldFault("name", "odd_characters", "must have visible characters only")
    if region is not None and region not in list(Region):
        yield FieldFault("region", "one_of", "must be 31, 32, 33 or 34")
