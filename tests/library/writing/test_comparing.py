"""Comparing two texts: both can be read out of the pieces, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.library.writing.comparing import Kind, Piece, compare, is_changed

TEXTS = st.text(alphabet="ab \n.é", max_size=60)


def older(pieces: list[Piece]) -> str:
    return "".join(one.text for one in pieces if one.kind is not Kind.ADDED)


def newer(pieces: list[Piece]) -> str:
    return "".join(one.text for one in pieces if one.kind is not Kind.REMOVED)


@given(TEXTS, TEXTS)
def test_both_texts_stand_in_the_pieces(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert (older(pieces), newer(pieces)) == (before, after)
    assert is_changed(pieces) == (before != after)


def test_a_reworded_sentence_differs_by_its_words() -> None:
    pieces = compare("The city pays.\n\nAll agree.\n", "The region pays.\n\nAll agree.\n")
    assert pieces == [
        Piece(Kind.SAME, "The "),
        Piece(Kind.REMOVED, "city"),
        Piece(Kind.ADDED, "region"),
        Piece(Kind.SAME, " pays.\n\nAll agree.\n"),
    ]


def test_a_paragraph_in_between_is_added_whole() -> None:
    pieces = compare("One.\n\nThree.\n", "One.\n\nTwo.\n\nThree.\n")
    assert [one.text for one in pieces if one.kind is Kind.ADDED] == ["Two.\n\n"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 10_000, "b " * 10_000),
        ("a b " * 5_000, "b a " * 5_000),
        ("a\n" * 10_000, "a\nb\n" * 5_000),
        ("".join(f"w{n} " for n in range(2_500)), "".join(f"w{n} " for n in range(2_500, 0, -1))),
    ],
)
def test_the_longest_texts_are_compared(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert (older(pieces), newer(pieces)) == (before, after)
