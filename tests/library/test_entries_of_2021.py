"""The library page of the demo tells the ten entries of 2021 in the source's own words and order."""

from __future__ import annotations

import html
import re

from flask import Flask
from flask.testing import FlaskClient

from peer_visits.demo.loading import load_demo_once
from peer_visits.demo.past import read_entries

DOWNLOAD = "Click to view/download the document"


def test_every_word_of_the_ten_entries_stands_in_its_order(app: Flask, client: FlaskClient) -> None:
    load_demo_once()
    text = html.unescape(re.sub(r"<[^>]+>", " ", client.get("/library").text))
    place = 0
    for entry in read_entries():
        words = [entry["source_heading"], *entry["source_report_lines"]]
        for word in words + [DOWNLOAD] * entry["source_has_download_line"]:
            assert word in text[place:], f"{entry['slug']}: {word}"
            place = text.index(word, place) + len(word)
    assert text.count(DOWNLOAD) == sum(entry["source_has_download_line"] for entry in read_entries())
