"""When the mail before something is forgotten is no longer true, and what it would say now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.privacy.endings import Ending
from peer_visits.privacy.warning import KIND, endings_of, facts_of


def _gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    if _ending(session, message, now) is None:
        return phrase("Nothing of this application is forgotten at that time any more.")
    return None


def _refresh(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    before = message.not_after and message.not_after - timedelta(seconds=1)
    ending = _ending(session, message, before) if before else None
    return {**data, **facts_of(session, ending)} if ending else data


def _ending(session: Session, message: Message, now: datetime) -> Ending | None:
    """What is forgotten at the very moment the mail tells of."""
    endings = endings_of(session, message.about_id, now)
    return next((one for one in endings if one.at == message.not_after), None)


REASONS = {KIND: Reason(_gone, _refresh)}
