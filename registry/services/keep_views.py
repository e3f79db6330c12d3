"""Keep filters of the case list under names, each user their own; what is kept names nobody and is not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.saved_view_repository import SavedView

LONGEST_NAME: Final = 60
MOST: Final = 30
_LONGEST_QUERY: Final = 400


def read_views(services: Services, user_id: int) -> list[SavedView]:
    """Return a user's views by their names."""
    with services.store.read() as uow:
        return uow.views.of_user(user_id)


def keep_view(services: Services, user_id: int, name: str, query: str) -> None:
    """Keep a filter under a name, in place of what it named before. Raises InvalidInputError."""
    stated = " ".join(name.split())
    with services.store.write() as uow:
        kept = uow.views.of_user(user_id)
        is_new = all(view.name != stated for view in kept)
        _require(stated, query, full=is_new and len(kept) >= MOST)
        uow.views.keep(user_id, stated, query)


def open_with(services: Services, user_id: int, view_id: int | None) -> None:
    """Let the list open with one of a user's views; None: with none. Raises NotFoundError where it is not theirs."""
    with services.store.write() as uow:
        if view_id is not None and all(view.id != view_id for view in uow.views.of_user(user_id)):
            raise NotFoundError("there is no such view")
        uow.views.make_first(user_id, view_id)


def drop_view(services: Services, user_id: int, view_id: int) -> None:
    """Delete one of a user's views. Raises NotFoundError where it is not theirs."""
    with services.store.write() as uow:
        if not uow.views.drop(user_id, view_id):
            raise NotFoundError("there is no such view")


def _require(name: str, query: str, *, full: bool) -> None:
    if not name:
        raise InvalidInputError([FieldFault("name", "missing", "a view needs a name")])
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInputError([FieldFault("name", f"too_long:{LONGEST_NAME}", f"at most {LONGEST_NAME} characters")])
    if full or len(query) > _LONGEST_QUERY:
        raise InvalidInputError([FieldFault("name", "too_many", f"at most {MOST} views are kept")])
