"""What an operator is told of a sealing: what was erased, and who has to be told."""

from __future__ import annotations

from registry.services.seal_record import SealedRecord
from registry.store.sealing_repository import Handed


def sealing_as_json(sealed: SealedRecord) -> dict[str, object]:
    """Return the result for machines; it holds no name or number of a person."""
    return {
        "record": sealed.erased.record,
        "list_version": sealed.erased.list_version,
        "quarantined": sealed.erased.quarantined,
        "answers": sealed.reached.answers,
        "responses": sealed.reached.responses,
        "handed_out": [_handed(each) for each in sealed.handed_out],
        "feed": list(sealed.erased.feed),
        "others": list(sealed.erased.others),
    }


def sealing_as_text(sealed: SealedRecord) -> str:
    """Return the result for people."""
    erased, reached = sealed.erased, sealed.reached
    answers = f"{reached.answers:,} answers, {reached.responses:,} repeated responses"
    lines = [
        f"{erased.record}: sealed · 已封存 (list version {erased.list_version:,})",
        f"  erased: {answers}, {erased.quarantined:,} quarantined originals",
    ]
    lines += [f"  had it · 曾获取: {each.what} {each.at:%Y-%m-%d %H:%M} UTC, {each.who}" for each in sealed.handed_out]
    lines += [f"  reads of it in the feed · 经变更流获知: {name}" for name in erased.feed]
    lines += [f"  same person, not sealed · 同一人其他记录，未封存: {other}" for other in erased.others]
    return "\n".join(lines)


def _handed(each: Handed) -> dict[str, str]:
    return {"what": each.what, "at": each.at.isoformat(), "who": each.who, "digest": each.digest}
