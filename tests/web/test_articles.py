"""Markdown as blocks and as HTML: the same headings in the same order."""

from __future__ import annotations

import re

from peer_visits.library.printing.blocks import blocks_of
from peer_visits.web.articles import as_html


def test_headings_follow_the_one_of_their_section() -> None:
    html = as_html("#### Deep\n\n# First\n\n### Third\n\n## Second")
    assert re.findall(r"<h(\d)>", html) == ["3", "3", "4", "4"]


def test_a_heading_without_words_is_none() -> None:
    assert as_html("# \n\n## &#8203;\n\nwords").strip() == "<p>words</p>"


def test_tables_are_tables() -> None:
    html = as_html("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert html.count("<th>") == html.count("<td>") == 2
    [table] = blocks_of("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert table["columns"] == 2
    assert [row["kind"] for row in table["parts"]] == ["row", "row"]


def test_links_inside_of_the_site_are_words_in_a_document() -> None:
    [paragraph] = blocks_of("[here](/inside) and [there](https://example.org)")
    assert [part["kind"] for part in paragraph["parts"]] == ["words", "words", "link"]


def test_lists_keep_their_first_number() -> None:
    assert '<ol start="5">' in as_html("5. five\n6. six")
    assert [
        block["start"] for block in blocks_of("5. five\n\nand\n\n0. zero") if block["kind"] == "numbers"
    ] == [5, 0]
