"""Certificates of effect beside their judgment: their text with the day lit, and what they are good for now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

from api.console.judgment_quotes import Piece, pieces
from api.console.language import t
from api.console.texts import is_text
from registry.services.actor import Actor
from registry.services.certificate_fate import Fate
from registry.services.read_certificates import CertificateShown, certificates_of

if TYPE_CHECKING:
    from registry.services.context import Services

_LIT: Final = ("effective_date", "case_number")
"""What a certificate says that is a field of its judgment too."""

_TONES: Final = {Fate.AGREES: "calm", Fate.FINAL: "calm", Fate.BUSY: "calm", Fate.OFFERED: "good"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate, its text cut where its quotes begin and end, and what it is good for."""

    shown: CertificateShown
    pieces: list[Piece]
    tone: str
    says: str
    doubts: tuple[str, ...]

    @property
    def quotes_day(self) -> bool:
        """Say whether its text is here and shows the day."""
        return any("effective_date" in piece.fields for piece in self.pieces)


def papers_of(document_no: str, actor: Actor) -> list[Paper]:
    """Return the certificates of a judgment as its pages show them."""
    services = cast("Services", current_app.extensions["services"])
    return [paper(each) for each in certificates_of(services, document_no, actor)]


def paper(shown: CertificateShown) -> Paper:
    """Return one certificate as pages show it."""
    told = shown.reading.get("quotes", {})
    quotes = {name: (int(told[name][0]), int(told[name][1])) for name in _LIT if name in told}
    cut = pieces(shown.text, quotes) if shown.text else []
    doubts = tuple(doubts_of(shown))
    return Paper(shown, cut, "wait" if doubts else _TONES.get(shown.fate, "wait"), fate_in_words(shown), doubts)


def doubts_of(shown: CertificateShown) -> Iterator[str]:
    """Yield what the reading was not sure of, and that a day was stated by a person: whoever confirms must see it."""
    if shown.effective_date is not None and shown.effective_date != shown.reading.get("effective_date"):
        yield t("certificates.by_hand")
    for each in shown.reading.get("warnings", ()):
        code = f"{each['field']}_{each['code']}"
        yield t(f"certificates.doubt_{code if is_text(f'certificates.doubt_{code}') else 'other'}")


def fate_in_words(shown: CertificateShown) -> str:
    """Say what a certificate is good for now."""
    case, day = shown.case_number or t("judgments.case_unknown"), shown.effective_date or t("judgments.empty")
    return t(f"certificates.fate_{shown.fate.value}", case=case, day=day)


def day_of(papers: list[Paper]) -> str | None:
    """Return the day certificates state where they state one and the same."""
    days = {each.shown.effective_date for each in papers}
    return days.pop() if len(days) == 1 else None


def named_in_note(papers: list[Paper]) -> str:
    """Return who certified it under which number, for the note of the step."""
    told = (" ".join(filter(None, (each.shown.court, each.shown.number))) for each in papers)
    return "；".join(dict.fromkeys(filter(None, told)))
