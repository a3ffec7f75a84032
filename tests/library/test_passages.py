"""Passages are found in the text as written by words that are folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.kernel.text import fold
from peer_visits.library.passages import find_passage

LETTERS = "aAzŁłßæŒöÖéÉñčŠžđøÅίΆωςΣйЙґıİ"


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("We met in Łódź in May.", "lodz", "Łódź"),
        ("Die Straßen der Stadt", "strasse", "Straßen"),
        ("Στους δρόμους της Αθήνας", "δρομους", "δρόμους"),
        ("Le patrimoine œuvre", "oeuvre", "œuvre"),
        ("Ako bolo v Košiciach", "kosic", "Košiciach"),
        ("Lo\u0301dz, decomposed", "lodz", "Lo\u0301dz"),
    ],
)
def test_the_words_are_found_as_they_are_written(text: str, asked: str, found: str) -> None:
    assert [part.text for part in find_passage(text, [asked]) if part.is_found] == [found]


def test_the_middle_of_a_word_is_not_its_beginning() -> None:
    assert find_passage("preheritage", ["heritage"]) == []


def test_a_passage_is_short_and_cut_between_words() -> None:
    text = "before " * 400 + "heritage " + "after " * 400
    parts = find_passage(text, ["heritage"])
    whole = "".join(part.text for part in parts)
    assert len(whole) < 300
    assert whole.startswith("… before")
    assert whole.endswith("after …")


@given(st.text(LETTERS, min_size=1, max_size=6))
def test_whatever_a_word_folds_to_finds_it(word: str) -> None:
    folded = fold(word)
    parts = find_passage(f"x {word} y", [folded])
    assert any(part.is_found for part in parts), (word, folded)
