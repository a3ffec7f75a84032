"""The words every mail begins with: one file for each language, `templates/mail/words/<language>.md`.

A text starts at a line `## name`; its first line is the subject, the rest the body. The text `greeting` stands before
every body.
"""

from __future__ import annotations

import re
from functools import cache

from peer_visits.outbox.wording.definition import Wording, Words
from peer_visits.outbox.wording.speech import WORDS, known_language

_HEAD = re.compile(r"^## ([a-z_.]+)$", re.MULTILINE)


@cache
def default_texts(language: str) -> dict[str, Words]:
    """Every text of a language by name."""
    parts = _HEAD.split((WORDS / f"{language}.md").read_text(encoding="utf-8"))[1:]
    texts = {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    greeting = texts.pop("greeting")
    return {name: _words(text, greeting) for name, text in texts.items()}


def _words(text: str, greeting: str) -> Words:
    subject, _newline, body = text.partition("\n")
    return Words(subject.strip(), f"{greeting}\n\n{body.strip()}")


def default_words(wording: Wording, language: str) -> Words:
    """The words a text begins with, in the language nearest to the reader's."""
    return default_texts(known_language(language))[wording.words_of or wording.name]
