"""The texts of group mails: what an organiser wrote, under the greeting of the reader's language."""

from __future__ import annotations

from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Data, Slot, Wording, Words
from peer_visits.outbox.wording.filling import Filled, fill
from peer_visits.outbox.wording.slots import block, text
from peer_visits.outbox.wording.speech import Speech

_SAMPLE = {
    "subject_line": "What to bring, {name}",
    "written": "The visits begin in **four weeks**.\n\n- read the [agenda](https://example.org/agenda)",
    "reached": 12,
}
# What somebody writes to a group has the placeholders that every mail has.
WRITTEN = Wording(
    "group.written", phrase("Group mail"), phrase("Whoever it is for"), (), _SAMPLE, is_editable=False
)


def _filled(data: Data, speech: Speech) -> Filled:
    return fill(WRITTEN, Words(str(data["subject_line"]), str(data["written"])), data, speech)


_SLOTS = (
    Slot(
        "subject_line",
        phrase("The subject as it was written"),
        lambda data, speech: _filled(data, speech).subject,
    ),
    block("written", phrase("What was written"), _filled),
)

TEXTS = (
    Wording(
        "group.mail", phrase("Group mail"), phrase("Whoever it is for"), _SLOTS, _SAMPLE, is_editable=False
    ),
    Wording(
        "group.copy",
        phrase("Copy of a group mail"),
        phrase("The host team of the visit it is about"),
        (*_SLOTS, text("reached", phrase("How many people it went to"))),
        _SAMPLE,
        is_editable=False,
    ),
)
