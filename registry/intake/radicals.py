"""Exchanges characters that mean parts of characters for the characters that look the same.

Many PDFs give back 民 as ⺠ and 食 as ⻝: their fonts draw both with one outline, and the text remembers the wrong one.
Nobody sees the difference, and no rule finds a charge spelt so. One stands for one, so places stay what they are.
Source: Unicode 15.0, Kangxi Radicals (each has its compatibility decomposition) and those of the CJK Radicals
Supplement that EquivalentUnifiedIdeograph.txt equates with a character of its own.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_KANGXI: Final = range(0x2F00, 0x2FD6)
_SUPPLEMENT: Final = (
    "⺁厂⺄乙⺇几⺈刀⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺛旡⺝月⺞歺⺟母⺠民⺢氺⺥爫⺦丬⺧牛⺩王⺪疋⺫目⺬示⺭礻⺮竹⺰纟⺱罓⺲罒⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼"
    "⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_MEANT: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI} | {
    ord(part): whole for part, whole in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)
}


def without_radicals(text: str) -> str:
    """Return the text with characters in place of parts that look like them; its length stays."""
    return text.translate(_MEANT)
