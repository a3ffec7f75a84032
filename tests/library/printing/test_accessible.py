"""The PDF of a report is one for everybody: by a validator of PDF/UA-1 and by a walk through its tags."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from peer_visits.library.printing import typeset
from peer_visits.outbox.wording.speech import LANGUAGES
from tests.library.printing.reports import BARE, FULL
from tests.support.tagged import Tagged, failures_of


@pytest.fixture(scope="module")
def content() -> bytes:
    return typeset(FULL)


@pytest.fixture(scope="module")
def tagged(content: bytes) -> Iterator[Tagged]:
    found = Tagged(content)
    yield found
    found.pdf.close()


def test_a_validator_finds_nothing(content: bytes) -> None:
    assert failures_of(content) == []
    assert failures_of(typeset(BARE)) == []


def test_the_validator_would_find_something(content: bytes) -> None:
    """The same report without its language and with a picture nobody describes fails, by both."""
    spoiled = Tagged(content)
    del spoiled.pdf.Root.Lang
    for tag in spoiled.tags():
        if tag.kind == "Figure":
            del tag.element["/Alt"]
    buffer = io.BytesIO()
    spoiled.pdf.save(buffer)
    assert any("LANG" in one for one in failures_of(buffer.getvalue()))
    assert any("FIGURE" in one for one in failures_of(buffer.getvalue()))


def test_the_title_is_shown_and_the_language_said(tagged: Tagged) -> None:
    root = tagged.pdf.Root
    assert root.Lang == "en"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    with tagged.pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == FULL.title
        assert metadata["dc:creator"] == ["Ada Byron, Łucja Żak"]
        assert metadata["pdfuaid:part"] == "1"


def test_everything_that_is_drawn_is_tagged_or_decoration(tagged: Tagged) -> None:
    assert tagged.untagged() == []


def test_headings_begin_at_the_first_level_and_skip_none(tagged: Tagged) -> None:
    levels = tagged.heading_levels()
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_form_has_its_tag(tagged: Tagged) -> None:
    kinds = set(tagged.kinds())
    assert {"P", "L", "LI", "LBody", "BlockQuote", "Code", "Table", "TH", "TD", "Figure", "Link"} <= kinds
    assert {"TOC", "TOCI", "Strong", "Em"} <= kinds


def test_every_picture_is_described_and_every_table_has_heads(tagged: Tagged) -> None:
    tags = tagged.tags()
    pictures = [tag.alt for tag in tags if tag.kind == "Figure"]
    assert pictures == ["Bars: Participants by country. Poland: 3, 1; Finland: 2, 0."]
    tables = [at for at, tag in enumerate(tags) if tag.kind == "Table"]
    assert len(tables) == 4
    for at in tables:
        assert [tag.kind for tag in tags[at + 1 : at + 4]] == ["THead", "TR", "TH"]


def test_every_link_says_where_it_leads(tagged: Tagged) -> None:
    links = tagged.links()
    assert all(str(link.Contents).strip() for link in links)
    assert tagged.addresses() == {
        "https://example.org/page",
        "mailto:ask@example.org",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://doi.org/10.1234/abc.5",
    }


def test_the_contents_lead_to_every_section(tagged: Tagged) -> None:
    inside = [link for link in tagged.links() if "/A" not in link]
    words = " ".join(str(link.Contents) for link in inside)
    for heading in ("Summary", "Context", "Lessons", "The visit in figures", "Agenda of the visit"):
        assert heading in words
    with tagged.pdf.open_outline() as outline:
        assert [entry.title for entry in outline.root][:3] == ["Summary", "Context", "Lessons"]


@pytest.mark.parametrize("language", [*LANGUAGES, "pl", "el", "uk"])
def test_a_report_is_accessible_in_every_language(language: str) -> None:
    content = typeset(replace(FULL, language=language))
    assert failures_of(content) == []
    with Tagged(content).pdf as pdf:
        assert pdf.Root.Lang == language
