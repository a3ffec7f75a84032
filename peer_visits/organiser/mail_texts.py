"""The text of the mail about a call that closes early."""

from __future__ import annotations

from peer_visits.applications.mail_texts import SAMPLE
from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import link, moment, text

TEXTS = (
    Wording(
        "call.closed_early",
        phrase("Call closed early"),
        phrase("Whoever has a draft that was not sent"),
        (
            text("call", phrase("The title of the call")),
            moment("closed_at", phrase("When the call was closed")),
            link("draft_link", phrase("The draft"), "/applications/<application_id>"),
        ),
        {**SAMPLE, "closed_at": SAMPLE["closes_at"]},
        band="call_slug",
    ),
)
