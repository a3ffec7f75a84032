"""The texts of the mails about certificates."""

from __future__ import annotations

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.definition import Slot, Wording
from peer_visits.outbox.wording.slots import block, link, visit_slots
from peer_visits.places.mail_texts import SAMPLE_VISIT

_READER = phrase("Whoever took part in the visit")
_SAMPLE = {
    "code": "0123456789ABCDEF",
    "visit": SAMPLE_VISIT,
    "call": "Peer-learning visits, spring",
    "reason": "Your name was misspelt. A new certificate follows.",
}


def _text(name: str, title: Phrase, *slots: Slot) -> Wording:
    return Wording(name, title, _READER, (*visit_slots(), *slots), _SAMPLE, band="visit.slug")


TEXTS = (
    _text(
        "certificate.ready",
        phrase("Certificate of attendance"),
        link(
            "certificate_link",
            phrase("The certificate as a document"),
            "/certificates/<code>/certificate.pdf",
        ),
        link(
            "verify_link",
            phrase("The page that proves the certificate"),
            "/certificates/<code>",
            needed=False,
        ),
    ),
    _text(
        "certificate.withdrawn",
        phrase("Certificate withdrawn"),
        block("note", phrase("Why it was withdrawn"), lambda data, _speech: data["reason"], needed=True),
    ),
)
