"""Which files of a foreign system's folder belong together and are whole, in the order they are to be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.exchange.batch import BatchKind
from registry.exchange.drop_settings import DropSettings, number_in
from registry.intake.headings import ListKind

Order = tuple[int, bool, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are one batch: their number, what they hold, the markers that close them, and where they stand.

    `order`: by number; of one number increments come before the whole list, and kinds as the configuration names them.
    """

    name: str
    folder: str
    number: int
    content: BatchKind
    data: Mapping[str, ListKind]
    markers: tuple[str, ...]
    order: Order

    @property
    def files(self) -> tuple[str, ...]:
        """All its files, the markers last."""
        return (*self.data, *self.markers)


def groups(settings: DropSettings, folder: str, names: Sequence[str], beside: Sequence[str] = ()) -> list[Group]:
    """Return the whole groups among the names of a folder's files, in order; what no marker closes is left out.

    `beside`: names in another folder, of which a marker may close them too: it waits there for who else it closes.
    """
    by_number = "{number}" in settings.manifest
    found = (_by_number if by_number else _by_file)(settings, folder, names, (*beside, *names))
    return sorted(found, key=lambda group: group.order)


def is_marker_of(settings: DropSettings, marker: str, file: str) -> bool:
    """Tell whether a marker closes a file (or all files of its number)."""
    found = settings.pattern_of(file)
    if found is None:
        return False
    if "{number}" not in settings.manifest:
        return marker == _marker_of(settings, file)
    return number_in(settings.manifest, marker) == found[1]


def _marker_of(settings: DropSettings, file: str) -> str:
    return settings.manifest.replace("{file}", file).replace("{stem}", file.rpartition(".")[0])


def _by_file(settings: DropSettings, folder: str, names: Sequence[str], closing: Sequence[str]) -> list[Group]:
    there = set(closing)
    found = []
    for name in names:
        sort, marker = settings.pattern_of(name), _marker_of(settings, name)
        if sort is None or marker not in there:
            continue
        pattern, number = sort
        order = (number, pattern.content is BatchKind.FULL, settings.files.index(pattern))
        found.append(Group(name, folder, number, pattern.content, {name: pattern.kind}, (marker,), order))
    return found


def _by_number(settings: DropSettings, folder: str, names: Sequence[str], closing: Sequence[str]) -> list[Group]:
    markers = {number: name for name in closing if (number := number_in(settings.manifest, name)) is not None}
    data: dict[tuple[int, BatchKind], dict[str, ListKind]] = {}
    for pattern in settings.files:
        for name in names:
            number = pattern.number_of(name)
            if number in markers:
                data.setdefault((number, pattern.content), {}).setdefault(name, pattern.kind)
    return [
        Group(
            f"{markers[number].rpartition('.')[0]}.{content}",
            folder,
            number,
            content,
            files,
            (markers[number],),
            (number, content is BatchKind.FULL, 0),
        )
        for (number, content), files in data.items()
    ]
