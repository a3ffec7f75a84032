"""The library of the demo against the page of 2021 itself: each word of its ten entries, in its order."""

from __future__ import annotations

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.demo import documents
from peer_visits.demo.documents import add_past_documents, store_sample_files
from peer_visits.demo.past import add_past_visits, read_entries
from peer_visits.library.samples import sample_pdf
from peer_visits.paths import DATA
from peer_visits.storage.transaction import writing
from tests.support.factories import NOW, make_programme

SAMPLE = cache(sample_pdf)  # each sample is made once
DOWNLOAD = "Click to view/download the document"
HEADING = re.compile(r".+ \([A-Za-z]{2}\) ?: .+")


def plain(text: str) -> str:
    return " ".join(text.split())


@cache
def source_entries() -> list[list[str]]:
    """The lines of each entry of the source page, its heading first."""
    entries: list[list[str]] = []
    for line in (DATA / "source-page-2021.txt").read_text("utf-8").splitlines():
        if HEADING.fullmatch(line.strip()):
            entries.append([])
        if entries and plain(line):
            entries[-1].append(plain(line))
    return entries


@pytest.fixture
def cards(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of each entry of the library page."""
    monkeypatch.setattr(documents, "sample_pdf", SAMPLE)
    entries = read_entries()
    files = store_sample_files(entries)
    with writing() as session:
        add_past_documents(session, add_past_visits(session, make_programme(session), entries), files, NOW)
    page = BeautifulSoup(client.get("/library").text, "html.parser")
    return [plain(card.get_text(" ")) for card in page.select("main article")]


def test_the_source_page_has_ten_entries_and_six_files() -> None:
    assert len(source_entries()) == 10
    assert all(entry[1] == "Analytical Document" for entry in source_entries())
    assert [DOWNLOAD in entry for entry in source_entries()].count(True) == 6


def test_the_ten_entries_stand_in_the_words_and_the_order_of_the_source(cards: list[str]) -> None:
    assert len(cards) == 10
    for card, entry in zip(cards, source_entries(), strict=True):
        place = 0
        for line in entry:
            assert line in card[place:], line
            place = card.index(line, place) + len(line)


def test_a_download_line_stands_only_where_the_source_has_one(cards: list[str]) -> None:
    found = [DOWNLOAD in card for card in cards]
    assert found == [DOWNLOAD in entry for entry in source_entries()]


def test_a_sample_says_that_it_is_one(cards: list[str]) -> None:
    assert ["Sample" in card for card in cards] == [DOWNLOAD in card for card in cards]
