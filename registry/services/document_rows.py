"""The rows of the list a document founds as filed, whichever kind it is, and what keeps it from being filed."""

from __future__ import annotations

from registry.errors import FieldFault
from registry.intake.judgment_rows import FiledRows, judgment_rows
from registry.intake.revocation_rows import revocation_rows
from registry.store.desk_values import Content, DocumentKind

_BY_COURT = {
    "first": ("none", "certificate", "appeal"),
    "second": ("appeal",),
    "retrial": ("appeal",),
    None: ("none", "certificate", "appeal"),
}


def document_rows(kind: DocumentKind, document_no: str, version: int, content: Content) -> FiledRows:
    """Return the rows of a document under a version, with faults and notes by field."""
    if kind is DocumentKind.REVOCATION:
        return revocation_rows(document_no, version, content)
    return judgment_rows(document_no, version, content)


def filing_faults(kind: DocumentKind, document_no: str, content: Content) -> tuple[FieldFault, ...]:
    """Return everything that keeps a document from being filed, by field."""
    faults = document_rows(kind, document_no, 1, content).faults
    return faults if kind is DocumentKind.REVOCATION else (*faults, *_effect_faults(content))


def _effect_faults(content: Content) -> tuple[FieldFault, ...]:
    """A first-instance judgment does not say when it took effect: a certificate or the appeal must (刑事诉讼法 259)."""
    if content.get("instance") not in _BY_COURT:
        return (_WHICH_INSTANCE,)
    by, since, decided = (content.get(name) for name in ("effect_by", "effective_date", "decided_on"))
    if by not in _BY_COURT[content.get("instance")]:
        return (_WRONG_GROUND,)
    if by == "none":
        return (_NO_GROUND,) if since else ()
    if not since:
        return (_NO_DAY,)
    if by == "certificate" and content.get("appealed"):
        return (_APPEAL_OPEN,)
    return (_TOO_EARLY,) if decided and str(since) < str(decided) else ()


_WHICH_INSTANCE = FieldFault("instance", "unknown_word", "first, second or retrial")
_WRONG_GROUND = FieldFault(
    "effect_by", "unknown_word", "none, certificate or appeal; a final ruling takes effect by itself (appeal)"
)
_NO_GROUND = FieldFault("effective_date", "no_ground", "an effective date needs a certificate or the appeal")
_NO_DAY = FieldFault("effective_date", "missing", "the day it took effect is missing")
_APPEAL_OPEN = FieldFault("effect_by", "appeal_open", "an appeal is open: whoever appealed, the ruling decides for all")
_TOO_EARLY = FieldFault("effective_date", "before_the_judgment", "no judgment takes effect before it is given")
