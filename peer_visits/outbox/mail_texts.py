"""The text of the mails that try the connection."""

from __future__ import annotations

from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import text

TEXTS = (
    Wording(
        "test.message",
        phrase("Test message"),
        phrase("An address that is tried"),
        (text("number", phrase("Its number")), text("count", phrase("How many there are"))),
        {"number": 1, "count": 3},
        is_editable=False,
    ),
)
