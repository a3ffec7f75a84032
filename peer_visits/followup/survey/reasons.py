"""When the mail about a survey is no longer true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.followup.survey.queries import find_ticket
from peer_visits.followup.survey.rules import is_open
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason


def _gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    ticket = find_ticket(session, message.about_id)
    if ticket is None or not is_open(ticket.survey.closes_at, ticket.survey.closed_at, now):
        return phrase("The survey is closed.")
    return phrase("This person has answered already.") if ticket.is_answered else None


def _refresh(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    ticket = find_ticket(session, message.about_id)
    return {**data, "closes_at": ticket.survey.closes_at} if ticket else data


REASONS = {"survey.invitation": Reason(_gone, _refresh)}
