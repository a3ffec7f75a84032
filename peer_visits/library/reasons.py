"""When the mails about documents are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason

_STATES = {
    "document.sent_in": {DocumentState.IN_REVIEW},
    "document.returned": {DocumentState.DRAFT},
    "document.published": {DocumentState.PUBLISHED},
    "document.reminder": {DocumentState.OWED, DocumentState.DRAFT},
}


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    document = session.get(AnalyticalDocument, message.about_id)
    if document is None or document.state not in _STATES[message.kind]:
        return phrase("The document is no longer in the state this mail tells of.")
    return None


REASONS = {kind: Reason(_gone) for kind in _STATES}
