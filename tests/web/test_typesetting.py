"""Documents show every character we say they can, and squares for the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
import typst
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from peer_visits.web import typesetting
from peer_visits.web.characters import all_printable, printable, shown_characters
from peer_visits.web.typesetting import AT_ONCE, NotSet, typeset

SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Characters")
#for one in data.characters [#text("a" + one) #emph("a" + one) #raw("a" + one) ]
"""


def test_every_character_we_promise_has_a_picture() -> None:
    assert typeset(SOURCE, {"characters": list(shown_characters())}).startswith(b"%PDF")


def test_who_asks_while_too_many_documents_are_set_is_told_to_come_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "PATIENCE", 0.01)
    with ExitStack() as busy:
        for _number in range(AT_ONCE):
            busy.enter_context(typesetting._in_turn())
        with pytest.raises(ServiceUnavailable) as refused:
            typeset(SOURCE, {"characters": []})
    assert typeset(SOURCE, {"characters": []}).startswith(b"%PDF"), "their turns are over"
    with app.test_request_context():
        answer = app.make_response(app.handle_user_exception(refused.value))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Back in a moment" in answer.get_data(as_text=True)


def test_a_document_that_fails_gives_its_turn_back() -> None:
    for _number in range(AT_ONCE + 1):
        with pytest.raises(NotSet):
            typeset("#panic()", {})


# Every script and sign but those of East Asia, of which one letter each is tried in `printing/test_coverage.py`.
SPANS = (range(0x20, 0x3000), range(0xA640, 0xAC00), range(0xF900, 0xFFFE), range(0x1D400, 0x1FB00))
NEITHER = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
USED = re.compile(r'<use xlink:href="#(\w+)"[^>]*fill="#([0-9a-f]{6})"')


def pictures(characters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each character with the names of its pictures; its number is the colour it is set in."""
    boxes = "".join(
        f'#box(text(fill: rgb("{number:06x}"), "\\u{{{ord(one):x}}}"))\n\n'
        for number, one in enumerate(characters)
    )
    page = f"#set page(width: 40cm, height: auto)\n{boxes}".encode()
    drawn = typst.compile(page, format="svg", ignore_system_fonts=True)
    assert isinstance(drawn, bytes)
    for picture, colour in USED.findall(drawn.decode()):
        yield characters[int(colour, 16)], picture


def test_no_other_character_has_a_picture() -> None:
    """But for marks that some of the fonts have and others not: they cannot be set in every form."""
    [(_han, empty)] = pictures("\u4e2d")
    known = frozenset(shown_characters())
    others = [
        chr(number)
        for span in SPANS
        for number in span
        if unicodedata.category(chr(number)) not in NEITHER and chr(number) not in known
    ]
    found = [pair for at in range(0, len(others), 1000) for pair in pictures(others[at : at + 1000])]
    drawn = {one for one, _name in found} - {one for one, name in found if name == empty}
    assert {one for one in drawn if unicodedata.category(one) not in {"Mn", "Me"}} == set()


def test_a_character_without_a_picture_makes_the_document_fail() -> None:
    with pytest.raises(NotSet, match="could not be displayed"):
        typeset(SOURCE.replace('"a" + one', '"\\\\u{4e2d}"'.replace("\\\\", "\\")), {"characters": ["x"]})


def test_what_has_no_picture_is_a_square_or_its_plain_form() -> None:
    assert printable("Łódź Ελλάδα Київ – “é”") == "Łódź Ελλάδα Київ – “é”"
    assert printable("中 x ａ ㎏ 😀") == "□ x a kg □"
    assert printable("a\x00b\u202ec\ud800d") == "abcd"


def test_values_are_made_printable_wherever_they_are() -> None:
    assert all_printable({"a": ["中", ("x", 1, None)], "b": {"c": "\x00"}}) == {
        "a": ["□", ["x", 1, None]],
        "b": {"c": ""},
    }
