"""When the mails about commitments are no longer true, and what they would say now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.followup.commitments.access import get_place_to_write
from peer_visits.followup.commitments.messages import MONTHS, WANTED, promised
from peer_visits.followup.commitments.queries import find_sheet
from peer_visits.followup.commitments.reminders import waiting
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.places.messages import visit_facts


def _wanted_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    if find_sheet(session, message.about_id):
        return phrase("This person has written down what they take home.")
    return _no_place(session, message)


def _asked_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    sheet = find_sheet(session, message.about_id)
    if sheet is None or not waiting(sheet, MONTHS[message.kind]):
        return phrase("Nothing of what this person wrote waits for an answer.")
    return _no_place(session, message)


def _no_place(session: Session, message: Message) -> Phrase | None:
    if get_place_to_write(session, message.about_id) is None:
        return phrase("This person does not hold the place any more.")
    return None


def _refresh(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    place, sheet = get_place_to_write(session, message.about_id), find_sheet(session, message.about_id)
    if place is None:
        return data
    fresh: dict[str, Any] = {**data, "visit": visit_facts(place.visit), "call": place.visit.call.title}
    if sheet and message.kind in MONTHS:
        fresh["promised"] = promised(waiting(sheet, MONTHS[message.kind]))
    return fresh


REASONS = {
    WANTED: Reason(_wanted_gone, _refresh),
    **{kind: Reason(_asked_gone, _refresh) for kind in MONTHS},
}
