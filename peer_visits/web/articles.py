"""Long texts in sections: Markdown with tables, its headings in order below the heading of their section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from peer_visits.markup import parse, to_html
from peer_visits.web.characters import printable

# The heading of a section; those in its text stand below it.
SECTION = 2
DEEPEST = 6


def read(text: str) -> list[Token]:
    """The tokens of a section's text. No heading is empty and no level is skipped, whatever was typed."""
    tokens = list(_without_empty_headings(parse(text, tables=True)))
    above = [(0, SECTION)]
    for opening, closing in _headings(tokens):
        typed = int(opening.tag[1])
        while above[-1][0] >= typed:
            above.pop()
        level = min(above[-1][1] + 1, DEEPEST)
        above.append((typed, level))
        opening.tag = closing.tag = f"h{level}"
    return tokens


def as_html(text: str) -> str:
    """A section's text as HTML that can be trusted."""
    return to_html(read(text), tables=True)


def words_of(token: Token) -> str:
    """What a line says, without its form, as far as it can be shown."""
    return printable("".join(one.content for one in token.children or ())).strip()


def _without_empty_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Of a heading come three tokens: it opens, its line, it closes."""
    rest = iter(tokens)
    for token in rest:
        if token.type != "heading_open":
            yield token
            continue
        line, closing = next(rest), next(rest)
        if words_of(line):
            yield from (token, line, closing)


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    opening = [one for one in tokens if one.type == "heading_open"]
    closing = [one for one in tokens if one.type == "heading_close"]
    return zip(opening, closing, strict=True)
