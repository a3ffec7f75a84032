"""The text of a section as a tree of plain values, for programs that set it without knowing Markdown.

A block has its `kind`: paragraph, heading (with its `level`), bullets, numbers (with their `start`), item, quote, code,
rule, table (with the number of its `columns`; the first row is its head), row, cell. What is inside stands in `parts`;
code has its `words`. Parts of a line are words, strong, emphasis, link (with where it leads `to`), code and break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it.token import Token

from peer_visits.web.articles import read
from peer_visits.web.characters import printable

Block = dict[str, Any]

_BLOCKS = {
    "paragraph": "paragraph",
    "heading": "heading",
    "bullet_list": "bullets",
    "ordered_list": "numbers",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "tr": "row",
    "th": "cell",
    "td": "cell",
}
_CODE = frozenset({"code_block", "fence", "html_block"})
_PARTS = {"strong": "strong", "em": "emphasis"}
# Parts inside of parts; what is deeper loses its form.
DEEPEST = 8
_LEADS_OUT = ("http://", "https://", "mailto:")


def blocks_of(text: str) -> list[Block]:
    """A text in Markdown as blocks."""
    return list(_blocks(iter(read(text))))


def plain_blocks(text: str) -> list[Block]:
    """A text that is not Markdown as blocks: its paragraphs, their lines as they are."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text))
    return [{"kind": "paragraph", "parts": list(_lines(part))} for part in paragraphs if part]


def _lines(paragraph: str) -> Iterator[Block]:
    for number, line in enumerate(paragraph.split("\n")):
        if number:
            yield {"kind": "break"}
        yield {"kind": "words", "words": line}


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    """The blocks up to the end of the one they stand in."""
    for token in tokens:
        name = token.type.rsplit("_", 1)[0]
        if token.type == "inline":
            yield from _line(iter(token.children or ()))
        elif token.type in _CODE:
            yield {"kind": "code", "words": token.content.rstrip("\n")}
        elif token.type == "hr":
            yield {"kind": "rule"}
        elif token.nesting < 0 and name in _BLOCKS:
            return
        elif token.nesting > 0 and name in _BLOCKS:
            yield _block(token, name, list(_blocks(tokens)))


def _block(token: Token, name: str, parts: Sequence[Block]) -> Block:
    block: Block = {"kind": _BLOCKS[name], "parts": parts}
    if name == "heading":
        block["level"] = int(token.tag[1])
    elif name == "ordered_list":
        block["start"] = int(token.attrs.get("start", 1))
    elif name == "table":
        block["columns"] = max(len(row["parts"]) for row in parts)
    return block


def _line(tokens: Iterator[Token], depth: int = 0) -> Iterator[Block]:
    """The parts of a line up to the end of the one they stand in."""
    for token in tokens:
        if token.nesting < 0:
            return
        if token.nesting > 0 and depth < DEEPEST:
            yield from _part(token, list(_line(tokens, depth + 1)))
        elif token.nesting > 0:
            yield {"kind": "words", "words": _flat(tokens)}
        elif token.type == "hardbreak":
            yield {"kind": "break"}
        elif token.type == "softbreak":
            yield {"kind": "words", "words": " "}
        else:
            yield {"kind": "code" if token.type == "code_inline" else "words", "words": token.content}


def _flat(tokens: Iterator[Token]) -> str:
    """What stands up to the end of this part, without its form: nobody means it to be that deep."""
    said, depth = [], 1
    for token in tokens:
        depth += token.nesting
        said.append(token.content)
        if depth == 0:
            break
    return "".join(said)


def _part(token: Token, parts: Sequence[Block]) -> Iterator[Block]:
    """A part with what is inside. A link that leads nowhere outside of this site is its words alone."""
    name = token.type.removesuffix("_open")
    if name != "link":
        yield {"kind": _PARTS[name], "parts": parts}
    elif leads_out(str(token.attrGet("href"))) and any(_says_something(one) for one in parts):
        yield {"kind": "link", "parts": parts, "to": str(token.attrGet("href"))}
    else:
        yield from parts


def leads_out(address: str) -> bool:
    """Whether a link leads to a page or an address, wherever it is read."""
    return address.lower().startswith(_LEADS_OUT)


def _says_something(block: Block) -> bool:
    if "parts" in block:
        return any(map(_says_something, block["parts"]))
    return bool(printable(block.get("words", "")).strip())
