"""The folder a partner puts its files into, and where they go once they were taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from registry.errors import PartnerUnavailableError
from registry.exchange.drop_parcels import is_marker_of
from registry.exchange.drop_settings import DropSettings
from registry.exchange.folder import Folder


class Inbox:
    """Reads the partner's files and puts them away; `place` remembers which files an arrival was made of."""

    def __init__(self, folder: Folder, settings: DropSettings) -> None:
        self._folder: Final = folder
        self._settings: Final = settings
        self._where: Final = settings.inbox or ""
        self._places: Final[dict[str, tuple[str, ...]]] = {}

    def require(self) -> None:
        """Raise PartnerUnavailableError where there is no such folder: a mistyped one would look empty for ever."""
        if not self._folder.has(self._where):
            raise PartnerUnavailableError("missing_folder", f"there is no folder {self._where} below url")

    def names(self) -> list[str]:
        """Return the names of the whole files that are there."""
        return self._folder.names(self._where)

    def names_done(self) -> list[str]:
        """Return the names of the files that were put away; none where they stay."""
        return [] if self._settings.done is None else self._folder.names(self._settings.done)

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        return self._folder.read(self._where, name)

    def read_done(self, name: str) -> bytes:
        """Return the bytes of a file that was put away."""
        return self._folder.read(self._settings.done or "", name)

    def size(self, names: Iterable[str]) -> int:
        """Return how many bytes some files have together."""
        return sum(self._folder.size(self._where, name) for name in names)

    def size_done(self, names: Iterable[str]) -> int:
        """Return how many bytes some files that were put away have together."""
        return sum(self._folder.size(self._settings.done or "", name) for name in names)

    def place(self, place: str, files: Sequence[str]) -> None:
        """Remember which files an arrival was made of, the one that closes them last."""
        self._places[place] = tuple(files)

    def put_away(self, place: str) -> None:
        """Move what an arrival was made of to the files done."""
        self.move(self._places.pop(place, ()))

    def move(self, names: Sequence[str]) -> None:
        """Move files to those done, the one that closes them first: what is left of them then is no batch any more.

        One that closes files beside these stays until those are moved: increments and a whole list of one number.
        """
        if self._settings.done is None:
            return
        there = set(self.names())
        others = there - set(names)
        for name in reversed(names):
            if name in there and not any(is_marker_of(self._settings, name, other) for other in others):
                self._folder.move(self._where, name, self._settings.done)

    def acknowledged(self) -> frozenset[str]:
        """Return the names of the acknowledgements that were written."""
        place = self._settings.acknowledgements
        return frozenset() if place is None else frozenset(self._folder.names(place))

    def acknowledge(self, name: str, data: bytes) -> None:
        """Write an acknowledgement, where the partner wants them."""
        if self._settings.acknowledgements is not None:
            self._folder.write(self._settings.acknowledgements, name, data)
