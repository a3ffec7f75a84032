"""When the mail with an agenda is no longer true. What takes sessions out of a calendar always is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRelease, AgendaSpeaker
from peer_visits.agenda.queries.releases import COMING, PUBLISHED, SPEAKING, find_latest_release
from peer_visits.agenda.states import SpeakerState
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState


def _current(session: Session, message: Message) -> AgendaRelease | None:
    """The release it tells of, if it is still the latest."""
    release = session.get(AgendaRelease, message.about_id)
    latest = find_latest_release(session, release.visit_id) if release else None
    return release if latest and latest is release else None


def _gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    release = _current(session, message)
    if release is None:
        return phrase("A newer agenda takes its place.")
    holds = select(Place.id).where(
        Place.visit_id == release.visit_id,
        Place.person_id == message.person_id,
        Place.state == PlaceState.ACCEPTED,
    )
    return None if session.scalar(holds) else phrase("This person takes no part in the visit any more.")


def _no_speaker(session: Session, message: Message, _now: datetime) -> Phrase | None:
    release = _current(session, message)
    if release is None:
        return phrase("A newer agenda takes its place.")
    comes = select(AgendaSpeaker.id).where(
        AgendaSpeaker.visit_id == release.visit_id,
        AgendaSpeaker.email == message.to_address,
        AgendaSpeaker.state.in_(COMING),
    )
    return None if session.scalar(comes) else phrase("This person does not speak at the visit any more.")


def _not_invited(session: Session, message: Message, _now: datetime) -> Phrase | None:
    speaker = session.get(AgendaSpeaker, message.about_id)
    if speaker and speaker.state is SpeakerState.INVITED and speaker.email == message.to_address:
        return None
    return phrase("This person has answered already, or is not asked any more.")


REASONS = {
    PUBLISHED: Reason(_gone),
    SPEAKING: Reason(_no_speaker),
    "speaker.invited": Reason(_not_invited),
}
