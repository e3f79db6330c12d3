"""Who acts at the desk: every desk use case is told, and the ledger names them by their number alone."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import FieldFault, OutOfRegionError
from registry.store.account_repository import User, UserRole


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user: number, name, role, and the region they work for (None: all four)."""

    user_id: int
    name: str
    role: UserRole
    region: str | None

    @classmethod
    def of(cls, user: User) -> Actor:
        """Return the actor an account stands for."""
        return cls(user.id, user.name, user.role, user.region)

    @property
    def text(self) -> str:
        """Return how the ledger names this user."""
        return f"user:{self.user_id}"

    def reaches(self, region: str) -> bool:
        """Say whether the user works for a region, given by an area code of two digits or more."""
        return self.region is None or region[:2] == self.region

    def require_region(self, region: str, field: str = "region") -> None:
        """Raise OutOfRegionError, naming the field, where the user does not work for a region."""
        if not self.reaches(region):
            raise OutOfRegionError([FieldFault(field, "out_of_region", "is not the region this user works for")])
