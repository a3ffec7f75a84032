"""The texts of the mails of applications."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Slot, Wording
from peer_visits.outbox.wording.slots import block, link, moment, text

_CALL = text("call", phrase("The title of the call"))
_CLOSES = moment("closes_at", phrase("When the call closes"))
_ANSWERS_BY = text("answers_by", phrase("The day by which answers are promised, if one is"))
_APPLICATION = link(
    "application_link", phrase("The page of the application"), "/applications/<application_id>"
)
_WRITE = link("form_link", phrase("The form, to go on writing"), "/calls/<call_slug>/apply")
_PDF = link(
    "pdf_link", phrase("The receipt as a PDF"), "/applications/<application_id>/receipt.pdf", needed=False
)
_COPY = block("copy", phrase("A copy of everything that was sent"))
_APPLICANT = phrase("Whoever applied")
_WRITER = phrase("Whoever has a draft that is not sent")
SAMPLE = {
    "application_id": uuid.UUID("00000000-0000-4000-8000-000000000001"),
    "call": "Peer-learning visits, spring",
    "call_slug": "peer-learning-visits-spring",
    "closes_at": datetime(2026, 2, 9, 22, 59, tzinfo=UTC),
    "answers_by": date(2026, 2, 23),
    "zone": "Europe/Brussels",
}
_SENT = {
    "choices": [
        {
            "rank": 1,
            "visit": {"place": "Tampere", "title": "Adopt a Monument"},
            "motivation": "Our town looks after forty monuments with two people.\nWe want volunteers to help.",
            "answers": [{"label": "What would you bring?", "words": "A map of all forty, and time."}],
        }
    ],
    "answers": [{"label": "Have you taken part before?", "words": "No"}],
    "substitute": "Kim Sample, kim@example.org",
}


def _text(name: str, title: Phrase, reader: Phrase, *slots: Slot, **more: object) -> Wording:
    words_of = str(more.pop("words_of", ""))
    return Wording(name, title, reader, slots, {**SAMPLE, **more}, band="call_slug", words_of=words_of)


TEXTS = (
    _text(
        "application.submitted",
        phrase("Receipt of an application"),
        _APPLICANT,
        *(_CALL, _CLOSES, _ANSWERS_BY, _APPLICATION, _PDF, _COPY),
        copy=_SENT,
    ),
    _text(
        "application.changed",
        phrase("Receipt of a changed application"),
        _APPLICANT,
        *(_CALL, _CLOSES, _ANSWERS_BY, _APPLICATION, _PDF, _COPY),
        copy=_SENT,
    ),
    _text(
        "application.withdrawn",
        phrase("Application withdrawn"),
        _APPLICANT,
        *(_CALL, _CLOSES, _APPLICATION),
    ),
    _text("application.reminder", phrase("Reminder of a draft"), _WRITER, _CALL, _CLOSES, _WRITE),
    _text(
        "application.reminder_last",
        phrase("Last reminder of a draft"),
        _WRITER,
        *(_CALL, _CLOSES, _WRITE),
        words_of="application.reminder",
    ),
    _text(
        "application.completion_asked",
        phrase("Completion asked for"),
        _APPLICANT,
        _CALL,
        block("note", phrase("What the organiser asks for"), needed=True),
        moment("until", phrase("Until when the application is open"), needed=True),
        _WRITE,
        note="Please upload the letter of your mayor: the file you sent is empty.",
        until=datetime(2026, 2, 16, 11, 0, tzinfo=UTC),
    ),
)
