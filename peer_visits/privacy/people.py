"""Who takes part in a visit, as far as they allow it to be shown to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.consents import consents, note_consent, who_consents
from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.places.queries import list_participants
from peer_visits.places.states import PlaceState

NAME, ADDRESS = "participants.name", "participants.address"


@dataclass(frozen=True)
class Shown:
    """Somebody who lets themselves be shown; the address only if they allow that, too."""

    person: Person
    email: str


@dataclass(frozen=True)
class Participants:
    """Who lets themselves be shown, and how many take part."""

    shown: Sequence[Shown]
    number: int


def list_shown(session: Session, place: Place) -> Participants:
    """The participants of a place's visit who allow it, by name; in a fixed number of statements."""
    named = who_consents(session, NAME, place.visit_id)
    reachable = who_consents(session, ADDRESS, place.visit_id)
    places = list_participants(session, place.visit_id)
    shown = [
        Shown(one.person, one.person.email if one.person_id in reachable else "")
        for one in places
        if one.person_id in named
    ]
    return Participants(shown, len(places))


def own_answers(session: Session, place: Place) -> dict[str, bool]:
    """What a place's person allows now."""
    person = place.person
    return {
        "shows_name": consents(session, person, NAME, place.visit_id),
        "shows_address": consents(session, person, ADDRESS, place.visit_id),
    }


def show_oneself(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place: Place,
    answers: Mapping[str, bool],
    words: Mapping[str, str],
    language: str,
) -> None:
    """Say what others may see; every change is kept with the words that were shown. Raises Refused without a place."""
    if place.state is not PlaceState.ACCEPTED:
        raise Refused(phrase("Only who takes part is on the list."))
    changed = [
        topic
        for topic in (NAME, ADDRESS)
        if note_consent(
            session,
            person=actor,
            now=now,
            topic=topic,
            about=place.visit,
            is_given=answers[topic],
            words=words[topic],
            language=language,
        )
    ]
    if changed:
        record(
            session,
            actor=actor,
            now=now,
            action="participants.shown",
            subject=place,
            programme_id=place.visit.call.programme_id,
        )
