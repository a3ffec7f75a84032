"""What an organiser does with mail that could not be delivered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import send_again
from peer_visits.outbox.states import MessageState


def send_message_again(session: Session, *, actor: Person, now: datetime, message_id: uuid.UUID) -> Message:
    """Queue a failed message once more. Raises Refused if it has not failed."""
    message = session.get_one(Message, message_id)
    if message.state is not MessageState.FAILED:
        raise Refused(phrase("Only a mail that could not be delivered can be sent again."))
    send_again(session, message, now=now)
    record(
        session,
        actor=actor,
        now=now,
        action="mail.sent_again",
        subject=message,
        programme_id=message.programme_id,
        kind=message.kind,
    )
    return message
