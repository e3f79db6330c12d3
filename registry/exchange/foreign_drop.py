"""A drop of a foreign system: files by name and number, a marker or a file of digests that closes them.

Which file comes next is told by the position alone: it names the digest of the parcel taken last, and the files are
there, or among those put away, to compare.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Final

from registry.errors import HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch, BatchKind
from registry.exchange.drop_inbox import Inbox
from registry.exchange.drop_parcels import Group, groups
from registry.exchange.drop_settings import DropSettings, Numbers, written_name
from registry.exchange.manifest import require_digest, sums_of, written_sums
from registry.exchange.own_items import kinds_of
from registry.exchange.parcel import Parcel, Part, parcel_of
from registry.exchange.parcel_reading import foreign_epoch, foreign_rows, read_parcel, row_mapping
from registry.exchange.part_files import PartFormat, format_of, written_part
from registry.exchange.partner import Partner

_ACKNOWLEDGED: Final = ("file", "line", "item", "outcome", "code")
_HERE, _DONE = "inbox", "done"


class ForeignDrop:
    """Reads and writes the files of a system that does not know the protocol."""

    def __init__(self, partner: Partner, own: str, inbox: Inbox) -> None:
        self._partner: Final = partner
        self._own: Final = own
        self._inbox: Final = inbox
        self._settings: Final[DropSettings] = partner.options["drop"]

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the parcels after a position, and first the last one again where it was not acknowledged yet.

        Raises PartnerUnavailableError where there is no folder or a number is missing, and at the end where a file
        came too late.
        """
        self._inbox.require()
        self._finish_moving(position)
        waiting, past = self._groups(_HERE), self._groups(_DONE)
        last = self._last_taken(position, (*waiting, *past))
        if last is not None and last.folder == _HERE and self._is_unacknowledged(last):
            yield self._arrival(last, position)
        for group in waiting:
            if last is not None and group.order <= last.order:
                continue
            self._require_no_gap(last, group, (*waiting, *past))
            arrival, last = self._arrival(group, position), group
            yield arrival
            if arrival.batch is not None:
                position = Position(arrival.batch.epoch, arrival.batch.last, arrival.batch.digest)
        self._require_none_late(last)

    def acknowledgement(self, arrival: Arrival, stated: Acknowledgement) -> tuple[str, bytes]:
        """Return the file that says what became of every row, by file and line, or that the whole was refused.

        Rows a full file no longer had come last and stand in no line.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(_ACKNOWLEDGED)
        if arrival.batch is None:
            writer.writerow([arrival.place, "", "", "refused", arrival.fault])
        else:
            places = [(part.name, row.line) for part, row in foreign_rows(parcel_of(arrival.content))]
            for place, told in zip(places, stated.outcomes, strict=True):
                writer.writerow([*place, *told])
            writer.writerows(["", "", *told] for told in stated.absent)
        return _acknowledgement(arrival.place), out.getvalue().encode("utf-8-sig")

    def written(self, batch: Batch) -> list[tuple[str, bytes]]:
        """Return the files of a batch in the order they are written, the digests last; none where it says nothing."""
        parts = self._parts(batch)
        marker = (written_name(self._settings, "manifest", _number(batch)), written_sums(parts))
        return [*((part.name, part.data) for part in parts), *([marker] if parts else [])]

    def _groups(self, where: str) -> list[Group]:
        if where == _HERE:
            return groups(self._settings, where, self._inbox.names())
        return groups(self._settings, where, self._inbox.names_done(), self._inbox.names())

    def _last_taken(self, position: Position, there: Sequence[Group]) -> Group | None:
        """Return the group the position's digest is of, the newest looked at first.

        Without it nobody can tell old from new. What was taken over another transport stands in no folder: then the
        first file that comes begins.
        """
        if position.digest == NO_BATCH:
            return None
        for group in sorted(there, key=lambda one: one.order, reverse=True):
            if self._may_be_read(group) and self._parcel(group, self._reading(group)).digest == position.digest:
                return group
        if position.epoch != foreign_epoch(self._partner) and not any(group.folder == _DONE for group in there):
            return None
        raise PartnerUnavailableError("position_unknown", "the file taken last is gone, or is another now: put it back")

    def _is_unacknowledged(self, group: Group) -> bool:
        if self._settings.done is not None:
            return True
        wanted = self._settings.acknowledgements is not None
        return wanted and _acknowledgement(group.name) not in self._inbox.acknowledged()

    def _require_no_gap(self, last: Group | None, group: Group, there: Sequence[Group]) -> None:
        if last is None or self._settings.numbers is Numbers.ASCENDING:
            return
        numbers = {one.number for one in there}
        missing = next((number for number in range(last.number + 1, group.number) if number not in numbers), None)
        if missing is not None:
            raise PartnerUnavailableError("missing_file", f"number {missing} is missing, {group.number} is there")

    def _require_none_late(self, last: Group | None) -> None:
        """Say it where files stay that are no newer than the last taken: taken now they would undo what it said."""
        if last is None or self._settings.done is None:
            return
        waiting = (group for group in self._groups(_HERE) if group.order <= last.order and group != last)
        late = next((group.name for group in waiting), None)
        if late is not None:
            raise PartnerUnavailableError("late_file", f"{late} came after {last.name} was taken: a person must look")

    def _arrival(self, group: Group, position: Position) -> Arrival:
        self._inbox.place(group.name, group.files)
        if (size := self._inbox.size(group.files)) > self._partner.limits.bytes_per_batch:
            content = json.dumps({"files": group.files, "bytes": size}).encode()
            return Arrival(content, None, "too_large", f"{group.name} has {size:,} bytes", group.name)
        parcel = self._parcel(group, self._inbox.read)
        try:
            self._require_sums(group, parcel)
            return Arrival(parcel.content, read_parcel(self._partner, self._own, parcel, position), place=parcel.name)
        except HeldBatchError as fault:
            return Arrival(parcel.content, None, fault.code, fault.detail, parcel.name)

    def _may_be_read(self, group: Group) -> bool:
        """Tell whether files are small enough to have been taken."""
        size = self._inbox.size_done if group.folder == _DONE else self._inbox.size
        return size(group.data) <= self._partner.limits.bytes_per_batch

    def _reading(self, group: Group) -> Callable[[str], bytes]:
        return self._inbox.read_done if group.folder == _DONE else self._inbox.read

    @staticmethod
    def _parcel(group: Group, read: Callable[[str], bytes]) -> Parcel:
        parts = [Part(name, format_of(name) or PartFormat.CSV, kind, read(name)) for name, kind in group.data.items()]
        return Parcel(group.name, group.content, tuple(parts))

    def _require_sums(self, group: Group, parcel: Parcel) -> None:
        """Compare the files with their digests; a marker that ends in .ok may say nothing but that they are whole."""
        for marker in group.markers:
            sums = sums_of(self._inbox.read(marker))
            absent = next((name for name in sums if name not in group.data and self._belongs(name, group)), None)
            if absent is not None:
                raise PartnerUnavailableError("missing_file", f"{absent} is not there, of which {marker} speaks")
            for part in parcel.parts:
                if part.name in sums:
                    require_digest(part.name, part.data, sums[part.name])
                elif not marker.endswith(".ok"):
                    raise HeldBatchError("digest_missing", f"{marker} says nothing of {part.name}")

    def _belongs(self, name: str, group: Group) -> bool:
        """Tell whether a file a marker speaks of would be of this group: a whole list of the same number is another."""
        found = self._settings.pattern_of(name)
        return found is None or (found[0].content is group.content and found[1] == group.number)

    def _finish_moving(self, position: Position) -> None:
        """Move what a killed visit had left of the files taken last, and no others: those were not taken."""
        if self._settings.done is None or position.digest == NO_BATCH:
            return
        there, done = set(self._inbox.names()), set(self._inbox.names_done())
        for group in groups(self._settings, _HERE, sorted(there | done)):
            left = [name for name in group.data if name in there - done]
            begun = not there.issuperset(group.files)
            if left and begun and self._is_of(group, done, position):
                self._inbox.move(left)

    def _is_of(self, group: Group, done: Set[str], position: Position) -> bool:
        """Tell whether files that stand in two folders are those a position is of."""

        def read(name: str) -> bytes:
            return self._inbox.read_done(name) if name in done else self._inbox.read(name)

        taken, left = group.data.keys() & done, group.data.keys() - done
        if self._inbox.size_done(taken) + self._inbox.size(left) > self._partner.limits.bytes_per_batch:
            return False
        return self._parcel(group, read).digest == position.digest

    def _parts(self, batch: Batch) -> list[Part]:
        mapping, form, number = row_mapping(self._partner), self._settings.form, _number(batch)
        return [
            Part(
                written_name(self._settings, str(kind), number),
                form,
                kind,
                written_part(
                    form, mapping.headings(kind), (mapping.row(item, kind) for item in items), self._settings.encoding
                ),
            )
            for kind, items in kinds_of(batch.items).items()
            if items and (not mapping.is_foreign or kind in mapping.maps)
        ]


def _number(batch: Batch) -> str:
    return f"{batch.last:012d}" + ("" if batch.kind is BatchKind.CHANGES else batch.digest[:8])


def _acknowledgement(place: str) -> str:
    return f"{place}.ack.csv"
