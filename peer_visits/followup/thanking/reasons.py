"""When the mail of the morning after is no longer true, and what it would ask now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.followup.commitments.access import get_place_to_write
from peer_visits.followup.thanking.reminders import asks
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.outbox.reminding import THANKS
from peer_visits.places.messages import visit_facts


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    if get_place_to_write(session, message.about_id) is None:
        return phrase("This person does not hold the place any more.")
    return None


def _refresh(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    """What was asked and is done meanwhile is left out; what was not asked then is not added."""
    place = get_place_to_write(session, message.about_id)
    if place is None:
        return data
    now = asks(session, place, message.not_before, was_invited=not data.get("survey_token"))
    return {**data, "visit": visit_facts(place.visit), "call": place.visit.call.title, **now}


REASONS = {THANKS: Reason(_gone, _refresh)}
