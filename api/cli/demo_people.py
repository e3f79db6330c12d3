"""The people of the demonstration: who each role of the console needs, with new passwords at every run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from api.cli.operation import operator
from registry.errors import NotFoundError
from registry.services.actor import Actor
from registry.services.add_user import add_user
from registry.services.change_user import enable_user
from registry.services.context import Services
from registry.services.password_link import reset_password
from registry.services.read_users import find_user_named
from registry.services.set_password import set_password
from registry.store.account_repository import UserRole
from seeds.demo_objections import DemoParty

_ZHEJIANG: Final = "33"
_PEOPLE: Final = (
    ("demo-clerk", UserRole.CLERK, "录入 files judgments (Zhejiang)"),
    ("demo-confirmer", UserRole.CONFIRMER, "复核 confirms them (Zhejiang)"),
    ("demo-regulator", UserRole.REGULATOR, "监管 decides held applications, looks up the list"),
    ("demo-regulator-2", UserRole.REGULATOR, "监管 the second person for an equal number"),
    ("demo-auditor", UserRole.AUDITOR, "审计 reads the record of acts and the cases"),
    ("demo-admin", UserRole.ADMIN, "管理 manages users"),
)
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True)
class SignIn:
    """A name and a password for the console, and what its owner does there."""

    name: str
    password: str
    does: str


def demo_people(services: Services) -> list[SignIn]:
    """Make the people of the demonstration where they are not there yet, and give each a new password."""
    return [_sign_in(services, name, role, does) for name, role, does in _PEOPLE]


def demo_party(services: Services) -> DemoParty:
    """Return those of them who lodge, decide and correct the demonstration's objections."""
    names = ("demo-clerk", "demo-confirmer", "demo-regulator", "demo-regulator-2")
    return DemoParty(*(Actor.of(find_user_named(services, name)) for name in names))


def _sign_in(services: Services, name: str, role: UserRole, does: str) -> SignIn:
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    set_password(services, _code(services, name, role), password)
    return SignIn(name, password, does)


def _code(services: Services, name: str, role: UserRole) -> str:
    region = _ZHEJIANG if role in {UserRole.CLERK, UserRole.CONFIRMER} else None
    try:
        user = find_user_named(services, name)
    except NotFoundError:
        return add_user(services, name, role, region, operator()).link.code
    enable_user(services, user.id, operator())
    return reset_password(services, user.id, operator()).code
