"""The text of the mail before something is forgotten."""

from __future__ import annotations

import uuid
from datetime import date

from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Data, Slot, Wording
from peer_visits.outbox.wording.slots import block, link, text
from peer_visits.outbox.wording.speech import Speech
from peer_visits.privacy.warning import KIND

# What of an application goes with it; said as fixed sentences, so that no call promises less than happens.
ALL_OF_IT = (
    "Your application with everything you wrote in it",
    "The files you sent with it",
    "Notes and mails about it",
)
ACCOUNT = "If you have not used your account for half a year by then, it is deleted, too."


def _forgotten(data: Data, speech: Speech) -> list[str]:
    """The questions whose answers go, or what all of an application is."""
    return list(data["answers"]) or [speech.words(one) for one in ALL_OF_IT]


TEXTS = (
    Wording(
        KIND,
        phrase("Before an application is deleted"),
        phrase("Whoever applied"),
        (
            text("call", phrase("The title of the call")),
            text("on", phrase("The day on which it is deleted"), needed=True),
            block("forgotten", phrase("What is deleted, as a list"), _forgotten, needed=True),
            Slot(
                "account",
                phrase("That the account is deleted, too, if nobody uses it; only where the call says so"),
                lambda data, speech: speech.words(ACCOUNT) if data["account_goes"] else "",
            ),
            link("data_link", phrase("The page to see and download everything"), "/account/data"),
        ),
        {
            "application_id": uuid.UUID("00000000-0000-4000-8000-000000000001"),
            "call": "Peer-learning visits, spring",
            "call_slug": "peer-learning-visits-spring",
            "on": date(2028, 2, 9),
            "answers": [],
            "account_goes": True,
        },
        band="call_slug",
    ),
)
