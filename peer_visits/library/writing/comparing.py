"""What two texts have in common and where they differ: by paragraph, and by word where a paragraph was reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes as long as the square of the number of pieces at worst; what has more is shown whole.
_MOST_PAIRS = 1_000_000


class Kind(StrEnum):
    """Whether a piece stands in both texts or in one of them."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A piece of text that stays together."""

    kind: Kind
    text: str


def compare(older: str, newer: str) -> list[Piece]:
    """The way from one text to the other: same and removed make up the older, same and added the newer."""
    return list(_joined(_by_line(older.splitlines(keepends=True), newer.splitlines(keepends=True))))


def is_changed(pieces: Sequence[Piece]) -> bool:
    """Whether anything differs."""
    return any(piece.kind is not Kind.SAME for piece in pieces)


def _by_line(older: Sequence[str], newer: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in _steps(older, newer):
        before, after = "".join(older[a:b]), "".join(newer[c:d])
        if tag == "replace":
            yield from _by_word(_WORDS.findall(before), _WORDS.findall(after))
        else:
            yield from _whole(before, after, is_same=tag == "equal")


def _by_word(older: Sequence[str], newer: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in _steps(older, newer):
        yield from _whole("".join(older[a:b]), "".join(newer[c:d]), is_same=tag == "equal")


def _steps(older: Sequence[str], newer: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(older) * len(newer) > _MOST_PAIRS:
        is_same = older == newer
        return [("equal" if is_same else "replace", 0, len(older), 0, len(newer))]
    return SequenceMatcher(None, older, newer).get_opcodes()


def _whole(before: str, after: str, *, is_same: bool = False) -> Iterator[Piece]:
    if is_same:
        yield Piece(Kind.SAME, before)
        return
    if before:
        yield Piece(Kind.REMOVED, before)
    if after:
        yield Piece(Kind.ADDED, after)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    held: Piece | None = None
    for piece in pieces:
        if held and held.kind is piece.kind:
            held = Piece(held.kind, held.text + piece.text)
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held
