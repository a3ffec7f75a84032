"""The text of a section as a tree of plain values, for programs that set it without knowing Markdown.

A block has its `kind`: paragraph, heading (with its `level`), bullets, numbers (with their `start`), item, quote, code,
rule, table (with the number of its `columns`; the first row is its head), row, cell. What is inside stands in `parts`;
code has its `words`. Parts of a line are words, strong, emphasis, link (with where it leads `to`), code and break.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from markdown_it.token import Token

from peer_visits.library.printing.markdown import read

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
_PARTS = {"strong": "strong", "em": "emphasis", "link": "link"}
_LEADS_OUT = ("http://", "https://", "mailto:")


def blocks_of(text: str) -> list[Block]:
    """A text in Markdown as blocks."""
    return list(_blocks(iter(read(text))))


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


def _line(tokens: Iterator[Token]) -> Iterator[Block]:
    """The parts of a line up to the end of the one they stand in."""
    for token in tokens:
        name = token.type.rsplit("_", 1)[0]
        if token.nesting < 0:
            return
        if token.nesting > 0:
            yield from _part(token, name, list(_line(tokens)))
        elif token.type in {"softbreak", "hardbreak"}:
            yield {"kind": "break"} if token.type == "hardbreak" else {"kind": "words", "words": " "}
        else:
            yield {"kind": "code" if token.type == "code_inline" else "words", "words": token.content}


def _part(token: Token, name: str, parts: Sequence[Block]) -> Iterator[Block]:
    """A part with what is inside. A link that leads nowhere outside of this site is its words alone."""
    part: Block = {"kind": _PARTS[name], "parts": parts}
    if name == "link":
        part["to"] = str(token.attrGet("href") or "")
        if not part["to"].lower().startswith(_LEADS_OUT) or not any(map(words_of, parts)):
            yield from parts
            return
    yield part


def words_of(block: Block) -> str:
    """What a block says, without its form."""
    own = str(block.get("words", ""))
    return "".join(chain([own], map(words_of, block.get("parts", ()))))
