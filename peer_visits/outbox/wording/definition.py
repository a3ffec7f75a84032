"""What a text of mail is made of: its places for data, and the data a preview begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from peer_visits.kernel.text import Phrase
from peer_visits.outbox.wording.speech import Speech

Data = Mapping[str, Any]


class Form(StrEnum):
    """How a placeholder stands in a text."""

    TEXT = "text"  # anywhere in a sentence
    LINK = "link"  # where a link leads
    BLOCK = "block"  # a paragraph of its own


@dataclass(frozen=True)
class Slot:
    """A placeholder. `show` gives what stands there, or nothing: then its whole paragraph is left out.

    `needed`: without it the mail would be worth nothing. Of a block, `show` gives the data of its template.
    """

    name: str
    meaning: Phrase
    show: Callable[[Data, Speech], Any]
    form: Form = Form.TEXT
    needed: bool = False


@dataclass(frozen=True)
class Wording:
    """One text of mail that may have own words. `band` says where its data has the slug of the pattern on top.

    `words_of` names the text whose default words it shares. `sample` is what a preview without real data is made of.
    """

    name: str
    title: Phrase
    reader: Phrase
    slots: tuple[Slot, ...]
    sample: Data = field(repr=False)
    band: str = ""
    words_of: str = ""
    is_editable: bool = True

    def slot(self, name: str) -> Slot | None:
        """The placeholder of this name."""
        return next((one for one in self.slots if one.name == name), None)


@dataclass(frozen=True)
class Words:
    """Subject and Markdown text, with {placeholders}."""

    subject: str
    body: str


Wordings = Mapping[str, Wording]


def wording_of(wordings: Wordings, kind: str, data: Data) -> Wording:
    """The text of a mail: its kind's, or the one its data names. Raises KeyError for a kind without words."""
    return wordings[str(data.get("words", kind))]


def look_up(data: Data, path: str) -> Any:
    """A value of the data by a dotted path; nothing where there is none."""
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return value
