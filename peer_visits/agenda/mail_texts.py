"""The texts of the mails of an agenda."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from peer_visits.agenda.releases import Change, ChangedItem
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Data, Slot, Wording
from peer_visits.outbox.wording.slots import block, link, text
from peer_visits.outbox.wording.speech import Speech

_READER = phrase("Whoever takes part in the visit")
_SPEAKER = phrase("Speakers and host staff, about their own sessions")
_SLOTS = (
    text("visit_title", phrase("The title of the visit"), "title"),
    text("visit_place", phrase("Where the visit is"), "place"),
    text("number", phrase("The number of this release of the agenda")),
    link("agenda_link", phrase("The agenda"), "/visits/<slug>/agenda"),
)
_ITEM = {
    "id": "one",
    "title": "Walk through the old town",
    "starts_at": datetime(2026, 5, 11, 7, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 5, 11, 9, 30, tzinfo=UTC),
}
_SAMPLE = {
    "slug": "tampere-2021",
    "place": "Tampere",
    "title": "Adopt a Monument",
    "zone": "Europe/Helsinki",
    "own_zone": "Europe/Brussels",
    "number": 2,
    "days": [(date(2026, 5, 11), [_ITEM])],
    "links": {"one": "https://meet.example.org/sample"},
    "changes": [ChangedItem(Change.MOVED, _ITEM)],
    "items": [_ITEM],
}


def _days(data: Data, _speech: Speech) -> Any:
    return data if data["days"] else None


def _removed(data: Data, _speech: Speech) -> Any:
    return {"sessions": data["items"], "zone": data["zone"]}


_AGENDA = block("agenda", phrase("All sessions with their times and links"), _days, needed=True)


_CHANGES = block("changes", phrase("What has changed since the last release"), needed=True)
_REMOVED = block("removed", phrase("The sessions that are no more"), _removed, needed=True)


def _text(name: str, title: Phrase, *slots: Slot, reader: Phrase = _READER) -> Wording:
    return Wording(name, title, reader, (*_SLOTS, *slots), _SAMPLE, band="slug")


TEXTS = (
    _text("agenda.speaking", phrase("Sessions of a speaker"), _AGENDA, reader=_SPEAKER),
    _text(
        "agenda.speaking_changed", phrase("Changed sessions of a speaker"), _CHANGES, _AGENDA, reader=_SPEAKER
    ),
    _text("agenda.not_speaking", phrase("Sessions taken back from a speaker"), _REMOVED, reader=_SPEAKER),
    Wording(
        "speaker.invited",
        phrase("Invitation to speak"),
        phrase("Whoever is asked to speak or to help, with or without an account"),
        (
            *_SLOTS[:2],
            text("inviter", phrase("Who invites")),
            block("sessions", phrase("Their sessions, if any"), _removed),
            link("link", phrase("Where they answer"), "/speaking/<secret>"),
        ),
        {**_SAMPLE, "inviter": "Alex Sample", "secret": "sample-secret"},
        band="slug",
    ),
    _text("agenda.published", phrase("Agenda"), _AGENDA),
    _text(
        "agenda.changed",
        phrase("Changed agenda"),
        _CHANGES,
        _AGENDA,
    ),
    _text(
        "agenda.removed",
        phrase("Sessions taken out of the agenda"),
        _REMOVED,
    ),
    _text(
        "agenda.taken_back",
        phrase("Sessions of somebody who no longer comes"),
        _REMOVED,
        reader=phrase("Whoever gave a place up, or lost it, after the agenda was sent"),
    ),
)
