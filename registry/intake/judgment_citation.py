"""Which first-instance case a decision on appeal or retrial speaks of."""

from __future__ import annotations

import re

_FIRST_INSTANCE = re.compile(
    r"(?:\((?:19|20)\d{2}\)|(?:19|20)\d{2}年)[^()，。；：、]{0,14}?刑[^()，。；：、]{0,8}?初[^()，。；：、]{0,4}?\d{1,6}(?:-\d+)?号"
)


def cited_first_instance(compact_words: str, own: str | None) -> str | None:
    """Return the number of the case that was appealed: the first one of first instance the text speaks of.

    The words are those of registry.intake.compact_text. A defendant's former sentences are told of after it, and bear
    other numbers; where the first two differ the one named with 判决 or 裁定 right after it is meant.
    """
    found = [each for each in _FIRST_INSTANCE.finditer(compact_words) if each[0] != own]
    named = [
        each for each in found if re.match(r"(?:号)?刑事(?:附带民事)?(?:判决|裁定)", compact_words[each.end() :][:16])
    ]
    chosen = (named or found)[:1]
    return chosen[0][0] if chosen else None
