"""Sample limits for the current call, and sample people who let others of their visit see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.privacy.people import ADDRESS, NAME, show_oneself
from peer_visits.privacy.rules import USUAL, USUAL_WARNING
from peer_visits.privacy.services import set_limits
from peer_visits.visits.models import Visit

# As the form has them.
_WORDS = {
    NAME: "Other participants of this visit may see my name, organisation and country",
    ADDRESS: "They may also see my e-mail address, to write to me",
}


def add_limits(session: Session, call: Call, organiser: Person, now: datetime) -> None:
    """The usual limits, so that applicants of the sample call read how long they are kept."""
    set_limits(
        session,
        actor=organiser,
        now=now,
        call=call,
        version=0,
        months=USUAL,
        warn_days=USUAL_WARNING,
        takes_accounts=True,
        is_held=False,
        held_for="",
    )


def add_shown_people(session: Session, now: datetime) -> None:
    """Of those who take part two in three show their name, and one in three the address, too."""
    query = (
        select(Place)
        .join(Place.visit)
        .join(Visit.call)
        .join(Place.person)
        .where(Place.state == PlaceState.ACCEPTED)
        .order_by(Visit.slug, Person.email)
        .options(contains_eager(Place.visit).contains_eager(Visit.call), contains_eager(Place.person))
    )
    for number, place in enumerate(session.scalars(query).unique().all()):
        if number % 3:
            show_oneself(
                session,
                actor=place.person,
                now=now,
                place=place,
                answers={NAME: True, ADDRESS: number % 3 == 1},
                words=_WORDS,
                language="en",
            )
