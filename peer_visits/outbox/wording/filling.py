"""Words and data become subject, text and HTML, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from peer_visits.kernel.text import without_marks
from peer_visits.outbox.wording.compiling import ADDRESS, PLACEHOLDER, Chunk, compile_body
from peer_visits.outbox.wording.definition import Data, Form, Wording, Words
from peer_visits.outbox.wording.slots import EVERYWHERE
from peer_visits.outbox.wording.speech import Speech
from peer_visits.paths import TEMPLATES

Values = Mapping[str, Any]
LONGEST_SUBJECT = 250
# Blanks at which a line may break: those before a French colon stay what they are.
_BREAKING = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(frozen=True)
class Filled:
    """The words of one mail; `html` is its body alone."""

    subject: str
    text: str
    html: Markup


def fill(wording: Wording, words: Words, data: Data, speech: Speech) -> Filled:
    """The words with their placeholders filled. A paragraph with one that has nothing to say is left out."""
    slots = {slot.name: slot for slot in (*EVERYWHERE, *wording.slots)}
    values = {name: slot.show(data, speech) for name, slot in slots.items()}
    blocks = {name: _Block(name, values[name], speech) for name in slots if slots[name].form is Form.BLOCK}
    chunks = [one for one in compile_body(words.body) if all(values.get(name) for name in one.names)]
    return Filled(
        fill_subject(words.subject, values),
        "\n\n".join(_text(one, values, blocks) for one in chunks) + "\n",
        Markup("\n").join(_html(one, values, blocks) for one in chunks),
    )


def fill_subject(subject: str, values: Values) -> str:
    """The subject on one line, without marks that could make it read as another."""
    said = without_marks(PLACEHOLDER.sub(_found(values, str), subject))
    return _BREAKING.sub(" ", said).strip()[:LONGEST_SUBJECT]


@dataclass(frozen=True)
class _Block:
    name: str
    value: Any
    speech: Speech

    def drawn(self, ending: str) -> str:
        """As text or as HTML, by its template."""
        template = _environment().get_template(f"mail/blocks/{self.name}.{ending}")
        # Newlines of the template say where paragraphs end; what it does not say is dropped.
        said = template.render(value=self.value, speech=self.speech)
        return _lines(re.sub(r"\n{3,}", "\n\n", said).strip())


def _text(chunk: Chunk, values: Values, blocks: Mapping[str, _Block]) -> str:
    if chunk.block in blocks:
        return blocks[chunk.block].drawn("txt")
    return PLACEHOLDER.sub(_found(values, _lines), chunk.text)


def _html(chunk: Chunk, values: Values, blocks: Mapping[str, _Block]) -> Markup:
    if chunk.block in blocks:
        return Markup(blocks[chunk.block].drawn("html"))  # noqa: S704  # our own template, which escapes
    with_links = ADDRESS.sub(_found(values, lambda value: escape(str(value))), chunk.html)
    said = PLACEHOLDER.sub(
        _found(values, lambda value: escape(_lines(value)).replace("\n", "<br>")), with_links
    )
    return Markup(said)  # noqa: S704  # sanitised words, filled with escaped data


def _found(values: Values, shown: Callable[[Any], str]) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        return shown(values[found[1]]) if found[1] in values else found[0]

    return replace


def _lines(value: Any) -> str:
    return "\n".join(without_marks(line) for line in str(value).split("\n"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
