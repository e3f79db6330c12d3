"""Where one request of many fails as nobody foresaw, it fails by itself and the others are answered."""

from __future__ import annotations

from types import TracebackType

from registry.errors import RegistryError, UnforeseenError


class Alone:
    """A block whose unforeseen failure leaves as UnforeseenError, with the failure itself as its cause.

    What the register refuses or cannot do (RegistryError) leaves as it is.
    """

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, _kind: object, failure: BaseException | None, _trace: TracebackType | None) -> None:
        """Translate what nobody foresaw; signals to end the process pass."""
        if isinstance(failure, Exception) and not isinstance(failure, RegistryError):
            raise UnforeseenError("a request could not be judged") from failure
