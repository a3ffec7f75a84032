"""Where a document's text speaks of what was asked: found in the text as written, by words that are folded."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from peer_visits.kernel.text import fold

# The blocks of letters that folding changes: Latin, Greek, Cyrillic, and the further Latin and Greek ones.
_BLOCKS = ((0x41, 0x250), (0x370, 0x530), (0x1E00, 0x2000))
_MARKS = "[\u0300-\u036f]*"
_LONGEST_RUN = 6
_BEFORE, _AFTER = 90, 150
_EDGE = re.compile(r"\s")


@dataclass(frozen=True)
class Part:
    """A piece of a passage; `is_found` marks the words that were asked for."""

    text: str
    is_found: bool


def find_passage(text: str, words: Sequence[str]) -> list[Part]:
    """The surroundings of the first place that has one of the folded words; empty if there is none."""
    places = [place for word in words if (place := _first_place(text, _pattern_of(word)))]
    if not places:
        return []
    start, end = _cut(text, *min(places))
    return _parts(text[start:end], words, is_begun=start > 0, goes_on=end < len(text))


def _first_place(text: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """Where the pattern first stands at the beginning of a word, looked at after it is found: that is much quicker."""
    return next((found.span() for found in pattern.finditer(text) if _begins_word(text, found.start())), None)


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _cut(text: str, first: int, last: int) -> tuple[int, int]:
    """Whole words around a place."""
    start, end = max(0, first - _BEFORE), min(len(text), last + _AFTER)
    if start:
        edge = _EDGE.search(text, start, first)
        start = edge.end() if edge else first
    if end < len(text):
        end = max(last, text.rfind(" ", last, end))
    return start, end


def _parts(text: str, words: Sequence[str], *, is_begun: bool, goes_on: bool) -> list[Part]:
    parts, reached = [Part("… ", is_found=False)] if is_begun else [], 0
    for start, end in _places(text, words):
        if start >= reached:
            found = Part(text[start:end], is_found=True)
            parts += [Part(text[reached:start], is_found=False), found]
            reached = end
    parts.append(Part(text[reached:] + (" …" if goes_on else ""), is_found=False))
    return [part for part in parts if part.text]


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Every place of every word, the first first, the longest first where two begin alike."""
    places = {
        found.span()
        for word in words
        for found in _pattern_of(word).finditer(text)
        if _begins_word(text, found.start())
    }
    return sorted(places, key=lambda place: (place[0], -place[1]))


@lru_cache(maxsize=256)
def _pattern_of(word: str) -> re.Pattern[str]:
    """What finds everything that folds to a word, to the end of the word that it begins.

    It starts with a plain set of letters where it can, which lets the search skip to them.
    """
    return re.compile(rf"{''.join(_letters(word))}(?:[^\W_]|[\u0300-\u036f])*")


def _letters(word: str) -> list[str]:
    """Patterns for a folded word's letters; where letters may stand for one, as ss for ß, they share a pattern."""
    variants, found, position = _variants(), [], 0
    while position < len(word):
        end = position + 1
        while end < len(word) and word[end - 1 : end + 1] in variants:
            end += 1
        ways = _ways(word[position:end], variants)
        found.append(ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})")
        position = end
    return found


def _ways(run: str, variants: dict[str, list[str]]) -> list[str]:
    """Every way to write letters of which each two neighbours may be one; of a long run only the plain one."""
    if len(run) > _LONGEST_RUN:
        return ["".join(_one_of(letter, variants) for letter in run)]
    if not run:
        return [""]
    ways = [_one_of(run[0], variants) + rest for rest in _ways(run[1:], variants)]
    if len(run) > 1:
        one = f"[{''.join(map(re.escape, variants[run[:2]]))}]{_MARKS}"
        ways += [one + rest for rest in _ways(run[2:], variants)]
    return ways


def _one_of(letter: str, variants: dict[str, list[str]]) -> str:
    found = [letter, letter.upper(), *variants.get(letter, [])]
    return f"[{''.join(re.escape(one) for one in found if len(one) == 1)}]{_MARKS}"


@cache
def _variants() -> dict[str, list[str]]:
    """The letters that fold to each letter, or to a pair such as ss and ae."""
    found: dict[str, list[str]] = defaultdict(list)
    for first, last in _BLOCKS:
        for letter in map(chr, range(first, last)):
            folded = fold(letter)
            if letter.isalpha() and folded and folded != letter and len(folded) <= 2:
                found[folded].append(letter)
    return dict(found)
