"""The text of the mail of the morning after."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.reminding import THANKS
from peer_visits.outbox.wording.definition import Data, Form, Slot, Wording
from peer_visits.outbox.wording.slots import link, moment, visit_slots
from peer_visits.outbox.wording.speech import Speech
from peer_visits.places.mail_texts import SAMPLE_VISIT


def _ask(name: str, meaning: Phrase, path: str, token: str) -> Slot:
    """A link that is there while something is asked: without its token the paragraph is left out."""

    def show(data: Data, _speech: Speech) -> str:
        return f"{data['public_url']}{path}{data[token]}" if data.get(token) else ""

    return Slot(name, meaning, show, Form.LINK)


TEXTS = (
    Wording(
        THANKS,
        phrase("Thanks after a visit"),
        phrase("Whoever took part in the visit"),
        (
            *visit_slots(),
            _ask(
                "survey_link",
                phrase("The survey, while it is open and not answered"),
                "/survey/",
                "survey_token",
            ),
            moment("closes_at", phrase("Until when answers are taken, while the survey is asked")),
            _ask(
                "commitments_link",
                phrase("The page to write down what one takes home, while nothing is written"),
                "/commitments/",
                "commitments_token",
            ),
            link("place_link", phrase("The page of the place"), "/places/<place_id>"),
        ),
        {
            "place_id": uuid.UUID("00000000-0000-4000-8000-000000000002"),
            "visit": SAMPLE_VISIT,
            "call": "Peer-learning visits, spring",
            "survey_token": "a-sample",
            "closes_at": datetime(2026, 5, 27, 15, 0, tzinfo=UTC),
            "zone": "Europe/Helsinki",
            "commitments_token": "a-sample",
        },
        band="visit.slug",
    ),
)
