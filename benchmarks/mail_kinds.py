"""Mails to measure with."""

from __future__ import annotations

from datetime import timedelta

from peer_visits.kernel import clock
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post, post_test_messages
from peer_visits.places.messages import offer_made
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import writing
from tests.support.factories import make_application, make_call, make_person, make_visit

CHUNK = 500


def queue_tests(count: int) -> None:
    """Mails that tell nothing which could change."""
    for begun in range(0, count, CHUNK):
        with writing() as session:
            post_test_messages(
                session, address="ada@example.org", count=min(CHUNK, count - begun), now=clock.now()
            )


def queue_offers(count: int) -> None:
    """Offers of places on one visit, each to a person with an application."""
    now = clock.now()
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call, capacity=count)
        for seat in range(1, count + 1):
            person = make_person(session)
            make_application(session, call, [visit], person)
            place = Place(
                visit_id=visit.id,
                person_id=person.id,
                state=PlaceState.OFFERED,
                seat=seat,
                offered_at=now,
                answer_by=now + timedelta(days=7),
            )
            place.person = person
            session.add(place)
            session.flush()
            reason = phrase("You ranked it %(rank)s.", rank=1)
            post(session, offer_made(place, call=call, visit=visit, reason=reason, token="t"), now=now)
