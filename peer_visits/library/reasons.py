"""When the mails about documents are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.library.writing import telling
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


def _writes(session: Session, message: Message) -> bool:
    document = session.get(AnalyticalDocument, message.about_id)
    author = session.get(DocumentAuthor, (document.visit_id, message.person_id)) if document else None
    return author is not None


def _assigned(session: Session, message: Message, _now: datetime) -> Phrase | None:
    if _writes(session, message):
        return None
    return phrase("The person does not write this document any more.")


def _unassigned(session: Session, message: Message, _now: datetime) -> Phrase | None:
    return phrase("The person writes this document again.") if _writes(session, message) else None


REASONS = {
    **{kind: Reason(_gone) for kind in _STATES},
    "document.assigned": Reason(_assigned),
    "document.unassigned": Reason(_unassigned),
    telling.KIND: Reason(telling.why_not_told, telling.told_now),
}
