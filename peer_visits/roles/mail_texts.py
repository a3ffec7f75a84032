"""The texts of the mails about roles."""

from __future__ import annotations

from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import SITE, text

_SLOTS = (
    text("giver", phrase("Who gave or ended the role")),
    text("role", phrase("The role"), "what"),
    text("where", phrase("The programme or the visit it is for")),
    SITE,
)
_SAMPLE = {"giver": "Alex Sample", "what": phrase("organiser"), "where": "Peer-learning visits"}
TEXTS = (
    Wording("role.given", phrase("Role given"), phrase("Whoever has the role"), _SLOTS, _SAMPLE),
    Wording("role.taken", phrase("Role taken"), phrase("Whoever had the role"), _SLOTS, _SAMPLE),
)
