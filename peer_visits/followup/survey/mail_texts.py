"""The texts of the mails about surveys."""

from __future__ import annotations

from datetime import UTC, datetime

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import link, moment, visit_slots
from peer_visits.places.mail_texts import SAMPLE_VISIT

_SLOTS = (
    *visit_slots(),
    link("survey_link", phrase("The survey"), "/survey/<token>"),
    moment("closes_at", phrase("Until when answers are taken"), needed=True),
)
_SAMPLE = {
    "visit": SAMPLE_VISIT,
    "call": "Peer-learning visits, spring",
    "token": "a-sample",
    "closes_at": datetime(2026, 5, 27, 15, 0, tzinfo=UTC),
    "zone": "Europe/Helsinki",
}


def _text(name: str, title: Phrase) -> Wording:
    return Wording(
        name, title, phrase("Whoever took part, and the host team"), _SLOTS, _SAMPLE, band="visit.slug"
    )


TEXTS = (
    _text("survey.invitation", phrase("The survey")),
    _text("survey.reminder", phrase("Reminder of the survey")),
)
