"""When the mail with an agenda is no longer true. What takes sessions out of a calendar always is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries import PUBLISHED, find_latest_release
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    release = session.get(AgendaRelease, message.about_id)
    latest = find_latest_release(session, release.visit_id) if release else None
    if release is None or latest is None or latest.number != release.number:
        return phrase("A newer agenda takes its place.")
    holds = select(Place.id).where(
        Place.visit_id == release.visit_id,
        Place.person_id == message.person_id,
        Place.state == PlaceState.ACCEPTED,
    )
    return None if session.scalar(holds) else phrase("This person takes no part in the visit any more.")


REASONS = {PUBLISHED: Reason(_gone)}
