"""Phrases and the cleaning of what people type."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from peer_visits.kernel.text import (
    clean_line,
    clean_text,
    fold,
    forbidden_characters,
    normal_address,
    phrase,
    without_marks,
)


def test_a_phrase_keeps_its_template_for_translation() -> None:
    left = phrase("Only %(n)s places are left", n=3)
    assert str(left) == "Only 3 places are left"
    assert left.template == "Only %(n)s places are left"


def test_a_phrase_without_values_may_hold_a_percent_sign() -> None:
    assert str(phrase("100 % full")) == "100 % full"


def test_a_line_is_composed_and_its_blanks_collapsed() -> None:
    assert clean_line("  S\u030cibenik   city ") == "\u0160ibenik city"


def test_lines_end_with_one_newline() -> None:
    assert clean_text(" a\r\nb\rc \n") == "a\nb\nc"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"])
def test_controls_direction_marks_and_invisible_blanks_are_named(character: str) -> None:
    assert forbidden_characters(f"a{character}b", lines=True) == [f"U+{ord(character):04X}"]


def test_every_control_and_surrogate_is_forbidden_and_taken_out_of_headers() -> None:
    controls = [
        one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) in {"Cc", "Cs"}
    ]
    assert len(forbidden_characters("".join(controls), lines=False)) == len(controls)
    assert without_marks("".join(controls)).strip() == ""


def test_a_header_keeps_its_words_and_loses_what_is_not_seen() -> None:
    assert without_marks("a\tb\r\nc\u202ed\u200be\x00 \u00e9\U0001f600") == "a b  cde \u00e9\U0001f600"


def test_newlines_belong_to_texts_only() -> None:
    assert forbidden_characters("a\nb", lines=True) == []
    assert forbidden_characters("a\nb", lines=False) == ["U+000A"]


@pytest.mark.parametrize("address", ["Ada@Example.ORG", " ada@example.org ", "\uff41da@example.org"])
def test_addresses_compare_in_one_form(address: str) -> None:
    assert normal_address(address) == "ada@example.org"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  The Old\tTown ", "the old town"),
        ("\u0141\u00f3d\u017a", "lodz"),
        ("Stra\u00dfe \u00c6r\u00f8 \u0130\u0131", "strasse aero ii"),
        ("\u0394\u03ae\u03bc\u03bf\u03c2", "\u03b4\u03b7\u03bc\u03bf\u03c3"),
        ("\U0001d6d3", "\u03c3"),
        ("\u0439\u0301 \ufb01n", "\u0438 fin"),
        ("\U0001e922\U0001e944\u20d0", "\U0001e922"),
    ],
)
def test_what_is_compared_has_no_case_no_accents_and_single_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_no_mark_is_left_in_what_is_compared() -> None:
    """Every character there is, twice: what was met before is what it was at first."""
    every = "".join(chr(code) for code in range(sys.maxunicode + 1))
    once = fold(every)
    assert not any(unicodedata.combining(one) for one in once)
    assert fold(every) == once
