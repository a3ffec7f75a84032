"""Markdown with placeholders, read once: paragraphs as HTML and as plain text that wait to be filled.

The HTML is made and sanitised before anything is filled in, and what is filled in is escaped: no data becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from peer_visits.markup import parse, to_html

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
# The parser writes braces in an address as percent signs.
ADDRESS = re.compile(r"%7B([^{}\n%]*)%7D")
_BUTTON = re.compile(r"<p><a href=")


@dataclass(frozen=True)
class Chunk:
    """One paragraph, list or heading. A `block` is a paragraph that is nothing but one placeholder."""

    html: str
    text: str
    block: str
    names: frozenset[str]


@lru_cache(maxsize=512)
def compile_body(body: str) -> tuple[Chunk, ...]:
    """The paragraphs of a text. The first link that stands alone is its button."""
    groups = list(_groups(parse(body)))
    button = next((at for at, group in enumerate(groups) if _is_button(group)), None)
    return tuple(_chunk(group, is_button=at == button) for at, group in enumerate(groups))


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting != 1:
            yield group
            group = []


def _chunk(tokens: list[Token], *, is_button: bool) -> Chunk:
    html, text = to_html(tokens).strip(), _plain(tokens)
    only = PLACEHOLDER.fullmatch(text)
    if is_button:
        html = _BUTTON.sub('<p><a class="button" href=', html, count=1)
    return Chunk(html, text, only[1] if only else "", frozenset(PLACEHOLDER.findall(text)))


def _is_button(tokens: list[Token]) -> bool:
    inline = [token for token in tokens if token.type == "inline"]
    return len(inline) == 1 and _is_only_link(inline[0]) and "%7B" in _href(inline[0])


def _is_only_link(inline: Token) -> bool:
    inside = [one.type for one in inline.children or [] if one.content or one.type != "text"]
    return inside[:1] == ["link_open"] and inside.count("link_open") == 1 and inside[-1] == "link_close"


def _href(inline: Token) -> str:
    opened = next(one for one in inline.children or [] if one.type == "link_open")
    return str(opened.attrGet("href"))


def link_targets(body: str) -> list[str]:
    """Where the links of a text lead, as they were typed."""
    inline = [one for token in parse(body) for one in token.children or []]
    return [_typed(str(one.attrGet("href"))) for one in inline if one.type == "link_open"]


def _typed(href: str) -> str:
    return href.replace("%7B", "{").replace("%7D", "}")


# As plain text


def _plain(tokens: Sequence[Token]) -> str:
    lines: list[str] = []
    marks: list[str] = []
    for token in tokens:
        if token.type in {"bullet_list_open", "blockquote_open", "ordered_list_open"}:
            marks.append("> " if token.type == "blockquote_open" else "- ")
        elif token.type in {"bullet_list_close", "blockquote_close", "ordered_list_close"}:
            marks.pop()
        elif token.type == "list_item_open" and token.info:
            marks[-1] = f"{token.info}{token.markup} "
        elif token.type == "hr":
            lines.append("---")
        elif token.content:
            content = _inline(token) if token.type == "inline" else token.content.rstrip("\n")
            lines += _marked(content, marks)
    return "\n".join(lines)


def _marked(content: str, marks: Sequence[str]) -> list[str]:
    first = "  " * max(0, len(marks) - 1) + (marks[-1] if marks else "")
    later = first if first.endswith("> ") else " " * len(first)
    return [f"{first if at == 0 else later}{line}" for at, line in enumerate(content.split("\n"))]


def _inline(inline: Token) -> str:
    told: list[str] = []
    open_links: list[tuple[str, int]] = []
    for token in inline.children or []:
        if token.type == "link_open":
            open_links.append((_typed(str(token.attrGet("href"))), len(told)))
        elif token.type == "link_close":
            told.append(_address(told, *open_links.pop(), alone=_is_only_link(inline)))
        else:
            told.append("\n" if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(told)


def _address(told: list[Any], target: str, start: int, *, alone: bool) -> str:
    words = "".join(told[start:])
    if words == target:
        return ""
    return f": {target}" if alone else f" ({target})"
