"""Mail that has not left gets the words that count now."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import render_again
from peer_visits.outbox.states import WAITING


def render_waiting_again(
    session: Session, *, programme_id: uuid.UUID, call_id: uuid.UUID | None, name: str, language: str
) -> int:
    """Render with its present words what waits of a text; returns how many mails. What people edited stays."""
    query = select(Message).where(
        Message.programme_id == programme_id,
        Message.language == language,
        Message.state.in_(WAITING),
        Message.data.is_not(None),
        Message.edited_at.is_(None),
    )
    if call_id:
        query = query.where(Message.call_id == call_id)
    waiting = [one for one in session.scalars(query) if (one.data or {}).get("words", one.kind) == name]
    return sum(render_again(session, message) for message in waiting)
