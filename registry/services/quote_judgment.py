"""What the documents at the desk say of a listed person, sentence by sentence, for whoever must decide who it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from matching.normalize import normalize_name

if TYPE_CHECKING:
    from registry.store.desk_values import StoredDocument
    from registry.store.unit_of_work import UnitOfWork

_MOST: Final = 12
_DEFENDANT: Final = re.compile(r"defendants\[(\d+)\]\.")
_SENTENCE_ENDS: Final = re.compile(r"[。；\n]")


@dataclass(frozen=True, slots=True)
class QuotedJudgment:
    """A document of the desk and the sentences of it that values of a listed person were read from, in its order."""

    document_no: str
    case_number: str | None
    court: str | None
    sentences: tuple[str, ...] = field(repr=False)


def quote_judgments(
    uow: UnitOfWork, records: Iterable[tuple[str, str]], names: Iterable[str | None]
) -> list[QuotedJudgment]:
    """Return the documents rows of the list came from, quoted where their text is kept; others have none."""
    wanted = {normalize_name(name) for name in names if name}
    return [_quoted(document, wanted) for document in uow.desk.of_records(records)]


def _quoted(document: StoredDocument, names: set[str]) -> QuotedJudgment:
    content = document.draft or document.reading or {}
    text, reading = document.text or "", document.reading or {}
    found = dict.fromkeys(_sentence(text, start) for start in sorted(_starts(reading, names)))
    sentences = tuple(sentence for sentence in found if sentence)[:_MOST]
    place = content.get("court") or content.get("authority")
    return QuotedJudgment(document.document_no, content.get("case_number"), place, sentences)


def _starts(reading: Mapping[str, Any], names: set[str]) -> Iterator[int]:
    """Yield where in the text values of the named defendants begin."""
    meant = _meant(reading.get("defendants") or (), names)
    for path, (start, _) in (reading.get("quotes") or {}).items():
        whose = _DEFENDANT.match(path)
        if whose is not None and int(whose[1]) in meant:
            yield int(start)


def _meant(defendants: Sequence[Mapping[str, Any]], names: set[str]) -> set[int]:
    return {place for place, each in enumerate(defendants) if normalize_name(each.get("name") or "") in names}


def _sentence(text: str, at: int) -> str:
    before = [found.end() for found in _SENTENCE_ENDS.finditer(text, 0, at)]
    after = _SENTENCE_ENDS.search(text, at)
    return text[before[-1] if before else 0 : after.end() if after else len(text)].strip()
