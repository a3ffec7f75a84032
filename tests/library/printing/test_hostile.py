"""Whatever is typed becomes a valid document and a harmless page."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest

from peer_visits.library.printing import typeset
from peer_visits.library.printing.values import PrintedReport, PrintedSection
from peer_visits.web.articles import as_html
from tests.library.printing.reports import FULL
from tests.support.tagged import Tagged, failures_of

LONG = "Words that fill a page. " * 40
NASTY = {
    "scripts we have no font for": "中文 हिन्दी ไทย 😀 𝐀",
    "characters nobody sees": "a\x00b\x01c\x7f\u202ed\u200be\ufdd0f\ue000g",
    "links without words": "[](https://a.example) [&#8203;](https://a.example) [ ](https://a.example)",
    "links that are none": '[x](https://a.example/%zz"><) [y](HTTPS://É.example/ä) [z](/inside) [w](//a.example)',
    "quotes in quotes": ">" * 300 + " deep",
    "lists in lists": "\n".join(" " * (2 * at) + "- x" for at in range(100)),
    "forms in forms": "*" * 5000 + "a" + "*" * 5000,
    "one long word": "x" * 20_000,
    "a wide table": f"|{'a|' * 200}\n|{'-|' * 200}\n|{'b|' * 200}",
    "nothing but headings": "\n\n".join(f"# {at}" for at in range(1500)),
    "empty headings": "#\n\n##   \n\n# &#8203;\n\n# ` `\n\ntext",
    "headings in no order": "###### six\n\n# one\n\n#### four",
    "headings inside": "> # quoted\n> text\n\n- # listed\n\n1. > - ## both",
    "empty lists": "-\n-\n\n1.\n2.",
    "numbers of lists": "999999999. x\n\n0. zero",
    "empty cells": "|a|b|\n|-|-|\n||\n",
    "a table in a list": "- |a|b|\n  |-|-|\n  |1|2|\n",
    "pictures": "![](x.png) ![alt](javascript:x) [![i](y)](https://a.example)",
    "our own language": '#panic() #read("/etc/passwd") $x$ <a> @b \\ *]#panic()[* `#panic()`',
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> <b>bold</b>\n\n<div>\n</div>",
}


def of(text: str) -> PrintedReport:
    return replace(FULL, sections=(PrintedSection("A section", text),))


@pytest.mark.parametrize("name", list(NASTY))
def test_nasty_text_makes_a_valid_document(name: str) -> None:
    content = typeset(of(NASTY[name]))
    assert failures_of(content) == []
    assert all(one.lower().startswith(("http", "mailto:")) for one in Tagged(content).addresses())


@pytest.mark.parametrize("name", list(NASTY))
def test_nasty_text_makes_a_page_without_anything_active(name: str) -> None:
    html = as_html(NASTY[name])
    for active in ("<script", "<img", "<div", "style=", 'href="javascript'):
        assert active not in html


def test_nasty_text_anywhere_else_is_text_too() -> None:
    typed = '#panic() <x> 😀 "quoted" \\'
    report = replace(FULL, title=typed, tag_line=typed, host=typed, place=typed, authors=(typed,), doi=typed)
    assert failures_of(typeset(report)) == []
    assert failures_of(typeset(replace(FULL, title="", sections=(PrintedSection("", ""),)))) == []


def test_a_report_as_long_as_can_be_is_set() -> None:
    text = (LONG + "\n\n") * 19
    sections = tuple(PrintedSection(f"Section {at}", text) for at in range(30))
    document = pypdfium2.PdfDocument(io.BytesIO(typeset(replace(FULL, sections=sections))))
    assert len(document) > 100
    document.close()
