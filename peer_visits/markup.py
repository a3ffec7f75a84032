"""Markdown as HTML that can be trusted: no raw HTML, no pictures, no foreign schemes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "code",
    "pre",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
}


_TABLES = frozenset({"table", "thead", "tbody", "tr", "th", "td"})


@cache
def _markdown(*, tables: bool = False) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    return markdown.enable("table") if tables else markdown


def parse(text: str, *, tables: bool = False) -> list[Token]:
    """The tokens of a text; headings start at level 3, since pages and mails have their own."""
    tokens = _markdown(tables=tables).parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    return tokens


def to_html(tokens: Sequence[Token], *, tables: bool = False) -> str:
    """HTML that holds nothing but our few tags and links to pages and addresses."""
    return nh3.clean(
        _markdown().renderer.render(tokens, _markdown().options, {}),
        tags=_TAGS | _TABLES if tables else _TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
