"""The text of the mail about more time."""

from __future__ import annotations

from peer_visits.applications.mail_texts import SAMPLE
from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import link, moment, text

TEXTS = (
    Wording(
        "call.extended",
        phrase("Call extended"),
        phrase("Whoever has a draft that is not sent"),
        (
            text("call", phrase("The title of the call")),
            moment("closes_at", phrase("When the call closes now"), needed=True),
            text("answers_by", phrase("The day by which answers are promised, if one is")),
            link("form_link", phrase("The form, to go on writing"), "/calls/<call_slug>/apply"),
        ),
        SAMPLE,
        band="call_slug",
    ),
)
