"""Change what a user may do: another role or region, disabled, enabled again. Their sessions end at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.law.roles import Region
from registry.ledger.events import EventKind
from registry.services.desk_session import end_sessions

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.account_repository import User, UserRole
    from registry.store.unit_of_work import UnitOfWork


def change_role(services: Services, user: int, role: UserRole, region: str | None, actor: str) -> None:
    """Give a user another role or region; the same again changes nothing.

    Raises NotFoundError where there is no such user, ConflictError where users would change their own and
    InvalidInputError where the region is none of the four (None: all of them).
    """
    if region is not None and region not in list(Region):
        raise InvalidInputError([FieldFault("region", "one_of", "must be 31, 32, 33 or 34")])
    with services.store.write() as uow:
        former = _another(uow, user, actor)
        if (former.role, former.region) == (role, region):
            return
        uow.accounts.set_role(user, role, region)
        end_sessions(uow, user, actor, "role")
        facts: dict[str, str | int] = {
            "user_id": user,
            "role": role.value,
            "region": region or "",
            "former_role": former.role.value,
            "former_region": former.region or "",
        }
        uow.ledger.record(EventKind.USER_CHANGED, actor, facts)


def disable_user(services: Services, user: int, actor: str) -> None:
    """Disable an account: its sessions and links end at once; a disabled one stays as it is.

    Raises NotFoundError where there is no such user and ConflictError where users would disable themselves.
    """
    with services.store.write() as uow:
        if _another(uow, user, actor).disabled_at is not None:
            return
        uow.accounts.set_disabled(user, disabled=True)
        uow.accounts.end_links(user)
        end_sessions(uow, user, actor, "disabled")
        uow.ledger.record(EventKind.USER_DISABLED, actor, {"user_id": user})


def enable_user(services: Services, user: int, actor: str) -> None:
    """Let a disabled account be used again with its former password; one in use stays as it is.

    Raises NotFoundError where there is no such user.
    """
    with services.store.write() as uow:
        if _another(uow, user, actor).disabled_at is None:
            return
        uow.accounts.set_disabled(user, disabled=False)
        uow.ledger.record(EventKind.USER_ENABLED, actor, {"user_id": user})


def _another(uow: UnitOfWork, user: int, actor: str) -> User:
    found = uow.accounts.by_id(user, lock=True)
    if found is None:
        raise NotFoundError("there is no such user")
    if actor == f"user:{user}":
        raise ConflictError("nobody changes their own role, region or account")
    return found
