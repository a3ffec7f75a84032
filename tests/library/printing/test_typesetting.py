"""Reports as PDF: what stands in them, and that nothing people wrote is run."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest

from peer_visits.library.printing import typeset
from peer_visits.library.printing.values import PrintedReport, PrintedSection
from tests.library.printing.reports import BARE, FULL


def text_of(report: PrintedReport) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(typeset(report)))
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return " ".join(" ".join(pages).split())


def test_everything_that_is_known_stands_in_the_document() -> None:
    text = text_of(FULL)
    for words in (
        "City of Tampere",
        "Ada Byron, Łucja Żak",
        "1 March 2026",
        "Context",
        "Some *words* of summary.",  # a summary is plain text
        "Poland",
    ):
        assert words in text
    for words in ("Contents", "09:00–10:30", "Welcome", "Ask the museum (Ada)", "The visit in figures"):
        assert words in text


def test_a_report_of_nothing_but_a_title_is_a_document() -> None:
    text = text_of(BARE)
    assert "A title" in text
    assert "Agenda of the visit" not in text


@pytest.mark.parametrize(
    "typed", ["#panic()", '#read("/etc/passwd")', "$x^2$ = y", "<label> @ref", "\\input{x}", "]#panic()["]
)
def test_what_is_written_stays_text(typed: str) -> None:
    report = replace(
        FULL,
        title=typed,
        tag_line=typed,
        sections=(PrintedSection(typed, f"`{typed}`"),),
    )
    text = "".join(text_of(report).split())
    assert text.count("".join(typed.split())) >= 3
