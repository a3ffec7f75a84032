"""What authors write, read: Markdown with tables, its headings in order below the heading of their section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from peer_visits.markup import parse, to_html

# The heading of a section; those in its text stand below it.
SECTION = 2
DEEPEST = 6


def read(text: str) -> list[Token]:
    """The tokens of a section's text. No level of heading is skipped, whatever was typed."""
    tokens = parse(text, tables=True)
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


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    opening = [one for one in tokens if one.type == "heading_open"]
    closing = [one for one in tokens if one.type == "heading_close"]
    return zip(opening, closing, strict=True)
