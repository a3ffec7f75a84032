"""When the mails about a call's window are no longer true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.calls.models import Call
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason, superseded


def _extended_gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    call = session.get(Call, message.about_id)
    if call is None or call.closes_at <= now:
        return phrase("The call has closed.")
    return superseded(session, message, now)


def _closed_gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    call = session.get(Call, message.about_id)
    return phrase("The call is open again.") if call is None or call.closes_at > now else None


REASONS = {"call.extended": Reason(_extended_gone), "call.closed_early": Reason(_closed_gone)}
