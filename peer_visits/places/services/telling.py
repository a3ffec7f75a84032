"""Mails about places: none leaves before the answers of its call are known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.calls.models import Call
from peer_visits.calls.rules import answers_known_at
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import Mail, post
from peer_visits.places.calendars import with_entry
from peer_visits.places.models import Place


def known_from(call: Call, now: datetime) -> datetime:
    """When what happens now becomes known: at once, or with the call's answers."""
    return max(now, answers_known_at(call) or now)


def tell(session: Session, mail: Mail, *, call: Call, now: datetime) -> Message:
    """Post a mail, with the place's calendar entry; while a decision can be undone it waits in the outbox."""
    if isinstance(mail.about, Place):
        mail = with_entry(session, mail, mail.about)
    message = post(session, mail, now=now)
    message.not_before = known_from(call, now)
    return message
