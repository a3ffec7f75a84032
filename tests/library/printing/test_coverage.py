"""Authors learn which characters their PDF cannot show, and where; held against the fonts themselves."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from peer_visits.kernel.text import phrase
from peer_visits.library.printing.coverage import Gap, find_gaps, missing_in
from peer_visits.library.printing.values import AgendaLine, CommitmentLine, PrintedSection
from peer_visits.library.states import DocumentState
from peer_visits.web.characters import MISSING, missing_characters, printable
from tests.library.printing.reports import BARE, FULL
from tests.library.writing.conftest import MakeWriters, make_writers

__all__ = ["make_writers"]
# A letter of each of some scripts and signs that our fonts do not hold.
ABSENT = {
    "Han": "\u6f22",
    "Hiragana": "\u3042",
    "Hangul": "\ud55c",
    "Bengali": "\u09b9",
    "Thai": "\u0e2b",
    "Georgian capitals": "\u1c90",
    "Urdu": "\u06c1",
    "a vowel sign": "\u09bf",
    "an emoji": "\U0001f600",
}
# The library itself, without anything of ours that might put something else in the place of a character.
ALONE = """
import sys, typst
source = '#set document(title: "x")\\n' + sys.argv[1]
typst.compile(source.encode(), pdf_standards=["ua-1"], ignore_system_fonts=True)
"""


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_the_fonts_have_no_picture_of_what_is_told(name: str) -> None:
    character = ABSENT[name]
    assert missing_characters(f"a{character}b{character}") == (character,)
    done = subprocess.run([sys.executable, "-c", ALONE, f"a{character}b"], capture_output=True, check=False)
    assert done.returncode
    assert b"could not be displayed" in done.stderr


@pytest.mark.parametrize(
    "text", ["Łódź, Ελληνικά, Українська", "\U0001d400", "\u2764\ufe0f", "a\u200db", "ნინო", "\u0939\u093f"]
)
def test_what_is_shown_in_some_form_is_not_told(text: str) -> None:
    assert missing_characters(text) == ()
    assert MISSING not in printable(text)


def test_every_part_of_a_report_is_looked_at() -> None:
    han = ABSENT["Han"]
    report = replace(
        FULL,
        title=f"A {han}",
        authors=("Ada", ABSENT["Thai"]),
        summary=f"{han}{han}",
        sections=(
            PrintedSection("Context", f"| {han} | b |\n|---|---|\n| c | **{ABSENT['Hangul']}** |"),
            PrintedSection("Lessons", f"[words](https://example.org/{han})"),
            PrintedSection(f"On {han}", "Fine."),
        ),
        agenda=(AgendaLine(FULL.agenda[0].day, "09:00", "10:00", "Welcome", han),),
        commitments=(CommitmentLine(han),),
    )
    assert find_gaps(report) == [
        Gap(phrase("Title and lines of the cover"), (han,)),
        Gap(phrase("Authors"), (ABSENT["Thai"],)),
        Gap(phrase("Summary"), (han,)),
        Gap("Context", (han, ABSENT["Hangul"])),
        Gap(f"On {han}", (han,)),
        Gap(phrase("Agenda of the visit"), (han,)),
        Gap(phrase("What participants will do at home"), (han,)),
    ]
    assert find_gaps(FULL) == find_gaps(BARE) == []
    assert missing_in(f"`{han}`") == (han,)


def test_authors_are_told_before_they_send_it_in(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.DRAFT)
    assert "Not everything can be printed" not in writers.ada.get(writers.document).text
    data = {"version": "1", "heading": "Lessons", "text": "Ask \u6f22 early."}
    preview = writers.ada.post(writers.part, data={**data, "preview": "1"}).text
    assert "<code>\u6f22</code>" in preview
    writers.ada.post(writers.part, data=data)
    for reader in (writers.ada, writers.host, writers.organiser):
        page = reader.get(writers.document).text
        assert "Not everything can be printed" in page
        assert "Lessons: <code>\u6f22</code>" in page
    assert "Ask \u6f22 early." in writers.ada.get(f"{writers.document}/read").text
