"""Documents show every character we say they can, and squares for the others."""

from __future__ import annotations

import pytest

from peer_visits.web.characters import all_printable, printable, shown_characters
from peer_visits.web.typesetting import NotSet, typeset

SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Characters")
#for one in data.characters [#text("a" + one) #emph("a" + one) #raw("a" + one) ]
"""


def test_every_character_we_promise_has_a_picture() -> None:
    assert typeset(SOURCE, {"characters": list(shown_characters())}).startswith(b"%PDF")


def test_a_character_without_a_picture_makes_the_document_fail() -> None:
    with pytest.raises(NotSet, match="could not be displayed"):
        typeset(SOURCE.replace('"a" + one', '"\\\\u{4e2d}"'.replace("\\\\", "\\")), {"characters": ["x"]})


def test_what_has_no_picture_is_a_square_or_its_plain_form() -> None:
    assert printable("Łódź Ελλάδα Київ – “é”") == "Łódź Ελλάδα Київ – “é”"
    assert printable("中 x ａ 𝐀 😀") == "□ x a A □"
    assert printable("a\x00b\u202ec\ud800d") == "abcd"


def test_values_are_made_printable_wherever_they_are() -> None:
    assert all_printable({"a": ["中", ("x", 1, None)], "b": {"c": "\x00"}}) == {
        "a": ["□", ["x", 1, None]],
        "b": {"c": ""},
    }
