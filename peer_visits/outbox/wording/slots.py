"""The sorts of placeholders, as rooms name them. A path leads through the mail's data: `visit.title`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Data, Form, Slot, look_up
from peer_visits.outbox.wording.speech import Speech

_PART = re.compile(r"<([a-z_.]+)>")
NAME = Slot("name", phrase("The reader's name"), lambda data, _speech: look_up(data, "person.name"))
PRODUCT = Slot("product", phrase("The name of this site"), lambda data, _speech: data["product"])
SITE = Slot(
    "site", phrase("The start page of this site"), lambda data, _speech: data["public_url"], Form.LINK
)
EVERYWHERE = (NAME, PRODUCT, SITE)


def text(name: str, meaning: Phrase, path: str = "", *, needed: bool = False) -> Slot:
    """A name, a number, a date or a sentence."""
    return Slot(name, meaning, lambda data, speech: speech.say(look_up(data, path or name)), needed=needed)


def moment(name: str, meaning: Phrase, path: str = "", *, needed: bool = False) -> Slot:
    """A moment, by the clock of the zone in the data and by the reader's."""

    def show(data: Data, speech: Speech) -> str:
        value = look_up(data, path or name)
        return speech.moment(value, str(data.get("zone") or speech.zone)) if value else ""

    return Slot(name, meaning, show, needed=needed)


def link(name: str, meaning: Phrase, path: str, *, needed: bool = True) -> Slot:
    """A page of ours: `/offers/<token>`, the parts in angle brackets from the data."""

    def show(data: Data, _speech: Speech) -> str:
        return f"{data['public_url']}{_PART.sub(lambda part: str(look_up(data, part[1])), path)}"

    return Slot(name, meaning, show, Form.LINK, needed)


def block(
    name: str,
    meaning: Phrase,
    show: Callable[[Data, Speech], Any] | None = None,
    *,
    needed: bool = False,
) -> Slot:
    """Something of several lines, drawn by `templates/mail/blocks/<name>`; `show` gives its data."""
    return Slot(name, meaning, show or (lambda data, _speech: data.get(name)), Form.BLOCK, needed)


VISIT = block("visit", phrase("The visit: title, host and days, as a paragraph of its own"))


def visit_slots() -> tuple[Slot, ...]:
    """What a mail about one visit, told by its facts, can say of it."""
    return (
        VISIT,
        text("visit_title", phrase("The title of the visit"), "visit.title"),
        text("visit_place", phrase("Where the visit is"), "visit.place"),
        text("host", phrase("Who hosts the visit"), "visit.host"),
        text("call", phrase("The title of the call")),
    )
