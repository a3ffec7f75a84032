"""The texts of the mails about commitments."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Data, Slot, Wording
from peer_visits.outbox.wording.slots import block, link, text, visit_slots
from peer_visits.outbox.wording.speech import Speech
from peer_visits.places.mail_texts import SAMPLE_VISIT

# How each answer is said in a mail, in the order of its links.
SAID = {"done": "Done", "under_way": "Under way", "dropped": "Dropped"}
_READER = phrase("Whoever took part in the visit")
_PAGE = link("page_link", phrase("The page on which people write and answer"), "/commitments/<token>")
_SAMPLE: dict[str, Any] = {
    "place_id": uuid.UUID("00000000-0000-4000-8000-000000000002"),
    "visit": SAMPLE_VISIT,
    "call": "Peer-learning visits, spring",
    "token": "a-sample",
    "ended_on": date(2026, 5, 13),
    "promised": [
        {"number": 1, "will_do": "Ask two associations whether they adopt a monument."},
        {"number": 3, "will_do": "Write an agreement on two pages with our lawyers."},
    ],
}


def _commitments(data: Data, _speech: Speech) -> list[dict[str, Any]]:
    """Each with the addresses that lead to its answers. Opening one answers nothing."""
    page = f"{data['public_url']}/commitments/{data['token']}"
    return [
        {
            "will_do": one["will_do"],
            "answers": [
                {"said": said, "url": f"{page}/{one['number']}?answer={state}"}
                for state, said in SAID.items()
            ],
        }
        for one in data.get("promised", ())
    ]


_PROMISED = block(
    "commitments",
    phrase("What the person wanted to do, each with links for done, under way and dropped"),
    _commitments,
    needed=True,
)
_ENDED_ON = text("ended_on", phrase("The last day of the visit"))


def _text(name: str, title: Phrase, *slots: Slot, words_of: str = "") -> Wording:
    return Wording(
        name,
        title,
        _READER,
        (*visit_slots(), *slots, _PAGE),
        _SAMPLE,
        band="visit.slug",
        words_of=words_of,
    )


TEXTS = (
    _text("commitment.wanted", phrase("Commitments asked for")),
    _text(
        "commitment.wanted_again",
        phrase("Commitments asked for once more"),
        words_of="commitment.wanted",
    ),
    _text("commitment.asked", phrase("Commitments asked about after three months"), _PROMISED, _ENDED_ON),
    _text(
        "commitment.asked_again",
        phrase("Commitments asked about after three months, once more"),
        *(_PROMISED, _ENDED_ON),
        words_of="commitment.asked",
    ),
    _text(
        "commitment.asked_last",
        phrase("Commitments asked about after six months"),
        *(_PROMISED, _ENDED_ON),
    ),
    _text(
        "commitment.asked_last_again",
        phrase("Commitments asked about after six months, once more"),
        *(_PROMISED, _ENDED_ON),
        words_of="commitment.asked_last",
    ),
)
