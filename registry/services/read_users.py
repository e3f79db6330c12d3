"""Who may use the console: the accounts as an administrator sees them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from registry.errors import NotFoundError
from registry.services.add_user import name_key

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.account_repository import User


def read_users(services: Services) -> list[tuple[User, datetime.datetime | None]]:
    """Return every account, in the order of its number, with the instant it was last seen (None: never)."""
    with services.store.read() as uow:
        return uow.accounts.listed()


def find_user(services: Services, number: int) -> User:
    """Return the account of a number; NotFoundError where there is none."""
    with services.store.read() as uow:
        user = uow.accounts.by_id(number)
    if user is None:
        raise NotFoundError("there is no such user")
    return user


def find_user_named(services: Services, name: str) -> User:
    """Return the account of a name, whatever its case or width; NotFoundError where there is none."""
    with services.store.read() as uow:
        user = uow.accounts.by_name(name_key(name))
    if user is None:
        raise NotFoundError("there is no user of that name")
    return user
