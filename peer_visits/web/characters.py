"""The characters our documents can show. PDF/UA allows no other: a letter without a picture would make it fail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

# What the fonts that come with Typst have between them (their union with every fallback, tried one by one):
# Latin, Greek, Cyrillic and their neighbours, marks, arrows, and most signs. A test sets all of them.
_SHOWN = """
    20-7E A0-377 37A-37F 384-38A 38C 38E-3A1 3A3-484 487-4FF 510-513 51A-51D 531-556 559-58A 58D-58F 591-5C7
    5D0-5EA 5EF-5F4 606-60C 615 61B-61C 61F 621-63A 640-64A 65A 660-66D 674 679-67B 67E-680 683-684 686-687
    691 698 6A4 6A9 6AF 6BE 6CC 6F0-6F9 10D0-10FF 1D00-1DBF 1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D
    1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4 1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE
    2000-2040 2042 2044-2052 2054-2064 2066-2071 2074-208E 2090-209C 20A0-20C0 2100-211E 2120 2122 2124
    2126-2151 2153-2184 2189 2190-23FF 2422-2423 2460-2606 2609-262F 2638-268B 2690-269C 26A0-26A7 26AA-26AF
    26B2 2701-2704 2706-2709 270C-2714 2717-2726 272A-274B 274D 274F-2752 2756 2758-275E 2761-277F 2794
    2798-27AF 27B1-2B73 2B76-2B95 2B97-2BFF 2C60-2CF3 2CF9-2CFF 2E02-2E05 2E08-2E0A 2E17-2E18 2E1F 2E22-2E25
    2E2E A708-A716 A71B-A727 A72D A730 A735 A765 A789-A78E A790-A791 A793 A7AA A7F8-A7F9 AB52 AB66 FB00-FB06
    FB13-FB17 FB1D-FB36 FB38-FB3C FB3E FB40-FB41 FB43-FB44 FB46-FB4F FFFD
"""
# In the place of a character we have no picture of.
MISSING = "□"
_LINES = frozenset("\t\n")
# Nobody sees them, and some turn around what others read.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SOFT_HYPHEN = "\u00ad"


def printable(text: str) -> str:
    """The text as a document can show it: what we have no picture of becomes its plain form, else an empty square."""
    return text if _shown().issuperset(text) else "".join(map(_shown_as, text))


def all_printable(value: Any) -> Any:
    """Plain values with every text in them printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: all_printable(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [all_printable(one) for one in value]
    return value


def shown_characters() -> Iterator[str]:
    """Every character our documents can show, in their order."""
    for span in _SHOWN.split():
        first, _dash, last = span.partition("-")
        yield from filter(_is_seen, map(chr, range(int(first, 16), int(last or first, 16) + 1)))


def _is_seen(character: str) -> bool:
    return character == _SOFT_HYPHEN or unicodedata.category(character) not in _UNSEEN


@cache
def _shown() -> frozenset[str]:
    return _LINES.union(shown_characters())


@lru_cache(maxsize=4096)
def _shown_as(character: str) -> str:
    if character in _shown():
        return character
    plain = unicodedata.normalize("NFKC", character)
    if _shown().issuperset(plain):
        return plain
    return MISSING if _is_seen(character) and not unicodedata.combining(character) else ""
