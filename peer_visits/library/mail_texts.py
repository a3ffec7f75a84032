"""The texts of the mails about analytical documents."""

from __future__ import annotations

import uuid
from datetime import date

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Slot, Wording
from peer_visits.outbox.wording.slots import block, link, text

_DOCUMENT = link("document_link", phrase("The document"), "/documents/<document_id>")
_DUE_ON = text("due_on", phrase("The day by which the document is due"), needed=True)
_TEXT = link("text_link", phrase("The text with its comments"), "/documents/<document_id>/text")
_AUTHORS = phrase("Whoever writes the document")
_SAMPLE = {
    "document_id": uuid.UUID("00000000-0000-4000-8000-000000000003"),
    "library_slug": "tampere-2021",
    "slug": "tampere-2021",
    "place": "Tampere",
    "title": "Adopt a Monument",
    "author": "Alex Sample",
    "note": "Please add what the volunteers cost the city.",
    "due_on": date(2026, 6, 12),
    "due": phrase("It is due on %(day)s.", day=date(2026, 6, 12)),
    "giver": "Olga Sample",
    "comments": [
        {"who": "Hanna Sample", "where": "Lessons", "count": 2},
        {"who": "Olga Sample", "where": "", "count": 1},
    ],
}


def _text(name: str, title: Phrase, reader: Phrase, *slots: Slot) -> Wording:
    of_visit = (
        text("document", phrase("The title of the document"), "title"),
        text("visit_place", phrase("Where the visit was"), "place"),
    )
    return Wording(name, title, reader, (*of_visit, *slots), _SAMPLE, band="slug")


TEXTS = (
    _text(
        "document.assigned",
        phrase("Author named"),
        phrase("Whoever is to write the document"),
        text("giver", phrase("Who named the author")),
        text("due", phrase("A sentence about the day by which the document is due")),
        _DOCUMENT,
    ),
    _text(
        "document.unassigned",
        phrase("Author released"),
        phrase("Whoever no longer writes the document"),
        text("giver", phrase("Who released the author")),
    ),
    _text(
        "document.sent_in",
        phrase("Report sent in"),
        phrase("The organisers"),
        text("author", phrase("Who sent it in")),
        _DOCUMENT,
    ),
    _text(
        "document.returned",
        phrase("Report returned"),
        _AUTHORS,
        block("note", phrase("What should change"), needed=True),
        _DOCUMENT,
    ),
    _text(
        "document.commented",
        phrase("Comments on a report"),
        phrase("Authors, and whoever has commented before"),
        block("comments", phrase("Who has commented, and on which sections"), needed=True),
        _TEXT,
    ),
    _text(
        "document.published",
        phrase("Report published"),
        phrase("Authors, host team and participants"),
        link("library_link", phrase("The document in the library"), "/library/<library_slug>"),
    ),
    _text("document.reminder", phrase("Reminder of a report"), _AUTHORS, _DUE_ON, _DOCUMENT),
    _text("document.overdue", phrase("Report overdue"), _AUTHORS, _DUE_ON, _DOCUMENT),
)
